// Patterns, names without a file, long lists: what is told is true of all clips, and nothing large begins without a question.
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type * as VSCode from 'vscode';
import * as vscode from '../fake-vscode.js';
import { token, World } from './world.js';

vi.mock('vscode', () => import('../fake-vscode.js'));
const { Annotations } = await import('../../../../src/extension/annotations/annotations.js');

let world: World;
let annotations: InstanceType<typeof Annotations>;
const opened: unknown[][] = [];
beforeEach(() => {
  vscode.reset();
  opened.length = 0;
  world = new World();
  annotations = new Annotations(world.services, {
    compare: async (a, b) => void opened.push(['compare', a.fsPath, b?.fsPath]),
    rank: async (clips) => void opened.push(['rank', clips.length]),
    rankFolder: async (folder) => void opened.push(['rankFolder', folder.fsPath]),
  });
});
afterEach(() => {
  annotations.dispose();
  world.remove();
});

const asVSCode = <T>(value: unknown): T => value as T;
const everything = new vscode.Range(0, 0, 1e6, 0);
async function hints(document: vscode.FakeDocument): Promise<vscode.InlayHint[]> {
  const given = [asVSCode<VSCode.TextDocument>(document), asVSCode<VSCode.Range>(everything)] as const;
  const { inlayHints } = annotations;
  // What comes too late for the first request is there for a later one.
  const look = async (): Promise<VSCode.InlayHint[]> => inlayHints.provideInlayHints(...given, asVSCode(token));
  await vi.waitFor(async () => expect((await look()).length).toBeGreaterThan(0), { timeout: 5000 });
  return asVSCode(await look());
}
const texts = async (document: vscode.FakeDocument): Promise<string[]> =>
  (await hints(document)).map(({ label }) => label[0]!.value);
async function tooltips(document: vscode.FakeDocument): Promise<unknown[]> {
  const found = asVSCode<VSCode.InlayHint[]>(await hints(document));
  const resolved = await Promise.all(found.map((hint) => annotations.inlayHints.resolveInlayHint(hint)));
  return asVSCode<vscode.InlayHint[]>(resolved).map(({ label }) => label[0]!.tooltip);
}
async function lenses(document: vscode.FakeDocument): Promise<string[]> {
  const found = await annotations.codeLenses.provideCodeLenses(asVSCode(document));
  const resolved = await Promise.all(found.map((lens) => annotations.codeLenses.resolveCodeLens(lens)));
  return resolved.flatMap(({ command }) => command?.title || []);
}
async function hover(document: vscode.FakeDocument, name: string): Promise<string> {
  const position = document.positionAt(document.getText().indexOf(name) + 1);
  const found = await annotations.hovers.provideHover(asVSCode(document), asVSCode(position), asVSCode(token));
  return asVSCode<vscode.Hover>(found).contents.value;
}
const linksOf = (text: string): [string, unknown[]][] =>
  [...text.matchAll(/\(command:([\w.]+)\?([^)]*)\)/g)].map(([, name, given]) => [
    name!,
    JSON.parse(decodeURIComponent(given!)) as unknown[],
  ]);
const numbered = (count: number, folder = ''): string[] => Array.from({ length: count }, (_, i) => `${folder}${i}.mp4`);
const SETTINGS = ['workbench.action.openSettings', ['versusq.annotations']];

describe('the hint of a pattern', () => {
  it('counts all clips, and finds the worst among all of them', async () => {
    for (const [i, name] of numbered(300, 'e/').entries()) world.clip(name, world.ranked(i + 1, 300, -i / 100));
    expect(await texts(world.document('list.txt', 'see e/*.mp4\n'))).toEqual(['300 clips, worst -3.0']);
  });

  it('names no worst where some clips are not ranked, but how many are', async () => {
    for (const name of numbered(5, 'e/')) world.clip(name);
    for (const [i, name] of ['e/1.mp4', 'e/2.mp4'].entries()) world.clip(name, world.ranked(i + 1, 2, -i));
    expect(await texts(world.document('list.txt', 'see e/*.mp4\n'))).toEqual(['2 of 5 ranked']);
    expect(await lenses(world.document('other.txt', 'see e/*.mp4\n'))).toEqual(['Rank these 5']);
  });

  it('says that there may be more than were counted', async () => {
    for (const name of numbered(65, 'e/')) world.clip(name, world.ranked(1, 65, 1));
    const document = world.document('list.txt', 'see e/{0..64}.mp4\n');
    expect(await texts(document)).toEqual(['64+ clips']);
    expect(await lenses(document)).toEqual(['Rank these 64']);
    expect(await hover(document, 'e/')).toContain('64 clips, and maybe more:');
  });

  it('of one clip is singular', async () => {
    world.clip('e/a.mp4');
    const document = world.document('list.txt', 'see e/*.mp4\n');
    expect(await texts(document)).toEqual(['1 clip']);
    expect(await tooltips(document)).toEqual(['The pattern names 1 clip.']);
  });

  it('says that no file matches, but not where little is to be said', async () => {
    world.clip('a.mp4', world.ranked(1, 1, 0));
    const document = world.document('list.txt', 'a.mp4 is there, e/*.mp4 is not\n');
    expect((await texts(document))[1]).toBe('no file matches');
    vscode.settings.set('versusq.annotations.density', 'compact');
    expect(await texts(document)).toEqual(['#1']);
  });
});

describe('the hover', () => {
  it('of a pattern ranks its clips, without others of the list, and leads to the settings', async () => {
    for (const name of ['e/a.mp4', 'e/b.mp4', 'c.mp4']) world.clip(name);
    const text = await hover(world.document('list.txt', 'e/*.mp4\nc.mp4\n'), 'e/');
    const [rank, settings] = linksOf(text);
    expect(text).toContain('[Rank these 2]');
    expect(settings).toEqual(SETTINGS);
    expect(rank![0]).toBe('versusq.rankNamed');
    await annotations.actions.rankNamed(rank![1][0]);
    expect(opened).toEqual([['rank', 2]]);
  });

  it.each([
    ['gone.mp4', 'There is no such file. Looked for at:'],
    ['e/*.mp4', 'No file matches the pattern. Looked for at:'],
  ])('of %s tells where it was looked for, and leads to the settings', async (name, words) => {
    const text = await hover(world.document('list.txt', `${name}\n`), name);
    expect(text).toContain(words);
    expect(text.replaceAll('\\', '')).toContain(`- ${world.path(name)}`);
    expect(linksOf(text)).toEqual([['workbench.action.openSettings', ['versusq.annotations.roots']], SETTINGS]);
  });

  it('says nothing of what lies outside', async () => {
    const document = world.document('list.txt', '../../etc/outside.mp4');
    const at = new vscode.Position(0, 8);
    expect(await annotations.hovers.provideHover(asVSCode(document), asVSCode(at), asVSCode(token))).toBeNull();
  });
});

describe('a click on "not analysed"', () => {
  const click = (document: vscode.FakeDocument, name: string): Promise<void> =>
    annotations.actions.analyse({ document: document.uri.toString(), start: document.getText().indexOf(name) });

  it('does what its tooltip says', async () => {
    for (const name of ['a.mp4', 'b.mp4', 'c.mp4', 'p/a.mp4', 'p/b.mp4', 'f/a.mp4', 'f/b.mp4', 'g/a.mp4'])
      world.clip(name);
    const apart = '\n'.repeat(9);
    const text = ['a.mp4\nb.mp4\nc.mp4', 'p/a.mp4 p/b.mp4', 'f/a.mp4', 'g/a.mp4'].join(apart);
    const document = world.document('list.txt', text);
    const does = 'Ctrl+click (Cmd+click):';
    const list = `${does} rank the 3 clips of this list.`;
    expect((await tooltips(document)).map((words) => String(words).split('compared. ')[1])).toEqual([
      ...[list, list, list],
      `${does} compare it with b.mp4.`,
      `${does} compare it with a.mp4.`,
      `${does} rank the 2 clips of its folder.`,
      `${does} choose a clip to compare it with.`,
    ]);
    for (const name of ['b.mp4', 'p/b.mp4', 'f/a.mp4', 'g/a.mp4']) await click(document, name);
    expect(opened).toEqual([
      ['rank', 3],
      ['compare', world.path('p/b.mp4'), world.path('p/a.mp4')],
      ['rankFolder', world.path('f')],
      ['compare', world.path('g/a.mp4'), undefined],
    ]);
  });

  it('compares the two that stand alone on a line of a longer list', async () => {
    for (const name of ['a.mp4', 'b.mp4', 'c.mp4', 'd.mp4']) world.clip(name);
    const document = world.document('list.txt', 'a.mp4 b.mp4\nc.mp4 d.mp4\n');
    expect((await tooltips(document))[2]).toMatch(/compare it with d\.mp4\.$/);
    await click(document, 'c.mp4');
    expect(opened).toEqual([['compare', world.path('c.mp4'), world.path('d.mp4')]]);
  });

  it('asks before it ranks more than 50 clips, of a list and of a folder', async () => {
    const names = numbered(51);
    for (const name of names) world.clip(name);
    const list = world.document('list.txt', names.join('\n'));
    const alone = world.document('alone.txt', names[0]!);
    for (const document of [list, alone]) await click(document, names[0]!);
    expect(vscode.seen.warnings).toEqual(['Rank 51 clips?', 'Rank 51 clips?']);
    expect(opened).toEqual([]);
    vscode.answers.button = 'Rank';
    for (const document of [list, alone]) await click(document, names[0]!);
    expect(opened).toEqual([
      ['rank', 51],
      ['rankFolder', world.folder],
    ]);
  });

  it('of all clips of a text asks too, but not where the number was clicked', async () => {
    const names = numbered(51);
    for (const name of names) world.clip(name);
    const document = world.document('list.txt', names.join('\n'));
    vscode.window.activeTextEditor = { document, selection: { active: new vscode.Position(0, 0) } };
    await annotations.actions.rankNamed(undefined);
    expect([vscode.seen.warnings, opened]).toEqual([['Rank 51 clips?'], []]);
    await annotations.actions.rankNamed({ document: document.uri.toString(), start: 0 });
    expect([vscode.seen.warnings.length, opened]).toEqual([1, [['rank', 51]]]);
  });

  it('says what it does with a very long list without looking at its files', async () => {
    const names = numbered(600);
    world.clip(names[0]!);
    const document = world.document('list.txt', names.join('\n'));
    const target = vi.spyOn(annotations.mentions, 'files');
    expect((await tooltips(document))[0]).toMatch(/rank the 600 clips of this list\.$/);
    expect(target).not.toHaveBeenCalled();
  });
});
