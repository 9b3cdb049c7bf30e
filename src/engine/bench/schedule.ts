/**
 * Which pairs to ask for. Half of them lie on random cycles through all clips, which connect the scale; the rest goes in two
 * rounds to clips that stand 1, 2, 4 or 8 ranks apart on the scale so far. With noise that grows with the gap, this recovers a
 * known scale better than cycles alone at 4 to 8 pairs a clip (test/unit/bench/schedule.test.ts).
 */
import { shuffled } from '../random.js';

/** Clips by their number, the first above the second. */
export type Pair = readonly [number, number];

const NEIGHBOUR_ROUNDS = 2;
/** One tour alone leaves every clip's place to a chain of single margins: the order it gives is no use for choosing neighbours. */
const MIN_CYCLES = 2;
/** Ranks between the two of a pair. */
const STRIDES = [1, 2, 4, 8] as const;

/** The pairs taken so far; a pair is the same in both orders. */
export class PairSet {
  private readonly taken = new Set<string>();

  constructor(private readonly count: number) {}

  get size(): number {
    return this.taken.size;
  }
  /** All pairs that there are. */
  get room(): number {
    return (this.count * (this.count - 1)) / 2;
  }

  /** Takes the pair unless it is taken. */
  take(i: number, j: number): boolean {
    const key = i < j ? `${i} ${j}` : `${j} ${i}`;
    if (i === j || this.taken.has(key)) return false;
    this.taken.add(key);
    return true;
  }
}

/** How a budget of `perClip` pairs a clip is spent: so many random cycles, then so many rounds of neighbours share the rest. */
export function stages(perClip: number): { cycles: number; rounds: number } {
  const cycles = Math.max(Math.ceil(perClip / 2), Math.min(perClip, MIN_CYCLES));
  return { cycles, rounds: perClip > cycles ? NEIGHBOUR_ROUNDS : 0 };
}

/** `cycles` closed tours through all `count` clips in random order; pairs taken before are left out. */
export function randomCycles(count: number, cycles: number, random: () => number, taken: PairSet): Pair[] {
  const all = Array.from({ length: count }, (_, i) => i);
  return Array.from({ length: cycles }, () => shuffled(all, random))
    .flatMap((tour) => tour.map((i, k): Pair => [i, tour[(k + 1) % count]!]))
    .filter(([i, j]) => taken.take(i, j));
}

/**
 * `wanted` pairs of clips that stand near each other in `order` (clips by score). Strides go round with the place, so that each
 * is used alike; where those pairs are taken, the next larger distance steps in. Fewer pairs where all are taken.
 */
export function rankNeighbours(order: readonly number[], wanted: number, turn: number, taken: PairSet): Pair[] {
  const pairs: Pair[] = [];
  const count = order.length;
  const tryPair = (place: number, stride: number): void => {
    const [i, j] = [order[place], order[place + stride]];
    if (pairs.length < wanted && i !== undefined && j !== undefined && taken.take(i, j)) pairs.push([i, j]);
  };
  for (let pass = 0; pass < STRIDES.length && pairs.length < wanted; pass++) {
    for (let place = 0; place < count; place++) tryPair(place, STRIDES[(place + pass + turn) % STRIDES.length]!);
  }
  for (let stride = 1; stride < count && pairs.length < wanted; stride++) {
    for (let place = 0; place + stride < count; place++) tryPair(place, stride);
  }
  return pairs;
}

/** Which connected part of the graph each of `count` clips belongs to: the number of that part's first clip. */
export function connectedParts(count: number, pairs: Iterable<Pair>): number[] {
  const parent = Array.from({ length: count }, (_, i) => i);
  const root = (i: number): number => {
    while (parent[i] !== i) {
      parent[i] = parent[parent[i]!]!;
      i = parent[i]!;
    }
    return i;
  };
  for (const [i, j] of pairs) {
    const [a, b] = [root(i), root(j)];
    parent[Math.max(a, b)] = Math.min(a, b);
  }
  return parent.map((_, i) => root(i));
}
