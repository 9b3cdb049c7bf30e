/**
 * Where a margin stands on the gauge. The gauge leans to the better clip: A is left, B is right. Each word of size (slight,
 * noticeable, clear, large) gets a zone of its own, so that small margins can be told apart and large ones still fit. What is
 * larger than the scale stands at its end, which the gauge marks.
 */
import type { Comparison, Side } from '../../protocol/index.js';
import { t } from '../language.js';

/** The largest margin that has a place of its own. */
export const SCALE_END = 8;

/** Margin units at the borders of the zones, and the share of one half of the gauge where they stand. */
export const ZONES: readonly { margin: number; share: number; word: string }[] = [
  { margin: 0.5, share: 0.16, word: t('no visible difference') },
  { margin: 1, share: 0.36, word: t('slight') },
  { margin: 2, share: 0.58, word: t('noticeable') },
  { margin: 4, share: 0.8, word: t('clear') },
  { margin: SCALE_END, share: 1, word: t('large') },
];

/** At which ends of the gauge the margin or its interval goes on: A is the left end. */
export function beyondScale({ margin, interval95 }: Pick<Comparison, 'margin' | 'interval95'>): Side[] {
  const ends: Side[] = [];
  if (Math.max(margin, interval95[1]) > SCALE_END) ends.push('a');
  if (Math.min(margin, interval95[0]) < -SCALE_END) ends.push('b');
  return ends;
}

/** Share of one half, 0..1, for a size of margin. */
export function halfShare(size: number): number {
  let from = { margin: 0, share: 0 };
  for (const zone of ZONES) {
    if (size <= zone.margin)
      return from.share + ((size - from.margin) / (zone.margin - from.margin)) * (zone.share - from.share);
    from = zone;
  }
  return 1;
}

/** Place on the whole gauge, per cent from the left: 50 is a tie, below 50 leans to A. */
export function gaugePercent(margin: number): number {
  return 50 - 50 * Math.sign(margin) * halfShare(Math.abs(margin));
}
