// Rules and what was found -> what is told. Every number is compared with its limit; nothing that is not known passes.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Answers } from '../../../src/engine/references/gates/evidence.js';
import { judgeRules } from '../../../src/engine/references/gates/judge.js';
import type { PlannedGateClip, PlannedRule } from '../../../src/engine/references/gates/plan.js';
import { VersusqError, type Comparison, type GateLimits, type TimelineFacts } from '../../../src/protocol/index.js';
import { fakeComparison } from '../cli/fake-engine.js';

const clip = (name: string, limits: GateLimits, more: Partial<PlannedGateClip> = {}): PlannedGateClip => ({
  place: `e/${name}`,
  path: `/p/e/${name}`,
  excluded: null,
  trouble: null,
  reference: { place: 'm.mov', path: '/p/m.mov', state: 'there' },
  limits,
  accepted: new Set(),
  position: { line: 3, column: 5, length: 9 },
  ...more,
});
const rule = (clips: PlannedGateClip[], ranked = false): PlannedRule => ({
  rule: 'e/*',
  position: { line: 2, column: 5, length: 5 },
  clips,
  unmatched: [],
  ranked: ranked ? clips.map(({ path }) => path) : null,
});
const LINE: TimelineFacts = {
  covered: 1,
  freezeSeconds: 0,
  droppedFrames: 0,
  repeatedFrames: 0,
  cuts: 0,
  cadence: 'steady',
  flicker: 0,
  spatialInformation: 0,
  temporalInformation: 0,
  events: [],
};
function found(more: Partial<Comparison>, line: Partial<TimelineFacts> = {}, name = 'a.mp4'): Answers {
  const answers = new Answers();
  const comparison = { ...fakeComparison('/p/e/a.mp4', '/p/m.mov'), ...more };
  comparison.a = { ...comparison.a, timeline: { ...LINE, ...line } };
  answers.tellPair({ a: `/p/e/${name}`, b: '/p/m.mov' }, comparison);
  return answers;
}
const messages = (rules: PlannedRule[], answers: Answers) =>
  judgeRules(rules, answers).violations.map((v) => v.message);

describe('a margin', () => {
  const judge = (margin: number, interval95: [number, number], limit: number) =>
    judgeRules([rule([clip('a.mp4', { minMargin: limit })])], found({ margin, interval95 }));

  it('below the limit fails, whatever its interval says, and tells whether that is sure', () => {
    const sure = judge(-2.6, [-3.2, -2], -0.5);
    expect(sure.state).toBe('failed');
    expect(sure.violations[0]?.message).toBe(
      'e/a.mp4 looks clearly worse than m.mov: margin -2.6 (-3.2 to -2.0), at least -0.5 is asked.',
    );
    const unsure = judge(-0.6, [-1.2, 0], -0.5);
    expect(unsure.violations[0]?.message).toMatch(/noticeably|slightly/);
    expect(unsure.violations[0]?.message).toMatch(/^e\/a\.mp4 may look slightly worse than m\.mov: /);
    expect(judge(-0.3, [-5, 4.4], 0).violations[0]?.message).toMatch(
      /^e\/a\.mp4 shows no clear difference from m\.mov: /,
    );
    expect(unsure.violations[0]?.message).toMatch(/Not sure: the interval holds the limit\.$/);
    expect(unsure.violations[0]?.judged).toMatchObject({ sure: false, passed: false });
  });

  it('at the limit passes, and says so when that is not sure', () => {
    expect(judge(-0.5, [-1, 0], -0.5)).toMatchObject({ state: 'passed', violations: [] });
    expect(judge(-0.5, [-1, 0], -0.5).rules[0]?.worst[0]?.judged.sure).toBe(false);
    expect(judge(1, [0.2, 1.8], -0.5).rules[0]?.worst[0]?.judged.sure).toBe(true);
  });

  it('just beyond the limit is told with as many digits as show it', () => {
    expect(judge(-0.504, [-1, 0], -0.5).violations[0]?.message).toContain('margin -0.504 ');
    expect(judge(0.1, [-1, 1], 0.25).violations[0]?.message).toContain('margin +0.10 (-1.0 to +1.0), at least +0.25');
  });

  it('is judged as the number it is, for every number', () => {
    const number = fc.double({ min: -20, max: 20, noNaN: true });
    fc.assert(
      fc.property(number, number, fc.double({ min: 0, max: 5, noNaN: true }), (margin, limit, reach) => {
        const { state, violations } = judge(margin, [margin - reach, margin + reach], limit);
        expect(state).toBe(margin < limit ? 'failed' : 'passed');
        const [told, asked] = /margin (\S+) .* least (\S+) is/.exec(violations[0]?.message ?? '')?.slice(1) ?? [
          '',
          '-',
        ];
        expect(told).not.toBe(asked);
      }),
    );
  });
});

describe('what is forbidden', () => {
  const attributes = [{ attribute: 'blockiness' as const, margin: -1.4 }];
  it('fails where the clip is visibly worse, with time and place as the model told them', () => {
    const [message] = messages(
      [rule([clip('a.mp4', { forbid: ['blockiness'] })])],
      found({ attributes, claims: [{ ...fakeComparison('/1.mp4', '/9.mp4').claims[0]!, supported: true }] }),
    );
    expect(message).toBe(
      'e/a.mp4 has worse blockiness than m.mov: -1.4 (0:02.0-0:03.5, lower left), and blockiness is forbidden.',
    );
  });

  it('passes where the reference is the worse one, or nothing is to be seen', () => {
    for (const margin of [-0.49, 3]) {
      const answers = found({ attributes: [{ attribute: 'blockiness', margin }] });
      expect(messages([rule([clip('a.mp4', { forbid: ['blockiness'] })])], answers)).toEqual([]);
    }
  });

  it('does not pass where the model says nothing of attributes', () => {
    const [message] = messages([rule([clip('a.mp4', { forbid: ['blockiness'] })])], found({ attributes: [] }));
    expect(message).toContain("a.mp4 can't be judged: the model gives no margins by attribute");
    expect(messages([rule([clip('a.mp4', { minMargin: -9 })])], found({ attributes: [] }))).toEqual([]);
  });
});

describe('freezes and drops', () => {
  const limits = { maxFreezeSeconds: 0.2, maxDroppedFrames: 2 };
  it('fail above the limit', () => {
    const line = {
      freezeSeconds: 0.24,
      droppedFrames: 3,
      events: [{ kind: 'freeze' as const, time: [62, 62.24] as [number, number], frames: 6 }],
    };
    expect(messages([rule([clip('a.mp4', limits)])], found({}, line))).toEqual([
      'e/a.mp4 freezes for 0.24 s (from 1:02.0), at most 0.2 s is allowed.',
      'e/a.mp4 misses 3 frames, at most 2 allowed.',
    ]);
  });

  it('at the limit pass, but are not sure where only a part was looked at', () => {
    const { state, rules } = judgeRules(
      [rule([clip('a.mp4', limits)])],
      found({}, { freezeSeconds: 0.2, droppedFrames: 2, covered: 0.4 }),
    );
    expect(state).toBe('passed');
    expect(rules[0]?.clips[0]?.limits.map(({ sure }) => sure)).toEqual([false, false]);
  });
});

describe('a rule', () => {
  it('that matches nothing, or only what is excluded, fails', () => {
    const { state, violations } = judgeRules(
      [rule([]), rule([clip('a.mp4', { minMargin: 0 }, { excluded: 'old' })])],
      new Answers(),
    );
    expect(state).toBe('failed');
    expect(violations.map(({ kind, clip, message }) => [kind, clip, message.split('.')[0]])).toEqual([
      ['noClips', null, 'No video matches "e/*"'],
      ['noClips', null, 'Every clip that "e/*" matches is excluded (1): the rule judges nothing'],
    ]);
  });

  it('is judged on its worst clip', () => {
    const answers = found({ margin: -0.2, interval95: [-0.3, -0.1] });
    const bad = fakeComparison('/p/e/b.mp4', '/p/m.mov');
    answers.tellPair({ a: '/p/e/b.mp4', b: '/p/m.mov' }, { ...bad, margin: -0.9, a: { ...bad.a, timeline: LINE } });
    const { rules } = judgeRules(
      [rule([clip('a.mp4', { minMargin: -0.5 }), clip('b.mp4', { minMargin: -0.5 })])],
      answers,
    );
    expect(rules[0]).toMatchObject({ state: 'failed', worst: [{ clip: 'e/b.mp4', judged: { found: -0.9 } }] });
    expect(rules[0]?.clips.map((c) => c.state)).toEqual(['passed', 'failed']);
  });

  it('fails with a clip that has no reference', () => {
    const lost = { place: 'm.mov', path: '/p/m.mov', state: 'missing' as const };
    const [message] = messages([rule([clip('a.mp4', { minMargin: 0 }, { reference: lost })])], new Answers());
    expect(message).toBe('e/a.mp4 has no reference: there is no file m.mov. Put it there, or correct "against".');
  });

  it('fails with a clip that can not be read, and tells that once', () => {
    const answers = new Answers();
    const error = new VersusqError('media/truncated', '/p/e/a.mp4 ends early.', { path: '/p/e/a.mp4' }).toData();
    answers.tellPair({ a: '/p/e/a.mp4', b: '/p/m.mov' }, { error });
    const limits = { minMargin: 0, maxDroppedFrames: 1 };
    const { state, violations } = judgeRules([rule([clip('a.mp4', limits)])], answers);
    expect([state, violations.length, violations[0]?.kind]).toEqual(['failed', 1, 'unreadable']);
    expect(violations[0]?.message).toBe("e/a.mp4 can't be judged: /p/e/a.mp4 ends early.");
  });

  it('is unknown, never passed, with a clip that is not analysed', () => {
    const { state, violations, notAnalysed } = judgeRules([rule([clip('a.mp4', { minMargin: 0 })])], new Answers());
    expect([state, violations]).toEqual(['unknown', []]);
    expect(notAnalysed[0]).toMatchObject({ clip: 'e/a.mp4', kind: 'notAnalysed', position: { line: 3 } });
  });

  it('tells scores, and fails where one clip has nothing to be ranked with', () => {
    const clips = [clip('a.mp4', { minScore: -1 }), clip('b.mp4', { minScore: -1 })];
    const answers = new Answers();
    const set = clips.map(({ path }) => path);
    for (const [k, path] of set.entries()) {
      answers.tellTimeline(path, LINE);
      answers.tellScore(set, path, { value: { score: k === 0 ? -1.44 : 1.44, interval95: [-2, -0.9] } });
    }
    expect(messages([rule(clips, true)], answers)).toEqual([
      'e/a.mp4 has score -1.4 (-2.0 to -0.9) among 2 clips, at least -1.0 is asked. Not sure: the interval holds the limit.',
    ]);
    answers.tellTimeline(set[0]!, LINE);
    expect(messages([rule(clips.slice(0, 1))], answers)[0]).toMatch(/one clip only/);
  });
});
