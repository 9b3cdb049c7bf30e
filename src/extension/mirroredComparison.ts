/**
 * A comparison seen from the other side, for the moment between a swap and the engine's own answer: what follows from the sides
 * alone is flipped by the engine's rules (engine/compare/result.ts). The words are the model's, which writes them anew for the
 * other order, so they are left out. Pure.
 */
import { timeInA, timeInB, type Alignment, type Claim, type Comparison, type Side } from '../protocol/index.js';

type Span = [number, number];

export function mirroredComparison(c: Comparison): Comparison {
  // Times are counted from A's first frame, which is another clip's now.
  const inB = ([from, to]: Span): Span => [timeInB(from, c.alignment), timeInB(to, c.alignment)];
  return {
    ...c,
    a: c.b,
    b: c.a,
    margin: negated(c.margin),
    interval95: [negated(c.interval95[1]), negated(c.interval95[0])],
    probabilityABetter: 1 - c.probabilityABetter,
    glance: negated(c.glance),
    verdict: c.verdict === 'tie' ? 'tie' : OTHER[c.verdict],
    reasoning: '',
    claims: c.claims.map((claim): Claim => ({ ...claim, worse: OTHER[claim.worse], time: inB(claim.time) })),
    segments: c.segments.map(({ time, margin }) => ({ time: inB(time), margin: negated(margin) })),
    attributes: c.attributes.map(({ attribute, margin }) => ({ attribute, margin: negated(margin) })),
    alignment: mirroredAlignment(c.alignment),
    provenance: {
      ...c.provenance,
      cached: { ...c.provenance.cached, a: c.provenance.cached.b, b: c.provenance.cached.a },
    },
  };
}

function mirroredAlignment(alignment: Alignment): Alignment {
  const { rate, a, b, notes } = alignment;
  return {
    ...alignment,
    offset: timeInA(0, alignment),
    rate: rate === 1 ? 1 : 1 / rate,
    a: b,
    b: a,
    // "B is 2 % faster than A" is as true of the new names.
    notes: notes.map((note) => note.replace(/\b[AB]\b/g, (letter) => (letter === 'A' ? 'B' : 'A'))),
  };
}

const OTHER: Record<Side, Side> = { a: 'b', b: 'a' };
/** Never minus zero. */
const negated = (x: number): number => (x === 0 ? 0 : -x);
