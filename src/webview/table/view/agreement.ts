/**
 * Whether direct margins agree with the one scale that was made of them: for each pair the margin as it was measured against the
 * difference of the two scores. Pure.
 */
import type { PairMargin } from '../../../protocol/rank.js';
import { pairIndex, pairKey, type Entry } from './data.js';

/** Most clips in the matrix: it stays readable, and the host is not asked for more than `needPairs` allows. */
export const MATRIX_CLIPS = 30;
/** A direct margin is sure of its direction beyond so many standard deviations: 95 %, two-sided. */
const CERTAIN = 1.96;

/**
 * agrees: same direction, or neither is sure. doubtful: other direction, but within the margin's own uncertainty.
 * contradicts: other direction, and beyond it. unknown: not compared directly.
 */
export type Agreement = 'agrees' | 'doubtful' | 'contradicts' | 'unknown';
export interface Cell {
  agreement: Agreement;
  /** Row's clip against column's: measured, its standard deviation, and by the scale. Margin units. */
  margin: number;
  stdDev: number;
  scale: number;
}

export function agreementOf(margin: number, stdDev: number, scale: number): Agreement {
  if (margin * scale >= 0) return 'agrees';
  return Math.abs(margin) > CERTAIN * stdDev ? 'contradicts' : 'doubtful';
}

/** One row a clip, one cell a clip; null on the diagonal. */
export function agreementMatrix(clips: readonly Entry[], pairs: readonly PairMargin[]): (Cell | null)[][] {
  const index = pairIndex(pairs);
  return clips.map((a) =>
    clips.map((b) => {
      if (a.path === b.path) return null;
      const scale = (a.estimate?.value ?? 0) - (b.estimate?.value ?? 0);
      const pair = index.get(pairKey(a.path, b.path));
      if (!pair) return { agreement: 'unknown', margin: 0, stdDev: 0, scale };
      return {
        agreement: agreementOf(pair.margin, pair.stdDev, scale),
        margin: pair.margin,
        stdDev: pair.stdDev,
        scale,
      };
    }),
  );
}

/** Pairs that contradict the scale, the worst first, each once. */
export function contradictions(
  clips: readonly Entry[],
  matrix: readonly (Cell | null)[][],
): { a: Entry; b: Entry; cell: Cell }[] {
  const found = [];
  for (const [i, row] of matrix.entries())
    for (const [j, cell] of row.entries())
      if (j > i && cell?.agreement === 'contradicts') found.push({ a: clips[i]!, b: clips[j]!, cell });
  return found.sort((x, y) => Math.abs(y.cell.margin - y.cell.scale) - Math.abs(x.cell.margin - x.cell.scale));
}
