/**
 * Scores with their 95 % intervals: difference of two, overlap, and the common axis on which all are drawn. Margin units. Pure.
 */
import { scaleLinear } from 'd3-scale';

export interface Estimate {
  value: number;
  interval95: readonly [number, number];
}

/**
 * `a` less `b`. The two are taken as independent, so half widths add as squares; what the host knows of how they move together
 * would make the interval narrower, so this one is on the safe side for clips that were compared with each other.
 */
export function difference(a: Estimate, b: Estimate): Estimate {
  const value = a.value - b.value;
  const half = Math.hypot(halfWidth(a), halfWidth(b));
  return { value, interval95: [value - half, value + half] };
}

/** Whether the intervals share a stretch; ends that only touch count. */
export function overlap(a: Estimate, b: Estimate): boolean {
  return a.interval95[0] <= b.interval95[1] && b.interval95[0] <= a.interval95[1];
}

export interface Axis {
  /** Ends in margin units. */
  domain: readonly [number, number];
  ticks: readonly number[];
}

/** Where a score stands on the axis: 0 left to 100 right, never beyond. */
export function percent(axis: Axis, score: number): number {
  const [low, high] = axis.domain;
  return Math.min(100, Math.max(0, ((score - low) / (high - low)) * 100));
}

/** Axis of one list of scores: their intervals and zero, at round ends. One unit wide at least. */
export function axisOf(estimates: Iterable<Estimate>, count = 4): Axis {
  let [low, high] = [-0.5, 0.5];
  for (const { interval95 } of estimates) {
    low = Math.min(low, interval95[0]);
    high = Math.max(high, interval95[1]);
  }
  const scale = scaleLinear()
    .domain([low, high])
    .nice(2 * count);
  const domain = scale.domain() as [number, number];
  return { domain, ticks: scale.ticks(count) };
}

const halfWidth = ({ interval95 }: Estimate): number => (interval95[1] - interval95[0]) / 2;
