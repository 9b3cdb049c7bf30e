/**
 * How well scores agree with mean opinion scores. Correlations and error after the fitted logistic follow ITU-T P.1401 and
 * VQEG; the three figures over pairs follow Krasula, Fliegel, Le Callet and Klima, "On the accuracy of objective image and video
 * quality models" (QoMEX 2016).
 */
import { fitLogistic, logistic, type Logistic } from './logistic.js';
import { mulberry32 } from '../random.js';

/** Pearson's correlation, -1..1; null where one side does not vary. */
export function pearson(x: ArrayLike<number>, y: ArrayLike<number>): number | null {
  const n = x.length;
  const [mx, my] = [mean(x), mean(y)];
  let [xy, xx, yy] = [0, 0, 0];
  for (let i = 0; i < n; i++) {
    const [dx, dy] = [x[i]! - mx, y[i]! - my];
    xy += dx * dy;
    xx += dx * dx;
    yy += dy * dy;
  }
  return xx > 0 && yy > 0 ? Math.max(-1, Math.min(1, xy / Math.sqrt(xx * yy))) : null;
}

/** Spearman's rank correlation; ties share their mean rank. */
export const spearman = (x: ArrayLike<number>, y: ArrayLike<number>): number | null =>
  pearson(midRanks(x), midRanks(y));

/** Ranks from 1; equal values share the mean of theirs. */
export function midRanks(values: ArrayLike<number>): Float64Array {
  const order = Array.from(values, (_, i) => i).sort((i, k) => values[i]! - values[k]!);
  const ranks = new Float64Array(values.length);
  for (let from = 0; from < order.length;) {
    let to = from + 1;
    while (to < order.length && values[order[to]!] === values[order[from]!]) to++;
    for (let k = from; k < to; k++) ranks[order[k]!] = (from + 1 + to) / 2;
    from = to;
  }
  return ranks;
}

/** Kendall's tau-b, in n log n (W. R. Knight, JASA 61, 1966); null where one side does not vary. */
export function kendall(x: ArrayLike<number>, y: ArrayLike<number>): number | null {
  const n = x.length;
  const order = Array.from(x, (_, i) => i).sort((i, k) => x[i]! - x[k]! || y[i]! - y[k]!);
  const sorted = Float64Array.from(order, (i) => y[i]!);
  const tiedX = tiedPairs(order, (i, k) => x[i] === x[k]);
  const tiedBoth = tiedPairs(order, (i, k) => x[i] === x[k] && y[i] === y[k]);
  const swaps = sortCountingSwaps(sorted);
  const tiedY = tiedPairs(sorted, (a, b) => a === b);
  const all = (n * (n - 1)) / 2;
  const spread = Math.sqrt((all - tiedX) * (all - tiedY));
  return spread > 0 ? (all - tiedX - tiedY + tiedBoth - 2 * swaps) / spread : null;
}

/** Pairs within runs of neighbours that are the same. */
function tiedPairs(list: ArrayLike<number>, same: (a: number, b: number) => boolean): number {
  let [pairs, run] = [0, 0];
  for (let k = 1; k < list.length; k++) {
    run = same(list[k - 1]!, list[k]!) ? run + 1 : 0;
    pairs += run;
  }
  return pairs;
}

/** Sorts in place by merging and gives how many neighbours had to be swapped. */
function sortCountingSwaps(values: Float64Array): number {
  let swaps = 0;
  const room = new Float64Array(values.length);
  for (let width = 1; width < values.length; width *= 2) {
    for (let from = 0; from < values.length; from += 2 * width) {
      const [half, to] = [Math.min(from + width, values.length), Math.min(from + 2 * width, values.length)];
      for (let [i, k, at] = [from, half, from]; at < to; at++) {
        if (k >= to || (i < half && values[i]! <= values[k]!)) room[at] = values[i++]!;
        else {
          room[at] = values[k++]!;
          swaps += half - i;
        }
      }
    }
    values.set(room);
  }
  return swaps;
}

/** Root of the mean squared difference, in label units. */
export function rmse(x: ArrayLike<number>, y: ArrayLike<number>): number {
  let sum = 0;
  for (let i = 0; i < x.length; i++) sum += (x[i]! - y[i]!) ** 2;
  return Math.sqrt(sum / x.length);
}

export interface Agreement {
  srcc: number | null;
  krcc: number | null;
  /** after the logistic */
  plcc: number | null;
  /** of the scores as they are */
  plccRaw: number | null;
  /** after the logistic, label units */
  rmse: number | null;
}

export interface Fitted extends Agreement {
  logistic: Logistic | null;
}

/** All correlations of `scores` with `labels`, which stand at the same places. */
export function agreement(scores: readonly number[], labels: readonly number[]): Fitted {
  const fit = fitLogistic(scores, labels);
  return { ...measure(scores, fit && scores.map((s) => logistic(s, fit)), labels), logistic: fit };
}

function measure(scores: ArrayLike<number>, fitted: ArrayLike<number> | null, labels: ArrayLike<number>): Agreement {
  return {
    srcc: spearman(scores, labels),
    krcc: kendall(scores, labels),
    plcc: fitted && pearson(fitted, labels),
    plccRaw: pearson(scores, labels),
    rmse: fitted && rmse(fitted, labels),
  };
}

export type Interval = [from: number, to: number];
export type Intervals = { [name in keyof Agreement]: Interval | null };

/** Resamples for a 95 % interval. */
export const RESAMPLES = 1000;
/** Fewer sources than this give no interval worth telling. */
const MIN_SOURCES = 5;

/**
 * 95 % intervals of all figures by bootstrap over sources (clips of one source are drawn together): percentiles of `resamples`
 * draws with a seed. The logistic stays as fitted to all clips.
 */
export function bootstrap(
  scores: readonly number[],
  labels: readonly number[],
  sources: readonly string[],
  seed: number,
  resamples = RESAMPLES,
): Intervals {
  const groups = clipsBySource(sources);
  const fit = fitLogistic(scores, labels);
  const fitted = fit && scores.map((s) => logistic(s, fit));
  const random = mulberry32(seed);
  const draws: Agreement[] = [];
  for (let k = 0; k < resamples && groups.length >= MIN_SOURCES; k++) {
    const drawn = groups.flatMap(() => groups[Math.floor(random() * groups.length)]!);
    const take = (values: readonly number[]): Float64Array => Float64Array.from(drawn, (i) => values[i]!);
    draws.push(measure(take(scores), fitted && take(fitted), take(labels)));
  }
  const interval = (name: keyof Agreement): Interval | null => {
    const values = draws.flatMap((draw) => draw[name] ?? []).sort((a, b) => a - b);
    return values.length >= resamples / 2 && values.length > 0
      ? [quantile(values, 0.025), quantile(values, 0.975)]
      : null;
  };
  return {
    srcc: interval('srcc'),
    krcc: interval('krcc'),
    plcc: interval('plcc'),
    plccRaw: interval('plccRaw'),
    rmse: interval('rmse'),
  };
}

function clipsBySource(sources: readonly string[]): number[][] {
  const groups = new Map<string, number[]>();
  sources.forEach((source, i) => {
    const group = groups.get(source);
    if (group) group.push(i);
    else groups.set(source, [i]);
  });
  return [...groups.values()];
}

/** Linear between the nearest two; `sorted` ascends. */
export function quantile(sorted: ArrayLike<number>, share: number): number {
  const at = share * (sorted.length - 1);
  const low = Math.floor(at);
  const high = Math.min(low + 1, sorted.length - 1);
  return sorted[low]! + (at - low) * (sorted[high]! - sorted[low]!);
}

const mean = (values: ArrayLike<number>): number => {
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += values[i]!;
  return sum / values.length;
};
