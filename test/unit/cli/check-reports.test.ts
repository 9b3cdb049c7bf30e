// What machines read of `versusq check`: also where nothing could be judged, and with names as the repository has them.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { Value } from '@sinclair/typebox/value';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { ErrorData, VersusqError } from '../../../src/protocol/index.js';
import { FakeEngine, run, scratch } from './fake-engine.js';

const GOOD = '{ "rules": { "e/*.mp4": { "maxDroppedFrames": 0 } } }';
let cwd: string;
beforeEach(() => {
  cwd = scratch();
  file('e/a_1.mp4');
});
afterEach(() => vi.restoreAllMocks());
function file(name: string, text = ''): void {
  mkdirSync(join(cwd, dirname(name)), { recursive: true });
  writeFileSync(join(cwd, name), text);
}
const read = (name: string): string => readFileSync(join(cwd, name), 'utf8');
interface Sarif {
  runs: {
    invocations: { executionSuccessful: boolean; toolExecutionNotifications: Notification[] }[];
    results: { locations: { physicalLocation: { artifactLocation: { uri: string } } }[] }[];
  }[];
}
interface Notification {
  message: { text: string };
  descriptor: { id: string };
  locations: { physicalLocation: { region: { startLine: number } } }[];
}
const sarif = () => (JSON.parse(read('g.sarif')) as Sarif).runs[0]!;

describe('where nothing can be judged', () => {
  const ALL = ['check', '--json', '--junit', 'g.xml', '--sarif', 'g.sarif'];
  const broken = (): void => {
    vi.spyOn(FakeEngine.prototype, 'check').mockRejectedValue(
      new VersusqError('ffmpeg/not-found', 'No ffmpeg. Name it in the setting versusq.ffmpegPath.'),
    );
    file('.versusq.json', GOOD);
  };
  it.each([
    ['there are no rules', () => undefined, 2, 'usage', /^There is no \.versusq\.json in /, 1],
    [
      'the rules are wrong',
      () => file('.versusq.json', '{"rules": {\n"a": {"minScore": "x"}}}'),
      2,
      'usage',
      /must be a number/,
      2,
    ],
    ['the environment lacks something', broken, 3, 'ffmpeg/not-found', /^No ffmpeg\. Name it with --ffmpeg/, 1],
  ])('because %s, every report says so in the place of an earlier one', async (_, prepare, exit, id, words, line) => {
    for (const name of ['g.xml', 'g.sarif']) file(name, 'an earlier check: all passed');
    prepare();
    const { code, out, err } = await run(ALL, { cwd });
    expect(code).toBe(exit);
    expect(err).toMatch(/^versusq: /);
    const { error } = JSON.parse(out) as { error: ErrorData };
    expect([Value.Check(ErrorData, error), error.code]).toEqual([true, id]);
    expect(out).toMatch(/^\{.*\}\n$/);
    expect(read('g.xml')).toMatch(
      new RegExp(
        `<testsuites [^>]*tests="1" failures="0" errors="1" [^]*<testcase name="\\(config\\)"[^]*<error [^>]*type="${id}"`,
      ),
    );
    const { invocations, results } = sarif();
    expect([results, invocations[0]!.executionSuccessful]).toEqual([[], false]);
    const [{ message, descriptor, locations }] = invocations[0]!.toolExecutionNotifications as [Notification];
    expect(message.text).toMatch(words);
    expect([descriptor.id, locations[0]!.physicalLocation.region.startLine]).toEqual([id, line]);
  });

  it('and a file can not be written either, it is left alone, and JSON says why', async () => {
    file('.versusq.json', GOOD);
    const { code, out } = await run(['check', '--json', '--junit', 'e/a_1.mp4'], { cwd });
    expect([code, JSON.parse(out)]).toEqual([2, { error: expect.objectContaining({ code: 'usage' }) as unknown }]);
    expect(read('e/a_1.mp4')).toBe('');
  });

  it('because it was cancelled, nothing is told', async () => {
    file('.versusq.json', GOOD);
    vi.spyOn(FakeEngine.prototype, 'check').mockRejectedValue(new VersusqError('cancelled', 'Cancelled.'));
    expect(await run(ALL, { cwd })).toMatchObject({ code: 130, out: '' });
  });
});

it('is not written over a clip that only the rules name', async () => {
  file('.versusq.json', '{ "rules": { "odd.raw": { "against": "{name}.ref", "minMargin": -1 } } }');
  for (const name of ['odd.raw', 'odd.ref']) {
    file('odd.raw');
    file('odd.ref');
    const { code, err } = await run(['check', '--junit', name], { cwd });
    expect([code, err]).toEqual([2, expect.stringMatching(/--junit names .*odd\.r.., which this command reads/)]);
    expect(read(name)).toBe('');
  }
});

describe('the config in reports', () => {
  const uris = async (env: Record<string, string>): Promise<unknown[]> => {
    file('gates/.versusq.json', GOOD.replace('e/*', 'none/*'));
    const flags = ['--junit', '../g.xml', '--sarif', '../g.sarif'];
    await run(['check', ...flags], { cwd: join(cwd, 'gates'), env });
    return [
      sarif().results[0]?.locations[0]?.physicalLocation.artifactLocation.uri,
      / file="([^"]*)"/.exec(read('g.xml'))?.[1],
    ];
  };
  it.each([
    [
      'the checkout of the runner',
      () => ({ GITHUB_WORKSPACE: dirname(cwd) }),
      () => `${cwd.split('/').at(-1)}/gates/.versusq.json`,
    ],
    ['the nearest folder with a repository', () => (file('.git', 'gitdir: x'), {}), () => 'gates/.versusq.json'],
    ['the working directory, where there is none', () => ({}), () => '.versusq.json'],
  ])('is named from %s', async (_, env, name) => {
    expect(await uris(env() as Record<string, string>)).toEqual([name(), name()]);
  });
});

describe('the summary of a step', () => {
  const summary = async (args: string[]): Promise<string> => {
    file('summary.md', 'of another command\n');
    await run(['check', ...args], { cwd, env: { GITHUB_STEP_SUMMARY: join(cwd, 'summary.md') } });
    return read('summary.md');
  };

  it('has a row for each finding, with names as text, after what stands there', async () => {
    file('e/<b>|x_frozen.mp4');
    file('.versusq.json', GOOD);
    expect(await summary(['--github'])).toBe(
      [
        'of another command',
        '### VersusQ quality gates: 1 of 1 failed',
        '',
        '| Rule | Clip | What is wrong | Where |',
        '| --- | --- | --- | --- |',
        '| e/\\*.mp4 | e/\\<b\\>\\|x\\_frozen.mp4 | e/\\<b\\>\\|x\\_frozen.mp4 misses 3 frames, at most 0 allowed. | .versusq.json:1 |',
        '\n',
      ].join('\n'),
    );
  });

  it('says that all passed, or that nothing was judged', async () => {
    file('.versusq.json', GOOD);
    expect(await summary(['--github'])).toContain('### VersusQ quality gates: 1 passed\n');
    expect(await summary([])).toBe('of another command\n');
    file('.versusq.json', '{}');
    expect(await summary(['--github'])).toMatch(
      /: nothing was judged\n\n[^]*\| The file has no "rules"\. \| \.versusq\.json:1 \|/,
    );
  });

  it('is cut where a summary would be refused', async () => {
    const names = Array.from({ length: 1100 }, (_, k) => `"x${k}": {"minScore": 1}`);
    file('.versusq.json', `{ "rules": { ${names.join(', ')} } }`);
    const told = await summary(['--github']);
    expect(told.split('\n').filter((line) => line.startsWith('| x'))).toHaveLength(1000);
    expect(told).toContain('And 100 more, which the log names.');
    expect(told.length).toBeLessThan(2 ** 20);
  });
});
