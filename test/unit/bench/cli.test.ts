// `versusq bench` on the fake engine: output, JSON, files, exit codes.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Value } from '@sinclair/typebox/value';
import { describe, expect, it } from 'vitest';
import { BenchResult } from '../../../src/protocol/index.js';
import { run } from '../cli/fake-engine.js';
import { put, videos } from './files.js';

const COUNT = 12;
const names = Array.from({ length: COUNT }, (_, k) => `c${10 * (k + 1)}.mp4`);

/** Clips of rising quality with rising MOS, and labels for two clips more that are not there. */
const folder = (more: string[] = []): string =>
  put({
    'labels.txt': [...names, ...more, 'gone1.mp4'].map((name, k) => `${name}, 8, 30, ${20 + 5 * k}`).join('\n'),
    ...videos(...names, ...more),
  });

const result = (out: string) => JSON.parse(out) as BenchResult;

describe('bench', () => {
  it('prints JSON that validates, with figures, the missing clip and the label file used', async () => {
    const cwd = folder();
    const { code, out, engine } = await run(['bench', 'text', '.', '--json'], { cwd });
    expect(code).toBe(0);
    const printed = result(out);
    expect([...Value.Errors(BenchResult, printed)]).toEqual([]);
    expect(printed.labels).toEqual({ file: join(cwd, 'labels.txt'), count: COUNT + 1, skipped: [] });
    expect(printed.missing).toEqual([{ name: 'gone1.mp4', reason: 'no such video' }]);
    expect(printed.metrics?.srcc.value).toBe(1);
    expect(printed).toMatchObject({ comparisons: 4 * COUNT, pairsPerClip: 4, seed: 1, limit: null, published: [] });
    expect(printed.clips).toHaveLength(COUNT);
    expect(engine?.disposed).toBe(true);
  });

  it('prints figures with intervals for people, and the published ones beside', async () => {
    const labels = names.map((name, k) => `${name.slice(0, -4)},${k + 1}`).join('\n');
    const cwd = put({ 'KoNViD_1k_mos.csv': `flickr_id,mos\n${labels}\n`, ...videos(...names) });
    const { code, out } = await run(['bench', 'konvid-1k', '.'], { cwd });
    expect(code).toBe(0);
    expect(out).toMatch(/KoNViD-1k {2}12 clips, 12 labels in KoNViD_1k_mos\.csv, 1200 published/);
    expect(out).toMatch(/SRCC +1\.000 {2}\(1\.000 to 1\.000\)/);
    expect(out).toMatch(/PLCC raw +1\.000/);
    expect(out).toContain('Krasula: different/similar');
    expect(out).toContain('Published SRCC: VersusQ 0.879 (arXiv 2605.21130), VQAThinker 0.881 (arXiv 2508.06051).');
  });

  it('keeps pairs and adds a line to --out; the same command again asks for nothing', async () => {
    const cwd = folder();
    const args = ['bench', 'text', '.', '--out', 'r.jsonl', '--json'];
    const first = await run(args, { cwd });
    const again = await run(args, { cwd });
    expect(first.engine?.calls).toHaveLength(4 * COUNT);
    expect(again.engine?.calls).toEqual([]);
    expect(result(again.out)).toMatchObject({ resumed: 4 * COUNT, metrics: result(first.out).metrics });
    expect(readFileSync(join(cwd, 'r.jsonl'), 'utf8')).toBe(first.out + again.out);
    expect(readFileSync(join(cwd, 'r.text.pairs.csv'), 'utf8').trimEnd().split('\n')).toHaveLength(4 * COUNT + 1);
  });

  it('lists clips that fail, goes on with the rest and exits 1', async () => {
    const cwd = folder(['missing7.mp4']);
    const { code, out } = await run(['bench', 'text', cwd]);
    expect(code).toBe(1);
    expect(out).toMatch(/1 failed:\n {2}missing7\.mp4: .*missing7\.mp4 does not exist/);
    expect(out).toMatch(/SRCC +1\.000/);
  });

  it('draws clips by the seed, and takes the number of pairs', async () => {
    const cwd = folder();
    const drawn = async (seed: string) => {
      const args = ['bench', 'text', cwd, '--limit', '5', '--seed', seed, '--pairs-per-clip', '1', '--json'];
      return result((await run(args)).out);
    };
    const first = await drawn('3');
    expect(first.clips).toHaveLength(5);
    expect(first).toMatchObject({ comparisons: 5, limit: 5, seed: 3, pairsPerClip: 1 });
    expect((await drawn('3')).clips).toEqual(first.clips);
    expect((await drawn('4')).clips).not.toEqual(first.clips);
  });

  it('lists the data sets without an engine', async () => {
    const { code, out, engine } = await run(['bench', '--list']);
    expect(code).toBe(0);
    expect(engine).toBeUndefined();
    expect(out).toMatch(/lsvq-test +LSVQ test +7182 +0\.884 +0\.883 +labels_train_test\.csv/);
    expect(out).toMatch(/live-yt-hfr +LIVE-YT-HFR +480 +subject_MOS\.csv/);
    expect(out.split('\n').every((line) => line === line.trimEnd())).toBe(true);
  });

  it.each([
    ['no folder', ['text'], 2, 'Give a data set and its folder'],
    ['an unknown data set', ['youtube', '.'], 2, "no data set 'youtube'. There are: lsvq-test"],
    ['a number that is none', ['text', '.', '--limit', '0'], 2, 'whole number'],
    ['a file as folder', ['text', 'labels.txt'], 2, 'is not a folder'],
    ['a folder that is not there', ['text', 'nowhere'], 1, 'no folder'],
    ['too few clips', ['text', '.', '--limit', '2'], 2, '2 clips to compare, a benchmark needs 3'],
    ['an --out that cannot be', ['text', '.', '--out', 'no/such/r.jsonl'], 2, "Can't write"],
  ])('refuses %s', async (_, args, exit, why) => {
    const { code, err, engine } = await run(['bench', ...args], { cwd: folder() });
    expect(code).toBe(exit);
    expect(err).toContain(why);
    expect(engine).toBeUndefined();
  });

  it('exits 3 without ffmpeg', async () => {
    const { code, err } = await run(['bench', 'text', folder(['noffmpeg1.mp4'])]);
    expect(code).toBe(3);
    expect(err).toContain('No ffmpeg was found');
  });
});
