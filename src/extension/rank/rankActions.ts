/**
 * What the table and the Quality view do outside themselves: editors and clipboard.
 */
import * as vscode from 'vscode';
import { confirm } from '../panelActions.js';
import type { RankSession } from './session.js';

export function openClip(path: string): void {
  void vscode.commands.executeCommand('vscode.open', vscode.Uri.file(path));
}

export async function copyPaths(paths: readonly string[]): Promise<void> {
  if (paths.length === 0) return;
  await vscode.env.clipboard.writeText(paths.join('\n'));
  confirm(paths.length === 1 ? vscode.l10n.t('Path copied') : vscode.l10n.t('{0} paths copied', paths.length));
}

export async function copyRows(text: string): Promise<void> {
  await vscode.env.clipboard.writeText(text);
  confirm(vscode.l10n.t('Rows copied'));
}

/** Why the run failed, and why each clip did. */
export async function copyRankDetails({ source, table, clips }: RankSession): Promise<void> {
  const { run } = table;
  const errors = [...clips.values()].map(({ error }) => error).filter((error) => error !== null);
  if (run.status === 'failed') errors.unshift(run.error);
  const lines = [
    `Ranking of ${source.folder}`,
    `VersusQ ${VERSUSQ_VERSION}, VS Code ${vscode.version}, ${process.platform}-${process.arch}`,
    ...errors.flatMap(({ code, message, details }) => [
      '',
      `${code}: ${message}`,
      ...(details === undefined ? [] : [details]),
    ]),
  ];
  await vscode.env.clipboard.writeText(`${lines.join('\n')}\n`);
  confirm(vscode.l10n.t('Details copied'));
}
