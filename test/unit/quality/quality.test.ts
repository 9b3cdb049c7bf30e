/** What the store knows of clips: found again by content, read without ffmpeg or model, right after files change. */
import { mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { RankEvent, WorkerEvent } from '../../../src/protocol/index.js';
import { firstSentence, keepingRanking } from '../../../src/engine/quality/keep.js';
import { MOST_CLIPS } from '../../../src/engine/quality/quality.js';
import { openStore } from '../../../src/engine/store/store.js';
import { clip, fakeEngine, scratch } from '../compare/fakes.js';

let folder: string;
let storePath: string;
beforeEach(() => {
  folder = scratch();
  storePath = scratch();
});
afterEach(() => {
  for (const path of [folder, storePath]) rmSync(path, { recursive: true, force: true });
});

const started = () => fakeEngine({ storePath });
const refused = () => {
  throw new Error('asked for');
};
/** An engine on the same store that can neither read a clip nor load a model. */
const later = (contentHash?: (path: string) => Promise<string>) =>
  fakeEngine(
    { storePath },
    { findFfmpeg: refused, createMedia: refused, readModelInfo: refused, ...(contentHash ? { contentHash } : {}) },
  ).engine;
const one = async (path: string, engine = later()) => {
  const [quality] = await engine.quality([path]);
  await engine.dispose();
  return quality!;
};

const QUALITIES = { best: 3, good: 1, poor: -2 };
async function ranked(options: { reference?: string } = {}) {
  const { engine } = started();
  const paths = Object.entries(QUALITIES).map(([name, quality]) => clip(folder, `${name}.mp4`, { quality }));
  await engine.rank(folder, paths, options);
  await engine.dispose();
  return paths as [string, string, string];
}

test('a ranked clip has its place, score and main defect, without ffmpeg or model', async () => {
  const [best, , poor] = await ranked();
  const quality = await one(best);
  expect(quality).toMatchObject({ path: best, state: 'ranked', error: null, comparison: null });
  expect(quality.ranking).toMatchObject({ folder, rank: 1, of: 3, toReference: null, mainDefect: null });
  expect(quality.ranking!.score).toBeCloseTo(3 - 2 / 3, 5);
  expect(quality.ranking!.interval95[0]).toBeLessThan(quality.ranking!.score);
  expect(Date.now() - Date.parse(quality.ranking!.finished)).toBeLessThan(60_000);
  expect(quality.facts).toMatchObject({ path: best, duration: 10, timeline: { cadence: 'steady' } });
  expect((await one(poor)).ranking).toMatchObject({ rank: 3, mainDefect: 'sharpness' });
});

test('margins against the reference are kept with the path of the reference', async () => {
  const [best, good] = await ranked({ reference: join(folder, 'best.mp4') });
  const { ranking } = await one(good);
  expect(ranking!.toReference).toMatchObject({ reference: best });
  expect(ranking!.toReference!.margin).toBeCloseTo(-2, 5);
});

test('a comparison is kept from the side of each clip, with the words of that side', async () => {
  const { engine } = started();
  const [a, b] = [clip(folder, 'a.mp4', { quality: 2 }), clip(folder, 'b.mp4', { quality: 0 })];
  const { margin, provenance } = await engine.compare(a, b);
  await engine.dispose();
  const [ofA, ofB] = [await one(a), await one(b)];
  expect(ofA).toMatchObject({ state: 'compared', ranking: null });
  expect(ofA.comparison).toMatchObject({
    other: b,
    margin,
    verdict: 'a',
    kind: 'considered',
    finished: provenance.finished,
  });
  expect(ofB.comparison).toMatchObject({ other: a, margin: -margin, verdict: 'b' });
  expect(ofB.comparison!.interval95[0]).toBe(-ofA.comparison!.interval95[1]);
  expect(ofA.comparison!.reason).toBe('A small advantage for A: B is soft.');
});

test('the latest comparison counts', async () => {
  const { engine } = started();
  const [a, b, c] = [2, 0, 3].map((quality, i) => clip(folder, `${i}.mp4`, { quality })) as [string, string, string];
  await engine.compare(a, b);
  await engine.compare(a, c);
  await engine.dispose();
  expect((await one(a)).comparison).toMatchObject({ other: c, verdict: 'b' });
});

test('two copies that were compared are told from each side, and forget nothing else for that', async () => {
  const { engine } = started();
  const [a, copy, other] = [2, 2, 0].map((quality, i) => clip(folder, `${i}.mp4`, { quality })) as [
    string,
    string,
    string,
  ];
  await engine.compare(a, a);
  expect(await one(a)).toMatchObject({ state: 'measured', comparison: null });
  await engine.compare(a, copy);
  expect((await one(a)).comparison).toMatchObject({ other: copy, margin: 0, verdict: 'tie' });
  expect((await one(copy)).comparison).toMatchObject({ other: a, margin: 0 });
  expect((await one(copy)).comparison).not.toHaveProperty('copyOf');
  await engine.compare(a, other);
  await engine.compare(copy, a);
  await engine.dispose();
  expect((await one(a)).comparison).toMatchObject({ other, verdict: 'a' });
});

test('a renamed clip keeps its quality and is hashed once', async () => {
  const [best] = await ranked();
  const moved = join(folder, 'renamed.mp4');
  renameSync(best, moved);
  expect((await one(moved)).ranking).toMatchObject({ rank: 1, of: 3 });
  expect((await one(best)).state).toBe('missing');
  const hash = vi.fn(refused);
  expect((await one(moved, later(hash))).ranking).toMatchObject({ rank: 1 });
  expect(hash).not.toHaveBeenCalled();
});

test('a replaced clip is unknown, and known again when the old content is back', async () => {
  const [best] = await ranked();
  clip(folder, 'best.mp4', { quality: 3, salt: 'x' });
  expect(await one(best)).toMatchObject({ state: 'unknown', ranking: null, facts: null });
  clip(folder, 'best.mp4', { quality: 3 });
  expect((await one(best)).ranking).toMatchObject({ rank: 1 });
});

test('a file of a length that no known clip has is not read', async () => {
  await ranked();
  const other = join(folder, 'other.mp4');
  writeFileSync(other, 'x'.repeat(5000));
  expect((await one(other, later(refused))).state).toBe('unknown');
});

test('states: missing, unknown, measured, failed with the reason', async () => {
  const { engine } = started();
  const measured = clip(folder, 'measured.mp4');
  const broken = join(folder, 'broken.mp4');
  writeFileSync(broken, 'no video');
  await engine.probe(measured);
  await engine.rank(folder, [broken, measured]);
  await engine.dispose();
  const unknown = clip(folder, 'unknown.mp4', { salt: 'something longer than the others' });
  const asked = later();
  const found = await asked.quality([join(folder, 'gone.mp4'), unknown, broken, folder]);
  await asked.dispose();
  expect(found.map(({ state }) => state)).toEqual(['missing', 'unknown', 'failed', 'missing']);
  expect(found[2]!.error).toMatchObject({ code: 'media/not-a-video' });
  const { engine: again } = started();
  const fresh = clip(folder, 'fresh.mp4', { quality: 5 });
  await again.probe(fresh);
  await again.dispose();
  expect((await one(fresh)).state).toBe('measured');
});

test('an equal file in another folder shows the ranking of its own folder', async () => {
  await ranked();
  const other = join(folder, 'other');
  mkdirSync(other);
  const { engine } = started();
  const copies = [clip(other, 'copy.mp4', { quality: 3 }), clip(other, 'top.mp4', { quality: 9 })];
  await engine.rank(other, copies);
  await engine.dispose();
  expect((await one(copies[0]!)).ranking).toMatchObject({ folder: other, rank: 2, of: 2 });
  expect((await one(join(folder, 'best.mp4'))).ranking).toMatchObject({ folder, rank: 1, of: 3 });
});

test('a new ranking of a folder replaces what was known of its clips', async () => {
  const paths = await ranked();
  const { engine } = started();
  await engine.rank(folder, [...paths, clip(folder, 'top.mp4', { quality: 8 })]);
  await engine.dispose();
  expect((await one(paths[0])).ranking).toMatchObject({ rank: 2, of: 4 });
});

/** Rank and number of clips, as told of each. */
async function told(paths: readonly string[], engine = later()) {
  const found = await engine.quality([...paths]);
  await engine.dispose();
  return found.map(({ ranking }) => ranking && `${ranking.rank} of ${ranking.of}`);
}

test('some clips ranked apart leave the places in the ranking of their folder', async () => {
  const { engine } = started();
  const paths = [3, 1, 0, -2].map((quality, i) => clip(folder, `${i}.mp4`, { quality }));
  await engine.rank(folder, paths, { whole: true });
  await engine.rank(folder, paths.slice(1, 3));
  await engine.dispose();
  const asked = later();
  const found = await asked.quality(paths);
  await asked.dispose();
  expect(found.map(({ ranking }) => `${ranking!.rank} of ${ranking!.of}`)).toEqual([
    '1 of 4',
    '2 of 4',
    '3 of 4',
    '4 of 4',
  ]);
  expect(new Set(found.map(({ ranking }) => ranking!.id)).size).toBe(1);
});

test('chosen clips ranked before their folder was are told from the larger ranking', async () => {
  const { engine } = started();
  const paths = [3, 1, 0].map((quality, i) => clip(folder, `${i}.mp4`, { quality }));
  await engine.rank(folder, paths);
  await engine.rank(folder, paths.slice(1));
  await engine.dispose();
  expect(await told(paths)).toEqual(['1 of 3', '2 of 3', '3 of 3']);
});

test('a choice of clips of which one went away is the same ranking still', async () => {
  const { engine } = started();
  const paths = [3, 1, 0].map((quality, i) => clip(folder, `${i}.mp4`, { quality }));
  await engine.rank(folder, paths);
  await engine.rank(folder, paths.slice(1), { chosen: paths });
  await engine.dispose();
  expect(await told(paths)).toEqual([null, '1 of 2', '2 of 2']);
});

test('a clip that is left out of the folder or went away loses its place in it', async () => {
  const { engine } = started();
  const paths = [3, 1, 0, -2].map((quality, i) => clip(folder, `${i}.mp4`, { quality }));
  await engine.rank(folder, paths, { whole: true });
  const moved = join(scratch(), 'elsewhere.mp4');
  renameSync(paths[3]!, moved);
  await engine.rank(folder, paths.slice(1, 3), { whole: true });
  await engine.dispose();
  expect(await told([...paths.slice(0, 3), moved])).toEqual([null, '1 of 2', '2 of 2', null]);
});

test('a running ranking does not take places away; the finished one does', async () => {
  const store = await openStore({ folder: storePath });
  const rows = (...hashes: string[]) => hashes.map((hash) => ({ hash, place: hash, ranking: { rank: 1 } as never }));
  const kept = () => ['a', 'b'].map((hash) => store.quality.rankings(hash).length);
  store.quality.putRanking({ id: '/f', model: 'm', rows: rows('a', 'b'), ended: true });
  store.quality.putRanking({ id: '/f', model: 'm', rows: rows('a'), ended: false });
  expect(kept()).toEqual([1, 1]);
  store.quality.putRanking({ id: '/f', model: 'm', rows: rows('a'), ended: true });
  expect(kept()).toEqual([1, 0]);
  store.close();
});

test('what an earlier model said is not told as if the present one had', async () => {
  const paths = await ranked();
  const { engine } = started();
  const [a, b] = [clip(folder, 'a.mp4', { quality: 2 }), clip(folder, 'b.mp4', { quality: 0 })];
  await engine.compare(a, b);
  await engine.dispose();
  const newer = () =>
    fakeEngine({ storePath }, { readModelInfo: () => ({ name: 'fake', version: '2', hash: 'newer-hash' }) }).engine;
  for (const path of [...paths, a])
    expect(await one(path, newer())).toMatchObject({ state: 'measured', ranking: null, comparison: null });
  expect(await told(paths, started().engine)).toEqual(['1 of 3', '2 of 3', '3 of 3']);
});

test('without a store everything that is there is unknown', async () => {
  const { engine } = fakeEngine();
  const path = clip(folder, 'a.mp4');
  expect((await engine.quality([path, join(folder, 'gone.mp4')])).map(({ state }) => state)).toEqual([
    'unknown',
    'missing',
  ]);
  await engine.dispose();
});

test('more than 500 clips at once are refused', async () => {
  const { engine } = started();
  const paths = Array.from({ length: MOST_CLIPS + 1 }, (_, i) => `/clips/${i}.mp4`);
  await expect(engine.quality(paths)).rejects.toMatchObject({ code: 'usage' });
  expect(await engine.quality(paths.slice(1))).toHaveLength(MOST_CLIPS);
  await engine.dispose();
});

test('a running ranking is kept now and then, its first rough table is not', async () => {
  const store = await openStore({ folder: storePath });
  let clock = 0;
  const told: WorkerEvent[] = [];
  const clips = [{ place: 'a.mp4', facts: { hash: 'h' } }];
  const keep = keepingRanking(
    store,
    { folder, reference: null, clips, chosen: null, model: 'model-hash' },
    (e) => told.push(e),
    () => clock,
  );
  const rows = (stage: 'probe' | 'compare' | 'done', rank: number) =>
    ({
      type: 'rankRows',
      rows: [{ path: 'a.mp4', rank, score: 0.5, interval95: [0, 1], toReference: null, mainDefect: null }],
      progress: { stage, comparisons: 3 },
    }) as RankEvent;
  const kept = () => store.quality.rankings('h')[0]?.ranking.rank;
  keep(rows('compare', 1));
  expect(kept()).toBeUndefined();
  clock = 20_000;
  keep(rows('probe', 2));
  expect(kept()).toBeUndefined();
  keep(rows('compare', 3));
  expect(kept()).toBe(3);
  keep(rows('compare', 4));
  expect(kept()).toBe(3);
  keep(rows('done', 5));
  expect(kept()).toBe(5);
  expect(told).toHaveLength(5);
  store.close();
});

test.each([
  ['B is soft by 1.5 points. And noisy.', 'B is soft by 1.5 points.'],
  ['No full stop', 'No full stop'],
  ['', ''],
])('the first sentence of "%s"', (text, sentence) => {
  expect(firstSentence(text)).toBe(sentence);
});
