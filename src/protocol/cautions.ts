/**
 * What to know of a result before trusting it, in sentences beside the number: the same in the panel, the report and on the
 * command line. Each says something of this pair; where nothing is to be said, there is none.
 */
import {
  marginWord,
  timeInA,
  type Alignment,
  type AttributeName,
  type ClipFacts,
  type Comparison,
} from './comparison.js';
import { say } from './l10n.js';
import { holdsZero, isOtherContent, isWide } from './verdict.js';

/** Common parts below this are short, seconds. */
const SHORT_SECONDS = 1;
/** Below this share of a clip that was looked at, the rest may matter. */
const COVERED_FROM = 0.95;
/** A clip with fewer of the other's pixels than this is shown enlarged by two or more: share, with room for even sizes. */
const COARSE_BELOW = 0.26;
/** What may be as it was shot, or not: nothing in a picture says how bright, colourful or wide it was meant. */
const INTENDED: readonly AttributeName[] = ['exposure', 'contrast', 'colour', 'framing'];

export function cautions(c: Comparison): string[] {
  if (c.a.hash === c.b.hash) return [];
  return [
    ...widthCautions(c),
    ...wordsCautions(c),
    ...coarseCautions('A', c.a, 'B', c.b),
    ...coarseCautions('B', c.b, 'A', c.a),
  ];
}

/** Why the interval is wide, as far as it is known. A wide interval that leaves no doubt of the winner needs no excuse. */
function widthCautions(c: Comparison): string[] {
  const other = isOtherContent(c.alignment)
    ? [say`The clips show different content. The margin compares how good each of them looks, and is less certain.`]
    : [];
  if (!isWide(c.interval95)) return other;
  const [from, to] = commonSpan(c);
  const covered = Math.min(c.a.timeline?.covered ?? 1, c.b.timeline?.covered ?? 1);
  const reasons = [
    ...other,
    ...(to - from < SHORT_SECONDS ? [say`There is less than a second to compare.`] : []),
    ...(covered < COVERED_FROM ? [say`Only a part of the clips was looked at.`] : []),
  ];
  if (reasons.length === 0 && holdsZero(c.interval95)) reasons.push(say`The model is not sure of this pair.`);
  return reasons.length === 0 ? [] : [say`The interval is wide.`, ...reasons];
}

/** What the model's words and claims can't know. */
function wordsCautions(c: Comparison): string[] {
  const main = c.claims[0];
  return [
    // Of large margins the model says "beyond doubt" and "by far", however sure they are.
    ...(c.reasoning !== '' && marginWord(c.margin) === 'much' && holdsZero(c.interval95)
      ? [say`The model's words tell how large the difference is, not how sure.`]
      : []),
    ...(main && INTENDED.includes(main.attribute)
      ? [say`Which of the two is as it was shot can't be known from the clips alone.`]
      : []),
  ];
}

function coarseCautions(name: string, clip: ClipFacts, otherName: string, other: ClipFacts): string[] {
  const share = pixels(clip) / pixels(other);
  if (share <= COARSE_BELOW) {
    const percent = Math.max(1, Math.round(share * 100));
    return [say`${name} has ${percent} % of ${otherName}'s pixels; fine patterns in it may read as detail.`];
  }
  return hasPalette(clip) && !hasPalette(other)
    ? [say`${name} has at most 256 colours; its patterns may read as detail.`]
    : [];
}

/** At most 256 colours a frame; ffmpeg decodes a GIF to bgra. */
const hasPalette = ({ codec, pixelFormat }: ClipFacts): boolean => codec === 'gif' || pixelFormat === 'pal8';
const pixels = ({ displayWidth, displayHeight }: ClipFacts): number => displayWidth * displayHeight;

/** Seconds of A's time line that both clips show. */
export const commonSpan = ({ a, b, alignment }: Comparison): [number, number] => [
  Math.max(0, timeInA(0, alignment)),
  Math.min(a.duration, timeInA(b.duration, alignment)),
];

/** Notes on how the clips were brought together, without what `cautions` says beside the result. */
export const shownNotes = (alignment: Alignment): string[] =>
  alignment.notes.filter((note) => !(isOtherContent(alignment) && note.startsWith('Different content')));
