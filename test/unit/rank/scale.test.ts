/** Margins of pairs to one scale: properties that hold for any margins, and recovery of a known scale. */
import { expect, test } from 'vitest';
import { invertPositive } from '../../../src/engine/rank/invert.js';
import { solveScale, type Edge } from '../../../src/engine/rank/scale.js';

/** A small seeded generator (mulberry32), so that every run draws the same. */
function random(seed: number): () => number {
  return () => {
    seed = (seed + 0x6d2b79f5) | 0;
    let t = Math.imul(seed ^ (seed >>> 15), 1 | seed);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}
const normal = (r: () => number) => Math.sqrt(-2 * Math.log(1 - r())) * Math.cos(2 * Math.PI * r());

function draw(seed: number, count: number, noise: number, outliers = 0): { truth: number[]; edges: Edge[] } {
  const r = random(seed);
  const truth = Array.from({ length: count }, () => 2 * normal(r));
  const edges: Edge[] = [];
  for (let i = 0; i < count; i++)
    for (let j = i + 1; j < count; j++) {
      const wrong = r() < outliers;
      const margin = wrong ? 20 * (r() - 0.5) : truth[i]! - truth[j]! + noise * normal(r);
      edges.push({ i, j, margin, stdDev: 0.3 + 0.3 * r() });
    }
  return { truth, edges };
}

const mean = (v: ArrayLike<number>) => Array.from(v).reduce((a, b) => a + b, 0) / v.length;
function correlation(x: ArrayLike<number>, y: ArrayLike<number>): number {
  const [mx, my] = [mean(x), mean(y)];
  let [xy, xx, yy] = [0, 0, 0];
  for (let i = 0; i < x.length; i++) {
    xy += (x[i]! - mx) * (y[i]! - my);
    xx += (x[i]! - mx) ** 2;
    yy += (y[i]! - my) ** 2;
  }
  return xy / Math.sqrt(xx * yy);
}
const expectClose = (x: ArrayLike<number>, y: ArrayLike<number>, digits = 7) =>
  Array.from(x).forEach((v, i) => expect(v).toBeCloseTo(y[i]!, digits));

test('consistent margins give back their scale exactly, with mean 0 and no inconsistency', () => {
  const { truth, edges } = draw(1, 12, 0);
  const { scores, inconsistency } = solveScale(12, edges);
  expectClose(
    scores,
    truth.map((t) => t - mean(truth)),
  );
  expect(Math.abs(mean(scores))).toBeLessThan(1e-12);
  expect(inconsistency).toBeLessThan(1e-12);
});

test('a known scale is recovered with a tenth of the margins being nonsense', () => {
  for (const seed of [2, 3, 4]) {
    const { truth, edges } = draw(seed, 30, 0.3, 0.1);
    const { scores, inconsistency } = solveScale(30, edges);
    expect(correlation(scores, truth)).toBeGreaterThan(0.99);
    const worst = Math.max(...truth.map((t, i) => Math.abs(t - mean(truth) - scores[i]!)));
    expect(worst).toBeLessThan(0.5);
    expect(inconsistency).toBeGreaterThan(0);
    expect(inconsistency).toBeLessThan(0.5);
  }
});

test('negated margins negate the scale; turned-round edges change nothing', () => {
  const { edges } = draw(5, 15, 0.5, 0.1);
  const { scores, reach } = solveScale(15, edges);
  const negated = solveScale(
    15,
    edges.map((e) => ({ ...e, margin: -e.margin })),
  );
  expectClose(
    negated.scores,
    scores.map((s) => -s),
  );
  expectClose(negated.reach, reach);
  const turned = solveScale(
    15,
    edges.map((e) => ({ ...e, i: e.j, j: e.i, margin: -e.margin })),
  );
  expectClose(turned.scores, scores);
});

test('making one item better by a constant moves it by that constant against the others', () => {
  const { edges } = draw(6, 10, 0.4);
  const { scores } = solveScale(10, edges);
  const shifted = solveScale(
    10,
    edges.map((e) => ({ ...e, margin: e.margin + (e.i === 3 ? 1.5 : e.j === 3 ? -1.5 : 0) })),
  );
  for (const k of [0, 1, 2, 4, 9]) {
    expect(shifted.scores[3]! - shifted.scores[k]! - (scores[3]! - scores[k]!)).toBeCloseTo(1.5, 7);
  }
});

test('the order of items and edges does not matter', () => {
  const { edges } = draw(7, 14, 0.5, 0.1);
  const { scores, reach } = solveScale(14, edges);
  const r = random(8);
  const names = Array.from({ length: 14 }, (_, i) => i).sort(() => r() - 0.5);
  const shuffled = edges.map((e) => ({ ...e, i: names[e.i]!, j: names[e.j]! })).sort(() => r() - 0.5);
  const again = solveScale(14, shuffled);
  expectClose(
    names.map((n) => again.scores[n]!),
    scores,
  );
  expectClose(
    names.map((n) => again.reach[n]!),
    reach,
  );
});

test('two items: half the margin each way, and the interval of their difference is that of the margin', () => {
  const { scores, reach, inconsistency } = solveScale(2, [{ i: 0, j: 1, margin: 1.2, stdDev: 0.4 }]);
  expectClose(scores, [0.6, -0.6]);
  expectClose(reach, [1.96 * 0.2, 1.96 * 0.2]);
  expect(inconsistency).toBe(0);
});

test('contradicting pairs widen the intervals, and a circle is inconsistent', () => {
  const calm = solveScale(12, draw(9, 12, 0.1).edges);
  const wild = solveScale(12, draw(9, 12, 3).edges);
  expect(mean(wild.reach)).toBeGreaterThan(mean(calm.reach));
  const circle = solveScale(3, [
    { i: 0, j: 1, margin: 1, stdDev: 0.3 },
    { i: 1, j: 2, margin: 1, stdDev: 0.3 },
    { i: 0, j: 2, margin: -1, stdDev: 0.3 },
  ]);
  expectClose(circle.scores, [0, 0, 0]);
  expect(circle.inconsistency).toBeCloseTo(1, 6);
});

test('the 95 % interval covers the truth where the noise is what the standard deviations say', () => {
  let inside = 0;
  let all = 0;
  for (let seed = 20; seed < 60; seed++) {
    const { truth, edges } = draw(seed, 10, 0.45);
    const { scores, reach } = solveScale(10, edges);
    truth.forEach((t, i) => {
      all++;
      if (Math.abs(t - mean(truth) - scores[i]!) <= reach[i]!) inside++;
    });
  }
  expect(inside / all).toBeGreaterThan(0.9);
});

test('items without a comparison change nothing for the others, however many there are', () => {
  const { edges } = draw(11, 12, 0.4, 0.1);
  const whole = solveScale(12, edges);
  for (const more of [1, 400]) {
    const { scores, reach, inconsistency, noise } = solveScale(12 + more, edges);
    expectClose(scores.slice(0, 12), whole.scores);
    expectClose(reach.slice(0, 12), whole.reach);
    expectClose([inconsistency, noise], [whole.inconsistency, whole.noise]);
    expect([...scores.slice(12), ...reach.slice(12)].every((v) => v === 0)).toBe(true);
  }
});

test('of several parts the largest is the scale, also beside items told before', () => {
  const { edges } = draw(12, 9, 0.4);
  const apart = edges.map((e) => ({ ...e, i: e.i + 3, j: e.j + 3 }));
  const pair = { i: 0, j: 2, margin: 5, stdDev: 0.3 };
  const { scores, reach } = solveScale(12, [pair, ...apart], { start: Float64Array.from({ length: 12 }, (_, k) => k) });
  expectClose(scores.slice(3), solveScale(9, edges).scores);
  expectClose(reach.slice(3), solveScale(9, edges).reach);
  expect([...scores.slice(0, 3), ...reach.slice(0, 3)]).toEqual([0, 0, 0, 0, 0, 0]);
});

test('the inconsistency counts every contradiction, also those that Huber gives little weight', () => {
  const { edges } = draw(13, 20, 0);
  expect(solveScale(20, edges).inconsistency).toBe(0);
  // 0 over 1 over 2 over 0, each by 3, in a scale that is clean otherwise.
  const circle = edges.map((e) => (e.i < 3 && e.j < 3 ? { ...e, margin: e.j - e.i === 1 ? 3 : -3 } : e));
  const reversed = edges.map((e, k) => (k % 10 === 0 ? { ...e, margin: -e.margin } : e));
  for (const [list, least] of [
    [circle, 0.005],
    [reversed, 0.2],
  ] as const) {
    const { scores, inconsistency } = solveScale(20, list, { trust: 'equal' });
    const off = (e: Edge): number => (e.margin - scores[e.i]! + scores[e.j]!) ** 2;
    const all = list.reduce((sum, e) => sum + e.margin ** 2, 0);
    expect(inconsistency).toBeCloseTo(list.reduce((sum, e) => sum + off(e), 0) / all, 10);
    expect(inconsistency).toBeGreaterThan(least);
  }
});

test('no item, one item and no pair are a scale too', () => {
  expect(solveScale(0, []).scores).toHaveLength(0);
  expect([...solveScale(1, []).scores]).toEqual([0]);
});

test('the inverse of a positive matrix times the matrix is one', () => {
  const r = random(10);
  const n = 6;
  const half = Float64Array.from({ length: n * n }, () => r() - 0.5);
  const m = new Float64Array(n * n);
  for (let i = 0; i < n; i++)
    for (let j = 0; j < n; j++) {
      m[i * n + j] = i === j ? 0.5 : 0;
      for (let k = 0; k < n; k++) m[i * n + j]! += half[i * n + k]! * half[j * n + k]!;
    }
  const inverse = invertPositive(m, n);
  for (let i = 0; i < n; i++)
    for (let j = 0; j < n; j++) {
      let sum = 0;
      for (let k = 0; k < n; k++) sum += m[i * n + k]! * inverse[k * n + j]!;
      expect(sum).toBeCloseTo(i === j ? 1 : 0, 9);
    }
});
