/**
 * The arithmetic of margins (DESIGN 3.1, docs/model-package.md). Everything is computed in the canonical order of the two
 * content hashes and flipped here, so that margin(A, B) = -margin(B, A) holds in every bit; no negative zero leaves.
 */
import type { Calibration } from './package.js';

/** 95 % of a normal distribution lie within this many standard deviations, 97.5 % below it. */
export const Z95 = 1.96;

/** Exact negation; 0 stays 0. */
export const flip = (x: number): number => 0 - x;
/** The same number without a negative zero. */
export const plain = (x: number): number => x + 0;

/** Whether (A, B) is the other way round than canonical: the smaller content hash comes first. */
export const isSwapped = (hashA: string, hashB: string): boolean => hashA > hashB;

/**
 * sqrt(floor^2 + (scale exp(log_sd))^2 + (half of |m1 + m2|)^2): the calibrated spread, widened by how far the two orders
 * contradict each other.
 */
export function stdDevOf(calibration: Calibration, logSd: number, orders: readonly [number, number]): number {
  return Math.hypot(calibration.floor, calibration.scale * Math.exp(logSd), (orders[0] + orders[1]) / 2);
}

/** `stdDevOf` for the size of a margin, and its calibrated share for the sign: errors of size are often on the right side. */
export function spreadsOf(
  calibration: Calibration,
  logSd: number,
  orders: readonly [number, number],
): { stdDev: number; signStdDev: number } {
  const stdDev = stdDevOf(calibration, logSd, orders);
  return { stdDev, signStdDev: stdDev * (calibration.probability ?? 1) };
}
