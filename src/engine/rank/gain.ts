/**
 * What a comparison would tell about the order, from the scale so far. The score of an item with d comparisons is known to
 * within `noise^2 / d` (the leading term of `diag(L+)` on a well-mixed graph); scores of two items differ by a normal variable
 * with the sum of both variances, and with it the probability that they stand the wrong way round.
 */

import { shuffled } from '../random.js';

/** Items by number; the first is asked as A. */
export type Pair = readonly [number, number];

export interface Known {
  scores: Float64Array;
  noise: number;
  /** items that take part */
  items: Int32Array;
  /** comparisons of each item */
  degrees: Int32Array;
}

/** Ranks between the two of a pair. */
const STRIDES = [1, 2, 4, 8] as const;
/** Where the strides are all taken: the next places, up to this. */
const WIDEST_STRIDE = 24;
/** Partners looked at, and what a comparison more of a partner weighs against a content met before. */
const [DRAWS, EVEN] = [24, 0.03];
/** An item takes part in at most so many comparisons of one round. */
const PER_ROUND = 2;
/** Beyond so many standard deviations a pair does not stand the wrong way round. */
const SURE = 4;
/** The expected tau looks at about so many items, evenly spread over the ranks. */
const LOOKED_AT = 1000;

/** Items from the best on; equal scores by number. */
export const byScore = ({ scores, items }: Pick<Known, 'scores' | 'items'>): Int32Array =>
  items.slice().sort((x, y) => scores[y]! - scores[x]! || x - y);

const variance = ({ noise, degrees }: Known, item: number) => noise ** 2 / Math.max(1, degrees[item]!);

/**
 * Kendall tau to be expected against the order of all pairs: `1 - 2 mean P(wrong)` over all pairs, where a pair stands the wrong
 * way round with `Phi(-|difference| / sd)`.
 */
export function expectedTau(known: Known): number {
  const order = byScore(known);
  const n = order.length;
  if (n < 2) return 1;
  const step = Math.max(1, Math.floor(n / LOOKED_AT));
  let wrong = 0;
  let looked = 0;
  let largest = 0;
  for (const item of order) largest = Math.max(largest, variance(known, item));
  const widest = SURE * Math.sqrt(2 * largest);
  for (let place = 0; place < n; place += step) {
    const item = order[place]!;
    looked += n - 1;
    for (const side of [-1, 1]) {
      for (let k = place + side; k >= 0 && k < n; k += side) {
        const gap = Math.abs(known.scores[item]! - known.scores[order[k]!]!);
        if (gap > widest) break;
        wrong += wrongWay(gap / Math.sqrt(variance(known, item) + variance(known, order[k]!)));
      }
    }
  }
  return 1 - (2 * wrong) / Math.max(1, looked);
}

/** Says whether a pair was asked before. */
export type Taken = (i: number, j: number) => boolean;

interface Candidate {
  pair: Pair;
  gain: number;
}

/**
 * Up to `wanted` pairs of rank neighbours that are not `taken`, those first that tell most: `H(P(wrong)) v / (v + noise^2)`, the
 * uncertainty of their order times the share of it that one comparison removes (v: variance of their difference). `turn` varies
 * the strides from round to round.
 */
export function mostTelling(known: Known, wanted: number, turn: number, taken: Taken): Pair[] {
  const order = byScore(known);
  const candidates: Candidate[] = [];
  const consider = (place: number, stride: number): boolean => {
    const [i, j] = [order[place], order[place + stride]];
    if (i === undefined || j === undefined || taken(i, j)) return false;
    candidates.push({ pair: i < j ? [i, j] : [j, i], gain: gainOf(known, i, j) });
    return true;
  };
  for (let place = 0; place < order.length; place++) {
    let found = 0;
    for (const stride of STRIDES) if (consider(place, stride)) found++;
    for (let stride = 3 + (turn % 2); found < 2 && stride <= WIDEST_STRIDE; stride++) {
      if (!STRIDES.some((s) => s === stride) && consider(place, stride)) found++;
    }
  }
  return best(candidates, wanted);
}

/**
 * Up to `wanted` pairs that are not `taken`: the items whose place among their neighbours is least sure, each with partners from
 * anywhere. Margins of neighbours alone would give a scale of local steps: what a clip is against clips of another kind or
 * another level is asked here.
 */
export function acrossTheScale(known: Known, wanted: number, random: () => number, taken: Taken): Pair[] {
  const order = byScore(known);
  const n = order.length;
  const candidates: Candidate[] = [];
  for (let place = 0; place < n; place++) {
    const item = order[place]!;
    let need = 0;
    for (const stride of STRIDES) {
      for (const other of [order[place - stride], order[place + stride]]) {
        if (other !== undefined) need += gainOf(known, item, other) / (2 * STRIDES.length);
      }
    }
    for (let tries = 0, found = 0; tries < 4 * PER_ROUND && found < PER_ROUND; tries++) {
      const other = order[Math.floor(random() * n)]!;
      if (other === item || taken(item, other)) continue;
      found++;
      candidates.push({ pair: item < other ? [item, other] : [other, item], gain: need });
    }
  }
  return best(candidates, wanted);
}

/**
 * Up to `wanted` pairs of different contents that are not `taken`. Items of fewest comparisons first, each with a partner of a content
 * that it met least (and whose clips met its own least), out of some drawn by chance: a stratified sample. A clip's margins against
 * clips of one content have most of their error in common, so that a second one tells little (docs/ranking.md).
 */
export function acrossContents(
  { items, degrees }: Pick<Known, 'items' | 'degrees'>,
  wanted: number,
  content: ArrayLike<number>,
  met: ReadonlyMap<number, number>,
  random: () => number,
  taken: Taken,
): Pair[] {
  const times = new Map(met);
  const meets = (item: number, other: number) => times.get(metKey(item, content[other]!, degrees.length)) ?? 0;
  const count = degrees.slice();
  const sizes = new Map<number, number>();
  for (const item of items) sizes.set(content[item]!, (sizes.get(content[item]!) ?? 0) + 1);
  const share = (item: number, other: number) => meets(item, other) / sizes.get(content[other]!)!;
  const chosen = new Set<number>();
  const pairs: Pair[] = [];
  for (let sweep = 0; sweep < PER_ROUND && pairs.length < wanted; sweep++) {
    const turn = shuffled([...items], random).sort((x, y) => count[x]! - count[y]!);
    const least = turn.length > 0 ? count[turn[0]!]! : 0;
    for (const item of turn) {
      if (pairs.length >= wanted) break;
      if (count[item]! > least + 1) continue;
      let best = -1;
      let lowest = Infinity;
      for (let n = 0; n < DRAWS; n++) {
        const other = items[Math.floor(random() * items.length)]!;
        if (
          content[other] === content[item] ||
          chosen.has(metKey(Math.min(item, other), Math.max(item, other), degrees.length)) ||
          taken(item, other)
        )
          continue;
        const value = share(item, other) + share(other, item) + EVEN * count[other]!;
        if (value < lowest) [lowest, best] = [value, other];
      }
      if (best < 0) continue;
      pairs.push(item < best ? [item, best] : [best, item]);
      chosen.add(metKey(Math.min(item, best), Math.max(item, best), degrees.length));
      for (const [x, y] of [
        [item, best],
        [best, item],
      ] as const) {
        count[x]!++;
        const key = metKey(x, content[y]!, degrees.length);
        times.set(key, (times.get(key) ?? 0) + 1);
      }
    }
  }
  return pairs;
}

/** Names an item and a content, in a set of `count` items. */
export const metKey = (item: number, content: number, count: number): number => item * count + content;

function gainOf(known: Known, i: number, j: number): number {
  const v = variance(known, i) + variance(known, j);
  const p = wrongWay((known.scores[i]! - known.scores[j]!) / Math.sqrt(Math.max(v, Number.MIN_VALUE)));
  // Items that were compared little tell something even where their neighbours are far.
  return (entropy(p) + FLOOR) * (v / (v + known.noise ** 2 || 1));
}

/** The candidates of most gain, each pair once, each item in at most PER_ROUND of them. */
function best(candidates: Candidate[], wanted: number): Pair[] {
  candidates.sort((x, y) => y.gain - x.gain || x.pair[0] - y.pair[0] || x.pair[1] - y.pair[1]);
  const times = new Map<number, number>();
  const chosen = new Set<string>();
  const pairs: Pair[] = [];
  for (const { pair } of candidates) {
    if (pairs.length >= wanted) break;
    const [a, b] = pair.map((item) => times.get(item) ?? 0) as [number, number];
    const name = pair.join(' ');
    if (a >= PER_ROUND || b >= PER_ROUND || chosen.has(name)) continue;
    chosen.add(name);
    times.set(pair[0], a + 1).set(pair[1], b + 1);
    pairs.push(pair);
  }
  return pairs;
}

/** Uncertainty that a pair is granted whatever its gap. */
const FLOOR = 0.02;

/** `Phi(-|z|)` by the logistic approximation of Bowling et al. 2009, within 0.0002. */
function wrongWay(z: number): number {
  const x = Math.abs(z);
  return x > 6 ? 0 : 1 / (1 + Math.exp(0.07056 * x ** 3 + 1.5976 * x));
}

/** bits */
function entropy(p: number): number {
  return p <= 0 || p >= 1 ? 0 : -(p * Math.log2(p) + (1 - p) * Math.log2(1 - p));
}
