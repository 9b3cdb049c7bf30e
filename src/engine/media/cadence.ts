/**
 * Repeated frames and their rhythm. A repeat is a frame that shows what the one before showed WHILE the scene moves: motion
 * goes on before and after it, and a cut alone is not motion. So a still title, or noise, never counts.
 */
import { median, quantile } from './numbers.js';
import type { Frames } from './timeline.js';

/** A frame certainly stands still when its difference is below this (codes 0-255 of the small picture) ... */
const STILL_BELOW = { mean: 0.25, block: 2.5 };
/** ... and, where an encoder spends bits on a repeated picture, below this and this share of the motion around it. */
const NEARLY_STILL = { mean: 0.6, block: 4, share: 0.3 };
/** The motion that a repeat interrupts is at least this (codes); three quarters of what is near may be repeats. */
const MOTION = 0.3;
const MOTION_QUANTILE = 0.75;
/** Motion is looked for so far away on each side, in frames. */
const AROUND = 8;
/** Longest rhythm looked for (24 in 25 frames a second: 25) and the share of frames that must obey it. */
const LONGEST_PERIOD = 30;
const OBEYS = 0.94;
/** So few repeats, or so small a share of the frames, do not make a rhythm. */
const STEADY = { repeats: 2, share: 0.02 };

/** 1 where the frame repeats the one before it. */
export function repeatsOf({ n, difference, block, valid }: Frames, cuts: readonly number[]): Uint8Array {
  const cut = new Set(cuts);
  const repeats = new Uint8Array(n);
  const flags = Uint8Array.from({ length: n }, (_, i) => (i > 0 && valid[i]! > 0 && (certain(i) || nearly(i)) ? 1 : 0));
  const still = (i: number) => flags[i] === 1;
  for (let i = 1; i < n; i++) {
    if (!still(i)) continue;
    const from = i;
    while (i + 1 < n && still(i + 1)) i++;
    const before = motion(from - 1, -1);
    const after = motion(i + 1, 1);
    if (before === null || after === null) continue; // it never moved, or never moves again: meant to stand still
    let most = 0;
    for (let j = from; j <= i; j++) most = Math.max(most, difference[j]!);
    if (Math.min(before, after) >= MOTION && most < NEARLY_STILL.share * Math.min(before, after))
      repeats.fill(1, from, i + 1);
  }
  return repeats;

  function certain(i: number): boolean {
    return difference[i]! < STILL_BELOW.mean && block[i]! < STILL_BELOW.block;
  }
  function nearly(i: number): boolean {
    if (difference[i]! >= NEARLY_STILL.mean || block[i]! >= NEARLY_STILL.block) return false;
    const near = (values: Float64Array) =>
      quantile([...values.subarray(Math.max(1, i - AROUND), i + AROUND + 1)], MOTION_QUANTILE);
    return difference[i]! < NEARLY_STILL.share * near(difference) && block[i]! < NEARLY_STILL.share * near(block);
  }
  /** Typical difference of the moving frames from `at` on in one direction; null where a cut or the end comes first. */
  function motion(at: number, direction: 1 | -1): number | null {
    const seen: number[] = [];
    for (let k = 0, j = at; k < AROUND && j >= 1 && j < n; k++, j += direction) {
      if (valid[j] === 0 || cut.has(j)) break;
      if (!still(j)) seen.push(difference[j]!);
    }
    return seen.length === 0 ? null : median(seen);
  }
}

/** The rhythm of repeats, by the autocorrelation of their flags. `frozen` frames do not count. */
export function cadenceOf(
  { n, valid }: Frames,
  repeats: Uint8Array,
  frozen: (i: number) => boolean,
  variable: boolean,
): { word: string; period: number | null } {
  if (variable) return { word: 'variable', period: null };
  let total = 0;
  for (let i = 1; i < n; i++) if (repeats[i] && !frozen(i)) total++;
  if (total <= Math.max(STEADY.repeats, STEADY.share * n)) return { word: 'steady', period: null };
  for (let period = 2; period <= Math.min(LONGEST_PERIOD, Math.floor(n / 3)); period++) {
    let same = 0;
    let pairs = 0;
    let shared = 0;
    for (let i = 1; i + period < n; i++) {
      if (valid[i] === 0 || valid[i + period] === 0 || frozen(i) || frozen(i + period)) continue;
      pairs++;
      if (repeats[i] === repeats[i + period]) same++;
      if (repeats[i] && repeats[i + period]) shared++;
    }
    // Agreement alone is cheap where repeats are rare: most repeats must come again a period later.
    if (pairs === 0 || same < OBEYS * pairs || shared < 0.7 * total * (1 - period / n)) continue;
    const each = Math.round((total / n) * period);
    if (period === 5 && (each === 1 || each === 3)) return { word: '3:2 pulldown', period };
    if (each === 1) return { word: `every ${ordinal(period)} frame repeated`, period };
    return { word: `${each} of ${period} frames repeated`, period };
  }
  return { word: 'irregular', period: null };
}

function ordinal(n: number): string {
  const ending = n % 100 >= 11 && n % 100 <= 13 ? 'th' : (['th', 'st', 'nd', 'rd'][n % 10] ?? 'th');
  return `${n}${ending}`;
}
