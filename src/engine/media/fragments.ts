/**
 * What leaves ffmpeg of a sampled frame: not the whole picture but its fragments at native resolution, side by side, and below
 * them the whole frame small. One picture of a fixed size whatever the clip's, a tenth to a hundredth of the bytes, cut by
 * ffmpeg's own `crop`, so that its pixels are the decoded ones.
 */
import { CROP, PLACES, type BurstRange } from './plan.js';
import type { Size } from './types.js';

/** The whole frame, small (area averages). Same as training's plan.py. */
export const WHOLE: Size = { width: 160, height: 90 };
/** The fragments of one burst in a row, the whole frame below the first of them; what is beside it is black. */
export const FRAGMENTS: Size = { width: PLACES * CROP, height: CROP + WHOLE.height };

/**
 * The picture that comes through the pipe: a row of fragments for each lane, then the whole frame. Bursts that share frames
 * (few frames a second) lie in lanes of their own, because each looks at other places.
 */
export const pictureSize = (lanes: number): Size => ({
  width: FRAGMENTS.width,
  height: lanes * CROP + WHOLE.height,
});

/** Puts ranges that overlap into different lanes, as few as can be. Ranges come in order of time. */
export function inLanes<R extends Omit<BurstRange, 'lane'>>(ranges: readonly R[]): (R & { lane: number })[] {
  const ends: number[] = [];
  return ranges.map((range) => {
    const free = ends.findIndex((end) => end < range.from);
    const lane = free < 0 ? ends.length : free;
    ends[lane] = range.to;
    return { ...range, lane };
  });
}

export const lanesOf = (ranges: readonly BurstRange[]): number => Math.max(0, ...ranges.map((r) => r.lane)) + 1;

/** An expression of ffmpeg that has each burst's value while its frames pass. */
function whileIn(bursts: readonly BurstRange[], value: (burst: BurstRange) => number): string {
  const [first, ...rest] = bursts;
  const next = rest[0];
  if (next === undefined) return String(value(first!));
  return `if(lt(t,${((first!.to + next.from) / 2).toFixed(6)}),${value(first!)},${whileIn(rest, value)})`;
}

/** Filters from whole pictures (`[whole]`) to the picture of fragments (`[picture]`); `small` makes the whole frame small. */
export function fragmentGraph(ranges: readonly BurstRange[], small: string): string {
  const lanes = Array.from({ length: lanesOf(ranges) }, (_, lane) => ranges.filter((r) => r.lane === lane));
  const places = Array.from({ length: PLACES }, (_, place) => place);
  const cuts = lanes.flatMap((bursts, lane) =>
    places.map((place) => {
      const [y, x] = [0, 1].map((axis) => whileIn(bursts, (b) => b.places[place]![axis]!));
      return `[w${lane}_${place}]crop=${CROP}:${CROP}:'${x}':'${y}'[c${lane}_${place}]`;
    }),
  );
  const each = (name: string) =>
    lanes.flatMap((_, lane) => places.map((place) => `[${name}${lane}_${place}]`)).join('');
  const rows = lanes.map(
    (_, lane) => `${places.map((place) => `[c${lane}_${place}]`).join('')}hstack=inputs=${PLACES}[r${lane}]`,
  );
  return [
    `[whole]split=${cuts.length + 1}[w]${each('w')}`,
    ...cuts,
    ...rows,
    `[w]${small},pad=${FRAGMENTS.width}:${WHOLE.height}[s]`,
    `${lanes.map((_, lane) => `[r${lane}]`).join('')}[s]vstack=inputs=${lanes.length + 1}[picture]`,
  ].join(';');
}
