/**
 * What the model said of a pair, in one order, as it is kept in the store; and the one function that turns it into the other
 * order. Everything is computed in the canonical order of the two content hashes and mirrored once at most, so that
 * margin(A, B) = -margin(B, A) holds in every bit. The words of each order come from the model, which alone can tell the
 * clip "A" from the article.
 */
import type { Glance, Reasoned } from '../model/types.js';
import type { ModelInfo } from './parts.js';

/** Rows of another shape are made anew. */
export const RESULT_VERSION = 2;

export interface PairAlignment {
  /** seconds: the frame at time t of the first clip is at t / rate + offset of the second, both counted from their first frames */
  offset: number;
  /** speed of the second against the first: 25 / 24 plays faster */
  rate: number;
  /** where the common part begins, seconds from the first frame of [first, second] */
  from: [number, number];
  /** length of the common part, seconds of the first */
  common: number;
  /** bursts at the same time in both */
  matched: number;
  /** the same content, but what both show at one time is not: nothing was compared frame by frame */
  outOfStep?: boolean;
}

/** Rows of black above and below, columns left and right, as share of the picture. */
export interface Bars {
  vertical: number;
  horizontal: number;
}

/** The considered part. The text of the other order is null until the model was asked for it (or gave both at once). */
export interface Considered extends Omit<Reasoned, 'reasoning' | 'mirrored'> {
  reasoning: string | null;
  mirrored: string | null;
}

export interface PairResult {
  version: typeof RESULT_VERSION;
  model: ModelInfo;
  device: string;
  deviceNote: string | null;
  alignment: PairAlignment;
  /** [first, second] */
  bars: [Bars, Bars];
  glance: Glance;
  reasoned: Considered | null;
  /** ISO 8601 */
  finished: string;
}

/** Exact negation without a negative zero. */
const negate = (x: number) => 0 - x;

const otherSide = { a: 'b', b: 'a', tie: 'tie' } as const;

/** The same glance for the other order. */
export function mirrorGlance(glance: Glance): Glance {
  return {
    ...glance,
    margin: negate(glance.margin),
    raw: [glance.raw[1], glance.raw[0]],
    attributes: glance.attributes.map((a) => ({ ...a, margin: negate(a.margin) })),
    segments: glance.segments.map((s) => ({ ...s, margin: negate(s.margin) })),
  };
}

/** The same reasoning for the other order. */
export function mirrorConsidered(considered: Considered): Considered {
  return {
    ...considered,
    margin: negate(considered.margin),
    reasoning: considered.mirrored,
    mirrored: considered.reasoning,
    claims: considered.claims.map((c) => ({ ...c, worse: otherSide[c.worse] })),
    choice: otherSide[considered.choice],
  };
}

/** The same result with first and second exchanged. */
export function mirrorResult(result: PairResult): PairResult {
  const { alignment, bars, glance, reasoned } = result;
  return {
    ...result,
    alignment: {
      ...alignment,
      offset: negate(alignment.offset * alignment.rate),
      rate: alignment.rate === 1 ? 1 : 1 / alignment.rate,
      from: [alignment.from[1], alignment.from[0]],
      common: alignment.common / alignment.rate,
    },
    bars: [bars[1], bars[0]],
    glance: mirrorGlance(glance),
    reasoned: reasoned && mirrorConsidered(reasoned),
  };
}

/** A clip against itself: nothing differs, whatever rounding or a model might say. */
export function sameClipResult(result: PairResult): PairResult {
  return {
    ...result,
    glance: {
      ...result.glance,
      margin: 0,
      raw: [0, 0],
      stdDev: 0,
      sameContent: 1,
      attributes: result.glance.attributes.map((a) => ({ ...a, margin: 0 })),
      segments: result.glance.segments.map((s) => ({ ...s, margin: 0 })),
    },
    reasoned: null,
  };
}
