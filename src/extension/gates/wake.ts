/**
 * Part of activation: calls `wake` once, when a trusted workspace has a `.versusq.json` or gets one. Imports nothing, so that
 * activation stays cheap.
 */
import * as vscode from 'vscode';

const PATTERN = '**/.versusq.json';

export function wakeForGates(wake: () => unknown): vscode.Disposable[] {
  let woken = false;
  const look = async (): Promise<void> => {
    if (woken || !vscode.workspace.isTrusted) return;
    const [found] = await vscode.workspace.findFiles(PATTERN, '**/node_modules/**', 1);
    if (found === undefined || woken) return;
    woken = true;
    wake();
  };
  const watcher = vscode.workspace.createFileSystemWatcher(PATTERN, false, true, true);
  void look();
  return [watcher, watcher.onDidCreate(look), vscode.workspace.onDidGrantWorkspaceTrust(look)];
}
