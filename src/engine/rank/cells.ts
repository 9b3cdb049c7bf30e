/**
 * What margins between two contents have in common. The model's margins of all clips of one content against all of another lie off
 * the scale by about the same amount (on real clips 69 % of the squares that no scale explains, docs/ranking.md). That amount
 * is a random effect of its own, drawn towards 0, one for each two contents: a cell.
 */
import type { EdgeList } from './edges.js';

/** Variance of a comparison in its cell over the variance between cells: so many comparisons a cell's mean weighs against. Real clips. */
const CELL_RIDGE = 0.75;
/** Contents tell something about others where they have at least so many clips on average. */
const LEAST_CLIPS = 2;

export interface Cells {
  /** Cell of each comparison; -1: both show the same. */
  of: Int32Array;
  /** -1 where the comparison stands the other way round than its cell. */
  sign: Int8Array;
  /** The two contents of each cell; the smaller is the better one where its effect is positive. */
  contents: { first: number; second: number }[];
  ridge: number;
  /** Content of each item. */
  content: Int32Array;
}

/** null where the comparisons do not tell which clips belong together, or nearly every clip shows something else. */
export function cellsOf(edges: EdgeList): Cells | null {
  const content = edges.contents();
  if (LEAST_CLIPS * new Set(content).size > edges.count) return null;
  const of = new Int32Array(edges.size).fill(-1);
  const sign = new Int8Array(edges.size).fill(1);
  const numbers = new Map<number, number>();
  const contents: Cells['contents'] = [];
  for (let k = 0; k < edges.size; k++) {
    const [a, b] = [content[edges.i[k]!]!, content[edges.j[k]!]!];
    if (a === b) continue;
    const [first, second] = [Math.min(a, b), Math.max(a, b)];
    const key = first * edges.count + second;
    let cell = numbers.get(key);
    if (cell === undefined) {
      numbers.set(key, (cell = contents.length));
      contents.push({ first, second });
    }
    of[k] = cell;
    if (a > b) sign[k] = -1;
  }
  return { of, sign, contents, ridge: CELL_RIDGE, content };
}

/** Estimate of each cell's effect from what is left of its comparisons, `left`, with their weights. */
export function cellEffects(
  { of, sign, contents, ridge }: Cells,
  weights: Float64Array,
  left: Float64Array,
): Float64Array {
  const [sums, trust] = [new Float64Array(contents.length), new Float64Array(contents.length).fill(ridge)];
  for (let k = 0; k < of.length; k++) {
    const cell = of[k]!;
    if (cell < 0) continue;
    sums[cell]! += sign[k]! * weights[k]! * left[k]!;
    trust[cell]! += weights[k]!;
  }
  return sums.map((sum, cell) => sum / trust[cell]!);
}

/** Subtracts from each comparison the effect of its cell. */
export function withoutCells({ of, sign }: Cells, effects: Float64Array, left: Float64Array): void {
  for (let k = 0; k < of.length; k++) if (of[k]! >= 0) left[k]! -= sign[k]! * effects[of[k]!]!;
}

/** What the effects are worth to each item on average over all compared items: what a comparison with all of them would add. */
export function meanEffects({ contents, content }: Cells, effects: Float64Array, degrees: Int32Array): Float64Array {
  const sizes = new Map<number, number>();
  let all = 0;
  content.forEach((name, item) => {
    if (degrees[item] === 0) return;
    sizes.set(name, (sizes.get(name) ?? 0) + 1);
    all++;
  });
  const worth = new Map<number, number>();
  const add = (name: number, value: number) => worth.set(name, (worth.get(name) ?? 0) + value);
  contents.forEach(({ first, second }, cell) => {
    add(first, (effects[cell]! * sizes.get(second)!) / all);
    add(second, (-effects[cell]! * sizes.get(first)!) / all);
  });
  return Float64Array.from(content, (name) => worth.get(name) ?? 0);
}

/** How many parameters the effects take, as far as they are not drawn to 0. */
export function cellFreedom({ of, contents, ridge }: Cells): number {
  const counts = new Float64Array(contents.length);
  for (const cell of of) if (cell >= 0) counts[cell]!++;
  return counts.reduce((sum, count) => sum + count / (count + ridge), 0);
}
