// Files that a command writes: nothing that it reads, and no video, is overwritten, and nothing is computed before that is sure.
import { linkSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { run, scratch } from './fake-engine.js';

const RULES = '{ "rules": { "one/*.mp4": { "maxDroppedFrames": 0 } } }';
let cwd: string;
beforeEach(() => {
  cwd = scratch();
  for (const folder of ['one', 'out']) mkdirSync(join(cwd, folder));
  for (const clip of ['a_40.mp4', 'b_20.mp4', 'keep_10.mp4']) writeFileSync(join(cwd, 'one', clip), 'original');
  writeFileSync(join(cwd, 'pairs.csv'), 'a,b\none/a_40.mp4,one/b_20.mp4\n');
  writeFileSync(join(cwd, '.versusq.json'), RULES);
  writeFileSync(join(cwd, 'gates.json'), RULES);
  symlinkSync(join(cwd, 'one/a_40.mp4'), join(cwd, 'out/link.html'));
  linkSync(join(cwd, 'one/a_40.mp4'), join(cwd, 'out/hard.html'));
  symlinkSync(join(cwd, 'out'), join(cwd, 'other'));
});

const PAIR = ['compare', 'one/a_40.mp4', 'one/b_20.mp4'];

describe('a file to write', () => {
  it.each([
    ['clip A', [...PAIR, '--report', 'one/a_40.mp4'], /--report names .*a_40\.mp4: a video is called so/],
    [
      'a link to a clip',
      [...PAIR, '--report', 'out/link.html'],
      /--report names .*link\.html, which this command reads/,
    ],
    ['a clip by its hard link', [...PAIR, '--report', 'out/hard.html'], /--report names .*hard\.html, which this/],
    [
      'the list of pairs',
      ['compare', '--pairs', 'pairs.csv', '--report', 'pairs.csv'],
      /--report names .*pairs\.csv, which/,
    ],
    ['a clip that is ranked', ['rank', 'one', '--csv', 'one/keep_10.mp4'], /--csv names .*keep_10\.mp4: a video/],
    ['a video that is not there', ['rank', 'one', '--markdown', 'new.MKV'], /--markdown names .*new\.MKV: a video/],
    ['the config', ['check', '--junit', '.versusq.json'], /--junit names .*\.versusq\.json: a list of quality gates/],
    [
      'the config of another name',
      ['check', '--config', 'gates.json', '--sarif', 'gates.json'],
      /--sarif names .*, which/,
    ],
    ['one file twice', ['check', '--junit', 'a.x', '--sarif', './a.x'], /--junit and --sarif name the same file/],
    [
      'one file by two ways',
      ['rank', 'one', '--csv', 'out/r', '--report', 'other/r'],
      /--report and --csv name the same/,
    ],
    ['a video to calibrate', ['calibrate', 'one', '--write', 'one/a_40.mp4'], /--write names .*a_40\.mp4: a video/],
    ['a folder', ['check', '--junit', 'out'], /out is a folder: give --junit the name of a file/],
    ['nothing that can be', ['rank', 'one', '--csv', 'no/such.csv'], /Can't write --csv into .*no: the folder must/],
  ])('is not %s', async (_, args, message) => {
    const { code, err, engine } = await run(args, { cwd });
    expect([code, engine]).toEqual([2, undefined]);
    expect(err).toMatch(message);
    for (const clip of ['a_40.mp4', 'keep_10.mp4'])
      expect(readFileSync(join(cwd, 'one', clip), 'utf8')).toBe('original');
    expect(readFileSync(join(cwd, 'gates.json'), 'utf8')).toBe(RULES);
  });

  it('may be one that was written before, and for calibrate the config', async () => {
    writeFileSync(join(cwd, 'r.csv'), 'old');
    expect((await run(['rank', 'one', '--csv', 'r.csv'], { cwd })).code).toBe(0);
    expect(readFileSync(join(cwd, 'r.csv'), 'utf8')).toContain('keep_10.mp4');
    expect((await run(['calibrate', 'one', '--write', '.versusq.json'], { cwd })).code).toBe(0);
  });
});
