// Changes of a config keep all else as it was, and do what they say.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readConfig } from '../../../src/engine/references/gates/config.js';
import {
  acceptedLimit,
  applied,
  baselineEdits,
  excludeEdits,
  withRule,
} from '../../../src/engine/references/gates/edit.js';
import type { JudgedLimit } from '../../../src/protocol/index.js';

const TEXT = `{
    // the ladder
    "rules": {
        "e/*.mp4": { "against": "m/{name}.mov", "minMargin": -0.5 }, /* end */
    },
}
`;
const judged = (kind: JudgedLimit['kind'], found: number): JudgedLimit => ({
  kind,
  found,
  limit: 0,
  passed: false,
  sure: true,
  accepted: false,
  interval95: null,
  attribute: kind === 'forbid' ? 'noise' : null,
});

describe('an exclusion', () => {
  it('is written into the rule with its reason, in the style of the file, and leaves the comments', () => {
    const text = applied(TEXT, excludeEdits(TEXT, 'e/*.mp4', 'e/a.mp4', 'being "redone"'));
    expect(text).toContain('// the ladder');
    expect(text).toContain('/* end */');
    expect(readConfig(text).rules?.[0]?.exclude).toEqual({ 'e/a.mp4': 'being "redone"' });
    const again = applied(text, excludeEdits(text, 'e/*.mp4', 'e/b.mp4', 'late'));
    expect(Object.keys(readConfig(again).rules?.[0]?.exclude ?? {})).toEqual(['e/a.mp4', 'e/b.mp4']);
  });
});

it('keeps the name by which the config calls the clip', () => {
  const text = TEXT.replace(
    '-0.5',
    '-0.5, "exclude": { "./e/a.mp4": "old" }, "baseline": { "e//b.mp4": { "minMargin": -1 } }',
  );
  const excluded = readConfig(applied(text, excludeEdits(text, 'e/*.mp4', 'e/a.mp4', 'new'))).rules![0]!;
  expect(excluded.exclude).toEqual({ 'e/a.mp4': 'new' });
  const finding = { rule: 'e/*.mp4', clip: 'e/b.mp4', judged: judged('minMargin', -2) };
  expect(readConfig(applied(text, baselineEdits(text, finding)!)).rules![0]!.baseline).toEqual({
    'e/b.mp4': { minMargin: -2 },
  });
});

/** A hundredth, or one of the numbers next to it. */
const hundredths = fc
  .tuple(fc.integer({ min: -5000, max: 5000 }), fc.constantFrom(-2, -1, 0, 1, 2))
  .map(([n, steps]) => (n / 100) * (1 + steps * 1.2e-16));

describe('a baseline', () => {
  it('takes the place of the limit for this clip alone', () => {
    const finding = { rule: 'e/*.mp4', clip: 'e/a.mp4', judged: judged('minMargin', -1.2345) };
    const rule = readConfig(applied(TEXT, baselineEdits(TEXT, finding)!)).rules![0]!;
    expect(rule).toMatchObject({ minMargin: -0.5, baseline: { 'e/a.mp4': { minMargin: -1.24 } } });
  });

  it('leaves what was accepted before', () => {
    const forbids = TEXT.replace('-0.5', '-0.5, "forbid": ["blur", "noise", "banding"]').replace('"blur", ', '');
    const first = { rule: 'e/*.mp4', clip: 'e/a.mp4', judged: judged('forbid', -2) };
    const once = applied(forbids, baselineEdits(forbids, first)!);
    const second = { ...first, judged: { ...judged('forbid', -2), attribute: 'banding' as const } };
    const rule = readConfig(applied(once, baselineEdits(once, second)!)).rules![0]!;
    expect(rule.baseline?.['e/a.mp4']).toEqual({ forbid: [] });
  });

  it('is not to be had of a rule that is gone, or a finding without a limit', () => {
    expect(baselineEdits(TEXT, { rule: 'x', clip: 'e/a.mp4', judged: judged('minMargin', 0) })).toBeNull();
    expect(baselineEdits(TEXT, { rule: 'e/*.mp4', clip: 'e/a.mp4', judged: null })).toBeNull();
  });

  it('lets exactly what was found pass, and hardly more', () => {
    fc.assert(
      fc.property(fc.oneof(fc.double({ min: -50, max: 50, noNaN: true }), hundredths), (found) => {
        const least = acceptedLimit(judged('minMargin', found), []) as number;
        expect(least).toBeLessThanOrEqual(found);
        expect(found - least).toBeLessThan(0.01 + 1e-9);
        const most = acceptedLimit(judged('maxFreezeSeconds', Math.abs(found)), []) as number;
        expect(most).toBeGreaterThanOrEqual(Math.abs(found));
        expect(most - Math.abs(found)).toBeLessThan(0.01 + 1e-9);
      }),
    );
  });
});

describe('a rule', () => {
  it('is added to an empty file, and to one with other rules', () => {
    const body = { maxDroppedFrames: 0, against: 'm/{name}.mov', minMargin: -1 };
    const text = withRule('', 'e/*.mp4', body);
    expect(text).toBe(
      '{\n  "rules": {\n    "e/*.mp4": {\n      "against": "m/{name}.mov",\n      "minMargin": -1,\n      "maxDroppedFrames": 0\n    }\n  }\n}\n',
    );
    const more = withRule(TEXT, 'r/*.mp4', { minScore: -1 });
    expect(readConfig(more).rules?.map(({ rule }) => rule)).toEqual(['e/*.mp4', 'r/*.mp4']);
    expect(more).toContain('/* end */');
  });

  it('that is there gets the new limits and keeps the rest', () => {
    const text = applied(TEXT, excludeEdits(TEXT, 'e/*.mp4', 'e/a.mp4', 'late'));
    const [rule] = readConfig(withRule(text, 'e/*.mp4', { minMargin: -2, maxFreezeSeconds: 1 })).rules!;
    expect(rule).toMatchObject({
      minMargin: -2,
      maxFreezeSeconds: 1,
      exclude: { 'e/a.mp4': 'late' },
      against: 'm/{name}.mov',
    });
  });
});
