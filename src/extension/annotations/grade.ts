/**
 * A clip's quality in two characters and a colour, for the Explorer: its rank, or a letter where the rank is longer or there is
 * none. The letter and the colour follow the margin: against the reference, else the clip compared with last, else the mean of
 * the ranking. Pure.
 */
import { TIE_BELOW } from '../../protocol/index.js';
import type { QualityNote } from './qualityCache.js';

/** A: no visible difference, or better. B: slightly worse. C: noticeably. D: clearly. E: much. */
export type Grade = 'A' | 'B' | 'C' | 'D' | 'E';
/** Larger ranks do not fit into a badge. */
const LARGEST_RANK = 99;
/** Colours of the theme, the same as its charts have; null: as any other file. */
const COLOURS: Record<Grade, string | null> = {
  A: 'charts.green',
  B: null,
  C: 'charts.yellow',
  D: 'symbolIcon.classForeground', // not charts.orange: VS Code takes it from the highlight of found text, which is faint
  E: 'charts.red',
};

export interface Badge {
  /** At most two characters. */
  text: string;
  grade: Grade;
  colour: string | null;
}

/** null: nothing is known that a badge could tell. */
export function badgeOf({ ranking, comparison }: QualityNote): Badge | null {
  const margin = ranking?.toReference?.margin ?? ranking?.score ?? comparison?.margin;
  if (margin === undefined) return null;
  const grade = gradeOf(margin);
  const text = ranking !== null && ranking.rank <= LARGEST_RANK ? String(ranking.rank) : grade;
  return { text, grade, colour: COLOURS[grade] };
}

export function gradeOf(margin: number): Grade {
  if (margin > -TIE_BELOW) return 'A';
  return margin > -1 ? 'B' : margin > -2 ? 'C' : margin > -4 ? 'D' : 'E';
}

/** Bad enough to be shown at the folder, too. */
export const isBad = ({ grade }: Badge): boolean => grade === 'D' || grade === 'E';
