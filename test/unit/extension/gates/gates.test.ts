// Quality gates in the editor, against a made-up VS Code and an engine with made-up media and model, which is the worker here.
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { VersusqError, type CheckRequest } from '../../../../src/protocol/index.js';
import { clip } from '../../compare/fakes.js';
import * as vscode from './fake-vscode.js';
import { documents, gates, seen, type CodeAction, type Diagnostic } from './fake-vscode.js';

vi.mock('vscode', () => import('./fake-vscode.js'));
const { GatesWorld, TEXT } = await import('./world.js');
const { wakeForGates } = await import('../../../../src/extension/gates/wake.js');

let world: InstanceType<typeof GatesWorld>;
let folder: string;
let config: string;
let asked: CheckRequest[];
let shown: InstanceType<typeof GatesWorld>['gates'];

beforeEach(() => {
  vscode.resetGates();
  world = new GatesWorld();
  ({ folder, config, asked, gates: shown } = world);
});
afterEach(() => world.dispose());

const problems = (): Diagnostic[] => gates.shown.get(config) ?? [];
const words = (): string[] => problems().map(({ message }) => message);
/** What is offered at the first entry. */
function offered(): Promise<CodeAction[]> {
  const diagnostics = problems().slice(0, 1);
  return gates.provider!.provideCodeActions(vscode.documentAt(config), diagnostics[0]!.range, { diagnostics });
}
const offer = async (title: RegExp): Promise<CodeAction> =>
  (await offered()).find((action) => title.test(action.title))!;
async function checked(): Promise<void> {
  await shown.check();
  expect(words()).toEqual([
    expect.stringMatching(
      /^e\/poor\.mp4 looks clearly worse than m\/poor\.mov: margin -2\.2 .* at least -0\.5 is asked/,
    ),
  ]);
}

describe('the Problems panel', () => {
  it('tells at the line of the rule what is not analysed, and computes nothing for that', async () => {
    shown.start();
    await vi.waitFor(() => expect(problems()).toHaveLength(1), { timeout: 10_000 }); // the first one loads the engine
    const [{ range, severity, message, source, code }] = problems() as [Diagnostic];
    expect([severity, source, code]).toEqual([vscode.DiagnosticSeverity.Information, 'VersusQ', 'notAnalysed']);
    expect(message).toBe('2 clips of "e/*.mp4" are not analysed yet: check the quality gates.');
    expect([range.start, range.end]).toEqual([new vscode.Position(3, 4), new vscode.Position(3, 13)]);
    expect(world.counts).toMatchObject({ probes: 0, decodes: [], models: 0 });
    expect((await offered()).map(({ title, command }) => [title, command?.command])).toEqual([
      ['Check quality gates', 'versusq.checkGates'],
    ]);
  });

  it('shows the words of the engine once the gates are checked, and the summary leads there', async () => {
    gates.choose = 'Show Problems';
    await checked();
    expect(problems()[0]?.severity).toBe(vscode.DiagnosticSeverity.Error);
    await vi.waitFor(() => expect(seen.opened).toEqual([['workbench.actions.view.problems']]));
    expect(gates.told).toEqual(['VersusQ: 1 of 1 quality gates failed.']);
  });

  it.each([
    ['a changed config', () => vscode.type(config, TEXT.replace('-0.5', '-5')), []],
    ['a config that goes', () => (documents.delete(config), vscode.fileGoes(config)), []],
    [
      'a clip that changes',
      () => {
        clip(folder, 'e/poor.mp4', { quality: 0 });
        vscode.fileChanges(join(folder, 'e/poor.mp4'));
      },
      ['e/poor.mp4 is not analysed yet: check the quality gates.'],
    ],
    [
      'a config that is wrong',
      () => vscode.type(config, TEXT.replace('{name}', '{nmae}')),
      [expect.stringMatching(/^This file is wrong, so that none of its rules is judged: \{nmae\} is not known here/)],
    ],
    [
      'what the JSON support tells, too: it does not say that the gates are off',
      () => vscode.type(config, TEXT.replace('-0.5', '"x"')),
      ['This file is wrong, so that none of its rules is judged: "minMargin" must be a number.'],
    ],
  ])('follows %s within 2 s', async (_, change, after) => {
    await checked();
    change();
    await vi.waitFor(() => expect(words()).toEqual(after), { timeout: 2000 });
  });

  it('tells all that is wrong with a config that nobody has open, and leaves the rest to the JSON support of an open one', async () => {
    const wrong = TEXT.replace('-0.5', '"x", "forbit": []');
    const off = 'This file is wrong, so that none of its rules is judged: "forbit" is not known here: there are';
    documents.set(config, wrong);
    vscode.closed.add(config);
    shown.start();
    const first = expect.stringContaining(off);
    await vi.waitFor(() => expect(words()).toEqual([first, '"minMargin" must be a number.']), { timeout: 2000 });
    expect(problems().map(({ severity, source }) => [severity, source])).toEqual(
      [0, 1].map(() => [vscode.DiagnosticSeverity.Error, 'VersusQ']),
    );
    vscode.closed.delete(config);
    vscode.documentOpens(vscode.documentAt(config) as unknown as vscode.FakeDocument);
    expect(words()).toEqual([first]);
    vscode.closed.add(config);
    vscode.documentCloses(vscode.documentAt(config) as unknown as vscode.FakeDocument);
    expect(words()).toHaveLength(2);
  });

  it('tells at a config why it can not be judged, and judges the others', async () => {
    const other = join(folder, 'a', '.versusq.json');
    documents.clear();
    documents.set(other, TEXT);
    documents.set(config, TEXT);
    const real = world.engine.check.bind(world.engine);
    const tooWide = new VersusqError(
      'usage',
      'The rule "**" leads through more than 200000 files: make its pattern narrower.',
    );
    vi.spyOn(world.engine, 'check').mockImplementation(async (request, options) => {
      if (request.config === other) throw tooWide;
      return real(request, options);
    });
    const atOther = () => (gates.shown.get(other) ?? []).map(({ message, range }) => [message, range.start.line]);
    shown.start();
    await vi.waitFor(() => expect([words().length, atOther()]).toEqual([1, [[tooWide.message, 0]]]), { timeout: 2000 });
    await checked();
    expect(atOther()).toEqual([[tooWide.message, 0]]);
    expect(seen.errors).toEqual([`VersusQ: ${tooWide.message}`]);
  });

  it('is judged again, once, after several results', async () => {
    await checked();
    await new Promise((done) => setTimeout(done, 400));
    asked.length = 0;
    for (let n = 0; n < 5; n++) shown.refreshSoon();
    await vi.waitFor(() => expect(asked).toHaveLength(1));
    await new Promise((done) => setTimeout(done, 400));
    expect(asked).toEqual([{ config, text: TEXT, storedOnly: true }]);
  });
});

describe('where nothing is stored', () => {
  const again = async (): Promise<void> => {
    await new Promise((done) => setTimeout(done, 400)); // the refresh that the check itself asks for
    asked.length = 0;
    shown.refreshSoon();
    await vi.waitFor(() => expect(asked).toHaveLength(1));
    await new Promise((done) => setTimeout(done, 50));
  };
  const WAITING = ['2 clips of "e/*.mp4" are not analysed yet: check the quality gates.'];
  beforeEach(async () => {
    await world.without();
  });

  it('keeps what was computed, and computes nothing for that', async () => {
    await checked();
    const computed = words();
    world.counts.decodes.length = 0;
    await again();
    expect(words()).toEqual(computed);
    expect(world.counts.decodes).toEqual([]);
  });

  it.each([
    ['a clip changes', () => clip(folder, 'e/good.mp4', { quality: 2 })],
    ['a reference changes', () => clip(folder, 'm/good.mov', { quality: 3, salt: 'other' })],
    ['the engine gets other settings', () => vscode.settingChanges('versusq.modelPath', '/other')],
  ])('is not analysed again after %s', async (_, change) => {
    await checked();
    change();
    await again();
    expect(words()).toEqual(WAITING);
  });

  it('is not analysed again with another config, and as before with the same', async () => {
    await checked();
    const computed = words();
    vscode.type(config, TEXT.replace('-0.5', '-5'));
    await vi.waitFor(() => expect(words()).toEqual(WAITING));
    vscode.type(config, TEXT);
    await vi.waitFor(() => expect(words()).toEqual(computed));
  });

  it('is not analysed again when a clip comes', async () => {
    await checked();
    clip(folder, 'e/more.mp4', { quality: 3 });
    clip(folder, 'm/more.mov', { quality: 3, salt: 'more' });
    await again();
    expect(words()).toEqual(['3 clips of "e/*.mp4" are not analysed yet: check the quality gates.']);
  });
});

describe('an untrusted workspace', () => {
  it('shows and computes nothing until it is trusted', async () => {
    gates.trusted = false;
    let woken = 0;
    const wake = () => (woken++, shown.start());
    wakeForGates(wake);
    shown.start();
    await shown.check();
    expect([asked, woken, gates.provider]).toEqual([[], 0, null]);
    expect(gates.told).toEqual(['VersusQ: Quality gates are checked in trusted workspaces only.']);
    vscode.grantTrust();
    await vi.waitFor(() => expect(problems()).toHaveLength(1));
    expect(woken).toBe(1);
  });
});

describe('activation', () => {
  it('wakes the gates only when there is a config, and once', async () => {
    documents.clear();
    let woken = 0;
    wakeForGates(() => woken++);
    await new Promise(setImmediate);
    expect(woken).toBe(0);
    documents.set(config, TEXT);
    vscode.fileComes(config);
    vscode.fileComes(config);
    await vi.waitFor(() => expect(woken).toBe(1));
  });
});

describe('a code action', () => {
  beforeEach(checked);

  it('opens the comparison with the reference', async () => {
    const { command } = await offer(/^Compare e\/poor\.mp4 with m\/poor\.mov$/);
    const [a, b] = [join(folder, 'e/poor.mp4'), join(folder, 'm/poor.mov')].map((path) => vscode.Uri.file(path));
    expect(command).toMatchObject({ command: 'versusq.compare', arguments: [a, [a, b]] });
  });

  it('excludes the clip with a reason, and keeps the comments', async () => {
    const { command } = await offer(/^Exclude/);
    await gates.commands.get(command!.command)!(...(command!.arguments as never[]));
    expect(documents.get(config)).toBe(TEXT); // gave up
    gates.reason = ' being redone ';
    await gates.commands.get(command!.command)!(...(command!.arguments as never[]));
    expect(documents.get(config)).toMatch(/\/\/ the ladder[^]*"exclude": \{\s*"e\/poor\.mp4": "being redone"\s*\}/);
    await vi.waitFor(() => expect(words()).toEqual([]));
  });

  it('accepts what was found as the baseline of the clip', async () => {
    const { edit, title } = await offer(/^Accept/);
    expect(title).toBe('Accept minMargin of e/poor.mp4 as new baseline (-2.21)');
    vscode.applyTo(config, edit!);
    expect(documents.get(config)).toMatch(/"baseline": \{\s*"e\/poor\.mp4": \{\s*"minMargin": -2\.21\s*\}/);
    await vi.waitFor(() => expect(words()).toEqual([]));
  });

  it('reads the clip anew', async () => {
    world.counts.decodes.length = 0;
    const { command } = await offer(/^Re-analyse/);
    await gates.commands.get(command!.command)!(...(command!.arguments as never[]));
    expect(world.counts.decodes).toContain(join(folder, 'e/poor.mp4'));
    expect(world.counts.decodes).not.toContain(join(folder, 'e/good.mp4'));
  });
});

describe('the command', () => {
  it('judges a config again that was edited while it ran', async () => {
    shown.start();
    await vi.waitFor(() => expect(problems()).toHaveLength(1)); // the look at its start is over
    const real = world.engine.check.bind(world.engine);
    vi.spyOn(world.engine, 'check').mockImplementation(async (request, options) => {
      const answer = await real(request, options);
      if (!request.storedOnly) documents.set(config, TEXT.replace('-0.5', '-5')); // too late for this answer
      return answer;
    });
    await checked();
    await vi.waitFor(() => expect(words()).toEqual([]));
  });

  it('says so where there is nothing to check, or nothing wrong', async () => {
    documents.set(config, TEXT.replace('-0.5', '-5'));
    await shown.check();
    documents.clear();
    await shown.check();
    expect(gates.told).toEqual([
      'VersusQ: All quality gates passed (1).',
      'VersusQ: There is no .versusq.json in this workspace.',
    ]);
  });

  it('tells a failure of the engine, and nothing when it was cancelled', async () => {
    const check = vi.spyOn(world.engine, 'check');
    check.mockRejectedValueOnce(new VersusqError('cancelled', 'Cancelled.'));
    await shown.check();
    check.mockRejectedValueOnce(new VersusqError('ffmpeg/not-found', 'No ffmpeg.'));
    await shown.check();
    expect(seen.errors).toEqual(['VersusQ: No ffmpeg.']);
  });
});
