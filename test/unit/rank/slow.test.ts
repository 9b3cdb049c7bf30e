/** Clips that are slow to decode hold up nobody else, and change nothing of what comes out. */
import { rmSync } from 'node:fs';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { mulberry32, shuffled } from '../../../src/engine/random.js';
import { Schedule } from '../../../src/engine/rank/schedule.js';
import { VersusqError, type Ranking, type WorkerEvent } from '../../../src/protocol/index.js';
import { clip, fakeEngine, scratch } from '../compare/fakes.js';
import { decodingEngine } from './decoding.js';
import { edgesOf, STD_DEV, world } from './worlds.js';

let folder: string;
beforeEach(() => {
  folder = scratch();
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const COUNT = 30;
const clips = (): string[] =>
  Array.from({ length: COUNT }, (_, k) =>
    clip(folder, `clip${String(k).padStart(2, '0')}.mp4`, { quality: Math.sin(7 * k) * 4, salt: String(k) }),
  );
/** The clips of the first table. */
const firstOf = (paths: string[]): string[] => shuffled(paths, mulberry32(1)).slice(0, 6);
const essence = ({ clips, comparisons, inconsistency }: Ranking): object => ({ clips, comparisons, inconsistency });

/** Decodes of `slow` end when those of all others did. */
function waitingFor(slow: readonly string[], settings = {}) {
  let [ended, release]: [number, () => void] = [0, () => undefined];
  const gate = new Promise<void>((resolve) => (release = resolve));
  return decodingEngine(async ({ path }) => {
    if (slow.includes(path)) await gate;
    else if (++ended === COUNT - slow.length) setTimeout(release, 20);
  }, settings);
}

test('a clip of the first table that is slow lets all others be decoded, and the ranking is the same', async () => {
  const paths = clips();
  const expected = essence(await fakeEngine().engine.rank(folder, paths));
  for (const slow of firstOf(paths)) {
    const { engine, counts } = waitingFor([slow]);
    expect(essence(await engine.rank(folder, paths))).toEqual(expected);
    expect(counts.decodes).toHaveLength(COUNT);
  }
});

test('the table ranks the others while one of the first is slow, and tells nothing of the few once all are known', async () => {
  const paths = clips();
  const slow = firstOf(paths)[3]!;
  const events: WorkerEvent[] = [];
  const { engine, counts } = waitingFor([slow]);
  await engine.rank(folder, paths, { onEvent: (e) => events.push(e) });
  const tables = events.flatMap((e) => (e.type === 'rankRows' ? [e] : []));
  const stages = tables.map(({ progress }) => progress.stage);
  expect(stages.lastIndexOf('probe')).toBeLessThan(stages.findIndex((stage) => stage !== 'probe'));
  expect(tables.at(-1)!.rows.every(({ rank }) => rank !== null)).toBe(true);
  expect(new Set(counts.decodes).size).toBe(COUNT);
});

test('a clip of the first table fails alike whether it does so at once or late, and is told once', async () => {
  const paths = clips();
  const bad = firstOf(paths)[2]!;
  const failing = (wait: number) =>
    decodingEngine(async ({ path }) => {
      if (path !== bad) return;
      await new Promise((resolve) => setTimeout(resolve, wait));
      throw new VersusqError('media/decode-failed', 'It cannot be decoded.', { path });
    });
  const found: object[] = [];
  for (const wait of [0, 300]) {
    const events: WorkerEvent[] = [];
    const { engine } = failing(wait);
    const ranking = await engine.rank(folder, paths, { onEvent: (e) => events.push(e) });
    expect(ranking.clips.at(-1)).toMatchObject({ path: bad.slice(folder.length + 1), rank: null });
    expect(events.filter((e) => e.type === 'rankClip' && e.error)).toHaveLength(1);
    found.push(essence(ranking));
  }
  expect(found[1]).toEqual(found[0]);
});

test('a first table at another size than that of all is waited for before the ranking ends', async () => {
  const paths = clips();
  const large = clip(folder, 'z-large.mp4', { quality: 8, width: 640, height: 360 });
  expect(firstOf([...paths, large])).not.toContain(large);
  let running = 0;
  const slow = firstOf([...paths, large])[0]!;
  let times = 0;
  const { engine } = decodingEngine(async ({ path }) => {
    running++;
    if (path === slow && times++ === 0) await new Promise((resolve) => setTimeout(resolve, 400));
    running--;
  });
  const ranking = await engine.rank(folder, [...paths, large]);
  expect(ranking.clips[0]!.path).toBe('z-large.mp4');
  expect(running).toBe(0);
});

test('a budget that is just enough connects every clip', async () => {
  for (const budget of [COUNT - 1, COUNT + 5]) {
    const ranking = await fakeEngine().engine.rank(folder, clips(), { budget });
    expect(ranking.comparisons).toBe(budget);
    expect(ranking.clips.every(({ rank }) => rank !== null)).toBe(true);
  }
});

test('the clip that all others wait for is a cheap one: without the dearest, the others have their order', () => {
  for (let seed = 1; seed <= 20; seed++) {
    const { margin } = world(COUNT, seed);
    const random = mulberry32(seed);
    const costs = Array.from({ length: COUNT }, () => random());
    const dearest = costs.indexOf(Math.max(...costs));
    const schedule = new Schedule(COUNT, { seed, costs });
    for (const item of schedule.order) if (item !== dearest) schedule.settle(item, true);
    for (const [i, j] of schedule.next()) schedule.add({ i, j, margin: margin(i, j), stdDev: STD_DEV });
    expect(schedule.edges.mainPart()).toHaveLength(COUNT - 1);
  }
});

test('what is known keeps its anchor, whatever the costs', () => {
  const { margin } = world(COUNT, 3);
  const schedule = new Schedule(COUNT, {});
  for (const item of schedule.order) schedule.settle(item, true);
  for (const [i, j] of schedule.next()) schedule.add({ i, j, margin: margin(i, j), stdDev: STD_DEV });
  const anchor = schedule.order[0]!;
  const costs = Array.from({ length: COUNT }, (_, item) => Number(item === anchor));
  expect(new Schedule(COUNT, { costs }, edgesOf(schedule)).order[0]).toBe(anchor);
});
