// What the extension costs VS Code's extension host when it is activated, and what the first panel and the first text that names a
// clip cost on top, in a fresh process each; against an extension that does nothing, in turns. CPU, because a window that starts keeps
// all cores busy. BEFORE=FOLDER (a dist/ of another build) is measured beside it.
import { build } from 'esbuild';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, mkdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { fixed, holds, median } from './tools.mjs';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const HOST = fileURLToPath(new URL('activation-host.mjs', import.meta.url));
/** ms of CPU */
const ACTIVATION = 50;
const STEPS = ['load', 'activate', 'panel', 'text'];

export async function bench(say, rounds = 9) {
  const folder = mkdtempSync(join(tmpdir(), 'versusq-activation-'));
  try {
    const vscode = join(folder, 'vscode.cjs');
    await build({
      entryPoints: [join(ROOT, 'test/unit/extension/fake-vscode.ts')],
      bundle: true,
      platform: 'node',
      format: 'cjs',
      outfile: vscode,
      logLevel: 'warning',
    });
    const empty = join(folder, 'empty');
    mkdirSync(empty);
    writeFileSync(join(empty, 'extension.cjs'), "require('vscode');\nexports.activate = () => undefined;\n");
    const builds = { empty, ours: join(ROOT, 'dist') };
    if (process.env.BEFORE) builds.before = process.env.BEFORE;
    const results = Object.fromEntries(Object.keys(builds).map((name) => [name, []]));
    for (let i = 0; i < rounds; i++) {
      for (const [name, at] of Object.entries(builds)) {
        const taken = JSON.parse(execFileSync(process.execPath, [HOST, vscode, at], { encoding: 'utf8' }));
        taken.start = taken.load + taken.activate;
        results[name].push(taken);
        say(
          `round ${i + 1}, ${name}: ${['reference', ...STEPS].map((step) => `${step} ${fixed(taken[step])}`).join(', ')}`,
        );
      }
    }
    const at = (name, step) => median(results[name].map((taken) => taken[step]));
    const share = (name, step) => median(results[name].map((taken) => taken[step] / taken.reference));
    const row = (title, name, step, limit = '') => {
      const value = at(name, step);
      return [title, fixed(value, 1), fixed(share(name, step)), limit, limit === '' ? '' : holds(value, limit)];
    };
    const rows = (name, title, limit) => [
      row(`${title}: loaded and activated`, name, 'start', limit),
      row(`${title}: then a compare panel brought back`, name, 'panel'),
      row(`${title}: then the first text that names a clip`, name, 'text'),
    ];
    return [
      ['extension host, fresh process', 'ms of CPU (median)', 'of sha256 of 16 MiB', 'limit', 'holds'],
      row('an extension that does nothing: loaded and activated', 'empty', 'start'),
      ...rows('ours', `VersusQ (${kilobytes(builds.ours)} kB in all)`, ACTIVATION),
      ...(builds.before ? rows('before', 'the build named by BEFORE') : []),
    ];
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Code of the extension host: the entry, and what it loads when it is first needed. */
function kilobytes(dist) {
  const sizes = ['extension.cjs', 'application.cjs'].map((name) => statSync(join(dist, name)).size);
  return Math.round((sizes[0] + sizes[1]) / 1000);
}
