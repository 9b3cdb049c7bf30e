/** Small sums over numbers that several files of this folder need. */

/** The value that `share` of the values lie below; NaN of nothing. */
export function quantile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? NaN;
}

/** Upper median; NaN of nothing. */
export const median = (values: readonly number[]): number => quantile(values, 0.5);
