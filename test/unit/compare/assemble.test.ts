// What follows from a margin and its spreads.
import type { PairResult } from '../../../src/engine/compare/result.js';
import { fakeComparison, fakeFacts } from '../cli/fake-engine.js';
import { describe, expect, it } from 'vitest';
import { assembleComparison, marginOf } from '../../../src/engine/compare/assemble.js';

const SIZES = [0, 0.1, 0.5, 1.2, 1.96, 3, 4.5, 5.2, 9.9, 12];
const SPREADS = [
  [0.15, 0.15],
  [1, 0.64],
  [2.63, 1.68],
  [2.94, 2.82],
  [1, 1.4],
] as const;

describe('the interval of a margin', () => {
  it('holds 0 exactly where the sign is less than 97.5 % sure', () => {
    for (const margin of SIZES.flatMap((size) => [size, -size]))
      for (const [stdDev, signStdDev] of SPREADS) {
        const { interval95, probabilityABetter: p } = marginOf(margin, stdDev, signStdDev);
        const holdsZero = interval95[0] <= 0 && interval95[1] >= 0;
        expect([margin, stdDev, holdsZero]).toEqual([margin, stdDev, Math.max(p, 1 - p) < 0.975]);
      }
  });

  it('has its end towards 0 from the spread of the sign where that is sure, and both from the margin’s own elsewhere', () => {
    const sure = marginOf(4.5, 2.63, 1.68);
    expect(sure.interval95[0]).toBeCloseTo(4.5 - 1.96 * 1.68, 12);
    expect(sure.interval95[1]).toBeCloseTo(4.5 + 1.96 * 2.63, 12);
    expect(marginOf(3, 2.63, 1.68).interval95).toEqual([3 - 1.96 * 2.63, 3 + 1.96 * 2.63]);
  });

  it('of the other order is the negative one in every bit', () => {
    for (const size of SIZES)
      for (const [stdDev, signStdDev] of SPREADS) {
        const [one, other] = [marginOf(size, stdDev, signStdDev), marginOf(0 - size, stdDev, signStdDev)];
        expect(other.interval95).toEqual([0 - one.interval95[1], 0 - one.interval95[0]]);
        expect(one.probabilityABetter + other.probabilityABetter).toBe(1);
      }
  });

  it('of a clip and itself is 0', () => {
    expect(marginOf(0, 0)).toEqual({
      margin: 0,
      stdDev: 0,
      interval95: [0, 0],
      probabilityABetter: 0.5,
      verdict: 'tie',
    });
  });
});

describe('a claim', () => {
  const [first] = fakeComparison('a50.mp4', 'b20.mp4').claims;
  const attributes = ['exposure', 'contrast', 'colour', 'framing', 'noise'] as const;
  /** Attributes whose claims stay supported. */
  const supported = (hdr: boolean, sameContent: number) => {
    const claims = attributes.map((attribute) => ({ ...first!, attribute, time: [0, 1] }));
    const none = { vertical: 0, horizontal: 0 };
    const result = {
      alignment: { offset: 0, rate: 1, from: [0, 0], common: 4, matched: 12 },
      bars: [none, none],
      glance: { margin: 2, raw: [2, -2], stdDev: 0.5, sameContent, attributes: [], segments: [] },
      reasoned: { margin: 2, stdDev: 0.5, reasoning: 'B is soft.', mirrored: null, claims, choice: 'a' },
    } as unknown as PairResult;
    const [a, b] = [fakeFacts('a50.mp4'), fakeFacts('b20.mp4')];
    const { provenance } = fakeComparison('a50.mp4', 'b20.mp4');
    const told = assembleComparison({
      a,
      b: { ...b, colour: { ...b.colour, hdr } },
      result,
      size: { width: 640, height: 360 },
      kind: 'considered',
      provenance,
    });
    return told.claims.filter((claim) => claim.supported).map(({ attribute }) => attribute);
  };

  it('of tone is not supported between HDR and SDR, nor one of framing between different contents', () => {
    expect(supported(false, 0.99)).toEqual(attributes);
    expect(supported(true, 0.99)).toEqual(['framing', 'noise']);
    expect(supported(false, 0.2)).toEqual(['exposure', 'contrast', 'colour', 'noise']);
  });
});
