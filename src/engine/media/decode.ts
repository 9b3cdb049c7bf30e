/**
 * Decodes a clip by its plan. whole: one decode gives all bursts and the time line; a burst whose frames were not where the
 * average frame rate said (variable frame rate) is fetched by its exact times. windows: a seek for each burst, checked by the
 * times that came back and repeated from further back where they do not fit.
 */
import { availableParallelism } from 'node:os';
import { VersusqError, type ClipFacts, say } from '../../protocol/index.js';
import { BurstPicker, Buffers, burstRanges, framesOf, nearest } from './bursts.js';
import { has } from './find.js';
import { endsEarly, explainFailure, mediaError } from './input.js';
import { runPass, type PassResult } from './pass.js';
import { inLanes, lanesOf } from './fragments.js';
import { FRAMES_PER_BURST, TIMELINE_SIZE, type BurstRange } from './plan.js';
import { tooShort } from './probe.js';
import type { DecodeOptions, Ffmpeg, FrameBurst, SamplePlan, TimelineLuma } from './types.js';

/** How far before a burst to seek, seconds, one try after the other. Most containers land right at the first. */
const SEEK_EARLY = [0, 0.5, 2.5, 10];
/** MPEG-TS and -PS have no index: a seek lands on the NEXT key frame, so start further back. */
const SEEK_EARLY_STREAMS = [2.5, 10, 30];
/** Time line around each burst of a long clip, seconds; and never more frames than that. */
const WINDOW = { before: 0.5, after: 0.35, frames: 64 };
/** How much longer to look for the 4 frames of a burst in a clip of variable frame rate, seconds. */
const RARE_FRAMES_SECONDS = 8;
/** Windows decoded side by side, for each of two clips; more threads each would decode frames that nobody wants. */
const SIDE_BY_SIDE = 2;
const WINDOW_THREADS = Math.max(1, Math.floor(availableParallelism() / (2 * SIDE_BY_SIDE)));
/**
 * Every thread of a decoder costs it about a tenth more. Of two clips at once, the one that takes less than this share of the
 * other's work gets half of the cores: it ends first all the same, and the other one decodes the sooner.
 */
const LIGHT = 0.5;
const LIGHT_THREADS = Math.max(1, Math.floor(availableParallelism() / 2));
/** A bit costs an H.264 decoder as much as so many pixels. */
const PIXELS_PER_BIT = 15;
/** The clip may end so much before its facts say without a word, seconds. */
const EARLY_END = 0.3;

const PIXELS = TIMELINE_SIZE.width * TIMELINE_SIZE.height;

export async function decode(
  ffmpeg: Ffmpeg,
  facts: ClipFacts,
  plan: SamplePlan,
  options: DecodeOptions,
): Promise<TimelineLuma> {
  const zscale = facts.colour.hdr && (await has(ffmpeg, '-filters', 'zscale'));
  try {
    return plan.mode === 'whole'
      ? await whole(ffmpeg, facts, plan, options, zscale)
      : await windows(ffmpeg, facts, plan, options, zscale);
  } catch (error) {
    throw await explainFailure(error, facts.path, 'media/decode-failed');
  }
}

async function whole(
  ffmpeg: Ffmpeg,
  facts: ClipFacts,
  plan: SamplePlan,
  options: DecodeOptions,
  zscale: boolean,
): Promise<TimelineLuma> {
  const { size } = plan;
  const { signal, onStart, beside } = options;
  const light = beside !== undefined && effort(facts) < LIGHT * effort(beside);
  const threads = light ? { threads: LIGHT_THREADS } : {};
  const whole = plan.whole === true;
  const common = { facts, size, whole, zscale, seek: null, until: null, signal, onStart, ...threads };
  const ranges = burstRanges(plan.bursts, facts.fps, facts.variableFrameRate);
  const buffers = new Buffers();
  const picker = new BurstPicker(ranges, buffers, lanesOf(ranges), whole ? size : null);
  const give = async (time: number, frame: Uint8Array) => {
    for (const burst of picker.offer(time, frame)) {
      await options.onBurst(burst);
      picker.release(burst);
    }
  };
  const onTime = options.onProgress && ((t: number) => options.onProgress!(share(t, facts)));
  const result = await runPass(ffmpeg, { ...common, buffers, ranges, lumaFrom: facts.start }, give, onTime);
  if (result.times.length < FRAMES_PER_BURST) throw tooShort(facts.path, endsEarly(facts));
  for (const burst of picker.finish(result.times)) await options.onBurst(burst);
  await fetchMissing(ffmpeg, { ...common, lumaFrom: null }, result.times, ranges, picker.missing, options);
  warnOfEarlyEnd(facts, result.times);
  options.onProgress?.(1);
  const valid = new Float32Array(result.lumaTimes.length).fill(1);
  valid[0] = 0;
  return { luma: result.luma, frames: result.lumaTimes.length, times: result.lumaTimes, valid, covered: 1 };
}

/** Work of decoding a clip, in pixels. */
const effort = ({ width, height, fps, duration, bitRate }: ClipFacts): number =>
  duration * (width * height * fps + PIXELS_PER_BIT * (bitRate ?? 0));

/** The range that holds the frames of a burst from the one nearest to the burst's time on, once all their times are known. */
function exactRange<R extends BurstRange>(range: R, times: ArrayLike<number>, frames: number): R {
  const first = Math.max(0, Math.min(nearest(times, range.time), times.length - frames));
  const from = times[first]!;
  return { ...range, time: from, from: from - 1e-4, to: times[first + frames - 1]! + 1e-4 };
}

/** A second decode for bursts whose frames lay outside the ranges that the frame rate suggested; now their times are known. */
async function fetchMissing(
  ffmpeg: Ffmpeg,
  pass: Omit<Parameters<typeof runPass>[1], 'ranges'>,
  times: Float64Array,
  ranges: readonly BurstRange[],
  missing: readonly number[],
  options: DecodeOptions,
): Promise<void> {
  // Where the file ended early, bursts behind its end are left out.
  const inside = missing.filter((k) => ranges[k]!.time <= times.at(-1)!);
  if (inside.length === 0) return;
  const exact = inLanes(inside.map((k) => exactRange(ranges[k]!, times, framesOf(pass.whole))));
  const held = exact.map((range) => ({
    range,
    picker: new BurstPicker(
      [{ ...range, from: range.time - 1 }],
      new Buffers(),
      lanesOf(exact),
      pass.whole ? pass.size : null,
    ),
  }));
  await runPass(ffmpeg, { ...pass, ranges: exact }, async (time, frame) => {
    for (const { range, picker } of held)
      if (time >= range.from && time <= range.to)
        for (const burst of picker.offer(time, frame)) await options.onBurst(burst);
  });
  if (held.some((h) => h.picker.missing.length > 0))
    throw mediaError(
      'media/decode-failed',
      pass.facts.path,
      (name) => say`${name} gave other frames the second time it was decoded; it may be changing or damaged.`,
    );
}

async function windows(
  ffmpeg: Ffmpeg,
  facts: ClipFacts,
  plan: SamplePlan,
  options: DecodeOptions,
  zscale: boolean,
): Promise<TimelineLuma> {
  const parts: PassResult[] = [];
  let next = 0;
  let done = 0;
  // The two workers give their bursts one at a time.
  let turn: Promise<void> = Promise.resolve();
  const onBurst = (burst: FrameBurst) => (turn = turn.then(() => options.onBurst(burst)));
  const stop = new AbortController();
  const signal = options.signal === undefined ? stop.signal : AbortSignal.any([options.signal, stop.signal]);
  const worker = async () => {
    for (let k = next++; k < plan.bursts.length; k = next++) {
      parts[k] = await window(ffmpeg, facts, plan, k, { ...options, onBurst, signal }, zscale);
      options.onProgress?.(++done / plan.bursts.length);
    }
  };
  const workers = Array.from({ length: SIDE_BY_SIDE }, () =>
    worker().catch((error: unknown) => {
      stop.abort();
      throw error;
    }),
  );
  const settled = await Promise.allSettled(workers);
  const failures = settled.filter((s) => s.status === 'rejected').map((s) => s.reason as unknown);
  // The first failure stops the other worker, which then only says "cancelled".
  const reason = failures.find((f) => !(f instanceof VersusqError && f.code === 'cancelled')) ?? failures[0];
  if (reason !== undefined) throw reason;

  const frames = parts.reduce((n, p) => n + p.lumaTimes.length, 0);
  if (frames < FRAMES_PER_BURST) throw tooShort(facts.path, endsEarly(facts));
  const line: TimelineLuma = {
    luma: new Uint8Array(frames * PIXELS),
    frames,
    times: new Float64Array(frames),
    valid: new Float32Array(frames).fill(1),
    covered: 0,
  };
  let at = 0;
  for (const part of parts) {
    if (part.lumaTimes.length === 0) continue;
    line.luma.set(part.luma, at * PIXELS);
    line.times.set(part.lumaTimes, at);
    line.valid[at] = 0;
    line.covered += part.lumaTimes.length / facts.fps / facts.duration;
    at += part.lumaTimes.length;
  }
  line.covered = Math.min(1, line.covered);
  return line;
}

/** One burst of a long clip with the time line around it. */
async function window(
  ffmpeg: Ffmpeg,
  facts: ClipFacts,
  plan: SamplePlan,
  index: number,
  options: DecodeOptions,
  zscale: boolean,
): Promise<PassResult> {
  const { time } = plan.bursts[index]!;
  const frames = framesOf(plan.whole);
  const [range] = burstRanges([plan.bursts[index]!], facts.fps, facts.variableFrameRate);
  const reach = Math.min(WINDOW.after, WINDOW.frames / 2 / facts.fps);
  const before = Math.min(WINDOW.before, WINDOW.frames / 2 / facts.fps);
  const until = Math.max(time + reach, range!.to + 1 / facts.fps);
  const early = /mpeg/.test(facts.container) ? SEEK_EARLY_STREAMS : SEEK_EARLY;
  let last: PassResult = { times: new Float64Array(), luma: new Uint8Array(), lumaTimes: new Float64Array() };
  for (const seconds of early) {
    // The nearest frame may lie up to half a frame behind the time, and may be a key frame.
    const seek = time - seconds + (facts.variableFrameRate ? 0 : 0.49 / facts.fps);
    const atStart = seek <= facts.start;
    const look = async (within: BurstRange, end: number): Promise<FrameBurst | null> => {
      const picker = new BurstPicker([within], new Buffers(), 1, plan.whole ? plan.size : null);
      const ready: FrameBurst[] = [];
      last = await runPass(
        ffmpeg,
        {
          facts,
          size: plan.size,
          whole: plan.whole === true,
          zscale,
          ranges: [within],
          seek: Math.max(seek, facts.start - 1),
          until: end,
          lumaFrom: time - before,
          threads: WINDOW_THREADS,
          signal: options.signal,
          onStart: options.onStart,
        },
        (t, frame) => void ready.push(...picker.offer(t, frame)),
      ).catch((error: unknown) => {
        if (error instanceof VersusqError) throw error;
        return last; // a seek that ended beyond the last frame; try from further back
      });
      if (isComplete() && ready.length === 0 && last.times.length > 0 && last.times.at(-1)! < within.to)
        ready.push(...picker.finish(last.times));
      return isComplete() ? (ready[0] ?? null) : null;
    };
    /** Right only if no frame nearer to the time can have been skipped by the seek. */
    const isComplete = () => {
      const first = last.times[0] ?? Infinity;
      return atStart || first <= time || (!facts.variableFrameRate && first - time <= 0.5 / facts.fps);
    };
    const planned = { ...range!, index };
    let burst = await look(planned, until);
    // Frames further apart than the average says are looked for wider, then taken by their own times.
    for (const end of facts.variableFrameRate ? [until, until + RARE_FRAMES_SECONDS] : []) {
      if (burst !== null || !isComplete() || last.times.length === 0) break;
      if (end > until) burst = await look(planned, end);
      const following = last.times.length - nearest(last.times, time);
      // Looked so far and still too few: the clip ends here, and its last ones are the burst.
      const known = end > until ? last.times.length >= frames : following >= frames;
      if (burst === null && isComplete() && known) burst = await look(exactRange(planned, last.times, frames), end);
    }
    if (burst !== null) {
      await options.onBurst(burst);
      return last;
    }
  }
  facts.warnings.push(
    say`Nothing could be decoded around ${(time - facts.start).toFixed(1)} s; the file may be damaged there.`,
  );
  return last;
}

const share = (time: number, facts: ClipFacts) =>
  Math.min(1, Math.max(0, (time - facts.start) / Math.max(facts.duration, 1e-3)));

function warnOfEarlyEnd(facts: ClipFacts, times: Float64Array): void {
  const length = times.at(-1)! - facts.start + 1 / facts.fps;
  const missing = facts.duration - length;
  if (missing > Math.max(EARLY_END, 2.5 / facts.fps) && !endsEarly(facts))
    facts.warnings.push(
      say`The file ends early: ${length.toFixed(1)} s of ${facts.duration.toFixed(1)} s could be decoded.`,
    );
}
