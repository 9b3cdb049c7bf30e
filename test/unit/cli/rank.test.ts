// `versusq rank`: which files are ranked, table, JSON, report.
import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
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

  it('hands budget, reference, groups and all pairs on', async () => {
    const cwd = folder('a10.mp4', 'b20.mp4');
    const flags = ['--budget', '7', '--all-pairs', '--reference', 'a10.mp4', '--group-by', 'name'];
    const { code, engine, out } = await run(['rank', '.', ...flags], { cwd });
    expect(code).toBe(0);
    const reference = join(cwd, 'a10.mp4');
    expect(engine?.rankOptions).toMatchObject({ budget: 7, allPairs: true, reference, grouping: 'name' });
    expect(out).toMatch(/to ref[^]*b20\.mp4 .*\+1\.0/);
  });

  it('refuses a reference that is not among the clips', async () => {
    const { code, err, engine } = await run(['rank', '.', '--reference', 'x.mp4'], { cwd: folder('a1.mp4', 'b2.mp4') });
    expect([code, engine]).toEqual([2, undefined]);
    expect(err).toContain('x.mp4 is not among the clips');
  });

  it('writes CSV and Markdown in the order of the table', async () => {
    const cwd = folder('a10.mp4', 'b20.mp4');
    const { code } = await run(['rank', '.', '--csv', 'r.csv', '--markdown', 'r.md'], { cwd });
    expect(code).toBe(0);
    expect(readFileSync(join(cwd, 'r.csv'), 'utf8')).toMatch(/\r\n1,b20\.mp4,.*\r\n2,a10\.mp4,/);
    expect(readFileSync(join(cwd, 'r.md'), 'utf8')).toMatch(/\| 1 \| b20\.mp4 [^]*\| 2 \| a10\.mp4 /);
  });

  it('ranks files that are named one by one, relative to the folder that holds them all', async () => {
    const cwd = folder('a10.mp4', 'c30.mp4');
    mkdirSync(join(cwd, 'more'));
    writeFileSync(join(cwd, 'more', 'b20.mp4'), '');
    const { code, out, engine } = await run(['rank', 'a10.mp4', 'more/b20.mp4', '--json'], { cwd });
    expect(code).toBe(0);
    expect(engine?.calls).toEqual(['rank a10.mp4 b20.mp4']);
    expect((JSON.parse(out) as { folder: string }).folder).toBe(cwd);
    expect((await run(['rank', 'a10.mp4', 'more'], { cwd })).code).toBe(2);
  });

  it('says so where nothing could be read', async () => {
    const { code, out } = await run(['rank', folder('missing1.mp4', 'missing2.mp4')]);
    expect(code).toBe(1);
    expect(out).toContain('None of the 2 files could be read');
  });

  it('says so where one clip could be read, and has the exit code of the clip that failed', async () => {
    const { code, out } = await run(['rank', 'a10.mp4', 'missing.mp4'], { cwd: folder('a10.mp4') });
    expect(code).toBe(1);
    expect(out).toContain('One clip could be read: there is nothing to rank it against.');
    expect(out).toContain('0 comparisons');
  });

  it('refuses one file that is named twice', async () => {
    const { code, err, engine } = await run(['rank', 'a1.mp4', './a1.mp4'], { cwd: folder('a1.mp4') });
    expect([code, engine]).toEqual([2, undefined]);
    expect(err).toContain('a1.mp4 is the only file that is named: a ranking needs two.');
  });

  it('says why there are no margins against a reference that failed', async () => {
    const cwd = folder('a10.mp4', 'b20.mp4', 'missing.mp4');
    const { out } = await run(['rank', '.', '--reference', 'missing.mp4'], { cwd });
    expect(out.replaceAll(/\s+/g, ' ')).toContain(
      '1 comparison, inconsistency 0.012. There are no margins against the reference missing.mp4: it could not be read.',
    );
    expect(out).not.toContain('to ref');
  });

  it('takes in the folders inside where that is wanted, but follows no link to a folder', async () => {
    const cwd = folder('a10.mp4');
    const outside = folder('far1.mp4', 'far2.mp4');
    mkdirSync(join(cwd, 'day1', 'night'), { recursive: true });
    writeFileSync(join(cwd, 'day1', 'night', 'b20.mp4'), '');
    symlinkSync(outside, join(cwd, 'link'), 'junction');
    symlinkSync(cwd, join(cwd, 'day1', 'back'), 'junction');
    const { code, engine } = await run(['rank', '.', '--recursive', '--group-by', 'folder'], { cwd });
    expect(code).toBe(0);
    expect(engine?.calls).toEqual(['rank a10.mp4 b20.mp4']);
    const alone = await run(['rank', '.'], { cwd });
    expect(alone.code).toBe(2);
    expect(alone.err).toContain('--recursive takes in the folders inside');
    expect((await run(['rank', 'a10.mp4', 'b.mp4', '--recursive'], { cwd })).code).toBe(2);
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
