/**
 * Do two clips show the same content at another offset or speed? Their time lines tell: the differences from frame to frame
 * and the mean luma, sampled at equal times, are laid over each other at every offset. 0 and 1 stand unless something fits
 * clearly better, and only one such thing: content that repeats itself fits at many offsets.
 */

export interface Line {
  /** [N, 4] of the `timeline` graph */
  series: Float32Array;
  times: Float64Array;
}

const RATE = 100; // samples a second: offsets come in steps of 10 ms
const LARGEST_OFFSET = 10; // seconds
/** Longer gaps between frames were not looked at (windows of a long clip), seconds. */
const GAP = 0.5;
/** Speeds that happen: film in 25 frames a second and back. */
const SPEEDS = [25 / 24, 24 / 25] as const;
/**
 * What another offset or speed must reach (correlation -1..1), and which share of the misfit (1 - correlation) it may leave: a wrong
 * speed fits half, at an offset in the middle. Of slow content a single frame changes the correlation by less than a thousandth.
 */
const CLEARLY = { score: 0.8, misfit: 0.5 };
/**
 * A lag away from the best one is as good an answer where it reaches this share of the best correlation and leaves at most so
 * many times its misfit (1 - correlation), or `exact` more: the content repeats itself (a loop, a blinking light), and which of
 * the lags is true can't be told. The next best lags of real clips leave 5 times the misfit and more.
 */
const RIVAL = { share: 0.9, misfit: 4, exact: 0.01 };
/** Steps of the search, samples; the neighbours of the best step are looked at one by one. */
const COARSE = 2;
/** The lengths must agree with a speed so closely. */
const LENGTH_AGREES = 0.015;
/** Common samples that a comparison at an offset needs. */
const LEAST = 0.5 * RATE;

/** A feature by time, with the sums of its values and squares before each. */
class Feature {
  readonly #sums: Float64Array;
  readonly #squares: Float64Array;
  constructor(readonly values: Float64Array) {
    this.#sums = new Float64Array(values.length + 1);
    this.#squares = new Float64Array(values.length + 1);
    for (let k = 0; k < values.length; k++) {
      const x = values[k]!;
      this.#sums[k + 1] = this.#sums[k]! + x;
      this.#squares[k + 1] = this.#squares[k]! + x * x;
    }
  }

  /** Sum, and sum of squares about the mean, of `count` values. */
  range(from: number, count: number): { sum: number; spread: number } {
    const sum = this.#sums[from + count]! - this.#sums[from]!;
    return { sum, spread: this.#squares[from + count]! - this.#squares[from]! - (sum * sum) / count };
  }
}

interface Features {
  change: Feature;
  level: Feature;
  length: number;
}

/** Two features by time since the first frame: change and level of luma; null where the clip was not looked at enough. */
function features(line: Line, speed: number): Features | null {
  const n = Math.min(line.times.length, Math.floor(line.series.length / 4));
  if (n < 8) return null;
  const first = line.times[0]!;
  const at = (i: number) => (line.times[i]! - first) * speed;
  const length = Math.floor(at(n - 1) * RATE) + 1;
  if (length < LEAST) return null;
  const change = new Float64Array(length);
  const level = new Float64Array(length);
  // The logarithm keeps a single cut from deciding everything.
  const changeOf = (i: number) => Math.log1p(line.series[Math.max(1, i) * 4]!);
  for (let k = 0, i = 0; k < length; k++) {
    const t = k / RATE;
    while (i + 2 < n && at(i + 1) <= t) i++;
    const span = at(i + 1) - at(i);
    if (span > GAP * speed) return null;
    const part = span > 0 ? Math.min(1, (t - at(i)) / span) : 0;
    change[k] = changeOf(i) * (1 - part) + changeOf(i + 1) * part;
    level[k] = line.series[i * 4 + 2]! * (1 - part) + line.series[(i + 1) * 4 + 2]! * part;
  }
  return { change: new Feature(change), level: new Feature(level), length };
}

/** Correlation of two ranges; 0 where one of them does not vary. */
function correlation(a: Feature, b: Feature, fromA: number, fromB: number, count: number): number {
  const [ofA, ofB] = [a.range(fromA, count), b.range(fromB, count)];
  if (ofA.spread < 1e-9 * count || ofB.spread < 1e-9 * count) return 0;
  let products = 0;
  for (let k = 0; k < count; k++) products += a.values[fromA + k]! * b.values[fromB + k]!;
  return (products - (ofA.sum * ofB.sum) / count) / Math.sqrt(ofA.spread * ofB.spread);
}

/** Mean correlation of both features where b is moved by `shift` samples; null where too little is common. */
function fit(a: Features, b: Features, shift: number): number | null {
  const fromA = Math.max(0, -shift);
  const fromB = Math.max(0, shift);
  const count = Math.min(a.length - fromA, b.length - fromB);
  if (count < Math.max(LEAST, 0.45 * Math.min(a.length, b.length))) return null;
  return (
    (correlation(a.change, b.change, fromA, fromB, count) + correlation(a.level, b.level, fromA, fromB, count)) / 2
  );
}

interface Best {
  /** seconds */
  offset: number;
  score: number;
  /** the score where both begin together */
  atZero: number;
  /** no other lag fits nearly as well */
  unique: boolean;
}

function bestOffset(a: Features, b: Features): Best {
  const most = Math.floor(Math.min(LARGEST_OFFSET, Math.min(a.length, b.length) / RATE / 2) * RATE);
  const scores = new Map<number, number>();
  const score = (shift: number) => {
    const s = scores.get(shift) ?? fit(a, b, shift) ?? -1;
    scores.set(shift, s);
    return s;
  };
  const atZero = score(0);
  let best = 0;
  for (let shift = -most; shift <= most; shift += COARSE) if (score(shift) > score(best) + 1e-9) best = shift;
  for (let shift = best - COARSE + 1; shift < best + COARSE; shift++)
    if (score(shift) > score(best) + 1e-9) best = shift;
  return { offset: best / RATE, score: score(best), atZero, unique: isUnique(best, score, most) };
}

/** Is the stretch of lags around `best` that fit nearly as well the only one of its kind within +-`most` samples? */
function isUnique(best: number, score: (shift: number) => number, most: number): boolean {
  const misfit = RIVAL.misfit * (1 - score(best)) + RIVAL.exact;
  const least = Math.max(RIVAL.share * score(best), 1 - misfit);
  const rivals = (shift: number) => score(shift) >= least;
  for (const direction of [-1, 1]) {
    let shift = best;
    while (Math.abs(shift) <= most && rivals(shift)) shift += direction * COARSE;
    for (; Math.abs(shift) <= most; shift += direction * COARSE) if (rivals(shift)) return false;
  }
  return true;
}

/** Does it fit well, and nothing else as well? */
const isClear = (best: Best): boolean => best.score >= CLEARLY.score && best.unique;

/**
 * The frame of A at t seconds after A's first frame is the frame of B at (t + offset) / rate after B's first. `rate` is the
 * speed of B against A (25/24: B is shorter). `score`: the correlation reached, -1..1.
 */
export function findOffset(a: Line, b: Line): { offset: number; rate: number; score: number } {
  const fa = features(a, 1);
  const fb = features(b, 1);
  if (fa === null || fb === null) return { offset: 0, rate: 1, score: 0 };
  const plain = bestOffset(fa, fb);
  let found =
    isClear(plain) && 1 - plain.score < CLEARLY.misfit * (1 - plain.atZero)
      ? { offset: plain.offset, rate: 1, score: plain.score }
      : { offset: 0, rate: 1, score: plain.atZero };
  for (const rate of SPEEDS) {
    if (Math.abs(fa.length / fb.length / rate - 1) > LENGTH_AGREES) continue;
    const stretched = features(b, rate);
    const fast = stretched && bestOffset(fa, stretched);
    if (fast && isClear(fast) && 1 - fast.score < CLEARLY.misfit * (1 - found.score))
      found = { offset: fast.offset, rate, score: fast.score };
  }
  return found;
}
