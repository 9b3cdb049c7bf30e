// Names from texts and language models lead to files of the workspace and nowhere else.
import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import * as vscode from './fake-vscode.js';
import { isInside } from '../../../src/engine/paths.js';

vi.mock('vscode', () => import('./fake-vscode.js'));
const { inWorkspace } = await import('../../../src/extension/workspacePaths.js');

let root: string;
const at = (...parts: string[]): string => join(root, ...parts);
beforeEach(() => {
  vscode.reset();
  root = realpathSync(mkdtempSync(join(tmpdir(), 'versusq-paths-')));
  for (const folder of ['clips/sub', 'more', 'elsewhere']) mkdirSync(at(folder), { recursive: true });
  for (const file of ['clips/a.mp4', 'clips/sub/b.mp4', 'more/c.mp4', 'more/a.mp4', 'elsewhere/x.mp4'])
    writeFileSync(at(file), file);
  vscode.workspace.workspaceFolders = ['clips', 'more'].map((name) => ({ uri: vscode.Uri.file(at(name)) }));
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

it('finds a file from the base first, then from each workspace folder, also by the folder name in front', async () => {
  expect(await inWorkspace('a.mp4')).toBe(at('clips/a.mp4'));
  expect(await inWorkspace('a.mp4', at('more'))).toBe(at('more/a.mp4'));
  expect(await inWorkspace('c.mp4')).toBe(at('more/c.mp4'));
  expect(await inWorkspace('more/a.mp4')).toBe(at('more/a.mp4'));
  expect(await inWorkspace('../a.mp4', at('clips/sub'))).toBe(at('clips/a.mp4'));
  expect(await inWorkspace(at('clips/sub/b.mp4'))).toBe(at('clips/sub/b.mp4'));
  expect(await inWorkspace(pathToFileURL(at('clips/a.mp4')).href)).toBe(at('clips/a.mp4'));
});

it.each(['../elsewhere/x.mp4', '/etc/passwd', 'sub/../../elsewhere/x.mp4', 'file:///etc/passwd'])(
  'refuses %s, which lies outside the workspace',
  async (name) => {
    await expect(inWorkspace(name)).rejects.toMatchObject({ code: 'usage', message: expect.stringMatching('outside') });
  },
);

it('refuses a link inside the workspace that leads out of it', async () => {
  symlinkSync(at('elsewhere'), at('clips/out'));
  symlinkSync(at('clips/sub/b.mp4'), at('clips/in.mp4'));
  await expect(inWorkspace('out/x.mp4')).rejects.toMatchObject({ code: 'usage' });
  expect(await inWorkspace('in.mp4')).toBe(at('clips/in.mp4'));
});

it('refuses other schemes and empty names, and says what is not there', async () => {
  for (const name of ['https://example.org/a.mp4', 'data:x', '', 'a\0b'])
    await expect(inWorkspace(name)).rejects.toMatchObject({ code: 'usage' });
  await expect(inWorkspace('gone.mp4')).rejects.toMatchObject({
    code: 'media/not-found',
    message: '"gone.mp4" is not in the folders clips, more. Give its path relative to the workspace folder.',
  });
  vscode.workspace.workspaceFolders = undefined;
  await expect(inWorkspace('a.mp4')).rejects.toMatchObject({ message: expect.stringMatching('No folder is open') });
});

it('takes a name that only begins like its parent for what it is', () => {
  expect(isInside('/w/clips', '/w/clips2/a.mp4')).toBe(false);
  expect(isInside('/w/clips', '/w/clips/..a.mp4')).toBe(true);
  expect(isInside('/', '/w')).toBe(true);
});
