/** What a ranking keeps and tells: resumption after a cancel, new and broken clips, groups, reference, events, known pairs. */
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { RankRow, WorkerEvent } from '../../../src/protocol/index.js';
import { clip, fakeEngine, scratch } from '../compare/fakes.js';

let folder: string;
let storePath: string;
beforeEach(() => {
  folder = scratch();
  storePath = join(folder, 'store');
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const COUNT = 40;
/** Clips of different quality, each another file. */
const clips = (count = COUNT) =>
  Array.from({ length: count }, (_, k) =>
    clip(folder, `clip${String(k).padStart(2, '0')}.mp4`, { quality: Math.sin(7 * k) * 4, salt: String(k) }),
  );

const rowsOf = (events: WorkerEvent[]) => events.flatMap((e) => (e.type === 'rankRows' ? [e] : []));

describe('a second run', () => {
  test('goes on where a cancelled one was, makes nothing twice, and comes to what one run comes to', async () => {
    const paths = clips();
    const whole = fakeEngine();
    const expected = await whole.engine.rank(folder, paths);
    const first = fakeEngine({ storePath });
    const stop = new AbortController();
    const watch = setInterval(() => first.counts.glances > 60 && stop.abort(), 1);
    await expect(first.engine.rank(folder, paths, { signal: stop.signal })).rejects.toMatchObject({
      code: 'cancelled',
    });
    clearInterval(watch);
    await first.engine.dispose();
    const second = fakeEngine({ storePath });
    const ranking = await second.engine.rank(folder, paths);
    await second.engine.dispose();
    expect(first.counts.glances).toBeGreaterThan(60);
    // The one in flight may be lost.
    expect(first.counts.glances + second.counts.glances).toBeLessThanOrEqual(ranking.comparisons + 1);
    expect(second.counts.probes).toBe(0);
    const decodes = [...first.counts.decodes, ...second.counts.decodes];
    expect(decodes.length - new Set(decodes).size).toBeLessThanOrEqual(3);
    expect(ranking.clips.map((c) => c.path)).toEqual(expected.clips.map((c) => c.path));
  });

  test('places a new clip with few comparisons, forgets a removed one, and sees a changed one', async () => {
    const paths = clips();
    const first = fakeEngine({ storePath });
    await first.engine.rank(folder, paths);
    const made = first.counts.glances;
    const added = clip(folder, 'new.mp4', { quality: 9 });
    const more = await first.engine.rank(folder, [...paths, added]);
    expect(more.clips[0]!.path).toBe('new.mp4');
    expect(first.counts.glances - made).toBeLessThanOrEqual(4 * Math.log2(COUNT + 1));
    expect(first.counts.decodes).toHaveLength(COUNT + 1);
    const before = first.counts.glances;
    const less = await first.engine.rank(folder, paths.slice(1));
    expect(less.clips).toHaveLength(COUNT - 1);
    expect(first.counts.glances - before).toBeLessThanOrEqual(10);
    clip(folder, 'clip01.mp4', { quality: -9, salt: 'changed' });
    const changed = await first.engine.rank(folder, paths);
    expect(changed.clips.at(-1)!.path).toBe('clip01.mp4');
    expect(first.counts.decodes).toHaveLength(COUNT + 2);
    await first.engine.dispose();
  });

  test('asks nothing of old clips when a new one joins a large folder', async () => {
    const paths = clips(60);
    const first = fakeEngine({ storePath });
    await first.engine.rank(folder, paths);
    const made = first.counts.glances;
    for (const name of ['a-first.mp4', 'm.mp4', 'z-last.mp4']) {
      const before = first.counts.glances;
      await first.engine.rank(folder, [...paths, clip(folder, name, { quality: 0.1, salt: name })]);
      // As many as the others have on average, and one or two more of a round.
      expect(first.counts.glances - before).toBeLessThanOrEqual((2 * made) / 60 + 3);
    }
    await first.engine.dispose();
  });

  test('tells broken clips at once, without trying them again unless everything is to be fresh', async () => {
    const paths = clips(3);
    const broken = join(folder, 'broken.mp4');
    writeFileSync(broken, 'text');
    const first = fakeEngine({ storePath });
    await first.engine.rank(folder, [...paths, broken]);
    expect(first.counts.probes).toBe(4);
    const again = await first.engine.rank(folder, [...paths, broken]);
    expect(first.counts.probes).toBe(4);
    expect(again.clips.at(-1)).toMatchObject({ path: 'broken.mp4', error: { code: 'media/not-a-video' } });
    await first.engine.rank(folder, [...paths, broken], { retry: [broken] });
    expect(first.counts.probes, 'only the one to be read anew').toBe(5);
    const fresh = await first.engine.rank(folder, [...paths, broken], { fresh: true });
    expect(first.counts.probes).toBe(9);
    expect(first.counts.glances).toBe(6);
    expect(fresh.comparisons).toBe(3);
    clip(folder, 'broken.mp4', { quality: 20 });
    const mended = await first.engine.rank(folder, [...paths, broken]);
    expect(mended.clips[0]!.path).toBe('broken.mp4');
    await first.engine.dispose();
  });

  test('nothing but broken clips is a ranking of failures', async () => {
    const paths = ['a.mp4', 'b.mp4'].map((name) => join(folder, name));
    for (const path of paths) writeFileSync(path, 'text');
    const ranking = await fakeEngine().engine.rank(folder, paths);
    expect(ranking.clips.map((c) => [c.rank, c.error?.code])).toEqual([
      [null, 'media/not-a-video'],
      [null, 'media/not-a-video'],
    ]);
    expect(ranking.comparisons).toBe(0);
  });
});

describe('events', () => {
  test('tell every clip once more when its time line is known, and rows that end as the ranking does', async () => {
    const paths = clips(8);
    const broken = join(folder, 'broken.mp4');
    writeFileSync(broken, 'text');
    const events: WorkerEvent[] = [];
    const ranking = await fakeEngine().engine.rank(folder, [...paths, broken], { onEvent: (e) => events.push(e) });
    const told = events.flatMap((e) => (e.type === 'rankClip' ? [e] : []));
    expect(told).toHaveLength(2 * 8 + 1);
    expect(told.filter((e) => e.facts?.timeline)).toHaveLength(8);
    expect(told.find((e) => e.path === 'broken.mp4')).toMatchObject({
      facts: null,
      error: { code: 'media/not-a-video' },
    });
    const tables = rowsOf(events);
    expect(tables[0]!.rows.every((row) => row.status === 'waiting')).toBe(true);
    const last = tables.at(-1)!;
    expect(last.rows.map((row) => [row.path, row.rank, row.score])).toEqual(
      ranking.clips.map((c) => [c.path, c.rank, c.score]),
    );
    expect(last.progress).toMatchObject({
      stage: 'done',
      clips: 9,
      encoded: 8,
      failed: 1,
      comparisons: 28,
      expected: 28,
    });
    expect(last.rows.at(-1)!.status).toBe('failed');
    const best = last.rows[0]!;
    expect([best.wins + best.ties, best.losses]).toEqual([7, 0]);
  });

  test('a budget too small for all leaves clips measured, without a rank', async () => {
    const events: WorkerEvent[] = [];
    const ranking = await fakeEngine().engine.rank(folder, clips(20), { budget: 5, onEvent: (e) => events.push(e) });
    expect(ranking.comparisons).toBe(5);
    expect(ranking.clips.filter((c) => c.rank !== null)).toHaveLength(6);
    expect(
      rowsOf(events)
        .at(-1)!
        .rows.filter((row) => row.status === 'measured'),
    ).toHaveLength(14);
  });
});

describe('options', () => {
  const rank = async (paths: string[], options: object): Promise<RankRow[]> => {
    const events: WorkerEvent[] = [];
    await fakeEngine().engine.rank(folder, paths, { ...options, onEvent: (e) => events.push(e) });
    return rowsOf(events).at(-1)!.rows;
  };

  test('a reference: margins against it with intervals, 0 for itself', async () => {
    const paths = clips(5);
    const rows = await rank(paths, { reference: paths[2] });
    const reference = rows.find((row) => row.path === 'clip02.mp4')!;
    expect(reference.toReference).toEqual({ margin: 0, interval95: [0, 0] });
    for (const row of rows) {
      expect(row.toReference!.margin).toBeCloseTo(row.score! - reference.score!, 10);
      if (row !== reference) expect(row.toReference!.interval95[0]).toBeLessThan(row.toReference!.margin);
    }
  });

  test('groups by the beginning of the names, with ranks of their own', async () => {
    const names = { 'a_crf20.mp4': 3, 'a_crf40.mp4': 1, 'b-1080p.mkv': 2, 'b-360p.mkv': 0, 'alone.mp4': -1 };
    const paths = Object.entries(names).map(([name, quality]) => clip(folder, name, { quality }));
    const rows = await rank(paths, { grouping: 'name' });
    expect(rows.map((row) => [row.path, row.group, row.rankInGroup])).toEqual([
      ['a_crf20.mp4', 'a', 1],
      ['b-1080p.mkv', 'b', 1],
      ['a_crf40.mp4', 'a', 2],
      ['b-360p.mkv', 'b', 2],
      ['alone.mp4', 'alone', 1],
    ]);
  });

  test('groups by content: what the model says shows the same stands together', async () => {
    const rows = await rank(clips(4), { grouping: 'content' });
    expect(new Set(rows.map((row) => row.group))).toEqual(new Set(['clip0']));
    expect(rows.map((row) => row.rankInGroup)).toEqual([1, 2, 3, 4]);
  });

  test('copies of one file are a tie and share a rank', async () => {
    const paths = ['x.mp4', 'y.mp4', 'z.mp4'].map((name) => clip(folder, name, { quality: 1 }));
    const rows = await rank([...paths, clip(folder, 'low.mp4', { quality: -1 })], {});
    expect(rows.map((row) => [row.path, row.rank])).toEqual([
      ['x.mp4', 1],
      ['y.mp4', 1],
      ['z.mp4', 1],
      ['low.mp4', 4],
    ]);
  });

  test('a larger clip among those read later changes the size, and the first table does not count', async () => {
    const paths = clips(30);
    const large = clip(folder, 'z-large.mp4', { quality: 8, width: 640, height: 360 });
    const { engine, counts } = fakeEngine();
    const ranking = await engine.rank(folder, [...paths, large]);
    expect(ranking.clips.map((c) => c.rank)).toEqual(Array.from({ length: 31 }, (_, k) => k + 1));
    expect(ranking.clips[0]!.path).toBe('z-large.mp4');
    expect(counts.glances - ranking.comparisons).toBeLessThanOrEqual(15);
  });

  test('fresh makes every clip and comparison anew, once', async () => {
    const paths = clips(30);
    const { engine, counts } = fakeEngine({ storePath });
    const first = await engine.rank(folder, paths);
    const [decodes, glances] = [counts.decodes.length, counts.glances];
    const again = await engine.rank(folder, paths, { fresh: true });
    expect(counts.decodes.length).toBe(2 * decodes);
    expect(counts.glances).toBe(2 * glances);
    expect(again.clips).toEqual(first.clips);
    await engine.dispose();
  });

  test('every pair where that is wanted', async () => {
    const ranking = await fakeEngine().engine.rank(folder, clips(15), { allPairs: true });
    expect(ranking.comparisons).toBe(105);
  });
});

test('the pairs that were compared can be asked for, in either order', async () => {
  const paths = clips(4);
  const { engine } = fakeEngine({ storePath });
  expect(await engine.rankPairs(folder, paths)).toEqual([]);
  await engine.rank(folder, paths);
  const pairs = await engine.rankPairs(folder, paths.toReversed());
  expect(pairs).toHaveLength(6);
  const quality = (name: string) => Math.sin(7 * Number(/\d+/.exec(name)![0])) * 4;
  for (const { a, b, margin } of pairs) expect(margin).toBeCloseTo(quality(a) - quality(b), 5);
  await engine.dispose();
});
