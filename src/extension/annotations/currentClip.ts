/** The clip in the active tab (VS Code's own preview of a video), for the status bar. */
import * as vscode from 'vscode';
import { basename } from 'node:path';
import { Disposable } from '../disposable.js';
import { isClip } from './badges.js';
import { densityOf } from './annotationSettings.js';
import { noteText } from './noteText.js';
import { noteWords } from './noteWords.js';
import type { QualityCache } from './qualityCache.js';

export interface ClipStatus {
  /** "#3 of 12  +0.8" */
  text: string;
  words: string;
}

export class CurrentClip extends Disposable {
  private path: string | null = null;

  constructor(
    private readonly cache: QualityCache,
    private readonly show: (status: ClipStatus | null) => void,
  ) {
    super();
    this._register(vscode.window.tabGroups.onDidChangeTabs(() => void this.look()));
    this._register(vscode.window.tabGroups.onDidChangeTabGroups(() => void this.look()));
    this._register(cache.onDidChange((paths) => this.path !== null && paths.includes(this.path) && void this.look()));
    this._register(
      cache.onDidOutdate((paths) => this.path !== null && (paths?.has(this.path) ?? true) && void this.look()),
    );
    void this.look();
  }

  private async look(): Promise<void> {
    const uri = activeClip();
    const path = (this.path = uri?.fsPath ?? null);
    if (uri === undefined || path === null || densityOf('explorerBadges', uri) === null) return this.show(null);
    const [note] = await this.cache.get([path]);
    if (this.isDisposed || this.path !== path) return;
    const known = note && (note.ranking || note.comparison);
    this.show(known ? { text: noteText(note, 'normal'), words: `${basename(path)}: ${noteWords(note)}` } : null);
  }
}

/** The video whose tab is active. */
export function activeClip(): vscode.Uri | undefined {
  const input: unknown = vscode.window.tabGroups.activeTabGroup.activeTab?.input;
  const uri = (input as { uri?: unknown } | undefined)?.uri;
  return uri instanceof vscode.Uri && isClip(uri) ? uri : undefined;
}
