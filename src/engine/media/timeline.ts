/**
 * What the time line says: events and sums from the series of the `timeline` graph ([N, 4]: mean absolute difference to the
 * frame before, its largest block mean, mean luma, flicker residual) and the low-resolution luma. Two things are never
 * faults: a picture that is meant to stand still, and a cut (METHOD 6).
 */
import type { ClipFacts, TimelineEvent, TimelineFacts } from '../../protocol/index.js';
import { quantile } from './numbers.js';
import { cadenceOf } from './cadence.js';
import { findDrops } from './drops.js';
import { endsEarly } from './input.js';
import { REORDERED } from './probe.js';
import { spatialInformation, temporalInformation, returnsAfterwards } from './information.js';
import { FREEZE_SECONDS, goesOn, lasts, repeatsOf } from './repeats.js';
import type { TimelineLuma } from './types.js';

/** A cut: a difference of so many luma codes, so many times its surroundings. */
const CUT = { codes: 12, times: 2.5, frames: 8 };
/** Black: mean luma in codes 0-255, for as long as a freeze. */
const BLACK_BELOW = 4;
/**
 * Flicker worth an event: rms of the residual in codes, over windows of so many seconds, and signs that alternate so often
 * between residuals of at least `least` codes. Light that changes reaches this share of the difference from frame to frame (its
 * third quartile); what moves in and out of the picture, or scrolls, changes the mean luma by less.
 */
const FLICKER = { rms: 1, seconds: 0.5, alternating: 0.5, least: 0.25, share: 0.3 };
const MOST_EVENTS = 200;
/** Cadences in which a repeated frame is an event of its own. */
const NO_RHYTHM = ['steady', 'irregular', 'variable'];

export interface Frames {
  n: number;
  times: Float64Array;
  valid: Float32Array;
  difference: Float64Array;
  block: Float64Array;
  luma: Float64Array;
  /** distance of frames, those that are missing left out, seconds */
  step: number;
}

export function timelineFacts(series: Float32Array, line: TimelineLuma, facts: ClipFacts): TimelineFacts {
  const n = Math.min(line.frames, Math.floor(series.length / 4));
  const column = (c: number) => Float64Array.from({ length: n }, (_, i) => series[i * 4 + c]!);
  const difference = column(0);
  const whole = endsEarly(facts) ? Math.max(0, n - REORDERED) : n;
  const drops = findDrops(whole, line.times, line.valid, difference);
  const step = drops.step ?? 1 / facts.fps;
  const frames: Frames = {
    n,
    times: line.times,
    valid: line.valid,
    difference,
    block: column(1),
    luma: column(2),
    step,
  };

  const cuts = findCuts(frames, line);
  const repeats = repeatsOf(frames, cuts);
  const freezes = findFreezes(frames, repeats);
  const flicker = findFlicker(frames, cuts);
  const frozen = (i: number) => freezes.some((f) => i >= f.from && i <= f.to);
  const single: TimelineEvent[] = [];
  const cadence = cadenceOf(frames, repeats, frozen, drops.variable);
  if (NO_RHYTHM.includes(cadence))
    for (let i = 0; i < n; i++)
      if (repeats[i] && !frozen(i)) single.push(event('repeat', line.times[i]!, line.times[i]! + step, 1));
  const events = [
    ...freezes.map((f) => event('freeze', line.times[f.from]!, line.times[f.to]! + step, f.to - f.from + 1)),
    ...drops.events,
    ...single,
    ...cuts.map((i) => event('cut', line.times[i]!, line.times[i]!, 1)),
    ...flicker.events,
    ...findBlack(frames),
  ].sort((a, b) => a.time[0] - b.time[0]);
  return {
    covered: line.covered,
    freezeSeconds: freezes.reduce((s, f) => s + line.times[f.to]! + step - line.times[f.from]!, 0),
    droppedFrames: drops.frames,
    repeatedFrames: repeats.reduce((s, r) => s + r, 0),
    cuts: cuts.length,
    cadence: drops.rhythm ?? cadence,
    flicker: flicker.rms,
    spatialInformation: spatialInformation(line),
    temporalInformation: temporalInformation(line, new Set(cuts)),
    events: events.slice(0, MOST_EVENTS),
  };
}

const event = (kind: TimelineEvent['kind'], from: number, to: number, frames: number): TimelineEvent => ({
  kind,
  time: [from, to],
  frames,
});

/**
 * Frames that begin a new shot: a difference far above its surroundings, where the old picture neither comes back (a flash) nor
 * goes on after it stood still (the jump at the end of a freeze).
 */
function findCuts(frames: Frames, line: TimelineLuma): number[] {
  const { n, difference, valid } = frames;
  const cuts: number[] = [];
  for (let i = 1; i < n; i++) {
    if (valid[i] === 0 || difference[i]! < CUT.codes) continue;
    const around: number[] = [];
    for (let j = Math.max(1, i - CUT.frames); j <= Math.min(n - 1, i + CUT.frames); j++)
      if (j !== i) around.push(difference[j]!);
    if (difference[i]! <= CUT.times * quantile(around, 0.75)) continue;
    if (!returnsAfterwards(line, i, difference[i]!) && !goesOn(line, frames, i)) cuts.push(i);
  }
  return cuts;
}

/** Runs of repeats that last. */
function findFreezes(frames: Frames, repeats: Uint8Array): { from: number; to: number }[] {
  const runs: { from: number; to: number }[] = [];
  for (let i = 0; i < repeats.length; i++) {
    if (!repeats[i]) continue;
    const from = i;
    while (repeats[i + 1] === 1) i++;
    if (lasts(frames, { from, to: i })) runs.push({ from, to: i });
  }
  return runs;
}

/** Residual of the mean luma against its neighbours, away from cuts: steady change, as in a fade, leaves none. */
function findFlicker(
  { n, times, valid, luma, difference, step }: Frames,
  cuts: readonly number[],
): { rms: number; events: TimelineEvent[] } {
  const near = new Set(cuts.flatMap((c) => [c - 1, c]));
  const residual = new Float64Array(n);
  const counts = new Uint8Array(n);
  for (let i = 1; i + 1 < n; i++) {
    if (valid[i] === 0 || valid[i + 1] === 0 || near.has(i)) continue;
    residual[i] = luma[i]! - (luma[i - 1]! + luma[i + 1]!) / 2;
    counts[i] = 1;
  }
  const rmsOf = (from: number, to: number) => {
    let sum = 0;
    let count = 0;
    for (let i = from; i < to; i++) {
      sum += residual[i]! ** 2;
      count += counts[i]!;
    }
    return count === 0 ? 0 : Math.sqrt(sum / count);
  };
  const large = (i: number) => Math.abs(residual[i]!);
  const width = Math.max(4, Math.round(FLICKER.seconds / step));
  const events: TimelineEvent[] = [];
  for (let from = 0; from + width <= n; from += width) {
    let alternating = 0;
    for (let i = from + 1; i < from + width; i++)
      if (residual[i]! * residual[i - 1]! < 0 && Math.min(large(i), large(i - 1)) >= FLICKER.least) alternating++;
    const least = Math.max(FLICKER.rms, FLICKER.share * quantile([...difference.subarray(from, from + width)], 0.75));
    if (rmsOf(from, from + width) < least || alternating < FLICKER.alternating * (width - 1)) continue;
    const before = events.at(-1);
    if (before !== undefined && times[from]! - before.time[1] < 2 * step) {
      before.time = [before.time[0], times[from + width - 1]! + step];
      before.frames += width;
    } else events.push(event('flicker', times[from]!, times[from + width - 1]! + step, width));
  }
  return { rms: rmsOf(0, n), events };
}

function findBlack({ n, times, luma, valid, step }: Frames): TimelineEvent[] {
  const events: TimelineEvent[] = [];
  for (let i = 0; i < n; i++) {
    if (luma[i]! >= BLACK_BELOW) continue;
    const from = i;
    while (i + 1 < n && luma[i + 1]! < BLACK_BELOW && valid[i + 1]! > 0) i++;
    const end = times[i]! + step;
    if (end - times[from]! >= FREEZE_SECONDS) events.push(event('black', times[from]!, end, i - from + 1));
  }
  return events;
}
