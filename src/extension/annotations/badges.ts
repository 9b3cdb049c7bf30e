/** Quality as badges of the Explorer: rank or grade, coloured by the theme; told anew in portions that VS Code takes whole. */
import * as vscode from 'vscode';
import { isVideoName, TYPESCRIPT_TOO } from '../../protocol/index.js';
import { Disposable } from '../disposable.js';
import { badgesPropagate, densityOf } from './annotationSettings.js';
import { badgeOf, isBad } from './grade.js';
import { noteWords } from './noteWords.js';
import type { QualityCache } from './qualityCache.js';

/** VS Code drops all but 250 files of one event (ExtHostDecorations._maxEventSize), by folder. */
const PORTION = 200;
/** Files that were asked for and are told of changes. */
const FILES_KEPT = 10_000;

export class Badges extends Disposable implements vscode.FileDecorationProvider {
  private readonly changed = this._register(new vscode.EventEmitter<vscode.Uri[] | undefined>());
  readonly onDidChangeFileDecorations = this.changed.event;
  /** Files with a badge on the screen or once on it, by path. */
  private readonly shown = new Map<string, vscode.Uri>();

  constructor(private readonly cache: QualityCache) {
    super();
    this._register(cache.onDidChange((paths) => this.refresh(paths)));
    this._register(cache.onDidOutdate((paths) => void this.askAgain(paths)));
  }

  async provideFileDecoration(uri: vscode.Uri): Promise<vscode.FileDecoration | undefined> {
    if (!isClip(uri) || densityOf('explorerBadges', uri) === null) return undefined;
    this.remember(uri);
    const [note] = await this.cache.get([uri.fsPath]);
    const badge = note && badgeOf(note);
    if (!note || !badge || this.isDisposed) return undefined;
    const decoration = new vscode.FileDecoration(
      badge.text,
      noteWords(note),
      badge.colour === null ? undefined : new vscode.ThemeColor(badge.colour),
    );
    decoration.propagate = badgesPropagate() && isBad(badge);
    return decoration;
  }

  /** All of them: a setting changed. */
  refreshAll(): void {
    this.changed.fire(undefined);
  }

  private refresh(paths: readonly string[]): void {
    const uris = paths.flatMap((path) => this.shown.get(path) ?? []);
    for (let i = 0; i < uris.length; i += PORTION) this.changed.fire(uris.slice(i, i + PORTION));
  }

  /** VS Code asks for a badge once: what may be wrong is asked for here, and what really changed is told. */
  private async askAgain(paths: ReadonlySet<string> | null): Promise<void> {
    const ours = [...this.shown.keys()].filter((path) => paths?.has(path) ?? true);
    if (ours.length > 0) await this.cache.get(ours);
  }

  private remember(uri: vscode.Uri): void {
    this.shown.delete(uri.fsPath);
    this.shown.set(uri.fsPath, uri);
    if (this.shown.size > FILES_KEPT) this.shown.delete(this.shown.keys().next().value ?? '');
  }
}

/** A file of this machine with the name of a video; one that may as well be TypeScript is none. */
export function isClip({ scheme, path }: vscode.Uri): boolean {
  return scheme === 'file' && isVideoName(path) && !TYPESCRIPT_TOO.some((extension) => path.endsWith(`.${extension}`));
}
