/**
 * Quality against bit rate: the encodes worth keeping are those that no other one beats in both. Pure.
 */
export interface RatePoint {
  path: string;
  /** bit/s */
  bitRate: number;
  /** margin units */
  score: number;
}

/** The Pareto front, cheapest first: no other point has at most its bit rate and at least its score, one of them better. */
export function paretoFront(points: readonly RatePoint[]): RatePoint[] {
  const sorted = [...points].sort((x, y) => x.bitRate - y.bitRate || y.score - x.score);
  const front: RatePoint[] = [];
  for (const point of sorted) {
    const last = front.at(-1);
    const twin = last?.bitRate === point.bitRate && last.score === point.score;
    if (!last || point.score > last.score || twin) front.push(point);
  }
  return front;
}
