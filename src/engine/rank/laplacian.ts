/**
 * The weighted Laplacian `L = B'WB` of a comparison graph (B: one row a comparison, +1 at `i` and -1 at `j`), never made as a
 * matrix: products, solutions by conjugate gradient, and the diagonal of its pseudo-inverse. With cells, their effects are
 * eliminated: `L` becomes the Schur complement of the scores, which is as positive and no more work.
 */
import { mulberry32 } from '../random.js';
import { cellEffects, withoutCells, type Cells } from './cells.js';
import type { EdgeList } from './edges.js';
import { invertPositive } from './invert.js';

/** Added to the diagonal, in units of the weights: a graph in several parts still has a solution. */
const RIDGE = 1e-8;
/** Up to so many items the pseudo-inverse is made exactly (n^3 / 2: 30 ms); above, it is estimated. */
const EXACT_ITEMS = 300;
/** Random signs drawn for the estimate; each costs one solution. The deviation of an entry is a few per cent. */
const PROBES = 24;
/** Probes need not be exact: far below their own spread. */
const PROBE_TOLERANCE = 1e-3;

/** `out = (L + ridge) x`. */
function product(
  edges: EdgeList,
  weights: Float64Array,
  x: Float64Array,
  out: Float64Array,
  cells: Cells | null,
): void {
  const { i, j, size } = edges;
  for (let n = 0; n < out.length; n++) out[n] = RIDGE * x[n]!;
  const steps = new Float64Array(size);
  for (let k = 0; k < size; k++) steps[k] = x[i[k]!]! - x[j[k]!]!;
  if (cells) withoutCells(cells, cellEffects(cells, weights, steps), steps);
  for (let k = 0; k < size; k++) {
    const flow = weights[k]! * steps[k]!;
    out[i[k]!]! += flow;
    out[j[k]!]! -= flow;
  }
}

/** Weight of the comparisons of each item. */
function weightedDegrees(edges: EdgeList, weights: Float64Array): Float64Array {
  const degrees = new Float64Array(edges.count);
  for (let k = 0; k < edges.size; k++) {
    degrees[edges.i[k]!]! += weights[k]!;
    degrees[edges.j[k]!]! += weights[k]!;
  }
  return degrees;
}

/** `B'Wm`: what the scores must answer for; of margins with cells, what their cell does not. */
export function rightSide(edges: EdgeList, weights: Float64Array, cells: Cells | null = null): Float64Array {
  const right = new Float64Array(edges.count);
  const margins = edges.margin.slice(0, edges.size);
  if (cells) withoutCells(cells, cellEffects(cells, weights, margins), margins);
  for (let k = 0; k < edges.size; k++) {
    const push = weights[k]! * margins[k]!;
    right[edges.i[k]!]! += push;
    right[edges.j[k]!]! -= push;
  }
  return right;
}

/**
 * Solves `(L + ridge) x = right` in place, from the x given, by conjugate gradient with Jacobi's preconditioner, until the
 * residual is `tolerance` of the right side.
 */
export function solve(
  edges: EdgeList,
  weights: Float64Array,
  right: Float64Array,
  x: Float64Array,
  tolerance: number,
  cells: Cells | null = null,
): void {
  const n = edges.count;
  const diagonal = weightedDegrees(edges, weights);
  for (let k = 0; k < n; k++) diagonal[k]! += RIDGE;
  const ap = new Float64Array(n);
  product(edges, weights, x, ap, cells);
  const r = new Float64Array(n);
  const p = new Float64Array(n);
  let rz = 0;
  let rr = 0;
  for (let k = 0; k < n; k++) {
    r[k] = right[k]! - ap[k]!;
    p[k] = r[k]! / diagonal[k]!;
    rz += r[k]! * p[k]!;
    rr += r[k]! * r[k]!;
  }
  const goal = tolerance ** 2 * Math.max(dot(right, right), Number.MIN_VALUE);
  for (let step = 0; step < 2 * n + 20 && rr > goal; step++) {
    product(edges, weights, p, ap, cells);
    const alpha = rz / dot(p, ap);
    if (!Number.isFinite(alpha)) break;
    let next = 0;
    rr = 0;
    for (let k = 0; k < n; k++) {
      x[k]! += alpha * p[k]!;
      r[k]! -= alpha * ap[k]!;
      next += (r[k]! * r[k]!) / diagonal[k]!;
      rr += r[k]! * r[k]!;
    }
    for (let k = 0; k < n; k++) p[k] = r[k]! / diagonal[k]! + (next / rz) * p[k]!;
    rz = next;
  }
}

/** `diag(L+)`: the variance of each score for comparisons of variance 1 / weight. The graph must be connected. */
export function pseudoInverseDiagonal(edges: EdgeList, weights: Float64Array): Float64Array {
  return edges.count <= EXACT_ITEMS ? exactDiagonal(edges, weights) : estimatedDiagonal(edges, weights);
}

function exactDiagonal(edges: EdgeList, weights: Float64Array): Float64Array {
  const n = edges.count;
  const matrix = new Float64Array(n * n).fill(1 / n);
  for (let k = 0; k < edges.size; k++) {
    const [a, b, w] = [edges.i[k]!, edges.j[k]!, weights[k]!];
    matrix[a * n + a]! += w;
    matrix[b * n + b]! += w;
    matrix[a * n + b]! -= w;
    matrix[b * n + a]! -= w;
  }
  const inverse = invertPositive(matrix, n); // = L+ + 11'/n
  return Float64Array.from({ length: n }, (_, k) => Math.max(0, inverse[k * n + k]! - 1 / n));
}

/**
 * Hutchinson's estimate (Bekas, Kokiopoulou and Saad 2007): the mean of `z * (L+ z)` over random signs z,
 * never below the bound `(1 - 1/n)^2 / L_ii` (Cauchy and Schwarz).
 */
function estimatedDiagonal(edges: EdgeList, weights: Float64Array): Float64Array {
  const n = edges.count;
  const random = mulberry32(n);
  const degrees = weightedDegrees(edges, weights);
  const sum = new Float64Array(n);
  const signs = new Float64Array(n);
  const right = new Float64Array(n);
  const x = new Float64Array(n);
  for (let probe = 0; probe < PROBES; probe++) {
    let mean = 0;
    for (let k = 0; k < n; k++) {
      signs[k] = random() < 0.5 ? -1 : 1;
      mean += signs[k]! / n;
    }
    for (let k = 0; k < n; k++) {
      right[k] = signs[k]! - mean;
      x[k] = degrees[k]! > 0 ? right[k]! / degrees[k]! : 0;
    }
    solve(edges, weights, right, x, PROBE_TOLERANCE);
    center(x);
    for (let k = 0; k < n; k++) sum[k]! += (signs[k]! * x[k]!) / PROBES;
  }
  return sum.map((value, k) => Math.max(value, (1 - 1 / n) ** 2 / Math.max(degrees[k]!, RIDGE)));
}

/** Moves the values to mean 0. */
export function center(values: Float64Array): void {
  let mean = 0;
  for (const v of values) mean += v / values.length;
  for (let k = 0; k < values.length; k++) values[k]! -= mean;
}

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let k = 0; k < a.length; k++) sum += a[k]! * b[k]!;
  return sum;
}
