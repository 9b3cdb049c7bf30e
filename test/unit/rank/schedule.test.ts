/** The active schedule: few comparisons, nearly the order of all; properties that hold for any margins. */
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { kendall } from '../../../src/engine/bench/metrics.js';
import { mostComparisons, Schedule } from '../../../src/engine/rank/schedule.js';
import { allPairs, edgesOf, runSchedule, STD_DEV, world } from './worlds.js';

const RUNS = { numRuns: 25 };
const folder = fc.record({
  count: fc.integer({ min: 2, max: 60 }),
  seed: fc.integer({ min: 1, max: 10_000 }),
  noise: fc.double({ min: 0, max: 2, noNaN: true }),
});
const order = (scores: Float64Array) => [...scores.keys()].sort((x, y) => scores[y]! - scores[x]!);

describe('properties', () => {
  test('negating every margin turns the scale round', () => {
    fc.assert(
      fc.property(folder, ({ count, seed, noise }) => {
        const { margin } = world(count, seed, { noise });
        const there = runSchedule(count, margin);
        const edges = edgesOf(there).map((edge) => ({ ...edge, margin: 0 - edge.margin }));
        const back = new Schedule(count, {}, edges).posterior();
        there.posterior().scores.forEach((s, i) => expect(back.scores[i]).toBeCloseTo(-s, 6));
      }),
      RUNS,
    );
  });

  test('an item that is better by a constant stands higher by that constant, and the others where they stood', () => {
    fc.assert(
      fc.property(folder, fc.double({ min: -3, max: 3, noNaN: true }), ({ count, seed, noise }, better) => {
        const { margin } = world(count, seed, { noise });
        const edges = edgesOf(runSchedule(count, margin));
        const shifted = edges.map((e) => ({ ...e, margin: e.margin + (e.i === 0 ? better : e.j === 0 ? -better : 0) }));
        const [before, after] = [edges, shifted].map((list) => new Schedule(count, {}, list).posterior().scores);
        for (let k = 1; k < count; k++) {
          expect(after![0]! - after![k]! - (before![0]! - before![k]!)).toBeCloseTo(better, 5);
        }
      }),
      RUNS,
    );
  });

  test('every item is connected to every other, no pair is asked twice, and the most is kept', () => {
    fc.assert(
      fc.property(folder, ({ count, seed, noise }) => {
        const asked = new Set<string>();
        const schedule = runSchedule(count, world(count, seed, { noise }).margin, { seed }, [], (i, j) => {
          const pair = `${Math.min(i, j)} ${Math.max(i, j)}`;
          expect(i).not.toBe(j);
          expect(asked.has(pair)).toBe(false);
          asked.add(pair);
        });
        expect(new Set(schedule.edges.parts()).size).toBe(1);
        expect(asked.size).toBeLessThanOrEqual(Math.max(mostComparisons(count), 3 * count));
        expect(schedule.done).toBe(true);
      }),
      RUNS,
    );
  });

  test('the same seed asks the same, in whatever order items become ready and answers come', () => {
    fc.assert(
      fc.property(folder, ({ count, seed, noise }) => {
        const { margin } = world(count, seed, { noise });
        const plain = runSchedule(count, margin, { seed });
        // Items one by one from the last to the first, all comparisons that are there after each.
        const slow = new Schedule(count, { seed });
        const answer = () => {
          for (let pairs = slow.next(); pairs.length > 0; pairs = slow.next()) {
            for (const [i, j] of pairs.toReversed()) slow.add({ i, j, margin: margin(i, j), stdDev: STD_DEV });
          }
        };
        for (const item of slow.order.toReversed()) {
          slow.settle(item, true);
          answer();
        }
        expect(slow.done).toBe(true);
        expect(slow.posterior()).toEqual(plain.posterior());
      }),
      RUNS,
    );
  });
});

describe('how much is asked', () => {
  test('few items: every pair', () => {
    for (const count of [2, 3, 7, 11]) {
      expect(runSchedule(count, world(count, 1).margin).edges.size).toBe((count * (count - 1)) / 2);
    }
  });

  test('a budget is kept, and all pairs are asked where that is wanted', () => {
    const { margin } = world(40, 2);
    expect(runSchedule(40, margin, { budget: 100 }).edges.size).toBe(100);
    const [usual, more] = [null, 400].map((budget) => runSchedule(40, margin, { budget, wantedTau: 1 }).edges.size);
    expect([usual, more]).toEqual([mostComparisons(40), 400]);
    expect(runSchedule(40, margin, { allPairs: true }).edges.size).toBe(780);
  });

  test('margins without contradiction need little more than the first order', () => {
    const { margin } = world(200, 3, { noise: 0 });
    expect(runSchedule(200, margin).edges.size).toBeLessThan(5 * 200);
  });

  test('at 200 items at most 8 % of the pairs give a Kendall tau of 0.97 against all, 0.93 with a tenth of nonsense', () => {
    for (const seed of [1, 2, 3]) {
      for (const [wrong, least] of [
        [0, 0.97],
        [0.1, 0.93],
      ] as const) {
        const { margin } = world(200, seed, { wrong });
        const schedule = runSchedule(200, margin);
        expect(schedule.edges.size).toBeLessThanOrEqual(0.08 * 19_900);
        expect(kendall(schedule.posterior().scores, allPairs(200, margin))).toBeGreaterThan(least);
      }
    }
  });

  test('comparisons grow no faster than N log N', () => {
    const asked = (count: number) => runSchedule(count, world(count, 4).margin).edges.size;
    const [few, many] = [asked(100), asked(1000)];
    expect(many / few).toBeLessThanOrEqual((1000 * Math.log2(1000)) / (100 * Math.log2(100)) + 0.5);
  });

  test('95 % intervals cover the score that all pairs give', () => {
    let [inside, all] = [0, 0];
    for (let seed = 10; seed < 16; seed++) {
      const { margin } = world(120, seed, { wrong: seed % 2 ? 0.1 : 0 });
      const { scores, reach } = runSchedule(120, margin).posterior();
      allPairs(120, margin).forEach((score, i) => {
        all++;
        if (Math.abs(score - scores[i]!) <= reach[i]!) inside++;
      });
    }
    expect(inside / all).toBeGreaterThan(0.92);
    expect(inside / all).toBeLessThan(0.99);
  });
});

describe('what was known before', () => {
  test('the same items again ask nothing', () => {
    const { margin } = world(80, 5);
    const first = runSchedule(80, margin);
    let asked = 0;
    const again = runSchedule(80, margin, {}, edgesOf(first).toReversed(), () => asked++);
    expect(asked).toBe(0);
    expect(again.posterior()).toEqual(first.posterior());
  });

  test('one new item costs a few comparisons and finds its place', () => {
    const { margin } = world(201, 6);
    const first = runSchedule(200, margin);
    let asked = 0;
    const more = runSchedule(201, margin, {}, edgesOf(first), () => asked++);
    expect(asked).toBeLessThanOrEqual(4 * Math.log2(201));
    const place = (scores: Float64Array) => order(scores).indexOf(200);
    expect(Math.abs(place(more.posterior().scores) - place(allPairs(201, margin)))).toBeLessThanOrEqual(8);
  });

  test('an item that joins a folder where every pair was compared is as sure as the others', () => {
    for (const [count, more] of [
      [11, 1],
      [30, 2],
    ] as const) {
      const { margin } = world(count + more, 10);
      const first = runSchedule(count, margin, { allPairs: true });
      expect(first.edges.size).toBe((count * (count - 1)) / 2);
      let asked = 0;
      const schedule = runSchedule(count + more, margin, {}, edgesOf(first), () => asked++);
      expect(asked).toBeLessThanOrEqual(more * 3 * Math.log2(count + more));
      const degrees = schedule.edges.degrees();
      const { reach } = schedule.posterior();
      const widest = Math.max(...reach.slice(0, count));
      for (let item = count; item < count + more; item++) {
        expect(degrees[item]).toBeGreaterThanOrEqual(Math.log2(count + more));
        expect(reach[item]! / widest).toBeLessThan(count === 11 ? 1.3 : 2);
      }
    }
  });

  test('an item that joins one whose comparisons ended early gets as many as its items have', () => {
    const { margin } = world(101, 11, { noise: 0.05 });
    const first = runSchedule(100, margin);
    const degrees = [...first.edges.degrees()].sort((x, y) => x - y);
    let asked = 0;
    runSchedule(101, margin, {}, edgesOf(first), () => asked++);
    expect(asked).toBeGreaterThanOrEqual(degrees[50]!);
    expect(asked).toBeLessThanOrEqual(degrees[50]! + 2);
  });

  test('without one item the others need nothing', () => {
    const { margin } = world(100, 7);
    const edges = edgesOf(runSchedule(100, margin)).filter(({ i, j }) => i !== 50 && j !== 50);
    let asked = 0;
    const schedule = new Schedule(100, {}, edges);
    for (const item of schedule.order) schedule.settle(item, item !== 50);
    for (let pairs = schedule.next(); pairs.length > 0; pairs = schedule.next()) {
      asked += pairs.length;
      for (const [i, j] of pairs) schedule.add({ i, j, margin: margin(i, j), stdDev: STD_DEV });
    }
    expect(asked).toBeLessThanOrEqual(15);
  });

  test('an interval is finite and below 100 while items are missing, and where a budget or a failure leaves some out', () => {
    const { margin } = world(26, 9);
    const check = (schedule: Schedule): void => {
      const { scores, reach, noise } = schedule.posterior();
      for (const value of [...scores, ...reach, noise]) expect(Math.abs(value)).toBeLessThan(100);
    };
    for (const budget of [1, 2, 12]) check(runSchedule(26, margin, { budget }));
    for (const count of [4, 14, 26]) {
      const schedule = new Schedule(count);
      const out = schedule.order.at(-1)!;
      for (const item of schedule.order) {
        schedule.settle(item, item !== out);
        for (let pairs = schedule.next(); pairs.length > 0; pairs = schedule.next())
          for (const [i, j] of pairs) {
            schedule.add({ i, j, margin: margin(i, j), stdDev: STD_DEV });
            check(schedule);
          }
      }
      expect(schedule.done).toBe(true);
      const { reach } = schedule.posterior();
      reach.forEach((width, item) => expect(width > 0).toBe(item !== out));
    }
  });

  test('items that fail are left out; what cannot be compared is not asked again', () => {
    const { margin } = world(30, 8);
    const schedule = new Schedule(30);
    for (const item of schedule.order) schedule.settle(item, item !== schedule.order[0]);
    let given = false;
    for (let pairs = schedule.next(); pairs.length > 0; pairs = schedule.next()) {
      for (const [i, j] of pairs) {
        expect([i, j]).not.toContain(schedule.order[0]);
        if (given) schedule.add({ i, j, margin: margin(i, j), stdDev: STD_DEV });
        else schedule.giveUp([i, j]);
        given = true;
      }
    }
    expect(schedule.done).toBe(true);
    expect(new Set(schedule.edges.parts()).size).toBe(2);
  });
});
