/** The settings of annotations, read where they are used: a change shows at the next request, which it causes. */
import * as vscode from 'vscode';

export const ANNOTATION_SETTINGS = 'versusq.annotations';
/** compact: rank or margin alone. normal: both. full: also the reason, what is unknown, and every pair. */
export type Density = 'compact' | 'normal' | 'full';
export type AnnotationKind = 'inlayHints' | 'hover' | 'codeLens' | 'explorerBadges' | 'problems';

/** null: switched off, or the workspace is not trusted: no text of a stranger leads to a file being opened. */
export function densityOf(kind: AnnotationKind, uri: vscode.Uri): Density | null {
  if (!vscode.workspace.isTrusted) return null;
  const configuration = vscode.workspace.getConfiguration(ANNOTATION_SETTINGS, uri);
  const density = configuration.get<Density | 'off'>('density', 'normal');
  return density === 'off' || !configuration.get(kind, true) ? null : density;
}

/** Folders beside the document's and the workspace's where names may lead, absolute or relative to the workspace folder. */
export function rootsFor(uri: vscode.Uri): string[] {
  return vscode.workspace.getConfiguration(ANNOTATION_SETTINGS, uri).get<string[]>('roots', []);
}

export const badgesPropagate = (): boolean =>
  vscode.workspace.getConfiguration(ANNOTATION_SETTINGS).get('propagateBadges', false);
