/** The settings of annotations, read where they are used: a change shows at the next request, which it causes. */
import * as vscode from 'vscode';

export const ANNOTATION_SETTINGS = 'versusq.annotations';
/** compact: rank or margin alone. normal: both. full: also the reason, what is unknown, and every pair. */
export type Density = 'compact' | 'normal' | 'full';
export type AnnotationKind = 'inlayHints' | 'hover' | 'codeLens' | 'explorerBadges' | 'problems';

/**
 * The file that a document is or shows a version of (a notebook's cell, a side of a diff); undefined: it has none yet. Settings and
 * workspace folders are told of files only.
 */
export const fileOf = ({ path, fsPath }: vscode.Uri): vscode.Uri | undefined =>
  path.startsWith('/') ? vscode.Uri.file(fsPath) : undefined;

/** null: switched off, or the workspace is not trusted: no text of a stranger leads to a file being opened. */
export function densityOf(kind: AnnotationKind, uri: vscode.Uri): Density | null {
  if (!vscode.workspace.isTrusted) return null;
  const configuration = vscode.workspace.getConfiguration(ANNOTATION_SETTINGS, fileOf(uri));
  const density = configuration.get<Density | 'off'>('density', 'normal');
  return density === 'off' || !configuration.get(kind, true) ? null : density;
}

/** Folders beside the document's and the workspace's where names may lead, absolute or relative to the workspace folder. */
export function rootsFor(uri: vscode.Uri): string[] {
  return vscode.workspace.getConfiguration(ANNOTATION_SETTINGS, fileOf(uri)).get<string[]>('roots', []);
}

export const badgesPropagate = (): boolean =>
  vscode.workspace.getConfiguration(ANNOTATION_SETTINGS).get('propagateBadges', false);
