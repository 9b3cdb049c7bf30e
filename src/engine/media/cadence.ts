/**
 * Repeated frames and their rhythm. A repeat is a frame that shows what the one before showed WHILE the scene moves: motion
 * goes on before and after it, and a cut alone is not motion. So a still title, or noise, never counts.
 */
import { median } from './numbers.js';
import type { Frames } from './timeline.js';

/** A frame repeats when its difference is below this (codes 0-255 of the small picture) ... */
const STILL_BELOW = { mean: 0.25, block: 2.5 };
/** ... and below this share of the motion around it, which itself must be this large (codes). */
const STILL_SHARE = 0.2;
const MOTION = 0.3;
/** Motion is looked for so far away on each side, in frames. */
const AROUND = 8;
/** Longest rhythm looked for (24 in 25 frames a second: 25) and the share of frames that must obey it. */
const LONGEST_PERIOD = 30;
const OBEYS = 0.94;
/** Fewer repeats than this share do not break the cadence. */
const STEADY_SHARE = 0.02;

/** 1 where the frame repeats the one before it. */
export function repeatsOf({ n, difference, block, valid }: Frames, cuts: readonly number[]): Uint8Array {
  const cut = new Set(cuts);
  const repeats = new Uint8Array(n);
  const still = (i: number) => valid[i]! > 0 && difference[i]! < STILL_BELOW.mean && block[i]! < STILL_BELOW.block;
  for (let i = 1; i < n; i++) {
    if (!still(i)) continue;
    const from = i;
    while (i + 1 < n && still(i + 1)) i++;
    const before = motion(from - 1, -1);
    const after = motion(i + 1, 1);
    if (before === null || after === null) continue; // it never moved, or never moves again: meant to stand still
    let most = 0;
    for (let j = from; j <= i; j++) most = Math.max(most, difference[j]!);
    if (Math.min(before, after) >= MOTION && most < STILL_SHARE * Math.min(before, after)) repeats.fill(1, from, i + 1);
  }
  return repeats;

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
  if (total <= Math.max(1, STEADY_SHARE * n)) return { word: 'steady', period: null };
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
