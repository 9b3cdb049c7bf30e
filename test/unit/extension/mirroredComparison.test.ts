// A comparison seen from the other side, as it is shown between a swap and the engine's answer.
import { Value } from '@sinclair/typebox/value';
import { describe, expect, it } from 'vitest';
import { mirrorResult, type PairResult } from '../../../src/engine/compare/result.js';
import { assembleComparison } from '../../../src/engine/compare/assemble.js';
import { mirroredComparison } from '../../../src/extension/mirroredComparison.js';
import { Comparison } from '../../../src/protocol/index.js';
import { fakeComparison, fakeFacts } from '../cli/fake-engine.js';

const aligned = (offset: number): Comparison => {
  const c = fakeComparison('/v/a50.mp4', '/v/b20.mp4');
  return { ...c, alignment: { ...c.alignment, offset, notes: ['A begins 0.5 s into B.', 'B repeats 1 frame.'] } };
};

describe('the mirrored comparison', () => {
  it('has everything on the other side, and no words', () => {
    const c = aligned(0);
    const m = mirroredComparison(c);
    expect([m.a.path, m.b.path]).toEqual([c.b.path, c.a.path]);
    expect(m).toMatchObject({
      margin: -c.margin,
      interval95: [-c.interval95[1], -c.interval95[0]],
      glance: -c.glance,
      verdict: 'b',
      reasoning: '',
    });
    expect(m.probabilityABetter + c.probabilityABetter).toBe(1);
    expect(m.claims.map((claim) => claim.worse)).toEqual(['a', 'a']);
    expect(m.segments.map((s) => s.margin)).toEqual(c.segments.map((s) => -s.margin));
    expect(m.attributes.map((x) => x.margin)).toEqual(c.attributes.map((x) => (x.margin === 0 ? 0 : -x.margin)));
    expect([m.alignment.a, m.alignment.b]).toEqual([c.alignment.b, c.alignment.a]);
    expect(m.alignment.notes).toEqual(['B begins 0.5 s into A.', 'A repeats 1 frame.']);
    expect([...Value.Errors(Comparison, m)]).toEqual([]);
  });

  it('mirrored twice is what it was, but for the words', () => {
    const c = aligned(0.5);
    expect(mirroredComparison(mirroredComparison(c))).toEqual({ ...c, reasoning: '' });
  });

  it('at another speed, too', () => {
    const { alignment, ...rest } = aligned(0.5);
    const c = { ...rest, alignment: { ...alignment, rate: 0.96 } };
    const twice = mirroredComparison(mirroredComparison(c));
    expect(twice.alignment.offset).toBeCloseTo(0.5, 9);
    expect(twice.segments.at(-1)!.time[1]).toBeCloseTo(c.segments.at(-1)!.time[1], 9);
  });

  it('never holds minus zero', () => {
    const m = mirroredComparison({ ...aligned(0), margin: 0, interval95: [0, 0], glance: 0 });
    for (const x of [m.margin, ...m.interval95, m.glance, m.alignment.offset]) expect(Object.is(x, -0)).toBe(false);
  });

  it.each([
    { offset: 0.5, rate: 1, from: [0, 0.5], common: 3.5, matched: 12 },
    { offset: 0.5, rate: 25 / 24, from: [0, 0.5], common: 3.6, matched: 12 },
  ])('has the numbers that the engine gives for the other order, at the speed $rate', (alignment) => {
    const [a, b] = [fakeFacts('/v/a50.mp4'), fakeFacts('/v/b20.mp4')];
    const { claims, segments, attributes, provenance } = fakeComparison(a.path, b.path);
    const result = {
      alignment,
      bars: [
        { vertical: 0, horizontal: 0 },
        { vertical: 0, horizontal: 0 },
      ],
      glance: {
        margin: 2.25,
        raw: [2.5, -2],
        stdDev: 0.5,
        sameContent: 0.9,
        attributes,
        segments: segments.map(({ margin }, i) => ({ share: i / segments.length, margin })),
      },
      reasoned: {
        margin: 2.5,
        stdDev: 0.25,
        reasoning: 'B is soft.',
        mirrored: 'A is soft.',
        claims: claims.map((claim) => ({ ...claim, time: [0.25, 0.75] })),
        choice: 'a',
      },
    } as unknown as PairResult;
    const size = { width: 640, height: 360 };
    const rest = { size, kind: 'considered', provenance } as const;
    const told = assembleComparison({ a, b, result, ...rest });
    const turned = assembleComparison({ a: b, b: a, result: mirrorResult(result), ...rest });
    const mirrored = mirroredComparison(told);
    const near = (c: Comparison): unknown =>
      JSON.parse(JSON.stringify(c), (_, x: unknown) => (typeof x === 'number' ? Number(x.toFixed(9)) : x));
    const wordless = { ...turned, reasoning: '', alignment: { ...turned.alignment, notes: mirrored.alignment.notes } };
    expect(near(mirrored)).toEqual(near(wordless));
  });
});
