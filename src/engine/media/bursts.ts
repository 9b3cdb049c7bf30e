/**
 * From a stream of frames that lie around the planned times to bursts: 4 consecutive frames that begin at the frame nearest
 * to the time. A burst leaves only when its nearest frame is certain; the others are named, to be fetched otherwise.
 */
import { FRAMES_PER_BURST } from './plan.js';
import type { FrameBurst, PlannedBurst, Size } from './types.js';

/** Bytes of one yuv420p frame, and of its planes. */
export function frameBytes({ width, height }: Size): { luma: number; chroma: number; all: number } {
  const luma = width * height;
  const chroma = Math.ceil(width / 2) * Math.ceil(height / 2);
  return { luma, chroma, all: luma + 2 * chroma };
}

/** A burst's range of times, seconds: frames in [from, to] are decoded to find its 4. */
export interface BurstRange {
  index: number;
  time: number;
  from: number;
  to: number;
}

/** Rounding of times by containers (Matroska: 1 ms) and by the plan, seconds. */
const ROUNDING = 1.5e-3;
/** Frames decoded around a burst's time: half a frame and a little before it, and the four. Each more costs a copy. */
const BEFORE = { steady: 0.6, variable: 4 };
const AFTER = { steady: 3.6, variable: 9 };
/** The last burst may have to begin a frame earlier, so that it ends with the clip. */
const LAST_EARLIER = 1; // frames

export function burstRanges(bursts: readonly PlannedBurst[], fps: number, variable: boolean): BurstRange[] {
  const kind = variable ? 'variable' : 'steady';
  return bursts.map(({ time }, index) => ({
    index,
    time,
    from: time - (BEFORE[kind] + (index === bursts.length - 1 ? LAST_EARLIER : 0)) / fps - ROUNDING,
    to: time + AFTER[kind] / fps + ROUNDING,
  }));
}

/** Memory that is about to be filled whole. */
export const unfilled = (bytes: number): Uint8Array => {
  const { buffer, byteOffset } = Buffer.allocUnsafeSlow(bytes);
  return new Uint8Array(buffer, byteOffset, bytes);
};

/** Index of the time nearest to `time` in ascending times; of two equally near (to 1 us) the earlier. -1 for none. */
export function nearest(times: ArrayLike<number>, time: number): number {
  let best = -1;
  for (let i = 0; i < times.length; i++)
    if (best < 0 || Math.abs(times[i]! - time) < Math.abs(times[best]! - time) - 1e-6) best = i;
  return best;
}

interface Held {
  time: number;
  frame: Uint8Array;
}

export class BurstPicker {
  private readonly waiting = new Map<number, { range: BurstRange; held: Held[] }>();

  constructor(
    ranges: readonly BurstRange[],
    private readonly size: Size,
  ) {
    for (const range of ranges) this.waiting.set(range.index, { range, held: [] });
  }

  /** Bursts that this frame completes. Frames come in order of time; `frame` is kept, not copied. */
  offer(time: number, frame: Uint8Array): FrameBurst[] {
    const done: FrameBurst[] = [];
    for (const { range, held } of this.waiting.values()) {
      if (time < range.from || time > range.to) continue;
      held.push({ time, frame });
      if (time < range.time) continue; // a nearer one may follow
      const burst = this.burst(range, held, false);
      if (burst !== null) done.push(burst);
    }
    return done;
  }

  /** Bursts at the end of the clip: their last 4 frames may begin before the nearest one. `times`: all frames of the clip. */
  finish(times: ArrayLike<number>): FrameBurst[] {
    const end = times.length > 0 ? times[times.length - 1]! : -Infinity;
    return [...this.waiting.values()].flatMap(({ range, held }) => {
      const atEnd = held.length > 0 && held.at(-1)!.time >= end;
      return this.burst(range, held, atEnd) ?? [];
    });
  }

  /** Indices of the bursts that are still missing. */
  get missing(): number[] {
    return [...this.waiting.keys()];
  }

  private burst(range: BurstRange, held: readonly Held[], atEnd: boolean): FrameBurst | null {
    const times = held.map((h) => h.time);
    let first = nearest(times, range.time);
    if (first < 0) return null;
    // Nearer than the edges of the range: no frame outside it can be nearer.
    const reach = Math.min(range.time - range.from, range.to - range.time);
    if (Math.abs(times[first]! - range.time) > reach) return null;
    if (first + FRAMES_PER_BURST > held.length) {
      if (!atEnd || held.length < FRAMES_PER_BURST) return null;
      first = held.length - FRAMES_PER_BURST;
    }
    this.waiting.delete(range.index);
    return assemble(range.index, held.slice(first, first + FRAMES_PER_BURST), this.size);
  }
}

/** Whole frames -> planes of 4 frames each. */
function assemble(index: number, frames: readonly Held[], size: Size): FrameBurst {
  const { luma, chroma } = frameBytes(size);
  const y = unfilled(frames.length * luma);
  const u = unfilled(frames.length * chroma);
  const v = unfilled(frames.length * chroma);
  frames.forEach(({ frame }, i) => {
    y.set(frame.subarray(0, luma), i * luma);
    u.set(frame.subarray(luma, luma + chroma), i * chroma);
    v.set(frame.subarray(luma + chroma, luma + 2 * chroma), i * chroma);
  });
  return { index, times: frames.map((f) => f.time), y, u, v, size };
}
