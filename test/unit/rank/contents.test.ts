/** Folders of several contents, each with several clips: what margins of two contents have in common, and the schedule that counts on it. */
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { kendall } from '../../../src/engine/bench/metrics.js';
import { mulberry32, shuffled } from '../../../src/engine/random.js';
import { EdgeList } from '../../../src/engine/rank/edges.js';
import { acrossContents } from '../../../src/engine/rank/gain.js';
import { alike } from '../../../src/engine/rank/groups.js';
import { solveScale, type Edge } from '../../../src/engine/rank/scale.js';
import { Schedule, type ScheduleOptions } from '../../../src/engine/rank/schedule.js';
import { STD_DEV, world, type Margin } from './worlds.js';

const CLIPS_EACH = 10;
const contentOf = (item: number): number => Math.floor(item / CLIPS_EACH);

const normal = (random: () => number): number =>
  Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());

/**
 * As on 169 real clips (docs/ranking.md). Of what the scale leaves between contents (0.58 root mean square), 69 % of the squares is
 * one amount for every two contents (`common`), 28 % more is of one clip against one content (`own`, for each of the two clips), the
 * rest of the pair alone (`noise`). Margins within one content are off by `within`.
 */
const REAL = { common: 0.48, own: 0.217, noise: 0.1, within: 1.9, spread: 2 };

function contents(count: number, seed: number, real = REAL): Margin {
  const { margin } = world(count, seed, real);
  const draw = (a: number, b: number, kind: number): number =>
    normal(mulberry32(a * 1009 + b + seed * 7919 + kind * 1_000_003));
  return (i, j) => {
    const [a, b] = [contentOf(i), contentOf(j)];
    if (a === b) return margin(i, j) + Math.sign(j - i) * real.within * draw(Math.min(i, j), Math.max(i, j), 0);
    const apart = a < b ? draw(a, b, 1) : -draw(b, a, 1);
    return margin(i, j) + real.common * apart + real.own * (draw(i, b, 2) - draw(j, a, 2));
  };
}

const edge = (margin: Margin, i: number, j: number): Edge => ({
  i,
  j,
  margin: margin(i, j),
  stdDev: STD_DEV,
  same: contentOf(i) === contentOf(j),
});

function run(count: number, margin: Margin, options: ScheduleOptions = {}, order = (items: Int32Array) => [...items]) {
  const looks = () => Array.from({ length: count }, (_, item) => contentOf(item));
  const schedule = new Schedule(count, { looks, ...options });
  for (const item of order(schedule.order)) schedule.settle(item, true);
  for (let pairs = schedule.next(); pairs.length > 0; pairs = schedule.next())
    for (const [i, j] of pairs) schedule.add(edge(margin, i, j));
  return schedule;
}

const everyPair = (count: number, margin: Margin): Edge[] =>
  Array.from({ length: count }, (_, i) => Array.from({ length: i }, (_, j) => edge(margin, j, i))).flat();
const mean = (values: number[]): number => values.reduce((a, b) => a + b, 0) / values.length;
const unmarked = (edges: Edge[]): Edge[] => edges.map((e) => ({ ...e, same: false }));
const told = ({ edges }: Schedule): Edge[] =>
  Array.from({ length: edges.size }, (_, k) => ({
    i: edges.i[k]!,
    j: edges.j[k]!,
    margin: edges.margin[k]!,
    stdDev: edges.stdDev[k]!,
    same: edges.same[k] === 1,
  }));

test('with 8 % of the pairs the order is nearer to that of all than where contents are not known, by either scale of all pairs', () => {
  const count = 200;
  const found = [1, 2, 3].map((seed) => {
    const margin = contents(count, seed);
    const all = everyPair(count, margin);
    const marked = solveScale(count, all, { intervals: false, trust: 'equal' }).scores;
    const plain = solveScale(count, unmarked(all), { intervals: false, trust: 'equal' }).scores;
    const [known, unknown] = [run(count, margin), new Schedule(count)];
    for (const item of unknown.order) unknown.settle(item, true);
    for (let pairs = unknown.next(); pairs.length > 0; pairs = unknown.next())
      for (const [i, j] of pairs) unknown.add({ ...edge(margin, i, j), same: false });
    expect(known.edges.size).toBeLessThanOrEqual(0.08 * ((count * (count - 1)) / 2));
    const { scores, reach } = known.posterior();
    return {
      marked: kendall(scores, marked)!,
      plain: kendall(scores, plain)!,
      unknown: kendall(unknown.posterior().scores, plain)!,
      cover: marked.filter((score, k) => Math.abs(score - scores[k]!) <= reach[k]!).length / count,
    };
  });
  const at = (name: keyof (typeof found)[number]): number => mean(found.map((f) => f[name]));
  expect(at('marked')).toBeGreaterThan(0.965);
  expect(at('plain')).toBeGreaterThan(at('unknown') + 0.01);
  // Real clips: 96 % (docs/ranking.md).
  expect(at('cover')).toBeGreaterThan(0.93);
  expect(at('cover')).toBeLessThan(0.99);
});

test('a scale of contents keeps the properties of a scale: negated, shifted, told in another order', () => {
  const folder = fc.record({ clips: fc.integer({ min: 25, max: 60 }), seed: fc.integer({ min: 1, max: 1000 }) });
  fc.assert(
    fc.property(folder, fc.double({ min: -3, max: 3, noNaN: true }), ({ clips, seed }, better) => {
      const edges = told(run(clips, contents(clips, seed)));
      const scores = (list: Edge[]) => new Schedule(clips, {}, list).posterior({ intervals: false }).scores;
      const before = scores(edges);
      scores(edges.map((e) => ({ ...e, margin: 0 - e.margin }))).forEach((s, k) =>
        expect(s).toBeCloseTo(-before[k]!, 5),
      );
      scores(shuffled(edges, mulberry32(seed))).forEach((s, k) => expect(s).toBe(before[k]));
      const shifted = edges.map((e) => ({ ...e, margin: e.margin + (e.i === 0 ? better : e.j === 0 ? -better : 0) }));
      const after = scores(shifted);
      for (let k = 1; k < clips; k++) expect(after[0]! - after[k]! - (before[0]! - before[k]!)).toBeCloseTo(better, 4);
    }),
    { numRuns: 10 },
  );
});

test('the same seed asks the same, in whatever order clips become ready', () => {
  const margin = contents(60, 3);
  const pairs = (schedule: Schedule): string[] =>
    told(schedule)
      .map(({ i, j }) => `${i} ${j}`)
      .sort();
  expect(pairs(run(60, margin, {}, (items) => [...items].reverse()))).toEqual(pairs(run(60, margin)));
});

test('where every clip shows something else, or all the same, nothing changes', () => {
  const { margin } = world(40, 5);
  const edges = everyPair(40, margin).map((e) => ({ ...e, margin: margin(e.i, e.j) }));
  const plain = solveScale(40, unmarked(edges), { trust: 'equal' });
  const all = solveScale(
    40,
    edges.map((e) => ({ ...e, same: true })),
    { trust: 'equal' },
  );
  const few = solveScale(
    40,
    edges.map((e) => ({ ...e, same: e.i === 0 && e.j === 1 })),
    { trust: 'equal' },
  );
  expect(few.scores).toEqual(plain.scores);
  expect(kendall(all.scores, plain.scores)).toBe(1);
});

test('clips of one content are linked by comparisons, and each clip meets many contents', () => {
  const count = 120;
  const schedule = run(count, contents(count, 2));
  const content = schedule.edges.contents();
  content.forEach((name, item) => expect(name).toBe(contentOf(item) * CLIPS_EACH));
  const met = Array.from({ length: count }, () => new Set<number>());
  for (const { i, j } of told(schedule)) {
    met[i]!.add(contentOf(j));
    met[j]!.add(contentOf(i));
  }
  // 13 comparisons a clip: by chance alone, partners would be of 8 of the 12 contents.
  expect(mean(met.map(({ size }) => size))).toBeGreaterThan(9.5);
});

test('a round across contents asks no two of one content, nothing twice, nothing that was asked', () => {
  const count = 50;
  const items = Int32Array.from({ length: count }, (_, k) => k);
  const taken = (i: number, j: number): boolean => (i + j) % 3 === 0;
  const pairs = acrossContents(
    { items, degrees: new Int32Array(count) },
    40,
    items.map(contentOf),
    new Map(),
    mulberry32(1),
    taken,
  );
  expect(pairs.length).toBeGreaterThan(20);
  expect(new Set(pairs.map(String)).size).toBe(pairs.length);
  for (const [i, j] of pairs) {
    expect(contentOf(i)).not.toBe(contentOf(j));
    expect(taken(i, j)).toBe(false);
  }
});

test('looks that are alike have one number; what is not known is alone', () => {
  const look = (...values: number[]): Float32Array => Float32Array.from(values);
  expect([...alike([look(1, 0), null, look(0, 1), look(0.999, 0.04), null])]).toEqual([0, 1, 2, 0, 4]);
});

test('comparisons of one content join its clips, whatever stands between', () => {
  const list = EdgeList.from(5, [
    { i: 4, j: 1, margin: 1, stdDev: 1, same: true },
    { i: 1, j: 2, margin: 1, stdDev: 1 },
    { i: 3, j: 4, margin: 1, stdDev: 1, same: true },
  ]);
  expect([...list.contents()]).toEqual([0, 1, 2, 1, 1]);
  expect([...list.sorted().contents()]).toEqual([0, 1, 2, 1, 1]);
});
