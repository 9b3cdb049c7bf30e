/**
 * What to rank, for the command palette: a folder of the workspace that holds videos, a folder from anywhere, or clips one by
 * one; and a clip among the ranked ones.
 */
import * as vscode from 'vscode';
import { dirname } from 'node:path';
import { videoGlob } from '../videoFiles.js';
import type { RankSession } from './session.js';
import { chosenClips, type RankSource } from './source.js';
import { treeContext, treeEntry } from './treeItems.js';

/** No list longer than this is shown; the reviewer types to narrow it down, or browses. */
const MOST_FILES = 5000;

const title = (): string => vscode.l10n.t('Rank Folder by Quality');

interface SourceItem extends vscode.QuickPickItem {
  uri?: vscode.Uri;
}

/** undefined when the reviewer gave up. */
export async function pickSource(): Promise<RankSource | undefined> {
  const found = Promise.resolve(vscode.workspace.findFiles(videoGlob(), '**/node_modules/**', MOST_FILES));
  const browse: SourceItem = { label: `$(folder-opened) ${vscode.l10n.t('Browse...')}`, alwaysShow: true };
  const choose: SourceItem = { label: `$(checklist) ${vscode.l10n.t('Choose Clips...')}`, alwaysShow: true };
  const items = found.then((uris) => [...folders(uris), ...(uris.length > 1 ? [choose] : []), browse]);
  const picked = await vscode.window.showQuickPick(items, {
    title: title(),
    placeHolder: vscode.l10n.t('The folder with the videos'),
    matchOnDescription: true,
  });
  if (picked === choose) return pickClips(await found);
  if (picked === undefined || picked.uri !== undefined)
    return picked?.uri && { folder: picked.uri.fsPath, clips: null };
  const [folder] =
    (await vscode.window.showOpenDialog({ title: title(), canSelectFolders: true, canSelectFiles: false })) ?? [];
  return folder && { folder: folder.fsPath, clips: null };
}

/** The clip of a ranking to compare with `first`, both by their relative paths, best first. */
export async function pickRanked(session: RankSession, first: string): Promise<string | undefined> {
  const context = treeContext(session.rows, session.table.reference);
  const items = session.rows
    .filter((row) => row.path !== first && row.status !== 'failed')
    .map((row) => ({ label: row.path, description: treeEntry(row, null, context).description }));
  const picked = await vscode.window.showQuickPick(items, { title: vscode.l10n.t('Compare {0} with', first) });
  return picked?.label;
}

/** Folders by the number of videos right inside, in the order of their paths. */
function folders(videos: readonly vscode.Uri[]): SourceItem[] {
  const counts = new Map<string, number>();
  for (const { fsPath } of videos) counts.set(dirname(fsPath), (counts.get(dirname(fsPath)) ?? 0) + 1);
  return [...counts]
    .sort(([a], [b]) => a.localeCompare(b))
    .map(([path, count]) => {
      const uri = vscode.Uri.file(path);
      const label = vscode.workspace.asRelativePath(uri);
      return { label, description: count === 1 ? vscode.l10n.t('1 video') : vscode.l10n.t('{0} videos', count), uri };
    });
}

async function pickClips(videos: readonly vscode.Uri[]): Promise<RankSource | undefined> {
  const items = [...videos]
    .sort((a, b) => a.path.localeCompare(b.path))
    .map((uri) => ({ label: vscode.workspace.asRelativePath(uri), uri }));
  const picked = await vscode.window.showQuickPick(items, {
    title: title(),
    placeHolder: vscode.l10n.t('The clips to rank, two or more'),
    canPickMany: true,
  });
  return picked === undefined || picked.length === 0 ? undefined : chosenClips(picked.map(({ uri }) => uri.fsPath));
}
