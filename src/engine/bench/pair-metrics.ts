/**
 * How well differences of scores (or margins) agree with differences of mean opinion scores: accuracy by size of the difference,
 * and the three figures of Krasula et al. (QoMEX 2016). Theirs tests each pair's raters; published label files mostly carry no
 * deviations, so here a pair counts as different from a fixed share of the set's own spread on (`DIFFERENT_FROM`).
 */
import { mulberry32 } from '../random.js';

/** Borders of the bins, in standard deviations of the set's MOS. */
const BIN_BORDERS = [0, 0.25, 0.5, 1, 2, Infinity];
/** Pairs differ from this difference on, in standard deviations of the set's MOS. A convention of this project. */
export const DIFFERENT_FROM = 0.5;
/** All pairs of up to 2,828 clips; of larger sets as many are drawn. */
const MAX_PAIRS = 4_000_000;

/** Differences of pairs, first clip less second: `predicted` in margin units, `labelled` in label units. */
export interface Differences {
  predicted: Float64Array;
  labelled: Float64Array;
}

export interface AccuracyBin {
  /** label units; `to` is null for the last */
  from: number;
  to: number | null;
  pairs: number;
  /** share of right signs, a predicted 0 counting half; null without pairs */
  accuracy: number | null;
}

export interface PairAccuracy {
  pairs: number;
  accuracy: number | null;
  bins: AccuracyBin[];
}

export interface Krasula {
  /** label units */
  threshold: number;
  pairs: number;
  /** area under the curve of telling different from similar pairs by the size of the difference */
  aucDifferentSimilar: number | null;
  /** the same of telling better from worse among different pairs by the signed difference */
  aucBetterWorse: number | null;
  /** share of different pairs with the right sign, a predicted 0 counting half */
  correct: number | null;
}

/** Differences of all pairs of clips, of large sets of pairs drawn with the seed. */
export function allDifferences(
  scores: readonly number[],
  labels: readonly number[],
  seed: number,
  maxPairs = MAX_PAIRS,
): Differences {
  const n = scores.length;
  const all = (n * (n - 1)) / 2;
  const count = Math.min(all, maxPairs);
  const predicted = new Float64Array(count);
  const labelled = new Float64Array(count);
  const random = mulberry32(seed);
  let [i, j] = [0, 0];
  for (let k = 0; k < count; k++) {
    if (all > maxPairs) {
      i = Math.floor(random() * n);
      j = (i + 1 + Math.floor(random() * (n - 1))) % n;
    } else if (++j >= n) j = ++i + 1;
    predicted[k] = scores[i]! - scores[j]!;
    labelled[k] = labels[i]! - labels[j]!;
  }
  return { predicted, labelled };
}

/** Right signs by size of the labelled difference; pairs with equal labels are left out. `spread`: standard deviation of MOS. */
export function pairAccuracy({ predicted, labelled }: Differences, spread: number): PairAccuracy {
  const right = new Float64Array(BIN_BORDERS.length - 1);
  const pairs = new Float64Array(BIN_BORDERS.length - 1);
  for (let k = 0; k < predicted.length; k++) {
    const size = Math.abs(labelled[k]!);
    if (size === 0) continue;
    let bin = 0;
    while (size >= BIN_BORDERS[bin + 1]! * spread) bin++;
    pairs[bin]!++;
    right[bin]! += rightness(predicted[k]!, labelled[k]!);
  }
  const share = (good: number, count: number): number | null => (count > 0 ? good / count : null);
  const sum = (values: Float64Array): number => values.reduce((a, b) => a + b, 0);
  return {
    pairs: sum(pairs),
    accuracy: share(sum(right), sum(pairs)),
    bins: Array.from(pairs, (count, k) => ({
      from: BIN_BORDERS[k]! * spread,
      to: k + 1 < pairs.length ? BIN_BORDERS[k + 1]! * spread : null,
      pairs: count,
      accuracy: share(right[k]!, count),
    })),
  };
}

const rightness = (predicted: number, labelled: number): number =>
  predicted === 0 ? 0.5 : Math.sign(predicted) === Math.sign(labelled) ? 1 : 0;

/** Krasula's figures over pairs that differ from `DIFFERENT_FROM` spreads on. */
export function krasula({ predicted, labelled }: Differences, spread: number): Krasula {
  const threshold = DIFFERENT_FROM * spread;
  const isDifferent = (k: number): boolean => Math.abs(labelled[k]!) >= threshold && labelled[k] !== 0;
  const sizes = predicted.map(Math.abs);
  const different = sizes.filter((_, k) => isDifferent(k));
  const similar = sizes.filter((_, k) => !isDifferent(k));
  // Each different pair in both orders: once the better clip first, once the worse.
  const betterFirst = predicted.map((p, k) => p * Math.sign(labelled[k]!)).filter((_, k) => isDifferent(k));
  const right = betterFirst.reduce((sum, p) => sum + rightness(p, 1), 0);
  return {
    threshold,
    pairs: predicted.length,
    aucDifferentSimilar: areaUnderCurve(different, similar),
    aucBetterWorse: areaUnderCurve(
      betterFirst,
      betterFirst.map((p) => -p),
    ),
    correct: betterFirst.length > 0 ? right / betterFirst.length : null,
  };
}

/** Probability that one of `positive` is larger than one of `negative`, ties counting half (Mann and Whitney). */
export function areaUnderCurve(positive: Float64Array, negative: Float64Array): number | null {
  if (positive.length === 0 || negative.length === 0) return null;
  const [p, n] = [positive.toSorted(), negative.toSorted()];
  let [below, atMost, wins] = [0, 0, 0];
  for (const value of p) {
    while (below < n.length && n[below]! < value) below++;
    atMost = Math.max(atMost, below);
    while (atMost < n.length && n[atMost]! <= value) atMost++;
    wins += (below + atMost) / 2;
  }
  return wins / p.length / n.length;
}
