/**
 * From a stream of frames that lie around the planned times to bursts: 4 consecutive frames that begin at the frame nearest
 * to the time. A burst leaves only when its nearest frame is certain; the others are named, to be fetched otherwise.
 */
import { FRAGMENTS, inLanes, lanesOf, pictureSize, WHOLE } from './fragments.js';
import { CROP, FRAMES_PER_BURST, type BurstRange } from './plan.js';
import type { FrameBurst, PlannedBurst, Size } from './types.js';

/** Bytes of one yuv420p frame, and of its planes. */
export function frameBytes({ width, height }: Size): { luma: number; chroma: number; all: number } {
  const luma = width * height;
  const chroma = Math.ceil(width / 2) * Math.ceil(height / 2);
  return { luma, chroma, all: luma + 2 * chroma };
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
  const ranges = bursts.map(({ time, places }, index) => ({
    index,
    time,
    from: time - (BEFORE[kind] + (index === bursts.length - 1 ? LAST_EARLIER : 0)) / fps - ROUNDING,
    to: time + AFTER[kind] / fps + ROUNDING,
    places,
  }));
  return inLanes(ranges);
}

/**
 * Memory that is filled again and again: fresh pages for every picture cost a tenth of the decode. What is taken may hold
 * anything; what is given back must not be read any more.
 */
export class Buffers {
  private readonly free: Uint8Array[] = [];

  take(bytes: number): Uint8Array {
    const at = this.free.findIndex((held) => held.length === bytes);
    if (at >= 0) return this.free.splice(at, 1)[0]!;
    const { buffer, byteOffset } = Buffer.allocUnsafeSlow(bytes);
    return new Uint8Array(buffer, byteOffset, bytes);
  }
  give(...buffers: readonly Uint8Array[]): void {
    this.free.push(...buffers);
  }
}

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

/** Frames of a burst. */
export const framesOf = (whole: boolean | undefined): number => (whole ? 1 : FRAMES_PER_BURST);

export class BurstPicker {
  private readonly frames: number;
  private readonly waiting = new Map<number, { range: BurstRange; held: Held[] }>();

  /**
   * `buffers`: where the frames come from; those that no burst needs any more go back there. `lanes`: rows of fragments in the
   * frames, where they hold more than these ranges. `whole`: frames come whole in this size, and a burst is one frame.
   */
  constructor(
    ranges: readonly BurstRange[],
    private readonly buffers = new Buffers(),
    private readonly lanes = lanesOf(ranges),
    private readonly whole: Size | null = null,
  ) {
    this.frames = framesOf(whole !== null);
    for (const range of ranges) this.waiting.set(range.index, { range, held: [] });
  }

  /** Bursts that this frame completes. Frames come in order of time; `frame` belongs to the picker from here on. */
  offer(time: number, frame: Uint8Array): FrameBurst[] {
    const done: FrameBurst[] = [];
    const used = [frame];
    for (const { range, held } of this.waiting.values()) {
      if (time < range.from || time > range.to) continue;
      held.push({ time, frame });
      if (time < range.time) continue; // a nearer one may follow
      const burst = this.burst(range, held, false);
      if (burst === null) continue;
      done.push(burst);
      used.push(...held.map((h) => h.frame));
    }
    const needed = new Set([...this.waiting.values()].flatMap(({ held }) => held.map((h) => h.frame)));
    this.buffers.give(...new Set(used.filter((f) => !needed.has(f))));
    return done;
  }

  /** Takes back the planes of a burst that was read. */
  release({ y, u, v }: FrameBurst): void {
    this.buffers.give(y, u, v);
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
    if (first + this.frames > held.length) {
      if (!atEnd || held.length < this.frames) return null;
      first = held.length - this.frames;
    }
    this.waiting.delete(range.index);
    const frames = held.slice(first, first + this.frames);
    return this.whole ? this.copied(range, frames[0]!, this.whole) : this.assemble(range, frames);
  }

  /** The planes of a whole frame: the picture itself may belong to a neighbouring burst too. */
  private copied({ index }: BurstRange, { time, frame }: Held, size: Size): FrameBurst {
    const { luma, chroma } = frameBytes(size);
    const plane = (start: number, bytes: number): Uint8Array => {
      const out = this.buffers.take(bytes);
      out.set(frame.subarray(start, start + bytes));
      return out;
    };
    return { index, times: [time], y: plane(0, luma), u: plane(luma, chroma), v: plane(luma + chroma, chroma) };
  }

  /** Pictures of all lanes -> planes of this burst's fragments and the whole frame, 4 frames each. */
  private assemble({ index, lane }: BurstRange, frames: readonly Held[]): FrameBurst {
    const picture = frameBytes(pictureSize(this.lanes));
    const own = frameBytes(FRAGMENTS);
    const plane = (start: number, scale: 1 | 2, from: number, to: number): Uint8Array => {
      const row = FRAGMENTS.width / scale;
      const fragments = (row * CROP) / scale;
      const whole = (row * WHOLE.height) / scale;
      const out = this.buffers.take(frames.length * to);
      frames.forEach(({ frame }, i) => {
        const at = start + lane * fragments;
        out.set(frame.subarray(at, at + fragments), i * to);
        out.set(frame.subarray(start + from - whole, start + from), i * to + fragments);
      });
      return out;
    };
    return {
      index,
      times: frames.map((f) => f.time),
      y: plane(0, 1, picture.luma, own.luma),
      u: plane(picture.luma, 2, picture.chroma, own.chroma),
      v: plane(picture.luma + picture.chroma, 2, picture.chroma, own.chroma),
    };
  }
}
