// Activation names the annotations and loads nothing; what package.json promises is what the code does.
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type * as VSCode from 'vscode';
import * as vscode from '../fake-vscode.js';
import { token, World } from './world.js';

vi.mock('vscode', () => import('../fake-vscode.js'));
const { Annotations } = await import('../../../../src/extension/annotations/annotations.js');
const { densityOf, badgesPropagate, rootsFor } =
  await import('../../../../src/extension/annotations/annotationSettings.js');
const Names = await import('../../../../src/extension/annotations/commandNames.js');
const { registerAnnotations } = await import('../../../../src/extension/annotations/register.js');

let world: World;
let made: InstanceType<typeof Annotations> | null;
let loads: number;
let registration: ReturnType<typeof registerAnnotations>;
let storeFile: string;
beforeEach(() => {
  vscode.reset();
  world = new World();
  [made, loads] = [null, 0];
  storeFile = join(world.storage, 'versusq.sqlite');
  registration = registerAnnotations(load, storeFile);
});
afterEach(() => {
  registration.dispose();
  made?.dispose();
  world.remove();
});

async function load(): Promise<InstanceType<typeof Annotations>> {
  loads++;
  const none = async (): Promise<void> => undefined;
  made ??= new Annotations(world.services, { compare: none, rank: none, rankFolder: none });
  registration.loaded(made);
  return made;
}
type HintsProvider = {
  provideInlayHints(...of: unknown[]): Promise<unknown[]>;
  onDidChangeInlayHints: VSCode.Event<void>;
};
type BadgesProvider = {
  provideFileDecoration(uri: vscode.Uri): Promise<unknown>;
  onDidChangeFileDecorations: VSCode.Event<unknown>;
};
const provider = <T>(name: string): T => vscode.registered.get(name) as T;
const hintsOf = (document: vscode.FakeDocument): Promise<unknown[]> =>
  provider<HintsProvider>('inlayHints').provideInlayHints(document, new vscode.Range(0, 0, 99, 0), token);

describe('the rest of the extension', () => {
  it('is not loaded for texts that name no clip', async () => {
    expect(await hintsOf(world.document('a.txt', 'The .mp4 format, mp4s, and code.ts.'))).toBeUndefined();
    const code = world.document('b.ts', "import { x } from './module.ts';", 'typescript');
    expect(await hintsOf(code)).toBeUndefined();
    expect(loads).toBe(0);
  });

  it.each([
    ['list.txt', 'See a.MP4.'],
    ['playlist.m3u8', 'segment0.ts'],
  ])('is loaded for %s with "%s"', async (name, text) => {
    expect(await hintsOf(world.document(name, text))).toHaveLength(1);
    expect(loads).toBe(1);
  });

  it('is not loaded for files in the Explorer while nothing was ever kept, and catches up when something is', async () => {
    const badges = provider<BadgesProvider>('badges');
    const clip = vscode.Uri.file(world.clip('a.mp4', world.ranked(1, 2, 0.8)));
    rmSync(storeFile);
    expect(await badges.provideFileDecoration(clip)).toBeUndefined();
    expect(loads).toBe(0);
    const told = vi.fn();
    badges.onDidChangeFileDecorations(told);
    await load(); // by a command: a first ranking
    made!.storeChanged();
    expect(told).not.toHaveBeenCalled();
    writeFileSync(storeFile, '');
    made!.storeChanged();
    await vi.waitFor(() => expect(told).toHaveBeenCalledWith(undefined));
    expect(await badges.provideFileDecoration(clip)).toMatchObject({ badge: '1' });
  });

  it('is not loaded for files that are no clips', async () => {
    const badges = provider<BadgesProvider>('badges');
    for (const name of ['a.txt', 'folder']) await badges.provideFileDecoration(vscode.Uri.file(world.path(name)));
    expect(loads).toBe(0);
  });

  it('asks VS Code for hints anew when its annotations changed', async () => {
    const told = vi.fn();
    provider<HintsProvider>('inlayHints').onDidChangeInlayHints(told);
    await load();
    made!.storeChanged();
    expect(told).toHaveBeenCalledTimes(1);
  });
});

describe('a text', () => {
  const unsaved = vscode.Uri.from({ scheme: 'untitled', path: 'Untitled-1' });
  const version = (scheme: string): vscode.Uri => vscode.Uri.from({ scheme, path: world.path('sub/list.txt') });
  const shows = (uri: vscode.Uri, text: string): vscode.FakeDocument => new vscode.FakeDocument(uri, text);

  it('that is not saved, or another version of a file, has hints as a file has; one of another machine has none', () => {
    const schemes = ['file', 'vscode-notebook-cell', 'untitled', 'git', 'review'];
    for (const name of ['inlayHints', 'hover', 'codeLens'])
      expect(vscode.selectors.get(name)).toEqual(schemes.map((scheme) => ({ scheme })));
  });

  it('that is not saved names clips of the workspace; another version those beside its file', async () => {
    world.clip('a.mp4', world.ranked(1, 2, 0.8));
    world.clip('sub/b.mp4', world.ranked(2, 2, -0.8));
    const label = async (uri: vscode.Uri, text: string): Promise<unknown> => {
      const [hint] = (await hintsOf(shows(uri, text))) as vscode.InlayHint[];
      return hint?.label[0]!.value;
    };
    expect(await label(unsaved, 'a.mp4')).toBe('#1 of 2  +0.8');
    const other = vscode.Uri.from({ scheme: 'untitled', path: 'Untitled-2' });
    expect(await label(other, 'b.mp4')).toBe('file missing');
    for (const scheme of ['git', 'review']) expect(await label(version(scheme), 'b.mp4')).toBe('#2 of 2  -0.8');
  });

  it('has the settings of its file', async () => {
    const asked = vi.spyOn(vscode.workspace, 'getConfiguration');
    const scopes = (): unknown[] => asked.mock.calls.map((call: unknown[]) => String(call[1]));
    await hintsOf(shows(version('git'), 'a.mp4'));
    expect(new Set(scopes())).toContain(`file://${world.path('sub/list.txt')}`);
    expect(scopes().filter((scope) => String(scope).startsWith('git:'))).toEqual([]);
    asked.mockRestore();
  });

  it('in an untrusted workspace is left alone', async () => {
    vscode.workspace.isTrusted = false;
    for (const uri of [unsaved, version('git'), version('review')])
      expect(await hintsOf(shows(uri, 'a.mp4'))).toEqual([]);
    expect(world.asked).toEqual([]);
  });

  it('names nothing in a folder of another machine, whose path may be one of this machine too', async () => {
    world.clip('a.mp4', world.ranked(1, 2, 0.8));
    vscode.workspace.workspaceFolders = [{ uri: vscode.Uri.from({ scheme: 'vscode-vfs', path: world.folder }) }];
    expect(await hintsOf(shows(unsaved, 'a.mp4'))).toEqual([]);
    expect(world.asked).toEqual([]);
  });
});

describe('package.json', () => {
  const manifest = JSON.parse(readFileSync(join(import.meta.dirname, '../../../../package.json'), 'utf8')) as {
    contributes: {
      commands: { command: string }[];
      menus: Record<string, { command: string; when?: string }[]>;
      configuration: { properties: object } | { properties: Record<string, { default: unknown }> }[];
    };
    capabilities: { untrustedWorkspaces: { restrictedConfigurations: string[] } };
  };
  const groups = [manifest.contributes.configuration].flat() as { properties: Record<string, { default: unknown }> }[];
  const setting = (name: string): unknown =>
    groups.map(({ properties }) => properties[`versusq.annotations.${name}`]).find(Boolean)?.default;

  it('has the defaults that the code has', () => {
    const uri = vscode.Uri.file('/clips/list.txt') as unknown as VSCode.Uri;
    for (const kind of ['inlayHints', 'hover', 'codeLens', 'explorerBadges'] as const) {
      expect(densityOf(kind, uri)).toBe(setting('density'));
      expect(setting(kind)).toBe(true);
    }
    expect(badgesPropagate()).toBe(setting('propagateBadges'));
    expect(rootsFor(uri)).toEqual(setting('roots'));
  });

  it('lets an untrusted workspace name no roots', () => {
    expect(manifest.capabilities.untrustedWorkspaces.restrictedConfigurations).toContain('versusq.annotations.roots');
  });

  it('offers commands that exist, and hides from the palette those that need an argument', () => {
    const { commands, menus } = manifest.contributes;
    const named = [Names.ANALYSE, Names.RANK_NAMED, Names.COMPARE_WITH, Names.RANK_FOLDER_OF];
    for (const name of [...named, Names.COMPARE_NAMED, Names.SHOW_NAMED])
      expect(vscode.registered.get(name), name).toBeTypeOf('function');
    for (const name of named) {
      expect(commands.map(({ command }) => command)).toContain(name);
      expect(menus['commandPalette']!.find(({ command }) => command === name)?.when, name).toBeTruthy();
    }
    for (const name of [Names.COMPARE_NAMED, Names.SHOW_NAMED])
      expect(commands.map(({ command }) => command)).not.toContain(name);
    const titles = menus['editor/title']!.filter(({ command }) => named.some((name) => name === command));
    expect(titles.map(({ when }) => when?.includes('vscode.videoPreview'))).toEqual([true, true]);
  });
});
