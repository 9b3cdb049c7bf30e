/**
 * The arithmetic of two clips on one time line. Common time is clip A's time, seconds since A's first frame; B shows the same
 * moment at `t * rate + offset` seconds since its own first frame. `rate` is B's seconds for a second of A: 1 by the speed that
 * versusq.comparison/1 tells. Pure, no DOM.
 */
export interface Mapping {
  offset: number;
  rate: number;
}
export const IDENTITY: Mapping = { offset: 0, rate: 1 };

/** Where no frame rate is known yet. */
export const DEFAULT_FPS = 25;
/** Half a millisecond: Matroska rounds times to 1 ms. */
const TIME_ROUNDING = 0.0005;

export const toB = (time: number, m: Mapping): number => time * m.rate + m.offset;
export const toA = (time: number, m: Mapping): number => (time - m.offset) / m.rate;

/** The same relation seen from the other clip. */
export const inverse = (m: Mapping): Mapping => ({ offset: -m.offset / m.rate, rate: 1 / m.rate });

/** [from, to] of the common time line in which both clips show something; a clip of unknown length (NaN) does not limit. */
export function commonRange(durationA: number, durationB: number, m: Mapping): [number, number] {
  const from = Math.max(0, toA(0, m));
  const ends = [durationA, toA(durationB, m)].filter(Number.isFinite);
  const to = ends.length > 0 ? Math.min(...ends) : 0;
  return to > from ? [from, to] : [0, Math.max(0, ...ends)];
}

/** Number of the frame that is shown at `time`, the first is 0. */
export function frameAt(time: number, fps: number): number {
  return Math.max(0, Math.floor((time + TIME_ROUNDING) * fps));
}

/** Number of the frame whose own time is nearest to `time`. */
export function nearestFrame(time: number, fps: number): number {
  return Math.max(0, Math.round(time * fps));
}

/** A seek to the middle of a frame cannot land on its neighbour by rounding. */
export const frameMiddle = (frame: number, fps: number): number => (frame + 0.5) / fps;

export const lastFrame = (duration: number, fps: number): number =>
  Number.isFinite(duration) ? Math.max(0, Math.round(duration * fps) - 1) : Number.MAX_SAFE_INTEGER;

/** Seconds of each clip to seek to: the middles of the frame shown at common `time` and of the nearest one of the other. */
export interface FramePair {
  a: number;
  b: number;
}

/**
 * The pair of frames to show at a common time. The clip with more frames a second leads: its frame at that time, and the
 * frame of the other whose own time is nearest (pairing by "last time before" is off by a frame for rounded times).
 */
export function framePair(time: number, fpsA: number, fpsB: number, m: Mapping): FramePair {
  if (fpsA >= fpsB / m.rate) {
    const frame = frameAt(time, fpsA);
    return { a: frameMiddle(frame, fpsA), b: frameMiddle(nearestFrame(toB(frame / fpsA, m), fpsB), fpsB) };
  }
  const frame = frameAt(toB(time, m), fpsB);
  return { a: frameMiddle(nearestFrame(toA(frame / fpsB, m), fpsA), fpsA), b: frameMiddle(frame, fpsB) };
}

/** Common time in the middle of the frame `frames` away from the one shown at `time`, on the finer of both grids. */
export function stepTime(time: number, frames: number, fpsA: number, fpsB: number, m: Mapping): number {
  if (fpsA >= fpsB / m.rate) return frameMiddle(Math.max(0, frameAt(time, fpsA) + frames), fpsA);
  return toA(frameMiddle(Math.max(0, frameAt(toB(time, m), fpsB) + frames), fpsB), m);
}
