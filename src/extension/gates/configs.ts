/** The `.versusq.json` files of the workspace, as they stand in their editors where they are open. */
import * as vscode from 'vscode';
import { GATES_FILE } from '../../protocol/index.js';

export const CONFIG_PATTERN = `**/${GATES_FILE}`;
const MOST_CONFIGS = 100;

export const isConfig = ({ scheme, path }: vscode.Uri): boolean => scheme === 'file' && path.endsWith(`/${GATES_FILE}`);

export const configsOfWorkspace = async (): Promise<vscode.Uri[]> =>
  (await vscode.workspace.findFiles(CONFIG_PATTERN, '**/node_modules/**', MOST_CONFIGS)).filter(isConfig);

export function openDocument(uri: vscode.Uri): vscode.TextDocument | undefined {
  const name = uri.toString();
  return vscode.workspace.textDocuments.find((document) => document.uri.toString() === name);
}

export async function textOf(config: vscode.Uri): Promise<string> {
  const open = openDocument(config);
  if (open) return open.getText();
  const bytes = await vscode.workspace.fs.readFile(config);
  return new TextDecoder().decode(bytes); // takes a byte order mark away
}
