/**
 * Facts of both clips and what the model said of them -> one Comparison (`versusq.comparison/1`), in the order the caller
 * asked for. Pure: the same input gives the same output, but for the provenance it is handed.
 */
import {
  TIE_BELOW,
  isOtherContent,
  type AttributeName,
  type Claim,
  type ClipFacts,
  type Comparison,
  type Provenance,
} from '../../protocol/index.js';
import type { Size } from '../media/types.js';
import { Z95 } from '../model/margins.js';
import { alignmentNotes } from './notes.js';
import type { PairResult } from './result.js';

export interface PairMargin {
  margin: number;
  stdDev: number;
  interval95: [number, number];
  probabilityABetter: number;
  verdict: 'a' | 'b' | 'tie';
}

/**
 * What follows from a margin, its standard deviation, and the one that the probability of its sign is read from. The sign is
 * calibrated by itself: where it is wrong in fewer than 2.5 % of such cases, the 2.5 % quantile lies beyond 0, and the end of the
 * interval towards 0 is read from the sign's spread. So the interval holds 0 exactly where the sign is less than 97.5 % sure.
 */
export function marginOf(margin: number, stdDev: number, signStdDev = stdDev): PairMargin {
  const size = Math.abs(margin);
  const sure = size > Z95 * signStdDev;
  const away = Z95 * stdDev;
  const towards = sure ? Z95 * signStdDev : Math.max(away, size);
  const interval = margin < 0 ? [margin - away, margin + towards] : [margin - towards, margin + away];
  const better = normalCdf(signStdDev > 0 ? size / signStdDev : margin === 0 ? 0 : Infinity);
  return {
    margin,
    stdDev,
    interval95: interval.map((x) => x + 0) as [number, number],
    probabilityABetter: margin < 0 ? 1 - better : better,
    verdict: size < TIE_BELOW ? 'tie' : margin > 0 ? 'a' : 'b',
  };
}

/**
 * Phi(x) for x >= 0 by the complementary error function's rational approximation 7.1.26 of Abramowitz and Stegun
 * (absolute error below 1e-7); exactly 0.5 at 0.
 */
export function normalCdf(x: number): number {
  if (x === 0) return 0.5;
  const z = x / Math.SQRT2;
  const t = 1 / (1 + 0.3275911 * z);
  const poly = t * (0.254829592 + t * (-0.284496736 + t * (1.421413741 + t * (-1.453152027 + t * 1.061405429))));
  return Math.min(1, Math.max(0.5, 1 - 0.5 * poly * Math.exp(-z * z)));
}

/** What tone mapping changes by itself. */
const TONE_MAPPED: readonly AttributeName[] = ['exposure', 'contrast', 'colour'];

/**
 * Whether measurements of the pair can support a claim of this attribute: of one HDR clip and one SDR clip they differ in tone by
 * the mapping, of different contents in framing by the scene.
 */
function isTellable(attribute: AttributeName, a: ClipFacts, b: ClipFacts, glance: PairResult['glance']): boolean {
  if (a.colour.hdr !== b.colour.hdr && TONE_MAPPED.includes(attribute)) return false;
  return attribute !== 'framing' || !isOtherContent(glance);
}

export function assembleComparison(input: {
  a: ClipFacts;
  b: ClipFacts;
  /** of the order (a, b) */
  result: PairResult;
  size: Size;
  kind: 'glance' | 'considered';
  provenance: Provenance;
}): Comparison {
  const { a, b, result, size, kind, provenance } = input;
  const { alignment, glance } = result;
  const reasoned = kind === 'considered' ? result.reasoned : null;
  const { margin, stdDev, signStdDev } = reasoned ?? glance;
  const seconds = (share: number) => alignment.from[0] + share * alignment.common;
  const claims: Claim[] = (reasoned?.claims ?? []).map((claim) => ({
    ...claim,
    supported: claim.supported && isTellable(claim.attribute, a, b, glance),
    time: [seconds(claim.time[0]), seconds(claim.time[1])],
  }));
  const segments = glance.segments.map((segment, i) => ({
    time: [seconds(segment.share), seconds(glance.segments[i + 1]?.share ?? 1)] as [number, number],
    margin: segment.margin,
  }));
  return {
    schema: 'versusq.comparison/1',
    a,
    b,
    ...marginOf(margin, stdDev, signStdDev),
    kind,
    glance: glance.margin,
    reasoning: reasoned?.reasoning ?? '',
    claims,
    segments,
    attributes: glance.attributes,
    alignment: {
      sameContent: glance.sameContent,
      offset: alignment.offset,
      rate: alignment.rate,
      matchedSamples: alignment.matched,
      comparisonSize: { width: size.width, height: size.height },
      a: { dropped: a.timeline?.droppedFrames ?? 0, repeated: a.timeline?.repeatedFrames ?? 0 },
      b: { dropped: b.timeline?.droppedFrames ?? 0, repeated: b.timeline?.repeatedFrames ?? 0 },
      notes: alignmentNotes(a, b, size, result),
    },
    provenance,
  };
}
