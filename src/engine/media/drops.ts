/**
 * Frames that are missing by the presentation times. A few wide gaps miss frames (METHOD 6). Where many gaps are wide the rate
 * may vary by itself: a phone in the dark, a screen recording that stores what changes. Frames were lost there only if the gaps
 * keep to a grid, return to its step at once, and the picture moves further across the wide ones.
 */
import { say, type TimelineEvent } from '../../protocol/index.js';
import { median } from './numbers.js';

/** A gap over so many steps misses frames. Where more gaps than this share are uneven, the rate varies or many are missing. */
const DROP_GAP = 1.5;
const VARIABLE_SHARE = 0.2;
/** So near to the step a gap is even: a share of the step, beyond the rounding of time bases, seconds. */
const EVEN = 0.25;
const ROUNDING = 1.5e-3;
/** The grid's step is the smallest gap that so many have; nearly all gaps are whole multiples of it, to this share of it. */
const GRID = { share: 1 / 3, obeys: 0.95, tolerance: 0.1 };
/** So many wide gaps stand beside one of a single step; in a rate that switches they stand beside each other. */
const RETURNS = 0.5;
/** The picture changes so many times as much across a wide gap as across the single steps beside it (median). */
const MOVES_ON = 1.2;
/** Longest rhythm looked for, gaps, and the share of gaps that obey it. */
const LONGEST_PERIOD = 30;
const OBEYS = 0.88;

export interface Drops {
  /** distance of frames without the missing ones, seconds; null where there are no two frames */
  step: number | null;
  frames: number;
  /** Without those that obey a rhythm. */
  events: TimelineEvent[];
  /** The rate varies, and nothing tells missing frames. */
  variable: boolean;
  /** The rhythm of missing frames in words. */
  rhythm: string | null;
}

/** A gap between neighbouring frames: `at` is the later one, `steps` how many steps it spans on the grid. */
interface Gap {
  at: number;
  seconds: number;
  steps: number;
}

/** `difference`: mean absolute difference to the frame before, codes; `valid`: 1 where that is the true predecessor. */
export function findDrops(n: number, times: Float64Array, valid: Float32Array, difference: Float64Array): Drops {
  const gaps: Gap[] = [];
  for (let at = 1; at < n; at++) if (valid[at]! > 0) gaps.push({ at, seconds: times[at]! - times[at - 1]!, steps: 1 });
  const typical = median(gaps.map((gap) => gap.seconds));
  const none = { step: typical > 0 ? typical : null, frames: 0, events: [], rhythm: null };
  if (none.step === null) return { ...none, variable: false };
  const uneven = gaps.filter(({ seconds }) => Math.abs(seconds - typical) > EVEN * typical + ROUNDING).length;
  if (uneven <= VARIABLE_SHARE * gaps.length) {
    const wide = gaps.filter(({ seconds }) => seconds > DROP_GAP * typical);
    for (const gap of wide) gap.steps = Math.max(2, Math.round(gap.seconds / typical));
    return { ...lostIn(wide, times), step: typical, variable: false, rhythm: null };
  }
  const step = gridOf(gaps);
  if (step === null || !returnAtOnce(gaps) || !moveOn(gaps, difference)) return { ...none, variable: true };
  const wide = gaps.filter(({ steps }) => steps > 1);
  const all = { ...lostIn(wide, times), step, variable: false, rhythm: null };
  const rhythm = rhythmOf(gaps);
  if (rhythm === null) return all;
  const recurs = ({ at, steps }: Gap, k: number) =>
    [gaps[k - rhythm.period], gaps[k + rhythm.period]].some(
      (other) => other?.steps === steps && Math.abs(other.at - at) === rhythm.period,
    );
  const odd = gaps.filter((gap, k) => gap.steps > 1 && !recurs(gap, k));
  return { ...all, events: lostIn(odd, times).events, rhythm: rhythm.name };
}

function lostIn(wide: readonly Gap[], times: Float64Array): Pick<Drops, 'frames' | 'events'> {
  const events = wide.map(({ at, steps }): TimelineEvent => ({
    kind: 'drop',
    time: [times[at - 1]!, times[at]!],
    frames: steps - 1,
  }));
  return { frames: events.reduce((sum, { frames }) => sum + frames, 0), events };
}

/** The step of the grid that the gaps keep to, seconds; sets their `steps`. Null where there is none. */
function gridOf(gaps: Gap[]): number | null {
  const sorted = gaps.map((gap) => gap.seconds).filter((s) => s > 0).sort((a, b) => a - b); // prettier-ignore
  const near = (s: number) => s * GRID.tolerance + ROUNDING;
  const most = Math.ceil(GRID.share * gaps.length);
  const first = sorted.findIndex((s, k) => (sorted[k + most - 1] ?? Infinity) - s <= 2 * near(s));
  if (first < 0) return null;
  const single = sorted.filter((s) => s >= sorted[first]! && s - sorted[first]! <= 2 * near(sorted[first]!));
  const step = single.reduce((sum, s) => sum + s, 0) / single.length;
  for (const gap of gaps) gap.steps = Math.max(1, Math.round(gap.seconds / step));
  const fits = gaps.filter(({ seconds, steps }) => Math.abs(seconds - steps * step) <= near(step)).length;
  return fits >= GRID.obeys * gaps.length ? step : null;
}

/** The single steps right before and after a gap. */
const singleBeside = (gaps: readonly Gap[], k: number): Gap[] =>
  [gaps[k - 1], gaps[k + 1]].filter(
    (other): other is Gap => other?.steps === 1 && Math.abs(other.at - gaps[k]!.at) === 1,
  );

function returnAtOnce(gaps: readonly Gap[]): boolean {
  const wide = gaps.flatMap(({ steps }, k) => (steps > 1 ? [singleBeside(gaps, k).length > 0] : []));
  return wide.filter(Boolean).length >= RETURNS * wide.length;
}

function moveOn(gaps: readonly Gap[], difference: Float64Array): boolean {
  const ratios = gaps.flatMap(({ at, steps }, k) => {
    const beside = singleBeside(gaps, k).map((other) => difference[other.at]!);
    const usual = beside.reduce((sum, d) => sum + d, 0) / beside.length;
    return steps > 1 && usual > 0 ? [difference[at]! / usual] : [];
  });
  return median(ratios) >= MOVES_ON;
}

/** Where the gaps recur: after how many, and "1 of 5 frames missing". */
function rhythmOf(gaps: readonly Gap[]): { period: number; name: string } | null {
  for (let period = 2; period <= Math.min(LONGEST_PERIOD, Math.floor(gaps.length / 3)); period++) {
    const next = (k: number) => (gaps[k + period]?.at === gaps[k]!.at + period ? gaps[k + period]! : null);
    const starts = gaps.flatMap((_, k) => (next(k) === null ? [] : [k]));
    const recurs = (k: number) => next(k)?.steps === gaps[k]!.steps;
    const same = starts.filter(recurs).length;
    if (starts.length === 0 || same < OBEYS * starts.length) continue;
    const from = starts.find((_, i) => starts.slice(i, i + period).every(recurs)) ?? starts[0]!;
    const whole = gaps.slice(from, from + period).reduce((sum, { steps }) => sum + steps, 0);
    return { period, name: say`${whole - period} of ${whole} frames missing` };
  }
  return null;
}
