// Which pairs are asked for, and that they recover a known scale.
import { describe, expect, it } from 'vitest';
import { spearman } from '../../../src/engine/bench/metrics.js';
import { mulberry32 } from '../../../src/engine/random.js';
import {
  connectedParts,
  PairSet,
  randomCycles,
  rankNeighbours,
  stages,
  type Pair,
} from '../../../src/engine/bench/schedule.js';
import { solveScale, type Edge } from '../../../src/engine/rank/scale.js';

const COUNT = 120;

/** SRCC of scores recovered from margins whose noise grows with the gap. */
function recovered(seed: number, perClip: number, neighbours: boolean): number {
  const random = mulberry32(seed);
  const normal = (): number => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
  const truth = Array.from({ length: COUNT }, normal);
  const edges: Edge[] = [];
  const ask = (pairs: Pair[]): void => {
    for (const [i, j] of pairs) {
      const gap = truth[i]! - truth[j]!;
      const margin = gap + (0.3 + 0.5 * Math.abs(gap)) * normal();
      edges.push({ i, j, margin, stdDev: 0.5 });
    }
  };
  const taken = new PairSet(COUNT);
  const { cycles, rounds } = neighbours ? stages(perClip) : { cycles: perClip, rounds: 0 };
  ask(randomCycles(COUNT, cycles, random, taken));
  for (let turn = 0; turn < rounds; turn++) {
    const { scores } = solveScale(COUNT, edges);
    const order = [...scores.keys()].sort((i, j) => scores[i]! - scores[j]!);
    ask(rankNeighbours(order, Math.ceil((perClip * COUNT - taken.size) / (rounds - turn)), turn, taken));
  }
  return spearman(solveScale(COUNT, edges).scores, truth)!;
}

const mean = (values: number[]): number => values.reduce((a, b) => a + b, 0) / values.length;

describe('the schedule', () => {
  it('a cycle touches every clip twice and connects all', () => {
    const pairs = randomCycles(50, 1, mulberry32(1), new PairSet(50));
    expect(pairs).toHaveLength(50);
    const touched = new Map<number, number>();
    for (const i of pairs.flat()) touched.set(i, (touched.get(i) ?? 0) + 1);
    expect([...touched.values()].every((n) => n === 2)).toBe(true);
    expect(new Set(connectedParts(50, pairs)).size).toBe(1);
  });

  it('asks for no pair twice, in neither order, and for none that there is not', () => {
    for (const count of [3, 4, 7, 30]) {
      const taken = new PairSet(count);
      const order = Array.from({ length: count }, (_, i) => i);
      const pairs = [
        ...randomCycles(count, 4, mulberry32(2), taken),
        ...rankNeighbours(order, 4 * count, 0, taken),
        ...rankNeighbours(order, 4 * count, 1, taken),
      ];
      const keys = pairs.map(([i, j]) => [Math.min(i, j), Math.max(i, j)].join());
      expect(new Set(keys).size).toBe(keys.length);
      expect(pairs.every(([i, j]) => i !== j && i < count && j < count)).toBe(true);
      expect(taken.size).toBeLessThanOrEqual(taken.room);
      if (count < 9) expect(taken.size).toBe(taken.room);
    }
  });

  it('spends half on cycles, and gives as many neighbours as it was asked for', () => {
    expect([1, 2, 3, 4, 5, 8].map((perClip) => stages(perClip))).toEqual([
      { cycles: 1, rounds: 0 },
      { cycles: 2, rounds: 0 },
      { cycles: 2, rounds: 2 },
      { cycles: 2, rounds: 2 },
      { cycles: 3, rounds: 2 },
      { cycles: 4, rounds: 2 },
    ]);
    const neighbours = rankNeighbours([...Array(100).keys()], 100, 0, new PairSet(100));
    expect(neighbours).toHaveLength(100);
    expect(neighbours.every(([i, j]) => [1, 2, 4, 8].includes(j - i))).toBe(true);
  });

  it('is the same for the same seed', () => {
    const draw = (seed: number) => randomCycles(20, 2, mulberry32(seed), new PairSet(20));
    expect(draw(1)).toEqual(draw(1));
    expect(draw(1)).not.toEqual(draw(2));
  });

  it.each([4, 8])(
    '%i pairs a clip recover a noisy scale better with rank neighbours than on cycles alone',
    (perClip) => {
      const seeds = [1, 2, 3, 4, 5, 6];
      const mixed = mean(seeds.map((seed) => recovered(seed, perClip, true)));
      expect(mixed).toBeGreaterThan(mean(seeds.map((seed) => recovered(seed, perClip, false))));
      expect(mixed).toBeGreaterThan(0.92);
    },
  );
});
