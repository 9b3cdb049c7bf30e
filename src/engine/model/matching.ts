/**
 * Which bursts of two clips the pair graph sees side by side. Bursts at the same time and the same places are compared pixel
 * by pixel (`aligned` 1); where there are too few of them, evenly picked bursts stand side by side without that (`aligned` 0).
 */
import type { ClipTokens } from './types.js';

/** Bursts no further apart than this share of the shorter frame gap are the same moment: half a frame later, what moves is elsewhere. */
const SAME_TIME_FRAMES = 0.25;
/** The same, seconds: containers round times to a millisecond, offsets are found to 5. */
const SAME_TIME_S = 0.006;
/** Fewer matched bursts than this (or than there are) do not stand for a pair. */
const MIN_MATCHED = 2;
/** Share of frames without their like up to which time lines lie side by side. */
const MISSING_FRAMES = 0.02;
/** Shares are taken as they are where the clip's length is the common one to within this. */
const SAME_LENGTH = 0.02;

export interface Matching {
  /** indices of the bursts, pairwise */
  a: number[];
  b: number[];
  aligned: boolean;
}

/** `offset`: the frame at time t of A is at t + offset of B, seconds. */
export function matchBursts(a: ClipTokens, b: ClipTokens, offset: number): Matching {
  const tolerance = Math.max(SAME_TIME_S, SAME_TIME_FRAMES * Math.min(frameGap(a), frameGap(b)));
  const matched: Matching = { a: [], b: [], aligned: true };
  for (let i = 0; i < a.count; i++) {
    for (let j = (matched.b.at(-1) ?? -1) + 1; j < b.count; j++) {
      const sameTime = Math.abs(a.times[i]! + offset - b.times[j]!) <= tolerance;
      if (!sameTime || !samePlaces(a, i, b, j)) continue;
      matched.a.push(i);
      matched.b.push(j);
      break;
    }
  }
  return matched.a.length >= Math.min(MIN_MATCHED, a.count, b.count) ? matched : besideEachOther(a, b);
}

/** Bursts of any moments, evenly over both clips. */
export function besideEachOther(a: ClipTokens, b: ClipTokens): Matching {
  const fewer = Math.min(a.count, b.count);
  return { a: evenly(a.count, fewer), b: evenly(b.count, fewer), aligned: false };
}

/**
 * Frames of the two time lines that show the same moment; null where too many of either have no like in the other (another frame
 * rate, frames missing, another stretch of time): then the time lines do not lie side by side. What a frame tells hangs on the
 * frames beside it, so the end of one clip is not laid beside the midst of the other.
 */
export function matchFrames(a: ClipTokens, b: ClipTokens, offset: number): { a: number[]; b: number[] } | null {
  const tolerance = Math.min(frameGap(a), frameGap(b)) / 2;
  const matched: { a: number[]; b: number[] } = { a: [], b: [] };
  const [timesA, timesB] = [a.seriesTimes, b.seriesTimes];
  for (let i = 0, j = 0; i < timesA.length && j < timesB.length;) {
    const ahead = timesA[i]! + offset - timesB[j]!;
    if (Math.abs(ahead) < tolerance) {
      matched.a.push(i++);
      matched.b.push(j++);
    } else if (ahead < 0) i++;
    else j++;
  }
  const longer = Math.max(timesA.length, timesB.length);
  const most = matched.a.length > 0 && matched.a.length >= longer - 1 - MISSING_FRAMES * longer;
  return most ? withoutLooseEnds(matched, timesA.length - 1, timesB.length - 1) : null;
}

/** Without pairs of a clip's first or last frame with an inner one of the other. */
function withoutLooseEnds({ a, b }: { a: number[]; b: number[] }, lastA: number, lastB: number) {
  const keep = a.map((i, k) => (i === 0) === (b[k] === 0) && (i === lastA) === (b[k] === lastB));
  return keep.includes(true) ? { a: a.filter((_, k) => keep[k]), b: b.filter((_, k) => keep[k]) } : null;
}

/** Median time from frame to frame, seconds; 0 where there is one frame. */
function frameGap({ seriesTimes: times }: ClipTokens): number {
  const gaps = times.subarray(1).map((t, i) => t - times[i]!);
  return gaps.sort()[gaps.length >> 1] ?? 0;
}

function samePlaces(a: ClipTokens, i: number, b: ClipTokens, j: number): boolean {
  const [na, nb] = [a.cells.length / a.count, b.cells.length / b.count];
  if (na !== nb) return false;
  for (let n = 0; n < na; n++) if (a.cells[i * na + n] !== b.cells[j * nb + n]) return false;
  return true;
}

/** `count` of `total` indices, spread evenly. */
const evenly = (total: number, count: number) =>
  Array.from({ length: count }, (_, i) => Math.floor(((i + 0.5) * total) / count));

/** Shares 0..1 of the bursts on the pair's common time line of `duration` seconds. */
export function commonShares(clip: ClipTokens, duration: number): number[] {
  const last = clip.count - 1;
  const span = clip.shares[last]! - clip.shares[0]!;
  const own = span > 0 ? (clip.times[last]! - clip.times[0]!) / span : duration;
  const ratio = duration > 0 && Math.abs(own / duration - 1) > SAME_LENGTH ? own / duration : 1;
  return Array.from(clip.shares, (share) => Math.min(1, share * ratio));
}
