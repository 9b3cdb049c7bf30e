/**
 * A comparison's headline and how sure it is, in the words of every place that shows one (UI.md): command, panel, report, card,
 * tools. How large a difference is and how sure its side is are two things; nobody is called a winner whose interval holds 0.
 */
import { TIE_BELOW, marginWord, type Comparison, type Side } from './comparison.js';
import { say } from './l10n.js';

/** Half an interval from this on is wide, margin units. */
export const WIDE_FROM = 1.5;
/** Below this probability of equal content, clips are told to show different ones. */
const SAME_CONTENT_FROM = 0.5;
/** Below this probability of its side, a difference is undecided. */
const PROBABLE_FROM = 0.8;
/** Below this one, neither side is named. */
const EVEN_BELOW = 0.55;

export const isOtherContent = ({ sameContent }: Pick<Comparison['alignment'], 'sameContent'>): boolean =>
  sameContent < SAME_CONTENT_FROM;

export const isWide = ([low, high]: readonly [number, number]): boolean => (high - low) / 2 >= WIDE_FROM;

/** Whether 0 lies inside: the sign is less than 97.5 % sure. */
export const holdsZero = ([low, high]: readonly [number, number]): boolean => low <= 0 && high >= 0;

/** The probability that the sign of the margin is right. */
const sureOf = ({ probabilityABetter: p }: Pick<Comparison, 'probabilityABetter'>): number => Math.max(p, 1 - p);

type Headline = Pick<Comparison, 'margin' | 'interval95' | 'probabilityABetter' | 'claims'>;

/** The side that the headline calls better, surely or probably; null where it calls none. */
export function winner(c: Headline): Side | null {
  if (Math.abs(c.margin) < TIE_BELOW || (holdsZero(c.interval95) && sureOf(c) < PROBABLE_FROM)) return null;
  return c.margin > 0 ? 'a' : 'b';
}

/** "A looks clearly better", "A probably looks clearly better", "Undecided, leaning to A", "No visible difference". */
export function verdictSentence(c: Headline & { alignment: Pick<Comparison['alignment'], 'sameContent'> }): string {
  const better = winner(c);
  const sentence = better === null ? openSentence(c) : winnerSentence(better === 'a' ? 'A' : 'B', c);
  return isOtherContent(c.alignment) ? say`Across different contents: ${sentence}` : sentence;
}

function openSentence(c: Headline): string {
  if (Math.abs(c.margin) >= TIE_BELOW && sureOf(c) >= EVEN_BELOW)
    return say`Undecided, leaning to ${c.margin > 0 ? 'A' : 'B'}`;
  const worse = new Set(c.claims.map((claim) => claim.worse));
  if (worse.size === 2) return say`No clear winner, they differ in kind`;
  const seen = worse.size > 0 || isWide(c.interval95) || Math.abs(c.margin) >= TIE_BELOW;
  return seen ? say`No clear winner` : say`No visible difference`;
}

function winnerSentence(side: 'A' | 'B', { margin, interval95 }: Headline): string {
  const probably = holdsZero(interval95);
  switch (marginWord(margin)) {
    case 'no visible difference':
    case 'slightly':
      return probably ? say`${side} probably looks slightly better` : say`${side} looks slightly better`;
    case 'noticeably':
      return probably ? say`${side} probably looks noticeably better` : say`${side} looks noticeably better`;
    case 'clearly':
      return probably ? say`${side} probably looks clearly better` : say`${side} looks clearly better`;
    case 'much':
      return probably ? say`${side} probably looks much better` : say`${side} looks much better`;
  }
}

/** "97 % sure A is better", "even odds", "the same bytes". Never "100 %". */
export function sureness(
  c: Pick<Comparison, 'probabilityABetter'> & Record<Side, Pick<Comparison['a'], 'hash'>>,
): string {
  if (c.a.hash === c.b.hash) return say`the same bytes`;
  const p = sureOf(c);
  if (p < EVEN_BELOW) return say`even odds`;
  const side = c.probabilityABetter > 0.5 ? 'A' : 'B';
  return p > 0.99 ? say`over 99 % sure ${side} is better` : say`${Math.round(p * 100)} % sure ${side} is better`;
}
