// `versusq compare --pairs`: order, failures, where names are looked for.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Value } from '@sinclair/typebox/value';
import { describe, expect, it } from 'vitest';
import { Comparison } from '../../../src/protocol/index.js';
import { run, scratch } from './fake-engine.js';

function list(text: string): { cwd: string; args: string[] } {
  const cwd = scratch();
  writeFileSync(join(cwd, 'pairs.csv'), text);
  return { cwd, args: ['compare', '--pairs', 'pairs.csv'] };
}

describe('compare --pairs', () => {
  it('prints one JSON line a pair in the order of the file, also for pairs that fail, and exits 1', async () => {
    const { cwd, args } = list(
      'a,b,note\r\na10.mp4,b40.mp4,x\r\n"missing, ""q"".mp4",b40.mp4,\r\na40.mp4,b10.mp4,\r\n',
    );
    const { code, out } = await run([...args, '--json'], { cwd });
    const lines = out
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as Record<string, unknown>);
    expect(lines).toHaveLength(3);
    expect([lines[0], lines[2]].map((line) => Value.Check(Comparison, line))).toEqual([true, true]);
    expect(lines.map((line) => line.verdict)).toEqual(['b', undefined, 'a']);
    const path = join(cwd, 'missing, "q".mp4');
    expect(lines[1]).toEqual({ error: { code: 'media/not-found', message: `${path} does not exist.`, path } });
    expect(code).toBe(1);
  });

  it('prints a table with one row a pair', async () => {
    const { cwd, args } = list('a,b\na10.mp4,b40.mp4\nmissing.mp4,b40.mp4\n');
    const { out } = await run(args, { cwd });
    const lines = out.trimEnd().split('\n');
    expect(lines).toHaveLength(3);
    expect(lines[1]).toMatch(/1 {2}a10\.mp4 .* b40\.mp4 .*-3\.0 .*B looks clearly better/);
    expect(lines[2]).toContain('does not exist');
  });

  it('keeps a row in one line whatever the name holds', async () => {
    const { cwd, args } = list('a,b\n"two\nlines\u001b[2J10.mp4",b40.mp4\n');
    const { out } = await run(args, { cwd });
    expect(out.trimEnd().split('\n')).toHaveLength(2);
    expect(out).not.toContain('\x1b');
  });

  it('exits 0 when every pair went well and 3 when ffmpeg is missing', async () => {
    const good = list('a,b\na10.mp4,b40.mp4\n');
    expect((await run(good.args, { cwd: good.cwd })).code).toBe(0);
    const bad = list('a,b\nnoffmpeg.mp4,b40.mp4\nmissing.mp4,b.mp4\n');
    expect((await run(bad.args, { cwd: bad.cwd })).code).toBe(3);
  });

  it('looks for names in the working directory first, then beside the CSV file', async () => {
    const cwd = scratch();
    mkdirSync(join(cwd, 'lists'));
    for (const name of ['both1.mp4', 'lists/both1.mp4', 'lists/beside2.mp4']) writeFileSync(join(cwd, name), '');
    writeFileSync(join(cwd, 'lists', 'pairs.csv'), 'a,b\nboth1.mp4,beside2.mp4\n');
    const { out } = await run(['compare', '--json', '--pairs', 'lists/pairs.csv'], { cwd });
    const { a, b } = JSON.parse(out) as { a: { path: string }; b: { path: string } };
    expect([a.path, b.path]).toEqual([join(cwd, 'both1.mp4'), join(cwd, 'lists', 'beside2.mp4')]);
  });

  it('tells of a row that is no pair in its place, and goes on with the others', async () => {
    const { cwd, args } = list('a,b\nx.mp4,\na10.mp4,b40.mp4\n,\n,b.mp4\na40.mp4,b10.mp4\n,\n');
    const { code, out } = await run([...args, '--json'], { cwd });
    const lines = out
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as { verdict?: string; error?: object });
    expect(lines.map((line) => line.verdict)).toEqual([undefined, 'b', undefined, 'a']);
    const path = join(cwd, 'pairs.csv');
    expect(lines[0]!.error).toEqual({ code: 'usage', message: `${path}: pair 1 has no name in column b.`, path });
    expect(code).toBe(1);
    const table = (await run(args, { cwd })).out.trimEnd().split('\n');
    expect(table).toHaveLength(5);
    expect(table[3]).toMatch(/^3 .* b\.mp4 .*pair 3 has no name in column a/);
    expect(table[4]).toMatch(/^4 {2}a40\.mp4/);
  });

  it('drops spaces around a name and puts the home folder for ~ only where no file has that name', async () => {
    const home = scratch();
    const { cwd, args } = list('a,b\n kept1.mp4, plain2.mp4 \n"~/home3.mp4",~/gone4.mp4\nhttp://x.org/5.mp4, 6.mp4\n');
    writeFileSync(join(cwd, ' kept1.mp4'), '');
    writeFileSync(join(cwd, 'plain2.mp4'), '');
    writeFileSync(join(home, 'home3.mp4'), '');
    const { out } = await run([...args, '--json'], { cwd, home });
    const paths = out
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as Comparison)
      .map(({ a, b }) => [a.path, b.path]);
    expect(paths).toEqual([
      [join(cwd, ' kept1.mp4'), join(cwd, 'plain2.mp4')],
      [join(home, 'home3.mp4'), join(home, 'gone4.mp4')],
      ['http://x.org/5.mp4', join(cwd, '6.mp4')],
    ]);
  });

  it('names the file and the line when the list itself is wrong', async () => {
    const { cwd, args } = list('a,b\n"never closed,b\n');
    const { code, err } = await run(args, { cwd });
    expect(code).toBe(2);
    expect(err).toContain('pairs.csv');
    expect(err).toContain('line 2');
  });

  it('writes one report with all pairs and what failed', async () => {
    const { cwd, args } = list('a,b\na10.mp4,b40.mp4\na40.mp4,c20.mp4\nmissing.mp4,b40.mp4\n');
    await run([...args, '--report', 'out.html'], { cwd });
    const page = readFileSync(join(cwd, 'out.html'), 'utf8');
    expect(page.match(/<section>/g)).toHaveLength(3);
    expect(page).toContain('does not exist');
  });
});
