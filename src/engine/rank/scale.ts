/**
 * Margins of pairs -> one scale, by weighted HodgeRank with Huber's reweighting: minimise over s
 * `sum_e w_e rho((m_e - s_i + s_j) / sigma)`, gauge mean s = 0 (Jiang et al. 2011; Huber-LASSO HodgeRank, arXiv 1408.3467).
 * Solved as `(B'WB + ridge) s = B'Wm` by conjugate gradient with Jacobi's preconditioner, reweighted until it settles.
 */
import { invertPositive } from './invert.js';

/** Huber's constant: 95 % efficiency under normal noise, in robust standard deviations. */
const HUBER_C = 1.345;
/** Median absolute deviation of a normal distribution, in standard deviations. */
const MAD_OF_NORMAL = 0.6745;
const RIDGE = 1e-8;
const MAX_ROUNDS = 12;
const SETTLED = 1e-10;
const CG_TOLERANCE = 1e-13;
/** A margin is never trusted more than this, in margin units; keeps weights finite. */
const MIN_STD_DEV = 0.05;
/** Robust scale below which the residuals are rounding and the ridge's own, margin units. */
const MIN_SCALE = 1e-6;
const Z95 = 1.96;

/** `margin` > 0: item `i` looks better than item `j`. */
export interface Edge {
  i: number;
  j: number;
  margin: number;
  stdDev: number;
}

export interface Scale {
  /** margin units, mean 0 */
  scores: Float64Array;
  /** half width of the 95 % interval of each score */
  reach: Float64Array;
  /** `||m - Bs||^2_W / ||m||^2_W`; 0: the margins lie on one scale */
  inconsistency: number;
}

/**
 * Scores of `count` items whose pairs form a connected graph. Without `intervals`, which take time with the third power of the
 * count, every `reach` is 0.
 */
export function solveScale(count: number, edges: readonly Edge[], { intervals: wanted = true } = {}): Scale {
  const scores = new Float64Array(count);
  if (count < 2 || edges.length === 0) return { scores, reach: new Float64Array(count), inconsistency: 0 };
  const trust = edges.map((e) => Math.max(MIN_STD_DEV, e.stdDev) ** -2);
  const middle = median(trust);
  const base = trust.map((t) => t / middle);
  let weights = base.slice();
  let scale = 0;
  for (let round = 0; round < MAX_ROUNDS; round++) {
    const before = scores.slice();
    conjugateGradient(count, edges, weights, scores);
    center(scores);
    const residuals = edges.map((e, k) => Math.sqrt(base[k]!) * (e.margin - scores[e.i]! + scores[e.j]!));
    scale = median(residuals.map(Math.abs)) / MAD_OF_NORMAL;
    if (scale < MIN_SCALE) break;
    weights = base.map(
      (w, k) => w * Math.min(1, (HUBER_C * scale) / Math.max(Math.abs(residuals[k]!), Number.MIN_VALUE)),
    );
    if (scores.every((s, i) => Math.abs(s - before[i]!) < SETTLED)) break;
  }
  let off = 0;
  let all = 0;
  edges.forEach((e, k) => {
    off += weights[k]! * (e.margin - scores[e.i]! + scores[e.j]!) ** 2;
    all += weights[k]! * e.margin ** 2;
  });
  return {
    scores,
    reach: wanted ? intervals(count, edges, weights, scale) : new Float64Array(count),
    inconsistency: all > 0 && scale >= MIN_SCALE ? off / all : 0,
  };
}

/**
 * Half widths of 95 %. What pairs contradict each other in (the residual scale) averages out over many pairs:
 * `scale^2 diag(L+)`, L the weighted Laplacian. What the margins' own standard deviations say beyond that is taken as error of
 * the single clip, the same in all its pairs, which no number of pairs removes.
 */
function intervals(count: number, edges: readonly Edge[], weights: readonly number[], scale: number): Float64Array {
  const laplacian = new Float64Array(count * count).fill(1 / count);
  const own = new Float64Array(count);
  const degree = new Float64Array(count);
  edges.forEach(({ i, j, stdDev }, k) => {
    const w = weights[k]!;
    laplacian[i * count + i]! += w;
    laplacian[j * count + j]! += w;
    laplacian[i * count + j]! -= w;
    laplacian[j * count + i]! -= w;
    for (const item of [i, j]) {
      own[item]! += stdDev ** 2;
      degree[item]! += 1;
    }
  });
  const inverse = invertPositive(laplacian, count); // = L+ + 11'/n
  return own.map((sum, i) => {
    const clip = Math.max(0, sum / Math.max(1, degree[i]!) - scale ** 2) / 2;
    const spread = Math.max(0, inverse[i * count + i]! - 1 / count);
    return Z95 * Math.sqrt(clip * (1 - 1 / count) + scale ** 2 * spread);
  });
}

/** Solves `(B'WB + ridge I) s = B'Wm` in place, from the s given. */
function conjugateGradient(count: number, edges: readonly Edge[], weights: readonly number[], s: Float64Array): void {
  const right = new Float64Array(count);
  const diagonal = new Float64Array(count).fill(RIDGE);
  edges.forEach(({ i, j, margin }, k) => {
    const w = weights[k]!;
    right[i]! += w * margin;
    right[j]! -= w * margin;
    diagonal[i]! += w;
    diagonal[j]! += w;
  });
  const apply = (x: Float64Array): Float64Array => {
    const y = x.map((v) => RIDGE * v);
    edges.forEach(({ i, j }, k) => {
      const flow = weights[k]! * (x[i]! - x[j]!);
      y[i]! += flow;
      y[j]! -= flow;
    });
    return y;
  };
  const product = apply(s);
  const r = right.map((v, i) => v - product[i]!);
  let z = r.map((v, i) => v / diagonal[i]!);
  const p = z.slice();
  let rz = dot(r, z);
  const goal = CG_TOLERANCE ** 2 * Math.max(dot(right, right), Number.MIN_VALUE);
  for (let step = 0; step < 2 * count + 20 && dot(r, r) > goal; step++) {
    const ap = apply(p);
    const alpha = rz / dot(p, ap);
    if (!Number.isFinite(alpha)) break;
    for (let i = 0; i < count; i++) {
      s[i]! += alpha * p[i]!;
      r[i]! -= alpha * ap[i]!;
    }
    z = r.map((v, i) => v / diagonal[i]!);
    const next = dot(r, z);
    for (let i = 0; i < count; i++) p[i] = z[i]! + (next / rz) * p[i]!;
    rz = next;
  }
}

function center(s: Float64Array): void {
  let mean = 0;
  for (const v of s) mean += v / s.length;
  for (let i = 0; i < s.length; i++) s[i]! -= mean;
}

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i]! * b[i]!;
  return sum;
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const half = sorted.length >> 1;
  return sorted.length % 2 ? sorted[half]! : (sorted[half - 1]! + sorted[half]!) / 2;
}
