/**
 * The geometry of the time line: seconds to pixels, margins to heights, ticks, and marks of claims laid into lanes so that
 * none hides another. Pure; pixels are CSS pixels of the drawing.
 */
import type { Claim, ComparePanelState, Comparison, Side, TimelineEvent } from '../../protocol/index.js';
import { toA, type Mapping } from '../playback/timebase.js';

/** Smallest margin that fills the height: a flat quiet line should not look dramatic. */
const LEAST_FULL_SCALE = 2;
/** Pixels between two time labels, at least. */
const TICK_PIXELS = 72;
const TICK_STEPS = [0.1, 0.2, 0.5, 1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600];

export interface Box {
  x: number;
  y: number;
  width: number;
  height: number;
}

/** Seconds between two labels for a line of `extent` seconds and `width` pixels. */
export function tickStep(extent: number, width: number): number {
  const least = (extent * TICK_PIXELS) / Math.max(1, width);
  return TICK_STEPS.find((s) => s >= least) ?? Math.ceil(least / 3600) * 3600;
}

export function ticks(extent: number, width: number): number[] {
  if (!(extent > 0)) return [0];
  const step = tickStep(extent, width);
  return Array.from({ length: Math.floor(extent / step + 1e-9) + 1 }, (_, i) => i * step);
}

/** Bars of the segments: above the middle where A is better, below where B is. */
export function segmentBars(
  segments: Comparison['segments'],
  extent: number,
  width: number,
  middle: number,
  half: number,
): Box[] {
  const full = Math.max(LEAST_FULL_SCALE, ...segments.map((s) => Math.abs(s.margin)));
  return segments.map(({ time: [from, to], margin }) => {
    const height = (Math.abs(margin) / full) * half;
    const x = (from / extent) * width;
    return {
      x,
      y: margin > 0 ? middle - height : middle,
      width: Math.max(1, ((to - from) / extent) * width - 1),
      height,
    };
  });
}

/** Lane of each claim: the first in which it overlaps no earlier one. */
export function claimLanes(claims: readonly Claim[]): number[] {
  const ends: number[] = [];
  return claims.map(({ time: [from, to] }) => {
    const free = ends.findIndex((end) => end <= from);
    const lane = free === -1 ? ends.length : free;
    ends[lane] = to;
    return lane;
  });
}

/** Margin of the segment at a time, or null. */
export function marginAt(segments: Comparison['segments'], time: number): number | null {
  return segments.find((s) => time >= s.time[0] && time < s.time[1])?.margin ?? null;
}

/** Seconds that the time line shows: all that either clip shows; `played` is what the players know. */
export function extentOf(state: ComparePanelState | null, mapping: Mapping, played: number): number {
  const a = state?.a.facts?.duration ?? 0;
  const b = state?.b.facts ? toA(state.b.facts.duration, mapping) : 0;
  return Math.max(a, b, played);
}

export interface ClipEvents {
  side: Side;
  /** in common time */
  events: readonly TimelineEvent[];
}

export function clipEvents(c: Comparison | null, mapping: Mapping): ClipEvents[] {
  if (!c) return [];
  const common = (side: Side, t: number): number => (side === 'a' ? t : toA(t, mapping));
  return (['a', 'b'] as const).map((side) => ({
    side,
    events: (c[side].timeline?.events ?? []).map((e) => ({
      ...e,
      time: [common(side, e.time[0]), common(side, e.time[1])],
    })),
  }));
}
