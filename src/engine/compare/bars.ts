/**
 * Black bars, read from the small whole frames of an encoded clip: lines at the border that are dark and flat in every burst.
 */
import type { ClipTokens } from '../model/types.js';
import type { Bars } from './result.js';

const ROWS = 18;
const COLUMNS = 32;
/** Luma of black, 0..255, with room for noise and ringing. */
const BLACK = 6;

/** Bars of the clip: the thinner of two opposite ones, so that a dark sky or a fade is no bar. */
export function findBars({ thumbs, count }: Pick<ClipTokens, 'thumbs' | 'count'>): Bars {
  const none = { vertical: 0, horizontal: 0 };
  if (count === 0 || thumbs.length !== count * ROWS * COLUMNS) return none;
  const at = (burst: number, row: number, column: number) => thumbs[(burst * ROWS + row) * COLUMNS + column]!;
  const black = (lines: number, width: number, value: (burst: number, line: number, i: number) => number) =>
    Array.from({ length: lines }, (_, line) => {
      for (let burst = 0; burst < count; burst++)
        for (let i = 0; i < width; i++) if (value(burst, line, i) > BLACK) return false;
      return true;
    });
  const rows = black(ROWS, COLUMNS, at);
  const columns = black(COLUMNS, ROWS, (burst, column, row) => at(burst, row, column));
  if (rows.every(Boolean)) return none; // a black clip has no bars
  return { vertical: thinner(rows), horizontal: thinner(columns) };
}

function thinner(lines: boolean[]): number {
  const first = lines.indexOf(false);
  const last = lines.length - 1 - lines.lastIndexOf(false);
  return Math.min(first, last) / lines.length;
}
