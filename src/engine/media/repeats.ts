/**
 * Repeated frames: a frame that shows what the one before showed WHILE the scene should move. A stop alone proves nothing, for
 * a title, a pan at its turning point and a screen recording between two scrolls stand still by themselves. So a stop is a fault
 * only where motion goes on right before and right after it in the same shot; docs/media.md, "Stops", tells the rule.
 */
import { median, quantile } from './numbers.js';
import { TIMELINE_SIZE } from './plan.js';
import type { Frames } from './timeline.js';
import type { TimelineLuma } from './types.js';

/** Repeated frames shown for so long are a freeze, shorter ones are repeats (seconds; METHOD 6 names 0.1-0.2). */
export const FREEZE_SECONDS = 0.2;
/** A frame certainly stands still when its difference is below this (codes 0-255 of the small picture) ... */
const STILL_BELOW = { mean: 0.25, block: 2.5 };
/** ... and, where an encoder spends bits on a repeated picture, below this and this share of the motion around it. */
const NEARLY_STILL = { mean: 0.8, block: 4, share: 0.3 };
/** ... or below this share of it, however fast it is. */
const FAINT = 0.05;
/** Three quarters of what is near may be repeats. */
const MOTION_QUANTILE = 0.75;
/** The motion that a repeat interrupts is at least this (codes), and what is left of it at most this share. */
const MOTION = 0.3;
const LEFT = 0.35;
/**
 * Motion is looked for so far away on each side, in frames; so many moving ones make motion out of single changes (one is enough
 * beside the border of a shot, where no more can be seen).
 */
const AROUND = 12;
const SUSTAINED = { repeat: 2, freeze: 3 };
/**
 * Typical motion is the median of so many moving frames. Where the nearest one does not reach this share of it the motion tapers
 * off: for a single repeat on both sides (a pan turns round), for a freeze on one (a scroll comes to rest).
 */
const TYPICAL = 4;
const TAPERS_BELOW = { repeat: 0.6, freeze: 0.4 };
/** A taper can be told from so many moving frames on; with fewer, the other side decides. */
const TAPER_SEEN = 3;
/** Where a clip also pauses by itself, frames were lost only if the picture then jumps: so many times the motion after it. */
const JUMP = 1.5;
/** A picture that correlates so with the frozen one before it goes on with the same shot. Of unrelated shots, one in ten does. */
const SAME_SHOT = 0.33;

/** First and last frame of a run that shows the picture before it again. */
interface Run {
  from: number;
  to: number;
}
interface Stop extends Run {
  /** it lasts as long as a freeze */
  long: boolean;
  before: Side;
  after: Side;
}
/** What surrounds a stop on one side. */
interface Side {
  /** where looking ended: at a border of the shot (a cut, unknown frames), at the clip's own, or after AROUND frames */
  end: 'shot' | 'clip' | 'far';
  /** differences of the moving frames, the nearest first, codes */
  moving: number[];
}

/** 1 where the frame repeats the one before it though the scene moves: freezes, single repeats and cadence alike. */
export function repeatsOf(frames: Frames, cuts: readonly number[]): Uint8Array {
  const stops = stopsOf(frames, new Set(cuts));
  const interrupts = stops.map((stop) => isInterruption(frames, stop));
  const pauses = stops.some((stop, k) => !interrupts[k] && isPause(stop));
  const repeats = new Uint8Array(frames.n);
  stops.forEach(({ from, to, after }, k) => {
    if (interrupts[k] && (!pauses || jumps(after))) repeats.fill(1, from, to + 1);
  });
  return repeats;
}

/** Does the run of repeats last long enough for a freeze? */
export const lasts = ({ times, step }: Frames, { from, to }: Run): boolean =>
  to > from && times[to]! + step - times[from]! >= FREEZE_SECONDS - 1e-6;

/** 1 where a frame hardly differs from the one before. */
function stillFrames({ n, difference, block, valid }: Frames): Uint8Array {
  const certain = (i: number) => difference[i]! < STILL_BELOW.mean && block[i]! < STILL_BELOW.block;
  const shareOf = (values: Float64Array, i: number) =>
    values[i]! / quantile([...values.subarray(Math.max(1, i - AROUND), i + AROUND + 1)], MOTION_QUANTILE);
  const nearly = (i: number) => {
    const share = Math.max(shareOf(difference, i), shareOf(block, i));
    const little = difference[i]! < NEARLY_STILL.mean && block[i]! < NEARLY_STILL.block;
    return share < (little ? NEARLY_STILL.share : FAINT);
  };
  return Uint8Array.from({ length: n }, (_, i) => (i > 0 && valid[i]! > 0 && (certain(i) || nearly(i)) ? 1 : 0));
}

/** Runs of still frames with what surrounds them, in order. */
function stopsOf(frames: Frames, cut: ReadonlySet<number>): Stop[] {
  const still = stillFrames(frames);
  const stops: Stop[] = [];
  for (let from = 1, to = 1; from < frames.n; from = to = to + 1) {
    if (!still[from]) continue;
    while (still[to + 1] === 1 && !cut.has(to + 1)) to++;
    const side = (at: number, way: 1 | -1) => sideOf(frames, still, cut, at, way);
    stops.push({ from, to, long: lasts(frames, { from, to }), before: side(from - 1, -1), after: side(to + 1, 1) });
  }
  return stops;
}

function sideOf(
  { n, difference, valid }: Frames,
  still: Uint8Array,
  cut: ReadonlySet<number>,
  at: number,
  way: 1 | -1,
): Side {
  const moving: number[] = [];
  for (let k = 0, i = at; k < AROUND; k++, i += way) {
    if (i < 1 || i >= n) return { end: 'clip', moving };
    if (valid[i] === 0 || cut.has(i)) return { end: 'shot', moving };
    if (!still[i]) moving.push(difference[i]!);
  }
  return { end: 'far', moving };
}

const typical = ({ moving }: Side): number => median(moving.slice(0, TYPICAL));
const tapers = (side: Side, below: number): boolean =>
  side.moving.length < TAPER_SEEN || side.moving[0]! < below * typical(side);
const jumps = ({ moving }: Side): boolean => moving[0]! >= JUMP * median(moving.slice(1, 1 + TYPICAL));

/** Motion that should have gone on: lasting, fast enough, far above what is left of it, and at full speed up to the stop. */
function isInterruption({ difference }: Frames, { from, to, long, before, after }: Stop): boolean {
  // What an encoder adds to the picture after a single change is not motion.
  const enough = (side: Side) =>
    side.moving.filter((d) => d >= LEFT * typical(side)).length >=
    (long ? SUSTAINED.freeze : side.end === 'far' ? SUSTAINED.repeat : 1);
  if (!enough(before) || !enough(after)) return false;
  const slowest = Math.min(typical(before), typical(after));
  const nearest = Math.min(before.moving[0]!, after.moving[0]!);
  const shown = [...difference.subarray(from, to + 1)];
  const left = long ? median(shown) : Math.max(...shown); // an encoder refines the picture after it stopped
  if (slowest < MOTION || left >= LEFT * Math.min(slowest, nearest)) return false;
  const [slows, starts] = [before, after].map((side) => tapers(side, long ? TAPERS_BELOW.freeze : TAPERS_BELOW.repeat));
  return long ? !slows && !starts : !(slows && starts);
}

/** Stands the clip still by itself here? What lies between two cuts is a title, and says nothing about the other shots. */
const isPause = ({ long, before, after }: Stop): boolean =>
  long && before.end !== 'shot' && after.end !== 'shot' && before.moving.length + after.moving.length > 0;

/** Does frame `i`, which comes after a still one, go on with the same shot (a freeze ends) rather than begin another? */
export function goesOn({ luma }: TimelineLuma, { difference, block }: Frames, i: number): boolean {
  if (difference[i - 1]! >= STILL_BELOW.mean || block[i - 1]! >= STILL_BELOW.block) return false;
  const pixels = TIMELINE_SIZE.width * TIMELINE_SIZE.height;
  const picture = (k: number) => luma.subarray(k * pixels, (k + 1) * pixels);
  return correlation(picture(i - 1), picture(i)) >= SAME_SHOT;
}

/** Of the pixels of two pictures, -1..1; 0 where one of them is plain. */
function correlation(a: Uint8Array, b: Uint8Array): number {
  let sa = 0, sb = 0, saa = 0, sbb = 0, sab = 0; // prettier-ignore
  for (let p = 0; p < a.length; p++) {
    const x = a[p]!;
    const y = b[p]!;
    sa += x;
    sb += y;
    saa += x * x;
    sbb += y * y;
    sab += x * y;
  }
  const spread = (saa - sa ** 2 / a.length) * (sbb - sb ** 2 / a.length);
  return spread <= 0 ? 0 : (sab - (sa * sb) / a.length) / Math.sqrt(spread);
}
