/**
 * What the panel's buttons do outside the panel: clipboard, report, settings, Explorer.
 */
import * as vscode from 'vscode';
import { dirname, join, parse } from 'node:path';
import { comparisonPictures, reportHtml } from '../engine/report/report.js';
import { VersusqError, type ComparePanelState } from '../protocol/index.js';
import { sentence } from './language.js';
import type { Services } from './services.js';
import { ENGINE_SETTINGS } from './settings.js';

/** Seconds a confirmation stays in the status bar. */
const CONFIRMATION_SECONDS = 3;

export async function copyJson({ comparison }: ComparePanelState): Promise<void> {
  if (comparison === null) return;
  await vscode.env.clipboard.writeText(`${JSON.stringify(comparison, null, 2)}\n`);
  confirm(vscode.l10n.t('Comparison copied as JSON'));
}

/** Asks for a place and writes the report there: one HTML page with pictures of the moments that matter. */
export async function saveReport({ a, b, comparison }: ComparePanelState, { worker, log }: Services): Promise<void> {
  if (comparison === null) return;
  const name = `${parse(a.path).name} - ${parse(b.path).name}.html`;
  const target = await vscode.window.showSaveDialog({
    defaultUri: vscode.Uri.file(join(dirname(a.path), name)),
    filters: { [vscode.l10n.t('HTML page')]: ['html'] },
    title: vscode.l10n.t('Save Report'),
  });
  if (target === undefined) return;
  try {
    const pictures = await comparisonPictures(comparison, async (path, time, width) => {
      const { dataUri } = await worker.request('thumbnail', { path, time, width });
      return dataUri;
    });
    const page = reportHtml({
      title: `${a.name} against ${b.name}`,
      generated: new Date().toLocaleString(),
      versusq: VERSUSQ_VERSION,
      ranking: null,
      comparisons: [{ comparison, pictures }],
      failures: [],
    });
    await vscode.workspace.fs.writeFile(target, Buffer.from(page));
    confirm(vscode.l10n.t('Report saved to {0}', target.fsPath));
  } catch (error) {
    const { message, details } = VersusqError.from(error);
    log.error(`The report was not saved: ${message}`, details ?? '');
    void vscode.window.showErrorMessage(
      vscode.l10n.t('VersusQ: the report could not be saved. {0}', sentence(message)),
    );
  }
}

export async function copyDetails({ a, b, run }: ComparePanelState): Promise<void> {
  if (run.status !== 'failed') return;
  const { error } = run;
  const lines = [
    `${error.code}: ${error.message}`,
    `A: ${a.path}`,
    `B: ${b.path}`,
    `VersusQ ${VERSUSQ_VERSION}, VS Code ${vscode.version}, ${process.platform}-${process.arch}`,
    ...(error.details === undefined ? [] : ['', error.details]),
  ];
  await vscode.env.clipboard.writeText(`${lines.join('\n')}\n`);
  confirm(vscode.l10n.t('Details copied'));
}

export async function openSetting(setting: string): Promise<void> {
  if (ENGINE_SETTINGS.includes(setting)) await vscode.commands.executeCommand('workbench.action.openSettings', setting);
}

export async function reveal(path: string): Promise<void> {
  const uri = vscode.Uri.file(path);
  const inWorkspace = vscode.workspace.getWorkspaceFolder(uri) !== undefined;
  await vscode.commands.executeCommand(inWorkspace ? 'revealInExplorer' : 'revealFileInOS', uri);
}

/** Tells in the status bar that something was done. */
export function confirm(text: string): void {
  vscode.window.setStatusBarMessage(text, CONFIRMATION_SECONDS * 1000);
}
