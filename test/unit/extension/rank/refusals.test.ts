/** Why a folder can't be ranked is said in the language of the window, also where the sentence is the engine's. */
import { resolve } from 'node:path';
import type { Memento } from 'vscode';
import { afterEach, expect, it, vi } from 'vitest';
import { languageFrom } from '../../../../src/extension/language.js';
import { Rankings } from '../../../../src/extension/rank/rankings.js';
import type { Services } from '../../../../src/extension/services.js';
import * as vscode from '../fake-vscode.js';
import { seen } from '../fake-vscode.js';

vi.mock('vscode', () => import('../fake-vscode.js'));

afterEach(() => {
  vi.restoreAllMocks();
  vscode.env.language = 'en';
  languageFrom('');
});

it('a folder that is gone is told of in German', async () => {
  vscode.reset();
  vscode.env.language = 'de';
  languageFrom(resolve('.'));
  vi.spyOn(vscode.workspace.fs, 'stat').mockResolvedValue({ type: vscode.FileType.Directory });
  const rankings = new Rankings({} as Services, new vscode.FakeMemento() as unknown as Memento, () => undefined);
  const gone = vscode.Uri.file(resolve('/gone/encodes'));
  await rankings.rank(gone, [gone]);
  expect(seen.warnings).toEqual([`VersusQ: Es gibt keinen Ordner ${gone.fsPath}. Wurde er verschoben oder gelöscht?`]);
  rankings.dispose();
});
