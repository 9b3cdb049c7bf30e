/**
 * Where to look: sample plan version 2 of docs/model-package.md. Pure arithmetic, the same as training's plan.py to the last
 * digit; change both or neither, and PLAN_VERSION with them.
 */
import type { ClipFacts } from '../../protocol/index.js';
import { framePlan, frameSize } from './frames.js';
import type { FrameSampling, PlanOptions, SamplePlan, Size } from './types.js';

export const PLAN_VERSION = 2;
export const FRAMES_PER_BURST = 4;
export const TIMELINE_SIZE: Size = { width: 160, height: 90 };
export const CROP = 128; // pixels
export const PLACES = 4;
const MAX_BURSTS = 12;
const MIN_STEP = 0.25; // seconds
const MAX_LINES = 2160;
const MIN_SIDE = 144; // pixels

/** Everything is decoded up to this cost: 30 s of 1080p30, three times a 10 s clip (the issue's bound for any clip). */
const WHOLE_PIXELS = 30 * 1920 * 1080 * 30;
/** Clips that are always, and never, decoded whole (seconds): small pictures do not make the time line endless. */
const WHOLE_SECONDS = { always: 12, never: 120 };
/** Luma of the whole time line that may be held: 9000 frames are 130 MB. */
const WHOLE_FRAMES = 9000;

/** A burst's range of times, seconds: frames in [from, to] are decoded to find its 4. */
export interface BurstRange {
  index: number;
  time: number;
  from: number;
  to: number;
  /** [row, column] of its fragments in the picture */
  places: readonly (readonly [number, number])[];
  /** row of fragments that is its own (fragments.ts) */
  lane: number;
}

const even = (x: number) => 2 * Math.floor(x / 2);

/** One size for all clips of a comparison: the display size of the largest, 144 to 2160 lines, even; of whole frames, theirs. */
export function comparisonSize(
  facts: readonly Pick<ClipFacts, 'displayWidth' | 'displayHeight'>[],
  frames?: FrameSampling,
): Size {
  const area = (f: (typeof facts)[number]) => f.displayWidth * f.displayHeight;
  const largest = facts.reduce((a, b) => (area(b) > area(a) ? b : a));
  const { displayWidth: w, displayHeight: h } = largest;
  const scale = Math.min(Math.max(1, MIN_SIDE / Math.min(w, h)), MAX_LINES / h);
  const size = {
    width: Math.max(MIN_SIDE, even(w * scale + 1e-6)),
    height: Math.max(MIN_SIDE, even(h * scale + 1e-6)),
  };
  return frames ? frameSize(size, frames) : size;
}

/** Seconds between bursts; a power of two times a second, so that the grids of different lengths are nested. */
export const burstStep = (duration: number): number =>
  Math.max(MIN_STEP, 2 ** Math.ceil(Math.log2(duration / MAX_BURSTS)));

/** Seconds after the origin at which bursts begin: each burst whole inside the clip, at most 12, at least one. */
export function burstTimes(duration: number, fps: number): number[] {
  const step = burstStep(duration);
  const last = duration - FRAMES_PER_BURST / fps;
  const times = Array.from({ length: MAX_BURSTS }, (_, k) => k * step).filter((t) => t <= last + 1e-6);
  return times.length > 0 ? times : [0];
}

/** Which of the four layouts of places: sum of the base-4 digits of the time in quarters of a second, modulo 4. */
function layout(time: number): number {
  let total = 0;
  for (let n = Math.floor(time / MIN_STEP + 0.5); n > 0; n = Math.floor(n / 4)) total += n % 4;
  return total % 4;
}

function cropStart(centre: number, size: number): number {
  const start = Math.min(Math.max(Math.floor(centre + 0.5) - CROP / 2, 0), size - CROP);
  return size >= CROP + 16 || size === CROP ? Math.floor(start / 16) * 16 : even(start);
}

/** [row, column] of the four crops of the burst `time` seconds after the origin, in a picture of `size`. */
export function placesAt(time: number, size: Size): [number, number][] {
  const shift = layout(time);
  return Array.from({ length: PLACES }, (_, row) => {
    const column = (2 * row + Math.floor(row / 2) + shift) % 4;
    return [
      cropStart(((row + 0.5) * size.height) / 4, size.height),
      cropStart(((column + 0.5) * size.width) / 4, size.width),
    ];
  });
}

/** whole: one decode of everything. windows: cheaper for what costs more than three 10 s clips. */
export function decodeMode(facts: Pick<ClipFacts, 'duration' | 'fps' | 'width' | 'height'>): SamplePlan['mode'] {
  const { duration, fps } = facts;
  if (duration > WHOLE_SECONDS.never || duration * fps > WHOLE_FRAMES) return 'windows';
  if (duration <= WHOLE_SECONDS.always) return 'whole';
  return duration * fps * facts.width * facts.height <= WHOLE_PIXELS * 1.01 ? 'whole' : 'windows';
}

/** The plan of one clip. */
export function makePlan(facts: ClipFacts, size: Size, options: PlanOptions = {}): SamplePlan {
  const { speed = 1 } = options;
  const offset = Math.max(0, options.offset ?? 0);
  const origin = facts.start + offset;
  const played = Math.max(0, Math.min(options.duration ?? Infinity, (facts.duration - offset) * speed));
  const duration = played / speed;
  const mode = decodeMode(facts);
  const times = burstTimes(played, facts.fps / speed);
  const plan: SamplePlan = {
    version: PLAN_VERSION,
    key: `${PLAN_VERSION}/${size.width}x${size.height}/${mode}/${offset.toFixed(4)}+${duration.toFixed(4)}${speed === 1 ? '' : `*${speed.toFixed(4)}`}${facts.colour.toneMapped === false ? '/flat' : ''}`,
    size,
    origin,
    duration,
    step: burstStep(played) / speed,
    bursts: times.map((t) => ({
      time: origin + t / speed,
      share: played > 0 ? t / played : 0,
      places: placesAt(t, size),
    })),
    mode,
  };
  return options.frames ? framePlan(plan, options.frames) : plan;
}
