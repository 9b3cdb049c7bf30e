// What a `.versusq.json` may say, and where it is wrong.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readConfig } from '../../../src/engine/references/gates/config.js';

const problems = (text: string) =>
  readConfig(text).problems.map(({ message, position: { line, column, length } }) => [line, column, length, message]);
/** A config with one rule, each part of it on its own line. */
const withRule = (...lines: string[]) => `{\n  "rules": {\n    "e/*.mp4": {\n${lines.join('\n')}\n    }\n  }\n}`;

describe('a config', () => {
  it('may have comments and trailing commas, and tells where its rules and clips are named', () => {
    const { rules } = readConfig(
      `{ // gates\n  "rules": {\r\n    /* all */ "e/*.mp4": { "maxDroppedFrames": 0, "exclude": {\n "e/a.mp4": "old", }, },\n  },\n}`,
    );
    expect(rules).toHaveLength(1);
    expect(rules![0]).toMatchObject({ rule: 'e/*.mp4', maxDroppedFrames: 0, exclude: { 'e/a.mp4': 'old' } });
    expect(rules![0]!.position).toEqual({ line: 3, column: 15, length: 9 });
    expect(rules![0]!.named).toEqual([
      { list: 'exclude', clip: 'e/a.mp4', written: 'e/a.mp4', position: { line: 4, column: 2, length: 9 } },
    ]);
  });

  it('names clips as they are called, however it writes them', () => {
    const { rules } = readConfig(
      withRule('"minScore": 1, "exclude": { "./e/a.mp4": "old" },', '"baseline": { "e//b.mp4": { "minScore": 0 } }'),
    );
    expect(rules![0]).toMatchObject({ exclude: { 'e/a.mp4': 'old' }, baseline: { 'e/b.mp4': { minScore: 0 } } });
    expect(rules![0]!.named.map(({ list, clip, written, position }) => [list, clip, written, position.line])).toEqual([
      ['exclude', 'e/a.mp4', './e/a.mp4', 4],
      ['baseline', 'e/b.mp4', 'e//b.mp4', 5],
    ]);
  });

  it('keeps a rule whose pattern is the name of a property of every object', () => {
    const { rules } = readConfig('{"rules":{"__proto__":{"maxFreezeSeconds":1},"constructor":{"maxFreezeSeconds":2}}}');
    expect(rules?.map(({ rule, maxFreezeSeconds }) => [rule, maxFreezeSeconds])).toEqual([
      ['__proto__', 1],
      ['constructor', 2],
    ]);
  });

  it.each([
    ['no file', '', 1, 1, /empty/],
    ['no JSON', '{ "rules": { "a" 1 } }', 1, 18, /Colon expected/],
    ['no rules', '{}', 1, 1, /no "rules"/],
    ['an empty list', '{\n "rules": {}}', 2, 2, /no rule/],
    ['an unknown key', withRule('"maxMargin": 1, "maxFreezeSeconds": 1'), 4, 1, /"maxMargin" is not known.*minMargin/],
    ['a text for a number', withRule('"minScore": "high"'), 4, 1, /"minScore" must be a number/],
    ['half a frame', withRule('"maxDroppedFrames": 0.5'), 4, 1, /must be a whole number/],
    ['a limit below 0', withRule('"maxFreezeSeconds": -1'), 4, 1, /below 0/],
    [
      'an unknown attribute',
      withRule('"against": "m/{name}.mov",', '"forbid": ["noise",', '"beauty"]'),
      6,
      1,
      /beauty.*sharpness/,
    ],
    [
      'an exclusion without a reason',
      withRule('"maxFreezeSeconds": 1, "exclude": {', '"e/a.mp4": " "}'),
      5,
      1,
      /Say why/,
    ],
    ['a margin without a reference', withRule('"minMargin": -0.5'), 4, 1, /minMargin needs a reference/],
    [
      'a baseline below a limit that the rule has not',
      withRule('"minScore": 1, "baseline": {"e/a.mp4": {', '"maxFreezeSeconds": 1}}'),
      5,
      1,
      /no maxFreezeSeconds/,
    ],
    ['no limit', withRule('"against": "m/{name}.mov"'), 3, 5, /no limit/],
    ['a list of nothing as its only limit', withRule('"against": "m/{name}.mov", "forbid": []'), 3, 5, /no limit/],
    [
      'an exclusion elsewhere',
      withRule('"maxFreezeSeconds": 1, "exclude": {', '"e/../../a": "x"}'),
      5,
      1,
      /out of the/,
    ],
    [
      'an absolute baseline',
      withRule('"minScore": 1, "baseline": {', '"/e/a.mp4": {"minScore": 0}}'),
      5,
      1,
      /relative/,
    ],
    ['a clip under two names', withRule('"minScore": 1, "exclude": {"e/a": "x",', '"./e//a": "y"}'), 5, 1, /already/],
    ['an unknown placeholder', withRule('"minMargin": 0,', '"against": "m/{nmae}.mov"'), 5, 1, /\{nmae\}.*\{name\}/],
    ['a lone brace', withRule('"minMargin": 0,', '"against": "m/{name.mov"'), 5, 1, /brace/],
    ['a reference elsewhere', withRule('"minMargin": 0,', '"against": "x/../../m.mov"'), 5, 1, /out of the folder/],
    ['an absolute reference', withRule('"minMargin": 0,', '"against": "/etc/m.mov"'), 5, 1, /relative/],
    ['an address', withRule('"minMargin": 0,', '"against": "https://x/m.mov"'), 5, 1, /relative/],
    ['clips elsewhere', '{"rules": {\n"../*.mp4": {"minScore": 0}}}', 2, 1, /out of the folder/],
    ['a pattern with a line break', '{"rules":{"a\\nb":null}}', 1, 11, /no clips/],
    ['a key that stands twice', '{"rules":{"a":{"minScore":0},\n"a":{"minScore":9}}}', 1, 11, /twice/],
  ])('is refused with %s, at its place', (_, text, line, column, message) => {
    const [first] = problems(text);
    expect(first?.slice(0, 2)).toEqual([line, column]);
    expect(first?.[3]).toMatch(message);
    expect(readConfig(text).rules).toBeNull();
  });

  it('is told all of its errors at once', () => {
    expect(problems(withRule('"minScore": true,', '"forbit": []'))).toHaveLength(2);
  });

  it('is refused and not crashed by depth and size', () => {
    expect(problems('['.repeat(200_000))[0]?.[3]).toMatch(/deep|expected/);
    expect(problems('x'.repeat(2 ** 20 + 1))[0]?.[3]).toMatch(/too large/);
  });

  it('is either rules or problems that lie in the text, whatever the text is', () => {
    const json = fc.json({ maxDepth: 4 });
    const near = fc
      .record({ rules: fc.dictionary(fc.string(), fc.jsonValue({ maxDepth: 3 })) })
      .map((value) => JSON.stringify(value, null, 1));
    fc.assert(
      fc.property(fc.oneof(fc.string(), json, near), (text) => {
        const { rules, problems } = readConfig(text);
        expect(rules === null).toBe(problems.length > 0);
        const lines = text.split(/\r\n|\n|\r/);
        for (const { position } of problems) {
          expect(position.line).toBeLessThanOrEqual(lines.length);
          expect(position.column).toBeLessThanOrEqual(lines[position.line - 1]!.length + 1);
        }
      }),
      { numRuns: 300 },
    );
  });
});
