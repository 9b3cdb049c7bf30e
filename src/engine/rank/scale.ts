/**
 * Margins of pairs -> one scale, by weighted HodgeRank with Huber's reweighting: minimise over s
 * `sum_e w_e rho((m_e - s_i + s_j) / sigma)`, gauge mean s = 0 (Jiang et al. 2011; Huber-LASSO HodgeRank, arXiv 1408.3467).
 * Solved as `(B'WB + ridge) s = B'Wm` by conjugate gradient, reweighted until it settles: 10,000 items with 150,000
 * comparisons take about a second, and a few megabytes.
 */
import { cellEffects, cellFreedom, cellsOf, meanEffects, withoutCells } from './cells.js';
import { EdgeList, type Edge } from './edges.js';
import { center, pseudoInverseDiagonal, rightSide, solve } from './laplacian.js';

export type { Edge } from './edges.js';

/** Huber's constant: 95 % efficiency under normal noise, in robust standard deviations. */
const HUBER_C = 1.345;
/** Median absolute deviation of a normal distribution, in standard deviations. */
const MAD_OF_NORMAL = 0.6745;
const MAX_ROUNDS = 12;
/** Scores that move less are settled, margin units. */
const SETTLED = 1e-10;
const TOLERANCE = 1e-13;
/** The same for an order on the way, which only has to tell which pairs to ask next. */
const ROUGH = { settled: 1e-3, tolerance: 1e-6 };
/** A margin is never trusted more than this, in margin units; keeps weights finite. */
const MIN_STD_DEV = 0.05;
/** Robust scale below which the residuals are rounding and the ridge's own, margin units. */
const MIN_SCALE = 1e-6;
/** Share of the margins' squares below which what the scale leaves of them is rounding and the ridge's own. */
const ROUNDING = 1e-12;
/** So many degrees of freedom the margins' own standard deviations weigh against what the residuals say. */
const PRIOR_FREEDOM = 0.25;
/** So many comparisons of the average clip each clip's own residuals weigh against. */
const OWN_FREEDOM = 8;
/**
 * Contradictions of one clip have causes in common (its content, its kind of damage), so that they average out more slowly than
 * independent ones. Share of the variance, from 60 real clips (docs/ranking.md).
 */
const COMMON_CAUSE = 1.2;
/** The same where cells are known: what clips have in common is in them, and in the mean over all. From 169 real clips. */
const CELLS_KNOWN = 0.8;
/**
 * Weight of a margin within one content where there are several: those lie further off the common scale than margins of different
 * contents do around their cells (1.9 against 0.3, root mean square, real clips).
 */
const WITHIN_TRUST = 0.2;
/** Residuals count for a clip's own unrest up to so many times Huber's bend. */
const UNREST_BEND = 2;
export const Z95 = 1.96;

export interface Scale {
  /** margin units, mean 0 */
  scores: Float64Array;
  /** half width of the 95 % interval of each score */
  reach: Float64Array;
  /** `||m - Bs||^2_W / ||m||^2_W`, at most 1; W: the trust in each margin before any was seen to be off. 0: they lie on one scale */
  inconsistency: number;
  /** standard deviation of a comparison of median trust around the scale, margin units */
  noise: number;
}

export interface ScaleOptions {
  /** Without them every `reach` is 0. */
  intervals?: boolean;
  /** Scores to begin from. */
  start?: Float64Array;
  /**
   * told: weights are `stdDev^-2`. equal: every margin counts the same, which is right where the told deviations speak of something
   * else than how far margins contradict each other (docs/ranking.md).
   */
  trust?: 'told' | 'equal';
  /** Good to about a thousandth of a margin unit, several times faster. */
  rough?: boolean;
}

/**
 * Scores of `count` items, of those of the largest connected part: between parts nothing was compared, so that no scale holds
 * for both. Items of other parts have score 0 and reach 0, and count nowhere.
 */
export function solveScale(count: number, given: readonly Edge[] | EdgeList, options: ScaleOptions = {}): Scale {
  const edges = given instanceof EdgeList ? given : EdgeList.from(count, given);
  const [scores, reach] = [new Float64Array(count), new Float64Array(count)];
  if (count < 2 || edges.size === 0) return { scores, reach, inconsistency: 0, noise: 0 };
  const main = edges.mainPart();
  if (main.length === count) return solveConnected(edges, options);
  const { start } = options;
  const part = solveConnected(edges.within(main), {
    ...options,
    ...(start ? { start: Float64Array.from(main, (item) => start[item]!) } : {}),
  });
  main.forEach((item, k) => {
    scores[item] = part.scores[k]!;
    reach[item] = part.reach[k]!;
  });
  return { ...part, scores, reach };
}

/** Scores of items that comparisons connect, at least one. */
function solveConnected(edges: EdgeList, options: ScaleOptions): Scale {
  const { intervals = true, start, rough = false, trust = 'told' } = options;
  const { count } = edges;
  const scores = start?.slice() ?? new Float64Array(count);
  const reach = new Float64Array(count);
  const { settled, tolerance } = rough ? ROUGH : { settled: SETTLED, tolerance: TOLERANCE };
  const { base, middle } = trusts(edges, trust);
  const cells = cellsOf(edges);
  if (cells) for (let k = 0; k < edges.size; k++) if (cells.of[k]! < 0) base[k]! *= WITHIN_TRUST;
  const weights = base.slice();
  const residuals = new Float64Array(edges.size);
  let effects: Float64Array = new Float64Array(0);
  let scale = 0;
  for (let round = 0; round < MAX_ROUNDS; round++) {
    const before = scores.slice();
    solve(edges, weights, rightSide(edges, weights, cells), scores, tolerance, cells);
    center(scores);
    for (let k = 0; k < edges.size; k++) residuals[k] = edges.margin[k]! - scores[edges.i[k]!]! + scores[edges.j[k]!]!;
    if (cells) withoutCells(cells, (effects = cellEffects(cells, weights, residuals)), residuals);
    for (let k = 0; k < edges.size; k++) residuals[k]! *= Math.sqrt(base[k]!);
    scale = median(residuals.map(Math.abs)) / MAD_OF_NORMAL;
    if (scale < MIN_SCALE) break;
    for (let k = 0; k < edges.size; k++) {
      weights[k] = base[k]! * Math.min(1, (HUBER_C * scale) / Math.max(Math.abs(residuals[k]!), Number.MIN_VALUE));
    }
    if (scores.every((s, i) => Math.abs(s - before[i]!) < settled)) break;
  }
  if (cells) {
    meanEffects(cells, effects, edges.degrees()).forEach((worth, item) => (scores[item]! += worth));
    center(scores);
  }
  let off = 0;
  let all = 0;
  for (let k = 0; k < edges.size; k++) {
    off += base[k]! * (edges.margin[k]! - scores[edges.i[k]!]! + scores[edges.j[k]!]!) ** 2;
    all += base[k]! * edges.margin[k]! ** 2;
  }
  const parameters = count + (cells ? cellFreedom(cells) : 0);
  const noise = noiseOf(parameters, edges.size, residuals, scale, 1 / Math.sqrt(middle));
  if (intervals) {
    const variances = pseudoInverseDiagonal(edges, base);
    const unrest = unrestOf(edges, residuals, scale, cells ? CELLS_KNOWN : COMMON_CAUSE);
    for (let i = 0; i < count; i++) reach[i] = Z95 * noise * Math.sqrt(variances[i]! * unrest[i]!);
  }
  return { scores, reach, inconsistency: off > ROUNDING * all ? Math.min(1, off / all) : 0, noise };
}

/** How far each margin is trusted, in units of the median of `stdDev^-2`, which is `middle`. */
function trusts(edges: EdgeList, trust: 'told' | 'equal'): { base: Float64Array; middle: number } {
  const base = new Float64Array(edges.size);
  for (let k = 0; k < edges.size; k++) base[k] = Math.max(MIN_STD_DEV, edges.stdDev[k]!) ** -2;
  const middle = median(base);
  return { base: trust === 'equal' ? base.fill(1) : base.map((b) => b / middle), middle };
}

/**
 * Standard deviation of a comparison as it counts in the scale: Huber's asymptotic variance of an M-estimator, of the degrees of
 * freedom that comparisons have beyond the scores (P. J. Huber, Robust Statistics, 1981, 7.6). Where few are left, the margins'
 * own standard deviation `told` steps in.
 */
function noiseOf(count: number, comparisons: number, residuals: Float64Array, scale: number, told: number): number {
  const freedom = Math.max(0, comparisons - count + 1);
  let sum = 0;
  let inside = 0;
  const bend = HUBER_C * scale;
  for (const r of residuals) {
    sum += Math.min(Math.abs(r), bend) ** 2;
    if (Math.abs(r) <= bend) inside++;
  }
  const share = Math.max(1, inside) / comparisons;
  const small = 1 + ((count / comparisons) * (1 - share)) / share; // Huber's correction for few comparisons a score
  const squares = sum * (small / share) ** 2;
  return Math.sqrt((squares + PRIOR_FREEDOM * told ** 2) / (freedom + PRIOR_FREEDOM));
}

/**
 * How much more, or less, the comparisons of each item contradict the scale than comparisons do on the whole, as a share of the
 * variance: a clip unlike the others is less sure. Drawn towards 1 by OWN_FREEDOM, since an item has few comparisons.
 */
function unrestOf(edges: EdgeList, residuals: Float64Array, scale: number, common: number): Float64Array {
  const bend = HUBER_C * scale;
  const sums = new Float64Array(edges.count);
  const degrees = edges.degrees();
  let all = 0;
  for (let k = 0; k < edges.size; k++) {
    const square = Math.min(Math.abs(residuals[k]!), UNREST_BEND * bend) ** 2;
    all += square / edges.size;
    sums[edges.i[k]!]! += square;
    sums[edges.j[k]!]! += square;
  }
  if (degrees.every((d) => d < 2) || all === 0) return sums.fill(1);
  return sums.map((sum, i) => (common * (sum / all + OWN_FREEDOM)) / (degrees[i]! + OWN_FREEDOM));
}

function median(values: Float64Array): number {
  const sorted = values.slice().sort();
  const half = sorted.length >> 1;
  return sorted.length % 2 ? sorted[half]! : (sorted[half - 1]! + sorted[half]!) / 2;
}
