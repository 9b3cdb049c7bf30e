// Violations at the lines of open texts that name the clip: where, with what, and that they follow texts, files, rules and settings.
import { mkdirSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { ReferenceIndex } from '../../../../src/engine/references/index.js';
import { clip } from '../../compare/fakes.js';
import * as vscode from './fake-vscode.js';
import { closed, documents, gates, type CodeAction, type Diagnostic } from './fake-vscode.js';

vi.mock('vscode', () => import('./fake-vscode.js'));
const { GatesWorld, TEXT, TOO_POOR } = await import('./world.js');

const LIST = 'The ladder\n\n- e/good.mp4\n- e/poor.mp4, and again e/poor.mp4\n- m/poor.mov\n- e/*.mp4\n';
let world: InstanceType<typeof GatesWorld>;
beforeEach(() => {
  vscode.resetGates();
  world = new GatesWorld();
  closed.add(world.config);
});
afterEach(() => world.dispose());

const shownIn = (name: string): Diagnostic[] => gates.shown.get(join(world.folder, name)) ?? [];
/** What is marked in a text, with its line. */
function marked(document: vscode.FakeDocument): [number, string][] {
  return shownIn(document.uri.path.slice(world.folder.length + 1)).map(({ range }) => [
    range.start.line,
    document.getText(range),
  ]);
}
const until = (document: vscode.FakeDocument, wanted: [number, string][]): Promise<void> =>
  vi.waitFor(() => expect(marked(document)).toEqual(wanted), { timeout: 5000 });
const TWICE: [number, string][] = [
  [3, 'e/poor.mp4'],
  [3, 'e/poor.mp4'],
];
async function offered(document: vscode.FakeDocument): Promise<CodeAction[]> {
  const diagnostics = shownIn('list.txt').slice(0, 1);
  return gates.provider!.provideCodeActions(document, diagnostics[0]!.range, { diagnostics });
}

describe('a violation', () => {
  it('stands at every line that names the clip, in the words, severity and code of its rule, which it leads to', async () => {
    const document = world.open('list.txt', LIST);
    await world.gates.check();
    await until(document, TWICE);
    const [first] = shownIn('list.txt') as [Diagnostic];
    expect(first).toMatchObject({
      message: expect.stringMatching(TOO_POOR),
      severity: vscode.DiagnosticSeverity.Error,
      source: 'VersusQ',
      code: 'minMargin',
      relatedInformation: [
        { message: 'The rule: e/*.mp4', location: { uri: { path: world.config }, range: { start: { line: 3 } } } },
      ],
    });
  });

  it('stands at its rule, too, while the config is open, with the lines that name the clip', async () => {
    const document = world.open('list.txt', LIST);
    await world.gates.check();
    await until(document, TWICE);
    expect(shownIn('.versusq.json')).toEqual([]);
    closed.delete(world.config);
    vscode.documentOpens(vscode.documentAt(world.config) as unknown as vscode.FakeDocument);
    const [rule, ...others] = shownIn('.versusq.json') as [Diagnostic];
    expect(others).toEqual([]);
    expect(rule.message).toMatch(TOO_POOR);
    expect(rule.relatedInformation).toMatchObject([
      { message: 'e/poor.mp4 is named here', location: { uri: document.uri, range: { start: { line: 3 } } } },
      { location: { uri: document.uri } },
    ]);
    expect(marked(document)).toEqual(TWICE);
  });

  it('stands at its rule where no open text names the clip', async () => {
    const document = world.open('list.txt', 'e/good.mp4\n');
    await world.gates.check();
    await vi.waitFor(() =>
      expect(shownIn('.versusq.json').map(({ message }) => message)).toEqual([expect.stringMatching(TOO_POOR)]),
    );
    expect(marked(document)).toEqual([]);
    expect(shownIn('.versusq.json')[0]!.relatedInformation).toBeUndefined();
  });

  it('of a name with spaces or percent signs marks all of it', async () => {
    renameSync(join(world.folder, 'e/poor.mp4'), join(world.folder, 'e/very poor.mp4'));
    renameSync(join(world.folder, 'm/poor.mov'), join(world.folder, 'm/very poor.mov'));
    const document = world.open('list.md', 'See e/very poor.mp4 or [it](e/very%20poor.mp4).\n', 'markdown');
    await world.gates.check();
    await until(document, [
      [0, 'e/very poor.mp4'],
      [0, 'e/very%20poor.mp4'],
    ]);
  });
});

describe('what is told of rules', () => {
  it('stays there: clips that are not analysed, and a pattern that matches nothing', async () => {
    documents.set(
      world.config,
      TEXT.replace('e/*.mp4', 'none/*.mp4').replace('"rules": {', '"rules": { "m/*.mov": { "maxFreezeSeconds": 1 },'),
    );
    const document = world.open('list.txt', LIST);
    world.gates.start();
    await vi.waitFor(() =>
      expect(
        shownIn('.versusq.json')
          .map(({ code }) => code)
          .sort(),
      ).toEqual(['noClips', 'notAnalysed']),
    );
    expect(marked(document)).toEqual([]);
  });
});

describe('the lines follow', () => {
  let document: vscode.FakeDocument;
  beforeEach(async () => {
    document = world.open('list.txt', LIST);
    await world.gates.check();
    await until(document, TWICE);
  });
  /** At the rule and nowhere else. */
  const atTheRule = async (): Promise<void> => {
    await until(document, []);
    expect(shownIn('.versusq.json').map(({ message }) => message)).toEqual([expect.stringMatching(TOO_POOR)]);
  };

  it('an edit above them, and names that are typed and deleted', async () => {
    document.edit(0, 0, 'A line\n');
    await until(document, [
      [4, 'e/poor.mp4'],
      [4, 'e/poor.mp4'],
    ]);
    const at = document.getText().indexOf(', and again');
    document.edit(at, ', and again e/poor.mp4'.length, '');
    await until(document, [[4, 'e/poor.mp4']]);
    document.edit(at - 1, 1, '3');
    await atTheRule();
  });

  it('a text that is closed and opened, and reads no text twice', async () => {
    const set = vi.spyOn(ReferenceIndex.prototype, 'set');
    world.close(document);
    await atTheRule();
    document = world.open('list.txt', LIST);
    await until(document, TWICE);
    expect(set).toHaveBeenCalledTimes(1);
    const { version } = document;
    await world.annotations.inlayHints.provideInlayHints(
      document as never,
      new vscode.Range(0, 0, 9, 0) as never,
      { isCancellationRequested: false } as never,
    );
    document.edit(0, 0, '\n');
    await until(
      document,
      TWICE.map(([line, name]) => [line + 1, name]),
    );
    expect([set.mock.calls.length, document.version]).toEqual([1, version + 1]);
    expect(world.asked.filter(({ storedOnly }) => !storedOnly)).toHaveLength(1);
    set.mockRestore();
  });

  it('a clip that is deleted', async () => {
    rmSync(join(world.folder, 'e/poor.mp4'));
    vscode.fileGoes(join(world.folder, 'e/poor.mp4'));
    await until(document, []);
    await vi.waitFor(() => expect(shownIn('.versusq.json')).toEqual([]));
  });

  it('a folder of clips that is renamed', async () => {
    renameSync(join(world.folder, 'e'), join(world.folder, 'f'));
    vscode.fileGoes(join(world.folder, 'e'));
    await until(document, []);
    await vi.waitFor(() => expect(shownIn('.versusq.json').map(({ code }) => code)).toEqual(['noClips']));
    renameSync(join(world.folder, 'f'), join(world.folder, 'e'));
    vscode.fileComes(join(world.folder, 'e'));
    await until(document, TWICE);
  });

  it('a clip that the name leads to instead', async () => {
    mkdirSync(join(world.folder, 'sub'));
    const inside = world.open('sub/list.txt', 'e/poor.mp4\n');
    await until(inside, [[0, 'e/poor.mp4']]);
    mkdirSync(join(world.folder, 'sub/e'));
    clip(world.folder, 'sub/e/poor.mp4', { quality: 3 });
    vscode.fileComes(join(world.folder, 'sub/e/poor.mp4'));
    await until(inside, []);
    expect(marked(document)).toEqual(TWICE);
  });

  it('a rule that is changed, and a config that is deleted', async () => {
    vscode.type(world.config, TEXT.replace('-0.5', '-5'));
    await until(document, []);
    vscode.type(world.config, TEXT);
    await until(document, TWICE);
    documents.delete(world.config);
    vscode.fileGoes(world.config);
    await until(document, []);
  });

  it.each([
    ['problems', false],
    ['density', 'off'],
  ])('the setting "%s": %s', async (name, value) => {
    vscode.settingChanges(`versusq.annotations.${name}`, value);
    await atTheRule();
    vscode.settings.delete(`versusq.annotations.${name}`);
    vscode.settingChanges('versusq.annotations.other', true);
    await until(document, TWICE);
  });
});

describe('a code action at a name', () => {
  let document: vscode.FakeDocument;
  beforeEach(async () => {
    document = world.open('list.txt', LIST);
    await world.gates.check();
    await until(document, TWICE);
  });

  it('is what the rule offers: compare, read again, exclude, accept', async () => {
    const actions = await offered(document);
    const [a, b] = ['e/poor.mp4', 'm/poor.mov'].map((name) => vscode.Uri.file(join(world.folder, name)));
    expect(actions.map(({ title }) => title)).toEqual([
      'Compare e/poor.mp4 with m/poor.mov',
      'Re-analyse e/poor.mp4',
      'Exclude e/poor.mp4 with a reason...',
      'Accept minMargin of e/poor.mp4 as new baseline (-2.21)',
    ]);
    expect(actions[0]!.command).toMatchObject({ command: 'versusq.compare', arguments: [a, [a, b]] });
  });

  it('writes the accepted baseline into the config, which need not be open', async () => {
    const { edit } = (await offered(document)).at(-1)!;
    expect(edit!.edits[0]!.uri.path).toBe(world.config);
    vscode.applyTo(world.config, edit!);
    expect(documents.get(world.config)).toMatch(
      /\/\/ the ladder[^]*"baseline": \{\s*"e\/poor\.mp4": \{\s*"minMargin": -2\.21\s*\}/,
    );
    await until(document, []);
  });

  it('is none at other names', async () => {
    const range = new vscode.Range(2, 0, 2, 12);
    expect(await gates.provider!.provideCodeActions(document, range, { diagnostics: [] })).toEqual([]);
  });
});

describe('an untrusted workspace', () => {
  it('has nothing in its texts', async () => {
    gates.trusted = false;
    const document = world.open('list.txt', LIST);
    world.gates.start();
    document.edit(0, 0, 'x');
    await new Promise((done) => setTimeout(done, 300));
    expect([gates.shown.size, world.asked.length]).toEqual([0, 0]);
  });
});
