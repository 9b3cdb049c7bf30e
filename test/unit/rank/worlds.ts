/** Simulated folders: items with a true score, margins with noise that a pair always has the same, and the schedule run on them. */
import { mulberry32 } from '../../../src/engine/random.js';
import { solveScale, type Edge } from '../../../src/engine/rank/scale.js';
import { Schedule, type ScheduleOptions } from '../../../src/engine/rank/schedule.js';

export type Margin = (i: number, j: number) => number;

export const STD_DEV = 3;

const normal = (random: () => number) => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());

/** Spread and noise of real folders (docs/ranking.md); `wrong` is the share of margins that are nothing but noise. */
export function world(
  count: number,
  seed: number,
  { noise = 0.41, spread = 3.4, wrong = 0 } = {},
): { truth: number[]; margin: Margin } {
  const random = mulberry32(seed);
  const truth = Array.from({ length: count }, () => spread * normal(random));
  const margin: Margin = (a, b) => {
    const [i, j] = a < b ? [a, b] : [b, a];
    const own = mulberry32(i * 100_003 + j * 7 + seed * 10_000_019);
    const nonsense = own() < wrong;
    const value = nonsense ? 2 ** 0.5 * spread * normal(own) : truth[i]! - truth[j]! + noise * normal(own);
    return a < b ? value : -value;
  };
  return { truth, margin };
}

/** The schedule with all items ready, run to its end; `onAsk` sees every pair that it asks for. */
export function runSchedule(
  count: number,
  margin: Margin,
  options: ScheduleOptions = {},
  known: Edge[] = [],
  onAsk: (i: number, j: number) => void = () => {},
): Schedule {
  const schedule = new Schedule(count, options, known);
  for (const item of schedule.order) schedule.settle(item, true);
  for (let pairs = schedule.next(); pairs.length > 0; pairs = schedule.next()) {
    for (const [i, j] of pairs) {
      onAsk(i, j);
      schedule.add({ i, j, margin: margin(i, j), stdDev: STD_DEV });
    }
  }
  return schedule;
}

/** Scores that all pairs give. */
export function allPairs(count: number, margin: Margin): Float64Array {
  const edges: Edge[] = [];
  for (let i = 0; i < count; i++) {
    for (let j = i + 1; j < count; j++) edges.push({ i, j, margin: margin(i, j), stdDev: STD_DEV });
  }
  return solveScale(count, edges, { intervals: false, trust: 'equal' }).scores;
}

export const edgesOf = ({ edges }: Schedule): Edge[] =>
  Array.from({ length: edges.size }, (_, k) => ({
    i: edges.i[k]!,
    j: edges.j[k]!,
    margin: edges.margin[k]!,
    stdDev: edges.stdDev[k]!,
  }));
