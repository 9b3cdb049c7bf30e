// The program as a process of its own: what it loads, signals, closed pipes. The engine is replaced while bundling, all else is
// the real main.ts.
import { spawn, spawnSync } from 'node:child_process';
import { closeSync, mkdirSync, openSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { build } from 'esbuild';
import { beforeAll, describe, expect, it } from 'vitest';
import { scratch } from './fake-engine.js';

const folder = scratch();
const program = join(folder, 'cli.cjs');

beforeAll(async () => {
  mkdirSync(folder, { recursive: true });
  const engine = join(folder, 'engine.ts');
  const fake = JSON.stringify(resolve('test/unit/cli/fake-engine.ts'));
  // The mark on stderr shows when the engine's code is loaded; the large reasoning fills a pipe.
  writeFileSync(
    engine,
    `import { FakeEngine } from ${fake};
     console.error('engine loaded');
     const compare = FakeEngine.prototype.compare;
     FakeEngine.prototype.compare = async function (a, b, o) {
       if (a.includes('slow')) { console.error('working'); setInterval(() => {}, 1000); }
       const c = await compare.call(this, a, b, o);
       return a.includes('large') ? { ...c, reasoning: 'word '.repeat(400000) } : c;
     };
     export const createEngine = (s) => new FakeEngine(s);`,
  );
  await build({
    entryPoints: ['src/cli/main.ts'],
    outfile: program,
    bundle: true,
    platform: 'node',
    format: 'cjs',
    logLevel: 'error',
    define: { VERSUSQ_VERSION: '"9.9.9"' },
    external: ['vitest'],
    plugins: [
      {
        name: 'fake-engine',
        setup(b) {
          b.onResolve({ filter: /engine\/engine\.js$/ }, () => ({ path: engine }));
        },
      },
    ],
  });
});

const node = (...args: string[]) =>
  spawnSync(process.execPath, [program, ...args], { encoding: 'utf8', cwd: folder, maxBuffer: 2 ** 24 });

describe('the program', () => {
  it('loads no engine for help, version and wrong usage', () => {
    for (const args of [['--help'], ['compare', '--help'], ['--version'], ['compare', 'a']]) {
      expect(node(...args).stderr).not.toContain('engine loaded');
    }
    expect(node('compare', 'a1.mp4', 'b2.mp4').stderr).toContain('engine loaded');
  });

  it('leaves with the exit code of the command', () => {
    expect(node('compare', 'a1.mp4', 'b2.mp4').status).toBe(0);
    expect(node('compare', 'missing.mp4', 'b2.mp4').status).toBe(1);
    expect(node('compare').status).toBe(2);
    expect(node('compare', 'noffmpeg.mp4', 'b2.mp4').status).toBe(3);
  });

  it.each(['SIGINT', 'SIGTERM'] as const)('cancels on %s and leaves with 130', async (signal) => {
    const child = spawn(process.execPath, [program, 'compare', 'slow1.mp4', 'b2.mp4'], { cwd: folder });
    let err = '';
    child.stderr.on('data', (data: Buffer) => {
      err += data.toString();
      if (err.includes('working')) child.kill(signal);
    });
    const code = await new Promise((done) => child.on('close', done));
    expect(code).toBe(130);
    expect(err).not.toContain('versusq:');
  });

  it('ends quietly when nobody reads on', async () => {
    const child = spawn(process.execPath, [program, 'compare', '--json', 'large1.mp4', 'b2.mp4'], { cwd: folder });
    let err = '';
    child.stderr.on('data', (data: Buffer) => (err += data.toString()));
    child.stdout.once('data', () => child.stdout.destroy());
    const code = await new Promise((done) => child.on('close', done));
    expect(err).toBe('engine loaded\n');
    expect(code).toBe(0);
  });

  it.skipIf(process.platform !== 'linux')('says in one line that the disk is full, and leaves with 3', () => {
    const full = openSync('/dev/full', 'w');
    const args = [program, 'compare', '--json', 'a1.mp4', 'b2.mp4'];
    const { stderr, status } = spawnSync(process.execPath, args, {
      encoding: 'utf8',
      cwd: folder,
      stdio: ['ignore', full, 'pipe'],
    });
    closeSync(full);
    expect(stderr).toBe("engine loaded\nversusq: the output can't be written (ENOSPC)\n");
    expect(status).toBe(3);
  });

  it('writes everything before it leaves, also much', () => {
    const { stdout, status } = node('compare', '--json', 'large1.mp4', 'b2.mp4');
    expect(status).toBe(0);
    expect((JSON.parse(stdout) as { reasoning: string }).reasoning).toHaveLength(2_000_000);
  });
});
