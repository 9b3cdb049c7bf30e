/** The rhythm of repeated frames, as film in another frame rate or drawings on twos leave it. */
import { say } from '../../protocol/index.js';
import type { Frames } from './timeline.js';

/** Longest rhythm looked for (24 in 25 frames a second: 25), and the share of frames that must obey it. */
const LONGEST_PERIOD = 30;
const OBEYS = 0.88;
/** So few repeats, or so small a share of the frames, do not make a rhythm, ... */
const STEADY = { repeats: 2, share: 0.02 };
/** ... but for film in 25 frames a second, where a clip of two seconds holds no more than two. */
const FILM_IN_25 = { fps: 25, tolerance: 0.1, period: 25 };
/** Of the repeats that could come again a period later, so many do. */
const RETURNS = 0.7;
/** Frames a second in which 24 pictures a second make 3:2 pulldown: each fifth frame, or three of five, are repeats. */
const PULLDOWN = { period: 5, rates: [{ fps: 30, each: 1 }, { fps: 60, each: 3 }], tolerance: 0.5 }; // prettier-ignore

/** The rhythm of repeats in words, by the autocorrelation of their flags. `frozen` frames do not count. */
export function cadenceOf(
  frames: Frames,
  repeats: Uint8Array,
  frozen: (i: number) => boolean,
  variable: boolean,
): string {
  if (variable) return say`variable`;
  const { n, step } = frames;
  const at: number[] = [];
  for (let i = 1; i < n; i++) if (repeats[i] && !frozen(i)) at.push(i);
  if (isFilmIn25(frames, at)) return nameOf(FILM_IN_25.period, 1, step);
  if (at.length <= Math.max(STEADY.repeats, STEADY.share * n)) return say`steady`;
  for (let period = 2; period <= Math.min(LONGEST_PERIOD, Math.floor(n / 3)); period++) {
    const each = Math.round((at.length / n) * period);
    if (each > 0 && obeys(frames, repeats, frozen, period, at.length)) return nameOf(period, each, step);
  }
  return say`irregular`;
}

/** All repeats, two at least, a second apart at 25 frames a second, and none missing before, between or behind them. */
function isFilmIn25({ n, step }: Frames, at: readonly number[]): boolean {
  const { fps, tolerance, period } = FILM_IN_25;
  if (at.length < 2 || Math.abs(1 / step - fps) > tolerance) return false;
  return (
    at[0]! <= period + 1 && n - at.at(-1)! <= period + 1 && at.every((i, k) => k === 0 || i - at[k - 1]! === period)
  );
}

function obeys(
  { n, valid }: Frames,
  repeats: Uint8Array,
  frozen: (i: number) => boolean,
  period: number,
  total: number,
): boolean {
  let same = 0;
  let pairs = 0;
  let shared = 0;
  for (let i = 1; i + period < n; i++) {
    if (valid[i] === 0 || valid[i + period] === 0 || frozen(i) || frozen(i + period)) continue;
    pairs++;
    if (repeats[i] === repeats[i + period]) same++;
    if (repeats[i] && repeats[i + period]) shared++;
  }
  // Agreement alone is cheap where repeats are rare: most repeats must come again a period later.
  return pairs > 0 && same >= OBEYS * pairs && shared >= RETURNS * total * (1 - period / n);
}

function nameOf(period: number, each: number, step: number): string {
  const { rates, tolerance } = PULLDOWN;
  const rate = rates.find((r) => Math.abs(1 / step - r.fps) <= tolerance);
  if (period === PULLDOWN.period && rate?.each === each) return say`3:2 pulldown`;
  return each === 1 ? everyFrame(period) : say`${each} of ${period} frames repeated`;
}

/** One template for each ending of an English ordinal: other languages have one, or others. */
function everyFrame(n: number): string {
  const teen = n % 100 >= 11 && n % 100 <= 13;
  switch (teen ? 0 : n % 10) {
    case 1:
      return say`every ${n}st frame repeated`;
    case 2:
      return say`every ${n}nd frame repeated`;
    case 3:
      return say`every ${n}rd frame repeated`;
    default:
      return say`every ${n}th frame repeated`;
  }
}
