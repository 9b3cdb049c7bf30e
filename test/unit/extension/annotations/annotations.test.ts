// What stands beside the names of clips: hints, lenses, hovers, badges; and that it is right after files and store change.
import { renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type * as VSCode from 'vscode';
import { fakeFacts } from '../../cli/fake-engine.js';
import * as vscode from '../fake-vscode.js';
import { compared, token, World } from './world.js';

vi.mock('vscode', () => import('../fake-vscode.js'));
const { Annotations } = await import('../../../../src/extension/annotations/annotations.js');

let world: World;
let annotations: InstanceType<typeof Annotations>;
const opened: { method: string; paths: (string | null)[] }[] = [];
const path = (uri: VSCode.Uri | null): string | null => uri && uri.fsPath;
beforeEach(() => {
  vscode.reset();
  opened.length = 0;
  world = new World();
  annotations = new Annotations(world.services, {
    compare: async (a, b) => void opened.push({ method: 'compare', paths: [path(a), path(b)] }),
    rank: async (clips) => void opened.push({ method: 'rank', paths: clips.map(path) }),
    rankFolder: async (folder) => void opened.push({ method: 'rankFolder', paths: [path(folder)] }),
  });
});
afterEach(() => {
  annotations.dispose();
  world.remove();
});

const everything = new vscode.Range(0, 0, 1e6, 0);
const asVSCode = <T>(value: unknown): T => value as T;
async function hints(document: vscode.FakeDocument, range = everything): Promise<vscode.InlayHint[]> {
  const given = [asVSCode<VSCode.TextDocument>(document), asVSCode<VSCode.Range>(range)] as const;
  const found = await annotations.inlayHints.provideInlayHints(...given, asVSCode(token));
  return asVSCode<vscode.InlayHint[]>(found);
}
const texts = async (document: vscode.FakeDocument): Promise<string[]> =>
  (await hints(document)).map(({ label }) => label[0]!.value);
/** Titles of the lenses that are shown, by line. */
async function lenses(document: vscode.FakeDocument): Promise<[number, string][]> {
  const found = await annotations.codeLenses.provideCodeLenses(asVSCode(document));
  const resolved = await Promise.all(found.map((lens) => annotations.codeLenses.resolveCodeLens(lens)));
  return resolved.flatMap((lens) => (lens.command?.title ? [[lens.range.start.line, lens.command.title]] : []));
}
async function lens(document: vscode.FakeDocument, title: string): Promise<VSCode.Command> {
  for (const found of await annotations.codeLenses.provideCodeLenses(asVSCode(document))) {
    const { command } = await annotations.codeLenses.resolveCodeLens(found);
    if (command?.title === title) return command;
  }
  throw new Error(`no lens "${title}"`);
}
async function hover(document: vscode.FakeDocument, name: string): Promise<string | null> {
  const position = document.positionAt(document.getText().indexOf(name) + 1);
  const found = await annotations.hovers.provideHover(asVSCode(document), asVSCode(position), asVSCode(token));
  return found && asVSCode<vscode.Hover>(found).contents.value;
}

describe('inlay hints', () => {
  it('stand behind each name: rank and score, margin to the source or the other clip, what is not known', async () => {
    world.clip('a.mp4', world.ranked(1, 12, 0.8));
    const toReference = { reference: world.path('s.mov'), margin: -0.84, interval95: [-1, -0.6] as [number, number] };
    world.clip('b.mp4', world.ranked(2, 12, 0.1, { toReference }));
    world.clip('c.mp4', compared(world.path('a.mp4'), 2.61));
    world.clip('d.mp4');
    world.clip('e.mp4', { state: 'failed', error: { code: 'media/truncated', message: 'e.mp4 ends early.' } });
    const document = world.document('list.txt', 'a.mp4\nb.mp4\nc.mp4\nd.mp4\ne.mp4\ngone.mp4\n');
    expect(await texts(document)).toEqual([
      '#1 of 12  +0.8',
      '-0.8 vs source',
      '+2.6 vs a.mp4',
      'not analysed',
      'cannot be read',
      'file missing',
    ]);
    expect((await hints(document))[0]!.position).toEqual(new vscode.Position(0, 5));
    expect(world.methods).toEqual(['quality']);
  });

  it('offer to analyse what is not known, and nothing else', async () => {
    world.clip('a.mp4', world.ranked(1, 2, 0.8));
    world.clip('b.mp4');
    const document = world.document('list.txt', 'a.mp4\nb.mp4\n');
    const commands = (await hints(document)).map(({ label }) => label[0]!.command);
    expect(commands[0]).toBeUndefined();
    expect(commands[1]).toMatchObject({
      command: 'versusq.analyse',
      arguments: [{ document: document.uri.toString(), start: 6 }],
    });
  });

  it('are never longer than 24 characters, at any density', async () => {
    const toReference = { reference: world.path('s.mov'), margin: -12.4, interval95: [-13, -12] as [number, number] };
    world.clip('a.mp4', world.ranked(1234, 56789, -112.8, { mainDefect: 'transmission' }));
    world.clip('b.mp4', world.ranked(123, 5678, -112.8, { toReference }));
    world.clip('c.mp4', compared(world.path('a very long name of another clip.mp4'), 2.61));
    world.clip('d.mp4', world.ranked(3, 12, -0.8, { mainDefect: 'banding', toReference: null }));
    world.clip('e.mp4', world.ranked(3, 12, 0.1, { toReference: { ...toReference, margin: -0.8 } }));
    const document = world.document('list.txt', 'a.mp4\nb.mp4\nc.mp4\nd.mp4\ne.mp4\n');
    const seen: Record<string, string[]> = {};
    for (const density of ['compact', 'normal', 'full']) {
      vscode.settings.set('versusq.annotations.density', density);
      seen[density] = await texts(document);
      for (const text of seen[density]) expect(text.length).toBeLessThanOrEqual(24);
    }
    expect(seen['compact']).toEqual(['#1234', '-12.4', '+2.6', '#3', '-0.8']);
    expect(seen['normal']!.slice(2)).toEqual(['+2.6 vs a very long nam…', '#3 of 12  -0.8', '-0.8 vs source']);
    expect(seen['full']!.slice(3)).toEqual(['#3 of 12  -0.8  banding', '#3 of 12  -0.8 vs source']);
  });

  it('of a pattern tell how many clips it names, and the worst', async () => {
    for (const i of [1, 2, 3]) world.clip(`e/clip_${i}.mp4`, world.ranked(i, 3, 1 - i));
    const document = world.document('list.txt', 'see e/*.mp4\n');
    expect(await texts(document)).toEqual(['3 clips, worst -2.0']);
  });

  it('are given for the visible range only', async () => {
    for (const i of [0, 1, 2, 3]) world.clip(`${i}.mp4`, world.ranked(i + 1, 4, 0));
    const document = world.document('list.txt', '0.mp4\n1.mp4\n2.mp4\n3.mp4\n');
    expect(await hints(document, new vscode.Range(1, 0, 2, 5))).toHaveLength(2);
    expect(world.asked.flatMap(({ params }) => params['paths'])).toEqual([world.path('1.mp4'), world.path('2.mp4')]);
  });

  it('move with an edit and take in a name that is typed', async () => {
    world.clip('a.mp4', world.ranked(1, 2, 0.8));
    world.clip('b.mp4', world.ranked(2, 2, -0.8));
    const document = world.document('list.txt', 'a.mp4\n');
    expect(await texts(document)).toEqual(['#1 of 2  +0.8']);
    document.edit(0, 0, 'first\n');
    document.edit(12, 0, 'b.mp4\n');
    expect((await hints(document)).map(({ position, label }) => [position.line, label[0]!.value])).toEqual([
      [1, '#1 of 2  +0.8'],
      [2, '#2 of 2  -0.8'],
    ]);
    expect(world.methods).toEqual(['quality']);
  });

  it('say nothing of other machines and of files outside the workspace', async () => {
    const document = world.document('list.txt', '../../etc/outside.mp4\nhttps://host/a.mp4\n');
    expect(await texts(document)).toEqual([]);
    expect(world.asked).toEqual([]);
  });

  it('find clips in the configured roots, also relative to the workspace', async () => {
    world.clip('deep/inside/a.mp4', world.ranked(1, 2, 0.8));
    const document = world.document('list.txt', 'a.mp4\n');
    expect(await texts(document)).toEqual(['file missing']);
    vscode.settingChanges('versusq.annotations.roots', ['deep/inside']);
    expect(await texts(document)).toEqual(['#1 of 2  +0.8']);
  });

  it('stand in the cells of a notebook', async () => {
    world.clip('a.mp4', world.ranked(1, 2, 0.8));
    const uri = vscode.Uri.from({ scheme: 'vscode-notebook-cell', path: world.path('takes.ipynb') });
    expect(await texts(new vscode.FakeDocument(uri, "show('a.mp4')", 'python'))).toEqual(['#1 of 2  +0.8']);
    expect(await texts(new vscode.FakeDocument(uri.with({ query: '2' }), 'See `a.mp4`.', 'markdown'))).toHaveLength(1);
  });

  it('say nothing while the worker is slow, and ask to be shown when it has answered', async () => {
    const a = world.clip('a.mp4', world.ranked(1, 2, 0.8));
    let tell!: () => void;
    world.answer = () => new Promise((done) => (tell = () => done([world.quality(a)])));
    const changed = vi.fn();
    annotations.onDidChange(changed);
    const document = world.document('list.txt', 'a.mp4\n');
    expect(await texts(document)).toEqual([]);
    expect(changed).not.toHaveBeenCalled();
    tell();
    await vi.waitFor(() => expect(changed).toHaveBeenCalled());
    expect(await texts(document)).toEqual(['#1 of 2  +0.8']);
  });

  it('ask again after the worker failed', async () => {
    world.clip('a.mp4', world.ranked(1, 2, 0.8));
    const answer = world.answer;
    world.answer = () => Promise.reject(new Error('crashed'));
    const document = world.document('list.txt', 'a.mp4\n');
    expect(await texts(document)).toEqual([]);
    world.answer = answer;
    expect(await texts(document)).toEqual(['#1 of 2  +0.8']);
  });

  it('need no process where nothing was ever kept', async () => {
    rmSync(join(world.storage, 'versusq.sqlite'));
    world.clip('a.mp4', world.ranked(1, 2, 0.8));
    const document = world.document('list.txt', 'a.mp4\n');
    expect(await texts(document)).toEqual(['not analysed']);
    expect(world.asked).toEqual([]);
  });
});

describe('switched off', () => {
  const all = async (document: vscode.FakeDocument): Promise<unknown[]> => [
    ...(await texts(document)),
    ...(await lenses(document)),
    await hover(document, 'a.mp4'),
    await annotations.badges.provideFileDecoration(asVSCode(vscode.Uri.file(world.path('a.mp4')))),
  ];
  const begin = (): vscode.FakeDocument => {
    for (const name of ['a.mp4', 'b.mp4', 'c.mp4']) world.clip(name, world.ranked(1, 3, 0.8));
    return world.document('list.txt', 'a.mp4\nb.mp4\nc.mp4\n');
  };

  it('in an untrusted workspace nothing is said and no file is looked at', async () => {
    const document = begin();
    vscode.workspace.isTrusted = false;
    expect(await all(document)).toEqual([null, undefined]);
    expect(world.asked).toEqual([]);
  });

  it('density "off" silences all of it', async () => {
    const document = begin();
    vscode.settings.set('versusq.annotations.density', 'off');
    expect(await all(document)).toEqual([null, undefined]);
    expect(world.asked).toEqual([]);
  });

  it.each(['inlayHints', 'hover', 'codeLens', 'explorerBadges'])('%s alone', async (kind) => {
    const document = begin();
    vscode.settings.set(`versusq.annotations.${kind}`, false);
    const said = {
      inlayHints: (await texts(document)).length > 0,
      codeLens: (await lenses(document)).length > 0,
      hover: (await hover(document, 'a.mp4')) !== null,
      explorerBadges:
        (await annotations.badges.provideFileDecoration(asVSCode(vscode.Uri.file(world.path('a.mp4'))))) !== undefined,
    };
    for (const [name, shown] of Object.entries(said)) expect([name, shown]).toEqual([name, name !== kind]);
  });
});

describe('lenses', () => {
  it('offer to rank a list and name its worst clip, which is shown when clicked', async () => {
    for (const i of [1, 2, 3]) world.clip(`clip_${i}.mp4`, world.ranked(i, 3, 2 - i));
    const document = world.document('list.txt', 'My clips\n\nclip_1.mp4\nclip_3.mp4\nclip_2.mp4\n');
    expect(await lenses(document)).toEqual([
      [2, 'Rank these 3'],
      [2, 'Worst: clip_3.mp4'],
    ]);
    const rank = await lens(document, 'Rank these 3');
    await annotations.actions.rankNamed(rank.arguments![0]);
    expect(opened).toEqual([
      { method: 'rank', paths: ['clip_1.mp4', 'clip_3.mp4', 'clip_2.mp4'].map((n) => world.path(n)) },
    ]);
    await annotations.actions.showNamed((await lens(document, 'Worst: clip_3.mp4')).arguments![0]);
    expect(vscode.seen.selections).toEqual([new vscode.Range(3, 0, 3, 10)]);
  });

  it('offer to compare a pair', async () => {
    world.clip('a.mp4');
    world.clip('b.mp4');
    const document = world.document('pair.md', '# Pair\n\n`a.mp4` and `b.mp4`\n', 'markdown');
    const { arguments: pair } = await lens(document, 'Compare');
    await annotations.actions.compareNamed(pair![0], pair![1]);
    expect(opened).toEqual([{ method: 'compare', paths: [world.path('a.mp4'), world.path('b.mp4')] }]);
  });

  it('say nothing of clips that are not there, and of one alone', async () => {
    world.clip('a.mp4');
    expect(await lenses(world.document('one.txt', 'a.mp4\n'))).toEqual([]);
    expect(await lenses(world.document('gone.txt', 'a.mp4\ngone.mp4\nalso gone.mp4\n'))).toEqual([]);
  });

  it('of clips in several rankings name no worst', async () => {
    world.clip('a.mp4', world.ranked(1, 2, 1));
    world.clip('b.mp4', world.ranked(2, 2, -1, { id: 'chosen clips of this folder' }));
    world.clip('c.mp4', world.ranked(2, 2, -1));
    world.known.set(world.path('c.mp4'), {});
    expect(await lenses(world.document('list.txt', 'a.mp4\nb.mp4\nc.mp4\n'))).toEqual([[0, 'Rank these 3']]);
  });

  it('stand above each pair of a table at full density only', async () => {
    for (const name of ['a', 'b', 'c', 'd']) world.clip(`${name}.mp4`);
    const document = world.document('pairs.csv', 'a,b\na.mp4,b.mp4\nc.mp4,d.mp4\n', 'csv');
    expect(await lenses(document)).toEqual([[1, 'Rank these 4']]);
    vscode.settings.set('versusq.annotations.density', 'full');
    expect(await lenses(document)).toEqual([
      [1, 'Rank these 4'],
      [1, 'Compare'],
      [2, 'Compare'],
    ]);
    vscode.settings.set('versusq.annotations.density', 'compact');
    expect(await lenses(document)).toEqual([]);
  });

  it('of a very long list look at no file before it is ranked', async () => {
    const names = Array.from({ length: 600 }, (_, i) => `clip_${i}.mp4`);
    for (const name of names) world.clip(name, world.ranked(1, 600, 0));
    const document = world.document('list.txt', names.join('\n'));
    expect(await lenses(document)).toEqual([[0, 'Rank these 600']]);
    expect(world.asked).toEqual([]);
    await annotations.actions.rankNamed((await lens(document, 'Rank these 600')).arguments![0]);
    expect(opened[0]!.paths).toHaveLength(600);
  });
});

describe('the hover', () => {
  const facts = { ...fakeFacts('a.mp4'), start: 0, duration: 9 };

  it('shows pictures, score with interval, verdict, reason, commands and how to switch it off', async () => {
    const other = world.clip('other.mp4');
    const more = compared(other, -2.6, 'B keeps the [grass](x).');
    world.clip('a.mp4', { ...more, ...world.ranked(3, 12, 0.8, { mainDefect: 'banding' }), facts });
    const text = (await hover(world.document('n.md', 'See `a.mp4` there.', 'markdown'), 'a.mp4'))!;
    expect(text).toContain('Rank 3 of 12');
    expect(text).toContain('\\+0.5 to \\+1.1');
    expect(text).toContain('It loses most in banding.');
    expect(text).toContain('Looks clearly worse than other.mp4: \\-2.6');
    expect(text).toContain('B keeps the \\[grass\\]\\(x\\).');
    expect(text.match(/!\[\]\(data:image\/jpeg;base64,/g)).toHaveLength(3);
    expect(world.asked.filter(({ method }) => method === 'thumbnail').map(({ params }) => params['time'])).toEqual([
      1.5, 4.5, 7.5,
    ]);
    const links = [...text.matchAll(/\(command:([\w.]+)\?([^)]*)\)/g)].map(([, name, given]) => [
      name,
      JSON.parse(decodeURIComponent(given!)),
    ]);
    expect(links).toEqual([
      ['versusq.compareNamed', [world.path('a.mp4'), other]],
      ['versusq.compareWith', [world.path('a.mp4')]],
      ['versusq.rankFolderOf', [world.path('a.mp4')]],
      ['workbench.action.openSettings', ['versusq.annotations']],
    ]);
  });

  it('lets its links run the few commands it names', async () => {
    world.clip('a.mp4', world.ranked(1, 2, 0.8));
    const document = world.document('n.txt', 'a.mp4');
    const found = await annotations.hovers.provideHover(
      asVSCode(document),
      asVSCode(new vscode.Position(0, 2)),
      asVSCode(token),
    );
    const { isTrusted, value } = asVSCode<vscode.Hover>(found).contents;
    const { enabledCommands } = isTrusted as { enabledCommands: string[] };
    const used = [...value.matchAll(/\(command:([\w.]+)/g)].map(([, name]) => name);
    expect(enabledCommands).toEqual(expect.arrayContaining(used));
    expect(enabledCommands.every((name) => name.startsWith('versusq.') || name.endsWith('openSettings'))).toBe(true);
  });

  it('names a hostile file without letting it write Markdown', async () => {
    const path = world.clip('x](command:evil) b.mp4', { ...world.ranked(1, 2, 0.8), ...compared('/clips/c).mp4', 1) });
    const text = await hover(world.document('n.json', '["x](command:evil) b.mp4"]', 'json'), 'evil');
    expect(text).toContain('x\\]\\(command:evil\\) b.mp4');
    const links = [...text!.matchAll(/(?<!\\)\]\(command:([\w.]+)\?([^)]*)\)/g)];
    expect(links.map(([, name]) => name)).toEqual([
      'versusq.compareNamed',
      'versusq.compareWith',
      'versusq.rankFolderOf',
      'workbench.action.openSettings',
    ]);
    expect(JSON.parse(decodeURIComponent(links[0]![2]!))).toEqual([path, '/clips/c).mp4']);
    expect(text!.split(/(?<!\\)\]\(/)).toHaveLength(links.length + 2); // and one picture
  });

  it('asks for no pictures of a missing clip, and says nothing where no clip is named', async () => {
    const document = world.document('n.txt', 'gone.mp4 and words');
    expect(await hover(document, 'gone.mp4')).toContain('There is no such file. Looked for at:');
    expect(await hover(document, 'words')).toBeNull();
    expect(world.asked).toEqual([]);
  });

  it('keeps pictures for the next time', async () => {
    world.clip('a.mp4', { ...world.ranked(1, 2, 0.8), facts });
    const document = world.document('n.txt', 'a.mp4');
    await hover(document, 'a.mp4');
    await hover(document, 'a.mp4');
    expect(world.asked.filter(({ method }) => method === 'thumbnail')).toHaveLength(3);
  });
});

describe('a click on "not analysed"', () => {
  const click = async (document: vscode.FakeDocument, name: string): Promise<void> =>
    annotations.actions.analyse({ document: document.uri.toString(), start: document.getText().indexOf(name) });

  it('ranks the list that the clip stands in', async () => {
    for (const name of ['a.mp4', 'b.mp4', 'c.mp4']) world.clip(name);
    await click(world.document('list.txt', 'a.mp4\nb.mp4\nc.mp4\n'), 'b.mp4');
    expect(opened).toEqual([{ method: 'rank', paths: ['a.mp4', 'b.mp4', 'c.mp4'].map((name) => world.path(name)) }]);
  });

  it('compares the clip with the other of its pair', async () => {
    for (const name of ['a.mp4', 'b.mp4']) world.clip(name);
    await click(world.document('list.txt', 'a.mp4\nb.mp4\n'), 'b.mp4');
    expect(opened).toEqual([{ method: 'compare', paths: [world.path('b.mp4'), world.path('a.mp4')] }]);
  });

  it('ranks the folder of a clip that stands alone, or asks for another clip', async () => {
    world.clip('folder/a.mp4');
    world.clip('folder/b.mp4');
    world.clip('alone/c.mp4');
    const document = world.document('n.txt', 'folder/a.mp4' + '\n'.repeat(9) + 'alone/c.mp4');
    await click(document, 'folder/a.mp4');
    await click(document, 'alone/c.mp4');
    expect(opened).toEqual([
      { method: 'rankFolder', paths: [world.path('folder')] },
      { method: 'compare', paths: [world.path('alone/c.mp4'), null] },
    ]);
  });

  it('works from the cursor, and says what is missing', async () => {
    await annotations.actions.analyse(undefined);
    expect(vscode.seen.warnings).toEqual(['VersusQ: Put the cursor on the name of a clip first.']);
    const document = world.document('n.txt', 'gone.mp4');
    vscode.window.activeTextEditor = { document, selection: { active: new vscode.Position(0, 3) } };
    await annotations.actions.analyse(undefined);
    expect(vscode.seen.warnings.at(-1)).toBe('VersusQ: There is no such file: gone.mp4');
    expect(opened).toEqual([]);
  });

  it('takes nothing but clips from whoever calls its commands', async () => {
    await annotations.actions.compareNamed('/etc/passwd', 'relative.mp4');
    await annotations.actions.rankFolderOf({ path: '/etc' });
    await annotations.actions.showNamed('list.txt');
    expect(opened).toEqual([]);
  });
});

describe('badges', () => {
  const badge = async (name: string): Promise<vscode.FileDecoration | undefined> =>
    asVSCode(await annotations.badges.provideFileDecoration(asVSCode(vscode.Uri.file(world.path(name)))));

  it('tell the rank in at most two characters, else a grade, in words too', async () => {
    world.clip('a.mp4', world.ranked(7, 12, 0.8));
    world.clip('b.mp4', world.ranked(120, 300, -2.5, { mainDefect: 'banding' }));
    world.clip('c.mp4', compared(world.path('a.mp4'), -5));
    world.clip('d.mp4');
    const shown = await Promise.all(['a.mp4', 'b.mp4', 'c.mp4', 'd.mp4', 'notes.txt', 'code.ts'].map(badge));
    expect(shown.map((each) => each?.badge)).toEqual(['7', 'D', 'E', undefined, undefined, undefined]);
    expect(shown.map((each) => each?.color?.id)).toEqual([
      'charts.green',
      'symbolIcon.classForeground',
      'charts.red',
      undefined,
      undefined,
      undefined,
    ]);
    expect(shown[1]!.tooltip).toMatch(/^Rank 120 of 300 in .*It loses most in banding\.$/);
    expect(world.asked).toHaveLength(1);
  });

  it('reach the folder only where that is wanted, and only bad ones', async () => {
    world.clip('good.mp4', world.ranked(1, 2, 3));
    world.clip('bad.mp4', world.ranked(2, 2, -3));
    expect((await badge('bad.mp4'))!.propagate).toBe(false);
    vscode.settings.set('versusq.annotations.propagateBadges', true);
    expect([(await badge('good.mp4'))!.propagate, (await badge('bad.mp4'))!.propagate]).toEqual([false, true]);
  });

  it('that changed are told in portions of at most 200, each file once', async () => {
    const names = Array.from({ length: 700 }, (_, i) => `clip_${i}.mp4`);
    for (const name of names) world.clip(name, world.ranked(1, 700, 0));
    await Promise.all(names.map(badge));
    expect(world.asked.map(({ params }) => (params['paths'] as string[]).length)).toEqual([500, 200]);
    const told: string[][] = [];
    annotations.badges.onDidChangeFileDecorations((uris) => told.push(uris!.map(({ fsPath }) => fsPath)));
    for (const name of names.slice(1)) world.known.set(world.path(name), world.ranked(2, 700, -1));
    annotations.storeChanged();
    await vi.waitFor(() => expect(told.flat()).toHaveLength(699));
    expect(Math.max(...told.map((portion) => portion.length))).toBeLessThanOrEqual(200);
    expect(new Set(told.flat()).size).toBe(699);
    expect(told.flat()).not.toContain(world.path(names[0]!));
  });
});

describe('the status bar', () => {
  it('tells of the clip in the active tab, and of nothing else', async () => {
    world.clip('a.mp4', world.ranked(3, 12, 0.8));
    vscode.tabChanges(vscode.Uri.file(world.path('a.mp4')));
    await vi.waitFor(() => expect(world.clipStatus.at(-1)).toMatchObject({ text: '#3 of 12  +0.8' }));
    vscode.tabChanges(vscode.Uri.file(world.path('notes.txt')));
    await vi.waitFor(() => expect(world.clipStatus.at(-1)).toBeNull());
  });
});

describe('right after', () => {
  let document: vscode.FakeDocument;
  beforeEach(async () => {
    world.clip('a.mp4', world.ranked(1, 2, 0.8));
    world.clip('b.mp4', world.ranked(2, 2, -0.8));
    document = world.document('list.txt', 'a.mp4\nb.mp4\nnew.mp4\n');
    expect(await texts(document)).toEqual(['#1 of 2  +0.8', '#2 of 2  -0.8', 'file missing']);
  });
  /** What VS Code would show after the next word of a change. */
  async function told(act: () => void): Promise<string[]> {
    const word = new Promise<void>((done) => annotations.onDidChange(() => done()));
    act();
    await word;
    return texts(document);
  }

  it('a clip is renamed', async () => {
    world.known.set(world.path('new.mp4'), world.ranked(1, 2, 0.8));
    const shown = await told(() => {
      renameSync(world.path('a.mp4'), world.path('new.mp4'));
      vscode.fileGoes(world.path('a.mp4'));
      vscode.fileComes(world.path('new.mp4'));
    });
    expect(shown).toEqual(['file missing', '#2 of 2  -0.8', '#1 of 2  +0.8']);
  });

  it('a clip is deleted', async () => {
    const shown = await told(() => {
      rmSync(world.path('b.mp4'));
      vscode.fileGoes(world.path('b.mp4'));
    });
    expect(shown).toEqual(['#1 of 2  +0.8', 'file missing', 'file missing']);
  });

  it('a clip is replaced', async () => {
    const shown = await told(() => {
      world.known.set(world.path('b.mp4'), {});
      vscode.fileChanges(world.path('b.mp4'));
    });
    expect(shown).toEqual(['#1 of 2  +0.8', 'not analysed', 'file missing']);
  });

  it('a folder is deleted with its clips', async () => {
    world.clip('e/c.mp4', world.ranked(1, 1, 0));
    document.edit(0, 0, 'e/c.mp4\n');
    expect((await texts(document))[0]).toBe('#1 of 1  0.0');
    const shown = await told(() => {
      rmSync(world.path('e'), { recursive: true });
      vscode.fileGoes(world.path('e'));
    });
    expect(shown[0]).toBe('file missing');
  });

  it('a folder comes with its clips', async () => {
    document.edit(0, 0, 'e/c.mp4\n');
    expect((await texts(document))[0]).toBe('file missing');
    const shown = await told(() => {
      world.clip('e/c.mp4', world.ranked(1, 1, 0));
      vscode.fileComes(world.path('e'));
    });
    expect(shown[0]).toBe('#1 of 1  0.0');
  });

  it('other files come and go, nothing is asked again', async () => {
    const changed = vi.fn();
    annotations.onDidChange(changed);
    const before = world.asked.length;
    for (const name of ['node_modules', 'notes.txt', 'e/log.txt', 'a.mp4.part']) {
      vscode.fileComes(world.path(name));
      vscode.fileGoes(world.path(name));
    }
    await new Promise((done) => setTimeout(done, 400)); // two reports and more
    expect(changed).not.toHaveBeenCalled();
    expect(world.asked).toHaveLength(before);
  });

  it('another window writes the store', async () => {
    vscode.windowFocus(false);
    world.known.set(world.path('a.mp4'), world.ranked(2, 2, -0.1));
    writeFileSync(join(world.storage, 'versusq.sqlite-wal'), 'more');
    expect((await told(() => vscode.windowFocus(true)))[0]).toBe('#2 of 2  -0.1');
  });

  it('a ranking ends', async () => {
    world.known.set(world.path('a.mp4'), world.ranked(2, 2, -0.1));
    world.known.set(world.path('b.mp4'), world.ranked(1, 2, 0.1));
    expect(await told(() => annotations.storeChanged())).toEqual(['#2 of 2  -0.1', '#1 of 2  +0.1', 'file missing']);
  });
});
