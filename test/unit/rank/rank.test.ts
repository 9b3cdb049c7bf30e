/** A folder of clips to one Ranking, on stand-ins for ffmpeg and the model. */
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { VersusqError, type Ranking, type WorkerEvent } from '../../../src/protocol/index.js';
import { clip, fakeEngine, scratch } from '../compare/fakes.js';
import { decodingEngine } from './decoding.js';

let folder: string;
beforeEach(() => {
  folder = scratch();
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** A ranking without times. */
const essence = (ranking: Ranking) => ({ ...ranking, provenance: ranking.provenance.model });

const QUALITIES = { best: 3, good: 1, fair: 0.2, poor: -2 };
const clips = () => Object.entries(QUALITIES).map(([name, quality]) => clip(folder, `${name}.mp4`, { quality }));

test('clips come best first with scores in margin units, mean 0 and intervals', async () => {
  const { engine, counts } = fakeEngine();
  const events: WorkerEvent[] = [];
  const ranking = await engine.rank(folder, clips(), { onEvent: (e) => events.push(e) });
  expect(ranking.clips.map((c) => [c.path, c.rank])).toEqual([
    ['best.mp4', 1],
    ['good.mp4', 2],
    ['fair.mp4', 3],
    ['poor.mp4', 4],
  ]);
  const mean = Object.values(QUALITIES).reduce((a, b) => a + b) / 4;
  ranking.clips.forEach((c, i) => {
    expect(c.score).toBeCloseTo(Object.values(QUALITIES)[i]! - mean, 5);
    expect(c.interval95![0]).toBeLessThan(c.score!);
    expect(c.interval95![1]).toBeGreaterThan(c.score!);
  });
  expect(ranking).toMatchObject({ comparisons: 6, schema: 'versusq.ranking/1', reference: null });
  expect(counts.decodes).toHaveLength(4);
  expect(counts.explains).toBe(0);
  const shares = events.flatMap((e) => (e.type === 'progress' && e.station === 'rank' ? [e.share!] : []));
  expect(shares.at(-1)).toBe(1);
  expect(shares).toEqual(shares.toSorted((a, b) => a - b));
});

test('the main defect is where a clip loses most, and a good clip has none', async () => {
  const ranking = await fakeEngine().engine.rank(folder, clips());
  expect(ranking.clips.map((c) => c.mainDefect)).toEqual([null, null, null, 'sharpness']);
});

test('the order of the paths given changes nothing', async () => {
  const paths = clips();
  const forward = essence(await fakeEngine().engine.rank(folder, paths));
  const backward = essence(await fakeEngine().engine.rank(folder, [...paths.toReversed(), paths[0]!]));
  expect(backward).toEqual(forward);
});

test('a clip that fails is listed last with its error and costs the others nothing', async () => {
  const paths = clips();
  const text = join(folder, 'a-text.mp4');
  writeFileSync(text, 'text');
  const ranking = await fakeEngine().engine.rank(folder, [join(folder, 'gone.mp4'), text, ...paths]);
  expect(ranking.clips.map((c) => c.rank)).toEqual([1, 2, 3, 4, null, null]);
  expect(ranking.clips.slice(4).map((c) => [c.path, c.error?.code])).toEqual([
    ['a-text.mp4', 'media/not-a-video'],
    ['gone.mp4', 'media/not-found'],
  ]);
});

test('a clip that probes but cannot be decoded leaves the intervals of the others as they are', async () => {
  const width = ({ interval95 }: Ranking['clips'][number]): number => interval95![1] - interval95![0];
  const alone = await fakeEngine().engine.rank(folder, clips());
  const bad = clip(folder, 'bad.mp4');
  const { engine } = decodingEngine(({ path }) => {
    if (path === bad) throw new VersusqError('media/decode-failed', 'It cannot be decoded.', { path });
  });
  const beside = await engine.rank(folder, [...clips(), bad]);
  expect(beside.clips.map((c) => c.error?.code ?? null)).toEqual([null, null, null, null, 'media/decode-failed']);
  beside.clips.slice(0, 4).forEach((c, k) => expect(width(c)).toBeCloseTo(width(alone.clips[k]!), 6));
});

test('a budget of one comparison ranks two clips with a narrow interval', async () => {
  const ranking = await fakeEngine().engine.rank(folder, clips(), { budget: 1 });
  const ranked = ranking.clips.filter((c) => c.rank !== null);
  expect(ranked).toHaveLength(2);
  for (const { interval95 } of ranked) for (const end of interval95!) expect(Math.abs(end)).toBeLessThan(100);
});

test('equal clips stand in the order of their paths, with equal scores', async () => {
  const paths = ['z.mp4', 'a.mp4', 'm.mp4'].map((name) => clip(folder, name, { quality: 1 }));
  const ranking = await fakeEngine().engine.rank(folder, [...paths, clip(folder, 'low.mp4', { quality: -1 })]);
  expect(ranking.clips.map((c) => c.path)).toEqual(['a.mp4', 'm.mp4', 'z.mp4', 'low.mp4']);
  expect(ranking.clips[0]!.score).toBeCloseTo(ranking.clips[2]!.score!, 6);
});

test('one clip, and no clip at all, are rankings too', async () => {
  const { engine } = fakeEngine();
  const one = await engine.rank(folder, [clip(folder, 'one.mp4')]);
  expect(one.clips).toMatchObject([{ rank: 1, score: 0, interval95: [0, 0], mainDefect: null }]);
  expect((await engine.rank(folder, [])).clips).toEqual([]);
});

test('a second ranking is answered from the store without a model', async () => {
  const paths = clips();
  const storePath = join(folder, 'store');
  const first = fakeEngine({ storePath });
  const fresh = essence(await first.engine.rank(folder, paths));
  await first.engine.dispose();
  const { engine, counts } = fakeEngine({ storePath });
  const again = await engine.rank(folder, paths);
  expect(essence(again)).toEqual(fresh);
  expect(again.provenance.cached).toEqual({ a: true, b: true, margin: true });
  expect(counts).toMatchObject({ probes: 0, decodes: [], models: 0 });
  await engine.dispose();
});

test('cancelling a ranking rejects it', async () => {
  const { engine, counts, control } = fakeEngine();
  control.hang = true;
  const stop = new AbortController();
  const running = engine.rank(folder, clips(), { signal: stop.signal });
  await expect.poll(() => counts.running).toBe(2);
  stop.abort();
  await expect(running).rejects.toMatchObject({ code: 'cancelled' });
  expect(counts.running).toBe(0);
});

test('no model fails the whole ranking with one error', async () => {
  const { engine } = fakeEngine(
    {},
    {
      loadModel: () => Promise.reject(new Error('broken')),
      readModelInfo: () => {
        throw new Error('there is no model');
      },
    },
  );
  await expect(engine.rank(folder, clips())).rejects.toThrow('there is no model');
});
