// `versusq rank`: which files are ranked, table, JSON, report.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Value } from '@sinclair/typebox/value';
import { describe, expect, it } from 'vitest';
import { Ranking } from '../../../src/protocol/index.js';
import { PIXEL, run, scratch } from './fake-engine.js';

function folder(...names: string[]): string {
  const cwd = scratch();
  for (const name of names) writeFileSync(join(cwd, name), '');
  return cwd;
}

describe('rank', () => {
  it('ranks the video files of the folder in natural order of their names, and nothing else', async () => {
    const cwd = folder('c10.mp4', 'c9.MKV', 'notes.txt', '.hidden.mp4');
    mkdirSync(join(cwd, 'inside.mp4'));
    const { engine } = await run(['rank', '.'], { cwd });
    expect(engine?.calls).toEqual(['rank c9.MKV c10.mp4']);
  });

  it('tells TypeScript from transport streams by what is inside', async () => {
    const cwd = folder('a1.mp4', 'b2.mp4');
    writeFileSync(join(cwd, 'code.ts'), 'export const x = 1;\n'.repeat(20));
    writeFileSync(join(cwd, 'module.mts'), 'G');
    writeFileSync(join(cwd, 'stream3.ts'), Buffer.concat([1, 2, 3].map(() => Buffer.alloc(188, 0).fill(0x47, 0, 1))));
    const camera = Buffer.alloc(400, 0);
    [4, 196, 388].forEach((at) => (camera[at] = 0x47));
    writeFileSync(join(cwd, 'camera4.mts'), camera);
    const { engine } = await run(['rank', '.'], { cwd });
    expect(engine?.calls).toEqual(['rank a1.mp4 b2.mp4 camera4.mts stream3.ts']);
  });

  it('prints the best first, with scores, and the failed below with a reason', async () => {
    const cwd = folder('low10.mp4', 'high40.mp4', 'missing.mp4');
    const { code, out } = await run(['rank', cwd]);
    expect(code).toBe(1);
    expect(out).toMatch(/1 {2}high40\.mp4.*\+1\.5[^]*2 {2}low10\.mp4.*-1\.5[^]*missing\.mp4: .* is gone/);
  });

  it('prints JSON that validates against the schema', async () => {
    const { code, out } = await run(['rank', '--json', folder('a10.mp4', 'b20.mp4')]);
    expect(code).toBe(0);
    expect([...Value.Errors(Ranking, JSON.parse(out))]).toEqual([]);
  });

  it('writes a report with the table, thumbnails, and why the first stands above the last', async () => {
    const cwd = folder('a10.mp4', 'b20.mp4', 'c30.mp4');
    const { out, engine } = await run(['rank', '.', '--report', 'r.html'], { cwd });
    expect(out).toContain('Report: r.html');
    expect(engine?.calls[1]).toBe('compare c30.mp4 a10.mp4');
    const page = readFileSync(join(cwd, 'r.html'), 'utf8');
    expect(page.split(PIXEL).length - 1).toBe(3 + 4);
    expect(page).toContain('A looks clearly better');
  });

  it.each([
    ['a folder that is not there', () => '/nowhere/at/all', 1, 'no folder'],
    ['a file', () => join(folder('a1.mp4'), 'a1.mp4'), 2, 'not a folder'],
    ['a folder without videos', () => folder('x.txt'), 2, 'no video'],
    ['a folder with one video', () => folder('a1.mp4'), 2, 'one video'],
  ])('refuses %s and says why', async (_, path, exit, why) => {
    const { code, err } = await run(['rank', path()]);
    expect(code).toBe(exit);
    expect(err).toContain(why);
  });
});
