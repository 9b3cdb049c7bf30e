/**
 * BD-rate between two families of encodes: by how many per cent the second one's bit rate differs at equal quality, on average
 * over the qualities both reach. G. Bjontegaard, VCEG-M33 (2001); here with the logarithm of the rate over the score by
 * piecewise cubic Hermite interpolation (PCHIP; F. N. Fritsch, R. E. Carlson 1980, slopes of Fritsch and Butland 1984), which
 * does not swing between points as one cubic polynomial does. Pure.
 */
import { t } from '../../language.js';
import type { RatePoint } from './pareto.js';

export type BdRate =
  /** `percent` below 0: the second family needs less. `range`: the scores both reach, margin units. */
  { percent: number; range: readonly [number, number] } | { problem: string };

type Rated = Pick<RatePoint, 'bitRate' | 'score'>;

export function bdRate(first: readonly Rated[], second: readonly Rated[]): BdRate {
  const [a, b] = [curveOf(first), curveOf(second)];
  if (a.x.length < 2 || b.x.length < 2)
    return { problem: t('Each family needs two encodes or more of different quality.') };
  const low = Math.max(a.x[0]!, b.x[0]!);
  const high = Math.min(a.x.at(-1)!, b.x.at(-1)!);
  if (!(high > low))
    return { problem: t('The two families reach no quality in common, so their rates cannot be compared.') };
  const mean = (integral(b, low, high) - integral(a, low, high)) / (high - low);
  return { percent: (Math.exp(mean) - 1) * 100, range: [low, high] };
}

/** Piecewise cubic: points `x` (rising), values `y`, slopes `d`. */
export interface Curve {
  x: number[];
  y: number[];
  d: number[];
}

/** Log rate over score; of encodes with equal score the cheapest counts. */
function curveOf(points: readonly Rated[]): Curve {
  const sorted = points.filter((p) => p.bitRate > 0).sort((p, q) => p.score - q.score || p.bitRate - q.bitRate);
  const kept = sorted.filter((p, i) => i === 0 || p.score > sorted[i - 1]!.score);
  const x = kept.map((p) => p.score);
  return pchip(
    x,
    kept.map((p) => Math.log(p.bitRate)),
  );
}

export function pchip(x: number[], y: number[]): Curve {
  const n = x.length;
  if (n < 2) return { x, y, d: x.map(() => 0) };
  const h = x.slice(1).map((to, i) => to - x[i]!);
  const slope = h.map((width, i) => (y[i + 1]! - y[i]!) / width);
  if (n === 2) return { x, y, d: [slope[0]!, slope[0]!] };
  const d = x.map((_, i) => {
    if (i === 0) return endSlope(h[0]!, h[1]!, slope[0]!, slope[1]!);
    if (i === n - 1) return endSlope(h[n - 2]!, h[n - 3]!, slope[n - 2]!, slope[n - 3]!);
    const [left, right] = [slope[i - 1]!, slope[i]!];
    if (left * right <= 0) return 0;
    const [w1, w2] = [2 * h[i]! + h[i - 1]!, h[i]! + 2 * h[i - 1]!];
    return (w1 + w2) / (w1 / left + w2 / right);
  });
  return { x, y, d };
}

/** Three-point slope at an end, held so that the curve stays monotone. */
function endSlope(h0: number, h1: number, s0: number, s1: number): number {
  const d = ((2 * h0 + h1) * s0 - h0 * s1) / (h0 + h1);
  if (d * s0 <= 0) return 0;
  return s0 * s1 <= 0 && Math.abs(d) > 3 * Math.abs(s0) ? 3 * s0 : d;
}

/** Integral of the curve from `low` to `high`, both within it. */
export function integral({ x, y, d }: Curve, low: number, high: number): number {
  let sum = 0;
  for (let i = 0; i + 1 < x.length; i++) {
    const h = x[i + 1]! - x[i]!;
    const from = (Math.max(low, x[i]!) - x[i]!) / h;
    const to = (Math.min(high, x[i + 1]!) - x[i]!) / h;
    if (to <= from) continue;
    const [c0, c1] = [y[i]!, h * d[i]!];
    const c2 = 3 * (y[i + 1]! - y[i]!) - h * (2 * d[i]! + d[i + 1]!);
    const c3 = 2 * (y[i]! - y[i + 1]!) + h * (d[i]! + d[i + 1]!);
    const at = (t: number): number => c0 * t + (c1 * t ** 2) / 2 + (c2 * t ** 3) / 3 + (c3 * t ** 4) / 4;
    sum += h * (at(to) - at(from));
  }
  return sum;
}
