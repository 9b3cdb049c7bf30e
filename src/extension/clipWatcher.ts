/**
 * Tells when a file was changed, replaced or deleted. Watches its folder without descending (VS Code's glob patterns would
 * misread names with brackets or braces) and reports a file gone only when it still is after a moment, because editors and
 * encoders replace files by delete and rename.
 */
import * as vscode from 'vscode';
import { dirname } from 'node:path';
import { Disposable } from './disposable.js';

/** Milliseconds between a deletion's report and the look whether a new file has taken its place. */
const REPLACE_TIME = 300;

export class ClipWatcher extends Disposable {
  constructor(path: string, onChanged: () => void, onDeleted: () => void) {
    super();
    const folder = vscode.Uri.file(dirname(path));
    const watcher = this._register(vscode.workspace.createFileSystemWatcher(new vscode.RelativePattern(folder, '*')));
    const uri = vscode.Uri.file(path);
    const ours = (changed: vscode.Uri): boolean => changed.fsPath === uri.fsPath;
    const exists = (): Promise<boolean> =>
      Promise.resolve(vscode.workspace.fs.stat(uri)).then(
        () => true,
        () => false,
      );
    const deleted = async (): Promise<void> => {
      await new Promise((resolve) => setTimeout(resolve, REPLACE_TIME));
      const there = await exists();
      if (this.isDisposed) return;
      if (there) onChanged();
      else onDeleted();
    };
    this._register(watcher.onDidChange((changed) => ours(changed) && onChanged()));
    this._register(watcher.onDidCreate((changed) => ours(changed) && onChanged()));
    this._register(watcher.onDidDelete((changed) => void (ours(changed) && deleted())));
  }
}
