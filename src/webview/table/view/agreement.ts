/**
 * Whether direct margins agree with the one scale that was made of them: for each pair the margin as it was measured against the
 * difference of the two scores. Pure.
 */
import { median } from 'd3-array';
import type { PairMargin } from '../../../protocol/rank.js';
import type { RankTableState } from '../../../protocol/table.js';
import { pairIndex, pairKey, type Entry } from './data.js';

/** Most clips in the matrix: it stays readable, and the host is not asked for more than `needPairs` allows. */
export const MATRIX_CLIPS = 30;
/** A direct margin lies off the scale beyond so many times the usual: 95 %, two-sided. */
const CERTAIN = 1.96;
/** While a ranking runs, its pairs are asked for anew after each such share of the comparisons it expects. */
const STEPS = 20;
/** Median of absolute deviations -> standard deviation of a normal distribution. */
const MAD_TO_DEVIATION = 1.4826;
/** Least spread around the scale, margin units: below it margins differ by less than they are printed with. */
const LEAST_SPREAD = 0.05;

/**
 * agrees: same direction, or neither has one. doubtful: other direction, but no further off the scale than is usual here.
 * contradicts: other direction, and further off. unknown: not compared directly.
 */
export type Agreement = 'agrees' | 'doubtful' | 'contradicts' | 'unknown';
export interface Cell {
  agreement: Agreement;
  /** Row's clip against column's: measured, and by the scale. Margin units. */
  margin: number;
  scale: number;
}
export interface Matrix {
  /** One row a clip, one cell a clip; null on the diagonal. */
  rows: readonly (Cell | null)[][];
  /** How far direct margins lie off the scale, as a standard deviation, margin units. */
  spread: number;
}

export function agreementOf(margin: number, scale: number, spread: number): Agreement {
  if (margin * scale >= 0) return 'agrees';
  return Math.abs(margin - scale) > usual(spread) ? 'contradicts' : 'doubtful';
}

/** Margins lie no further off the scale than this in 95 of 100 pairs, margin units. */
export const usual = (spread: number): number => CERTAIN * spread;

/**
 * What is usual is told by the margins themselves: the model's own deviation is its error against people, which is several
 * times as large and mostly the same for all clips of a folder.
 */
export function agreementMatrix(clips: readonly Entry[], pairs: readonly PairMargin[]): Matrix {
  const index = pairIndex(pairs);
  const cells = clips.map((a) =>
    clips.map((b) => {
      if (a.path === b.path) return null;
      const scale = (a.estimate?.value ?? 0) - (b.estimate?.value ?? 0);
      return { margin: index.get(pairKey(a.path, b.path))?.margin ?? null, scale };
    }),
  );
  const off = cells.flat().flatMap((c) => (c === null || c.margin === null ? [] : [Math.abs(c.margin - c.scale)]));
  const spread = Math.max(LEAST_SPREAD, MAD_TO_DEVIATION * (median(off) ?? 0));
  const rows = cells.map((row) =>
    row.map((c): Cell | null => {
      if (c === null) return null;
      if (c.margin === null) return { agreement: 'unknown', margin: 0, scale: c.scale };
      return { agreement: agreementOf(c.margin, c.scale, spread), margin: c.margin, scale: c.scale };
    }),
  );
  return { rows, spread };
}

/** Pairs that contradict the scale, the worst first, each once. */
export function contradictions(clips: readonly Entry[], { rows }: Matrix): { a: Entry; b: Entry; cell: Cell }[] {
  const found = [];
  for (const [i, row] of rows.entries())
    for (const [j, cell] of row.entries())
      if (j > i && cell?.agreement === 'contradicts') found.push({ a: clips[i]!, b: clips[j]!, cell });
  return found.sort((x, y) => Math.abs(y.cell.margin - y.cell.scale) - Math.abs(x.cell.margin - x.cell.scale));
}

/** Another text whenever so much has been compared since that the pairs are worth asking for anew. */
export function standingOf({ run, progress }: Pick<RankTableState, 'run' | 'progress'>): string {
  const { comparisons, expected } = progress ?? { comparisons: 0, expected: 0 };
  return `${run.status} ${Math.floor((STEPS * comparisons) / Math.max(1, expected))}`;
}
