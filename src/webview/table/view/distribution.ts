/**
 * How scores are distributed: a histogram on round borders, and the intervals in order of rank. Margin units. Pure.
 */
import { bin } from 'd3-array';
import type { Axis, Estimate } from './intervals.js';

export interface Bar {
  from: number;
  to: number;
  count: number;
}

/** Bars of equal width that fill the axis; about as many as there is room for, fewer for few clips. */
export function histogram(scores: readonly number[], axis: Axis, most = 40): Bar[] {
  if (scores.length === 0) return [];
  const wanted = Math.min(most, Math.max(5, Math.ceil(Math.sqrt(scores.length) * 1.5)));
  const borders = bordersOf(axis.domain, wanted);
  const bins = bin<number, number>()
    .domain([borders[0]!, borders.at(-1)!])
    .thresholds(borders.slice(1, -1))(scores);
  return bins.map((b) => ({ from: b.x0!, to: b.x1!, count: b.length }));
}

function bordersOf([low, high]: readonly [number, number], wanted: number): number[] {
  const raw = (high - low) / wanted;
  const size = 10 ** Math.floor(Math.log10(raw));
  const step = size * ([1, 2, 5, 10].find((m) => size * m >= raw - 1e-12) ?? 10);
  const borders: number[] = [];
  for (let i = Math.floor(low / step + 1e-9); borders.length === 0 || borders.at(-1)! < high - 1e-9; i++)
    borders.push(Number((i * step).toPrecision(12)));
  return borders;
}

/** Where each interval is drawn: height share 0..1 from the top by rank. */
export function intervalLines(
  estimates: readonly Estimate[],
): { low: number; high: number; at: number; value: number }[] {
  const sorted = [...estimates].sort((a, b) => b.value - a.value);
  return sorted.map(({ value, interval95 }, i) => ({
    low: interval95[0],
    high: interval95[1],
    value,
    at: (i + 0.5) / sorted.length,
  }));
}
