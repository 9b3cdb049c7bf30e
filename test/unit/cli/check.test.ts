// `versusq check` and `versusq calibrate`: which rules are read, what is printed and written, and the exit codes.
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { Value } from '@sinclair/typebox/value';
import { beforeEach, describe, expect, it } from 'vitest';
import { errorAnnotation } from '../../../src/cli/gates/annotations.js';
import { junitXml } from '../../../src/cli/gates/junit.js';
import { GateCheck } from '../../../src/protocol/index.js';
import { readConfig } from '../../../src/engine/references/gates/config.js';
import { run, scratch } from './fake-engine.js';

let cwd: string;
function files(...names: string[]): void {
  for (const name of names) {
    mkdirSync(join(cwd, dirname(name)), { recursive: true });
    writeFileSync(join(cwd, name), '');
  }
}
const config = (text: string): void => writeFileSync(join(cwd, '.versusq.json'), text);
const GOOD = '{ "rules": { "e/*.mp4": { "against": "m/{stem}_50.mov", "minMargin": -0.5 } } }';
/** One rule that fails in one clip, one that excludes, one that matches nothing. */
const MIXED = `{
  "rules": {
    "e/*.mp4": {
      "against": "m/{stem}_50.mov", "minMargin": -0.5, "maxDroppedFrames": 0,
      "baseline": { "e/shot_20.mp4": { "minMargin": -4 } },
      "exclude": { "e/old_10.mp4": "made by \\"hand\\" <1999>" }
    },
    "x/*.mp4": { "maxFreezeSeconds": 1 }
  }
}`;
beforeEach(() => {
  cwd = scratch();
});

describe('check', () => {
  it('passes with 0 where every clip is within its limits, and finds the rules in a folder above', async () => {
    files('e/shot_49.mp4', 'm/shot_50.mov');
    config(GOOD);
    const { code, out, engine } = await run(['check'], { cwd: join(cwd, 'e') });
    expect(code).toBe(0);
    expect(out).toMatch(/^passed {2}e\/\*\.mp4 {2}1 clip[^]*minMargin {2}e\/shot_49\.mp4 {2}-0\.1 .* at least -0\.5/);
    expect(out).toMatch(/1 rule: passed\.\n$/);
    expect(engine?.disposed).toBe(true);
  });

  it('fails with 1, and tells each finding with the line that names clip or rule', async () => {
    files('e/shot_20.mp4', 'e/bad_30.mp4', 'e/old_10.mp4', 'm/shot_50.mov', 'm/bad_50.mov');
    config(MIXED);
    const { code, out } = await run(['check'], { cwd });
    expect(code).toBe(1);
    expect(out).toMatch(/failed {2}e\/\*\.mp4 {2}2 clips, 1 fails, .*1 excluded/);
    expect(out).toMatch(
      /\.versusq\.json:3:5\n {2}e\/bad_30\.mp4 looks clearly worse than m\/bad_50\.mov: margin -2\.0/,
    );
    expect(out).toMatch(/\.versusq\.json:8:5\n {2}No video matches "x\/\*\.mp4"/);
    expect(out).not.toMatch(/shot_20\.mp4 looks/);
    expect(out).toContain('2 of 2 rules failed.');
  });

  it('prints JSON that validates, one line, with the place of a clip that the config names', async () => {
    files('e/shot_05.mp4', 'm/shot_50.mov');
    config(MIXED.replaceAll('shot_20', 'shot_05'));
    const { out } = await run(['check', '--json'], { cwd });
    const check = JSON.parse(out) as GateCheck;
    expect([...Value.Errors(GateCheck, check)]).toEqual([]);
    expect(check.violations[0]).toMatchObject({ clip: 'e/shot_05.mp4', position: { line: 5, column: 21, length: 15 } });
    expect(check.violations[0]?.judged).toMatchObject({ accepted: true, limit: -4, found: -4.5 });
  });

  it.each([
    ['wrong JSON', '{ "rules": ', /\.versusq\.json:1:\d+: /],
    ['a wrong rule', GOOD.replace('minMargin', 'minMargn'), /\.versusq\.json:1:\d+: "minMargn" is not known/],
  ])('refuses %s with 2 and computes nothing', async (_, text, message) => {
    config(text);
    const { code, err, engine } = await run(['check'], { cwd });
    expect([code, engine]).toEqual([2, undefined]);
    expect(err).toMatch(message);
  });

  it('tells all lines that are wrong, also as annotations', async () => {
    config('{"rules": {"a": {"minScore": "x"},\n"b": {"forbit": 1}}}');
    const { out, err } = await run(['check', '--github'], { cwd, env: { GITHUB_WORKSPACE: dirname(cwd) } });
    expect(err.match(/^versusq: /gm)).toHaveLength(2);
    expect(out).toMatch(/^::error file=[^/,]+\/\.versusq\.json,line=1,.*\n::error file=.*line=2,/);
  });

  it('without rules is wrong usage, and says how to get some', async () => {
    const { code, err } = await run(['check', '--config', 'none.json'], { cwd });
    expect([code, err]).toEqual([2, expect.stringContaining('There is no file')]);
    expect((await run(['check', '--junit', 'no/such/folder.xml'], { cwd })).code).toBe(2);
  });

  it('without ffmpeg is a matter of the environment', async () => {
    files('e/noffmpeg_1.mp4', 'm/noffmpeg_50.mov');
    config(GOOD);
    const { code } = await run(['check'], { cwd });
    expect(code).toBe(3);
  });

  it('writes JUnit XML and SARIF with the same words, and annotations', async () => {
    files(
      'e/shot_20.mp4',
      'e/bad_30.mp4',
      'e/missing_1.mp4',
      'e/old_10.mp4',
      'm/shot_50.mov',
      'm/bad_50.mov',
      'm/missing_50.mov',
    );
    config(MIXED);
    const { out } = await run(['check', '--json', '--junit', 'g.xml', '--sarif', 'g.sarif'], { cwd });
    const { violations } = JSON.parse(out) as GateCheck;
    expect(violations.map(({ kind }) => kind)).toEqual(['minMargin', 'unreadable', 'noClips']);

    const xml = readFileSync(join(cwd, 'g.xml'), 'utf8');
    expect(xml).toContain('<testsuites name="VersusQ quality gates" tests="5" failures="2" errors="1" skipped="1">');
    expect(xml).toContain('<skipped message="made by &quot;hand&quot; &lt;1999&gt;"/>');
    for (const { message } of violations)
      expect(xml).toContain(`>${message.replaceAll('"', '&quot;').replaceAll("'", '&apos;')}<`);

    const sarif = JSON.parse(readFileSync(join(cwd, 'g.sarif'), 'utf8')) as Sarif;
    expect(sarif).toMatchObject({ version: '2.1.0', runs: [{ tool: { driver: { name: 'VersusQ' } } }] });
    const { results, tool, columnKind } = sarif.runs[0]!;
    expect(columnKind).toBe('utf16CodeUnits');
    expect(results.map(({ message }) => message.text)).toEqual(violations.map(({ message }) => message));
    for (const { ruleId, ruleIndex, locations } of results) {
      expect(tool.driver.rules[ruleIndex]?.id).toBe(ruleId);
      const { artifactLocation, region } = locations[0]!.physicalLocation;
      expect(artifactLocation.uri).toBe('.versusq.json');
      expect(region.startLine).toBeGreaterThan(0);
      expect(region.endColumn! - region.startColumn!).toBeGreaterThan(0);
    }
    const prints = results.map(({ partialFingerprints }) => Object.values(partialFingerprints)[0]);
    expect(new Set(prints).size).toBe(prints.length);

    const { out: told } = await run(['check', '--github'], { cwd });
    expect(told.match(/^::error .*$/gm)).toHaveLength(3);
  });
});

it('has a fingerprint and a place of its own for each name that leads to no clip', async () => {
  files('e/a_49.mp4');
  config('{ "rules": { "e/*.mp4": { "maxDroppedFrames": 0, "exclude": { "e/x.mp4": "old",\n"e/y.mp4": "old" } } } }');
  expect((await run(['check', '--junit', 'g.xml', '--sarif', 'g.sarif'], { cwd })).code).toBe(1);
  const { results } = (JSON.parse(readFileSync(join(cwd, 'g.sarif'), 'utf8')) as Sarif).runs[0]!;
  expect(results.map(({ locations }) => locations[0]!.physicalLocation.region.startLine)).toEqual([1, 2]);
  expect(new Set(results.map(({ partialFingerprints }) => Object.values(partialFingerprints)[0])).size).toBe(2);
  expect(readFileSync(join(cwd, 'g.xml'), 'utf8')).toContain('tests="2" failures="1"');
});

describe('names that would be commands of GitHub Actions', () => {
  const CLIP = 'a\n::error::pwn ::warning::too_1.mp4';
  const lines = async (args: string[], env: Record<string, string>): Promise<string[]> => {
    files(`e/${CLIP}`, 'm/a_50.mov');
    config('{ "rules": { "e/*.mp4": { "against": "m/a_50.mov", "minMargin": -0.5 } } }');
    return (await run(['check', ...args], { cwd, env })).out.split('\n');
  };

  it('stay on the line of their sentence', async () => {
    const out = await lines([], {});
    expect(out.filter((line) => line.trimStart().startsWith('::error'))).toEqual([]);
    expect(out.join(' ')).toContain('e/a\\n::error::pwn');
  });

  it.each([
    ['with --github', ['--github'], {}],
    ['on a runner', [], { GITHUB_ACTIONS: 'true' }],
  ])('are not looked at %s: the text lies between a token that changes', async (_, args, env) => {
    const [first, second] = [await lines(args, env), await lines(args, env)];
    const token = /^::stop-commands::([\w-]{20,})$/.exec(first[0]!)?.[1];
    const end = first.indexOf(`::${token}::`);
    expect(end).toBeGreaterThan(3);
    expect(first.slice(end + 1).filter((line) => !line.startsWith('::error file=.versusq.json,'))).toEqual(['']);
    expect(second[0]).not.toBe(first[0]);
  });

  it('leave JSON as it is', async () => {
    expect(await lines(['--json'], { GITHUB_ACTIONS: 'true' })).toEqual([expect.stringMatching(/^\{.*\}$/), '']);
  });
});

interface Sarif {
  runs: {
    columnKind: string;
    tool: { driver: { rules: { id: string }[] } };
    results: {
      ruleId: string;
      ruleIndex: number;
      message: { text: string };
      partialFingerprints: Record<string, string>;
      locations: { physicalLocation: { artifactLocation: { uri: string }; region: Record<string, number> } }[];
    }[];
  }[];
}

describe('what reports can not carry', () => {
  it('is escaped in annotations: line breaks, commas, colons, percent signs', () => {
    const line = errorAnnotation('a,b:c.json', { line: 2, column: 3, length: 0 }, 'x%', '50 %\r\n::error::no');
    expect(line).toBe(
      '::error file=a%2Cb%3Ac.json,line=2,endLine=2,col=3,endColumn=4,title=x%25::50 %25%0D%0A::error::no\n',
    );
  });

  it('is replaced in XML: control characters and halves of surrogate pairs', () => {
    const check: GateCheck = {
      schema: 'versusq.check/1',
      config: '/c',
      state: 'failed',
      storedOnly: false,
      rules: [
        {
          rule: 'a\u0001\ud800\u{1f600}',
          state: 'failed',
          position: { line: 1, column: 1, length: 1 },
          clips: [],
          worst: [],
        },
      ],
      violations: [],
      notAnalysed: [],
      versusq: '1',
      finished: '2026-11-21T12:00:00.000Z',
    };
    expect(junitXml(check, 'x\n')).toContain('<testsuite name="a\ufffd\ufffd\u{1f600}"');
  });
});

describe('calibrate', () => {
  it('proposes limits that the good clips pass with some room, as a config that is right', async () => {
    files('good/a_48.mp4', 'good/b_46.mp4', 'm/a_50.mov', 'm/b_50.mov');
    const { code, out } = await run(['calibrate', 'good', '--against', 'm/{stem}_50.mov'], { cwd });
    expect(code).toBe(0);
    const [rule] = readConfig(out).rules!;
    // Seen: -0.2 and -0.4; the spread of 0.14 is below the least room of 0.25.
    expect(rule).toMatchObject({ rule: 'good/*.mp4', minMargin: -0.7, maxFreezeSeconds: 0.1, maxDroppedFrames: 0 });
    expect(existsSync(join(cwd, '.versusq.json'))).toBe(false);
    config(out);
    expect((await run(['check'], { cwd })).code).toBe(0);
  });

  it('ranks the clips among themselves where there is no reference', async () => {
    files('a_10.mp4', 'b_20.mkv', 'c_30.mp4');
    const { out } = await run(['calibrate', '.'], { cwd });
    expect(readConfig(out).rules![0]).toMatchObject({ rule: '*.{mkv,mp4}', minScore: -2 });
  });

  it.each(['we{x,y}', 'a{b', 'c[d]e', '*', 'what?', 'tilde\\n', '!not', '#hash', '{1..3}', '(p|q)', '.hidden', '$x'])(
    'writes a rule that matches the clips of a folder called %s',
    async (name) => {
      files(`${name}/a_10.mp4`, `${name}/b_20.MOV`);
      const { code, out, err } = await run(['calibrate', name], { cwd });
      expect([code, err]).toEqual([0, expect.not.stringMatching(/versusq:/)]);
      config(out);
      const check = JSON.parse((await run(['check', '--json'], { cwd })).out) as GateCheck;
      expect(check.rules[0]?.clips.map(({ path, state }) => [path, state])).toEqual([
        [`${name}/a_10.mp4`, 'passed'],
        [`${name}/b_20.MOV`, 'passed'],
      ]);
    },
  );

  it('writes into a file that is there, and keeps the rest of it', async () => {
    files('good/a_48.mp4', 'm/a_50.mov');
    config('{\n  // mine\n  "rules": { "e/*.mp4": { "maxDroppedFrames": 0 } }\n}\n');
    const flags = ['--against', 'm/{stem}_50.mov', '--write', '.versusq.json'];
    const { code, out } = await run(['calibrate', 'good', ...flags], { cwd });
    expect([code, out]).toEqual([
      0,
      expect.stringMatching(/minMargin {2,}-0\.5 {2}worst of 1: -0\.2[^]*Written: \.versusq\.json/),
    ]);
    const text = readFileSync(join(cwd, '.versusq.json'), 'utf8');
    expect(text).toContain('// mine');
    expect(readConfig(text).rules?.map(({ rule }) => rule)).toEqual(['e/*.mp4', 'good/*.mp4']);
  });

  it('leaves out a clip that fails, says so, and ends with 1', async () => {
    files('good/a_48.mp4', 'good/missing_1.mp4', 'm/a_50.mov', 'm/missing_50.mov');
    const { code, out, err } = await run(['calibrate', 'good', '--against', 'm/{stem}_50.mov'], { cwd });
    expect([code, err]).toEqual([1, expect.stringContaining('missing_1.mp4 does not exist')]);
    expect(readConfig(out).rules).toHaveLength(1);
  });

  it.each([
    ['an empty folder', ['calibrate', 'empty'], /no video file/],
    ['a folder elsewhere', ['calibrate', '..'], /is not below/],
    ['a clip that is its own reference', ['calibrate', 'good', '--against', 'good/{name}.mp4'], /a_1\.mp4 is its own/],
    [
      'clips without any reference',
      ['calibrate', 'good', '--against', 'm/{name}.mov'],
      /No clip has a reference: .*m\/a_1/,
    ],
    ['a reference that makes no sense', ['calibrate', 'good', '--against', '{nmae}.mov'], /\{nmae\} is not known/],
  ])('refuses %s with 2', async (_, args, message) => {
    files('good/a_1.mp4');
    mkdirSync(join(cwd, 'empty'));
    const { code, err, engine } = await run(args, { cwd });
    expect([code, engine]).toEqual([2, undefined]);
    expect(err).toMatch(message);
  });
});
