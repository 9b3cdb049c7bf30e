/**
 * The ranking as a file: CSV, JSON (`versusq.ranking/1`), Markdown, or one self-contained HTML page.
 */
import * as vscode from 'vscode';
import { basename, join } from 'node:path';
import { rankingCsv, rankingMarkdown } from '../../engine/report/ranking-text.js';
import { rankingPictures, reportHtml } from '../../engine/report/report.js';
import { VersusqError, type FromTable, type Ranking, say } from '../../protocol/index.js';
import { sentence } from '../language.js';
import { confirm } from '../panelActions.js';
import type { Services } from '../services.js';
import type { RankState } from './rankState.js';

type Format = Extract<FromTable, { type: 'export' }>['format'];

const FILES: Record<Format, { extension: string; name: string }> = {
  csv: { extension: 'csv', name: vscode.l10n.t('CSV table') },
  json: { extension: 'json', name: 'JSON' },
  markdown: { extension: 'md', name: 'Markdown' },
  html: { extension: 'html', name: vscode.l10n.t('HTML page') },
};
/** Clips of a page that get a picture, best first: more of them would make it too large to open. */
const MOST_PICTURES = 200;

/** Asks for a place and writes there; of a ranking that is not finished it says so. */
export async function exportRanking(state: RankState, format: Format, services: Services): Promise<void> {
  const { ranking, table, source } = state;
  if (ranking === null || table.run.status !== 'done')
    return void vscode.window.showWarningMessage(
      vscode.l10n.t('VersusQ: the ranking is not finished. Export it when it is done.'),
    );
  const { extension, name } = FILES[format];
  const target = await vscode.window.showSaveDialog({
    defaultUri: vscode.Uri.file(join(source.folder, `${basename(source.folder)} ranking.${extension}`)),
    filters: { [name]: [extension] },
    title: vscode.l10n.t('Export Ranking'),
  });
  if (target === undefined) return;
  try {
    const text = await rankingText(ranking, format, table.title, services);
    await vscode.workspace.fs.writeFile(target, Buffer.from(text));
    confirm(vscode.l10n.t('Ranking saved to {0}', target.fsPath));
  } catch (error) {
    const { code, message, details } = VersusqError.from(error);
    if (code === 'cancelled') return;
    services.log.error(`The ranking was not exported: ${message}`, details ?? '');
    void vscode.window.showErrorMessage(
      vscode.l10n.t('VersusQ: the ranking could not be saved. {0}', sentence(message)),
    );
  }
}

async function rankingText(ranking: Ranking, format: Format, title: string, services: Services): Promise<string> {
  switch (format) {
    case 'csv':
      return rankingCsv(ranking);
    case 'json':
      return `${JSON.stringify(ranking, null, 2)}\n`;
    case 'markdown':
      return rankingMarkdown(ranking);
    case 'html':
      return reportHtml({
        title: `Ranking of ${title}`,
        generated: new Date().toLocaleString(),
        versusq: VERSUSQ_VERSION,
        ranking: { ranking, pictures: await withPictures(ranking, services) },
        comparisons: [],
        failures: [],
      });
  }
}

/** The pictures of the page; cancelling ends the export. */
function withPictures(ranking: Ranking, { worker }: Services): Thenable<Map<string, string>> {
  const most = Math.min(MOST_PICTURES, ranking.clips.filter(({ facts }) => facts !== null).length);
  return vscode.window.withProgress(
    {
      location: vscode.ProgressLocation.Notification,
      title: vscode.l10n.t('Exporting the ranking'),
      cancellable: true,
    },
    async (progress, token) => {
      const cancelled = new AbortController();
      token.onCancellationRequested(() => cancelled.abort());
      let taken = 0;
      const pictures = await rankingPictures(ranking, async (path, time, width) => {
        if (cancelled.signal.aborted || taken >= most) throw new VersusqError('cancelled', say`Without a picture.`);
        progress.report({ message: vscode.l10n.t('picture {0} of {1}', ++taken, most), increment: 100 / most });
        const { dataUri } = await worker.request('thumbnail', { path, time, width }, { signal: cancelled.signal });
        return dataUri;
      });
      if (cancelled.signal.aborted) throw new VersusqError('cancelled', say`Cancelled.`);
      return pictures;
    },
  );
}
