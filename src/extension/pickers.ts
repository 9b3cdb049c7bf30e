/**
 * Two videos chosen by hand, for the command palette: first A, then B, from the workspace's videos or from anywhere.
 */
import * as vscode from 'vscode';
import { VIDEO_EXTENSIONS } from '../protocol/index.js';
import { videoGlob } from './videoFiles.js';

/** No list longer than this is shown; the reviewer types to narrow it down, or browses. */
const MOST_FILES = 5000;

interface ClipItem extends vscode.QuickPickItem {
  uri?: vscode.Uri;
}

/** undefined when the reviewer gave up. */
export async function pickPair(): Promise<[vscode.Uri, vscode.Uri] | undefined> {
  const found = vscode.workspace.findFiles(videoGlob(), '**/node_modules/**', MOST_FILES);
  const a = await pickClip(vscode.l10n.t('Compare Quality: Clip A'), found, undefined);
  if (a === undefined) return undefined;
  const b = await pickClip(vscode.l10n.t('Compare Quality: Clip B'), found, a);
  return b === undefined ? undefined : [a, b];
}

/** The clip to compare with `first`. */
export async function pickOther(first: vscode.Uri): Promise<vscode.Uri | undefined> {
  const found = vscode.workspace.findFiles(videoGlob(), '**/node_modules/**', MOST_FILES);
  return pickClip(vscode.l10n.t('Compare Quality: Clip B'), found, first);
}

async function pickClip(
  title: string,
  found: Thenable<vscode.Uri[]>,
  except: vscode.Uri | undefined,
): Promise<vscode.Uri | undefined> {
  const items = Promise.resolve(found).then((uris): ClipItem[] => [
    ...uris
      .filter((uri) => uri.toString() !== except?.toString())
      .sort((a, b) => a.path.localeCompare(b.path))
      .map((uri) => {
        const path = vscode.workspace.asRelativePath(uri);
        const slash = path.lastIndexOf('/');
        return { label: path.slice(slash + 1), description: path.slice(0, Math.max(0, slash)), uri };
      }),
    { label: `$(folder-opened) ${vscode.l10n.t('Browse...')}`, alwaysShow: true },
  ]);
  const picked = await vscode.window.showQuickPick(items, {
    title,
    placeHolder:
      except === undefined
        ? vscode.l10n.t('The first of the two videos')
        : vscode.l10n.t('The video to compare it with'),
    matchOnDescription: true,
  });
  if (picked === undefined || picked.uri !== undefined) return picked?.uri;
  const [browsed] =
    (await vscode.window.showOpenDialog({
      title,
      filters: { [vscode.l10n.t('Videos')]: [...VIDEO_EXTENSIONS], [vscode.l10n.t('All files')]: ['*'] },
    })) ?? [];
  return browsed;
}
