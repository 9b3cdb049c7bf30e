/**
 * The user's settings as the engine takes them. VS Code itself leaves out workspace values of `versusq.ffmpegPath` and
 * `versusq.modelPath` in an untrusted workspace (package.json, restrictedConfigurations); they are read here and nowhere else.
 */
import * as vscode from 'vscode';
import { homedir } from 'node:os';
import { storeFolder } from '../engine/paths.js';
import type { DeviceName, EngineSettings } from '../protocol/index.js';

/** Names of what `engineSettings` reads. */
export const ENGINE_SETTINGS = ['ffmpegPath', 'device', 'modelPath', 'store'].map((name) => `versusq.${name}`);

/** Folder of the store and of the copies made for playback, on the machine that the extension runs on; the command's, too. */
export const storeUri = (): vscode.Uri =>
  vscode.Uri.file(storeFolder({ env: process.env, platform: process.platform, home: homedir() }));

export function engineSettings(): EngineSettings {
  const configuration = vscode.workspace.getConfiguration('versusq');
  const path = (name: string): string | null => configuration.get<string>(name, '').trim() || null;
  return {
    ffmpegPath: path('ffmpegPath'),
    modelPath: path('modelPath'),
    device: configuration.get<DeviceName>('device', 'auto'),
    storePath: configuration.get('store', true) ? storeUri().fsPath : null,
  };
}
