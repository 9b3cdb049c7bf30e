/**
 * The 4-parameter logistic of VQEG (Final report on the validation of objective models, FR-TV phase I, 2000; ITU-T tutorial
 * "Objective perceptual assessment of video quality", 2004): `b2 + (b1 - b2) / (1 + exp(-(x - b3) / |b4|))`, fitted to labels by
 * least squares with Levenberg and Marquardt's method.
 */

/** b1, b2 in label units (b1 is reached towards large x), b3, b4 in units of x. */
export type Logistic = [b1: number, b2: number, b3: number, b4: number];

const MAX_STEPS = 500;
/** Relative gain below which the sum of squares has settled. */
const SETTLED = 1e-12;
const MAX_DAMPING = 1e12;

export const logistic = (x: number, [b1, b2, b3, b4]: Logistic): number =>
  b2 + (b1 - b2) / (1 + Math.exp(-(x - b3) / Math.abs(b4)));

/** The fit of `y` over `x`, or null with fewer than 5 points or where either does not vary. */
export function fitLogistic(x: readonly number[], y: readonly number[]): Logistic | null {
  const [centre, spread] = meanAndSpread(x);
  const [middle, reach] = meanAndSpread(y);
  if (x.length < 5 || !(spread > 0) || !(reach > 0)) return null;
  // Both axes are standardised for the fit, and the parameters are given back in the units that came in.
  const u = x.map((v) => (v - centre) / spread);
  const w = y.map((v) => (v - middle) / reach);
  const rises = u.reduce((sum, v, i) => sum + v * w[i]!, 0) >= 0;
  const [low, high] = w.reduce(([a, b], v) => [Math.min(a, v), Math.max(b, v)], [Infinity, -Infinity]);
  const [b1, b2] = rises ? [high, low] : [low, high];
  const starts: Logistic[] = [
    [b1, b2, 0, 1],
    [b1, b2, 0, 0.25],
    [3 * b1, 3 * b2, 0, 3],
  ];
  const best = starts.map((start) => descend(u, w, start)).reduce((p, q) => (q.squares < p.squares ? q : p));
  const [c1, c2, c3, c4] = best.at;
  return [c1 * reach + middle, c2 * reach + middle, c3 * spread + centre, Math.abs(c4) * spread];
}

interface Point {
  at: Logistic;
  squares: number;
}

function descend(x: readonly number[], y: readonly number[], start: Logistic): Point {
  let here: Point = { at: start, squares: sumOfSquares(x, y, start) };
  let damping = 1e-3;
  for (let step = 0; step < MAX_STEPS && damping < MAX_DAMPING; step++) {
    const { normal, gradient } = normalEquations(x, y, here.at);
    const damped = normal.map((row, i) => row.map((v, k) => (i === k ? v * (1 + damping) + 1e-15 : v)));
    const change = solve(damped, gradient);
    const at = here.at.map((b, k) => b + change[k]!) as Logistic;
    const squares = sumOfSquares(x, y, at);
    if (squares < here.squares) {
      const gain = (here.squares - squares) / Math.max(here.squares, Number.MIN_VALUE);
      here = { at, squares };
      damping = Math.max(damping / 10, 1e-12);
      if (gain < SETTLED) break;
    } else damping *= 10;
  }
  return here;
}

function sumOfSquares(x: readonly number[], y: readonly number[], at: Logistic): number {
  const sum = x.reduce((total, v, i) => total + (y[i]! - logistic(v, at)) ** 2, 0);
  return Number.isFinite(sum) ? sum : Infinity;
}

/** J'J and J'r of the residuals at these parameters. */
function normalEquations(x: readonly number[], y: readonly number[], at: Logistic) {
  const [b1, b2, b3, b4] = at;
  const width = Math.abs(b4);
  const normal = Array.from({ length: 4 }, () => [0, 0, 0, 0]);
  const gradient = [0, 0, 0, 0];
  for (const [i, v] of x.entries()) {
    const z = (v - b3) / width;
    const s = 1 / (1 + Math.exp(-z));
    const slope = (b1 - b2) * s * (1 - s);
    const row = [s, 1 - s, -slope / width, (-slope * z * Math.sign(b4)) / width];
    const residual = y[i]! - (b2 + (b1 - b2) * s);
    for (let k = 0; k < 4; k++) {
      gradient[k]! += row[k]! * residual;
      for (let l = 0; l < 4; l++) normal[k]![l]! += row[k]! * row[l]!;
    }
  }
  return { normal, gradient };
}

/** Gauss's elimination with the largest pivot. */
function solve(matrix: number[][], right: number[]): number[] {
  const rows = matrix.map((row, i) => [...row, right[i]!]);
  const n = rows.length;
  for (let k = 0; k < n; k++) {
    const pivot = rows
      .slice(k)
      .reduce((best, row, i) => (Math.abs(row[k]!) > Math.abs(rows[best]![k]!) ? k + i : best), k);
    [rows[k], rows[pivot]] = [rows[pivot]!, rows[k]!];
    for (let i = k + 1; i < n; i++) {
      const factor = rows[i]![k]! / rows[k]![k]!;
      for (let l = k; l <= n; l++) rows[i]![l]! -= factor * rows[k]![l]!;
    }
  }
  const x = new Array<number>(n).fill(0);
  for (let k = n - 1; k >= 0; k--) {
    const known = rows[k]!.slice(k + 1, n).reduce((sum, v, i) => sum + v * x[k + 1 + i]!, 0);
    x[k] = (rows[k]![n]! - known) / rows[k]![k]!;
  }
  return x;
}

/** Mean and standard deviation (over n). */
function meanAndSpread(values: readonly number[]): [number, number] {
  const mean = values.reduce((sum, v) => sum + v, 0) / values.length;
  return [mean, Math.sqrt(values.reduce((sum, v) => sum + (v - mean) ** 2, 0) / values.length)];
}
