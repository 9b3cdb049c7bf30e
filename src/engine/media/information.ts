/**
 * Sums over the low-resolution pictures themselves: spatial and temporal information of ITU-T P.910, and whether a picture
 * comes back after a flash.
 */
import { TIMELINE_SIZE } from './plan.js';
import type { TimelineLuma } from './types.js';

const { width: W, height: H } = TIMELINE_SIZE;
const PIXELS = W * H;
/** SI is taken on at most so many frames, spread evenly; it changes slowly and costs the most. */
const SI_FRAMES = 24;
/** A flash: within so many frames the old picture is back, to this share of the jump. */
const FLASH = { frames: 3, share: 0.5 };

const frameOf = (line: TimelineLuma, i: number) => line.luma.subarray(i * PIXELS, (i + 1) * PIXELS);

/** SI: the largest standard deviation of the Sobel magnitude, in luma codes. */
export function spatialInformation(line: TimelineLuma): number {
  let most = 0;
  const stride = Math.max(1, Math.ceil(line.frames / SI_FRAMES));
  for (let i = 0; i < line.frames; i += stride) {
    const f = frameOf(line, i);
    let sum = 0;
    let squares = 0;
    for (let y = 1; y < H - 1; y++)
      for (let x = 1, p = y * W + 1; x < W - 1; x++, p++) {
        const right = f[p - W + 1]! + 2 * f[p + 1]! + f[p + W + 1]!;
        const left = f[p - W - 1]! + 2 * f[p - 1]! + f[p + W - 1]!;
        const below = f[p + W - 1]! + 2 * f[p + W]! + f[p + W + 1]!;
        const above = f[p - W - 1]! + 2 * f[p - W]! + f[p - W + 1]!;
        const energy = (right - left) ** 2 + (below - above) ** 2;
        sum += Math.sqrt(energy);
        squares += energy;
      }
    const count = (W - 2) * (H - 2);
    most = Math.max(most, Math.sqrt(Math.max(0, squares / count - (sum / count) ** 2)));
  }
  return most;
}

/** TI: the largest standard deviation of the difference of neighbouring frames, in luma codes; cuts do not count. */
export function temporalInformation({ luma, frames, valid }: TimelineLuma, cuts: ReadonlySet<number>): number {
  let most = 0;
  for (let i = 1; i < frames; i++) {
    if (valid[i] === 0 || cuts.has(i)) continue;
    const at = i * PIXELS;
    let sum = 0;
    let squares = 0;
    for (let p = at; p < at + PIXELS; p++) {
      const d = luma[p]! - luma[p - PIXELS]!;
      sum = (sum + d) | 0; // whole numbers that stay below 2^31
      squares = (squares + d * d) | 0;
    }
    most = Math.max(most, Math.sqrt(Math.max(0, squares / PIXELS - (sum / PIXELS) ** 2)));
  }
  return most;
}

/** Does the picture before frame `i` come back soon after it? Then the jump at `i` was a flash, not a cut. */
export function returnsAfterwards(line: TimelineLuma, i: number, jump: number): boolean {
  const differs = (a: number, b: number) => {
    let sum = 0;
    for (let p = 0; p < PIXELS; p++) sum += Math.abs(line.luma[a * PIXELS + p]! - line.luma[b * PIXELS + p]!);
    return sum / PIXELS;
  };
  for (let k = 1; k <= FLASH.frames; k++) {
    if (i + k < line.frames && differs(i - 1, i + k) < FLASH.share * jump) return true; // the jump away
    if (i - 1 - k >= 0 && differs(i - 1 - k, i) < FLASH.share * jump) return true; // the jump back
  }
  return false;
}
