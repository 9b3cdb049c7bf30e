/**
 * Tells when clips of a ranking were added, changed or deleted, once they are whole (settling.ts).
 */
import * as vscode from 'vscode';
import { dirname, sep } from 'node:path';
import { isVideoName } from '../../protocol/index.js';
import { Disposable } from '../disposable.js';
import { lookAt } from './clipFiles.js';
import { Settling } from './settling.js';
import type { RankSource } from './source.js';

export class FolderWatch extends Disposable {
  private readonly settling: Settling;

  /** `known` gives the absolute paths of the clips ranked now: with a folder that is deleted, they go without a word of their own. */
  constructor(
    source: RankSource,
    subfolders: boolean,
    known: () => readonly string[],
    settled: (paths: string[]) => void,
  ) {
    super();
    this.settling = this._register(new Settling(lookAt, settled));
    const chosen = source.clips === null ? null : new Set(source.clips);
    const touched = ({ fsPath }: vscode.Uri): void => {
      if (chosen === null ? isVideoName(fsPath) : chosen.has(fsPath)) this.settling.touch(fsPath);
    };
    const deleted = (uri: vscode.Uri): void => {
      touched(uri);
      const inside = uri.fsPath + sep;
      for (const path of known()) if (path.startsWith(inside)) this.settling.touch(path);
    };
    const folders = source.clips === null ? [source.folder] : new Set(source.clips.map((path) => dirname(path)));
    const glob = source.clips === null && subfolders ? '**/*' : '*';
    for (const folder of folders) {
      const pattern = new vscode.RelativePattern(vscode.Uri.file(folder), glob);
      const watcher = this._register(vscode.workspace.createFileSystemWatcher(pattern));
      this._register(watcher.onDidChange(touched));
      this._register(watcher.onDidCreate(touched));
      this._register(watcher.onDidDelete(deleted));
    }
  }
}
