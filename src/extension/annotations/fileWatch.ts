/**
 * Tells when clips of the workspace, and those beside it that documents name, were made, changed or deleted: singly, or with a
 * folder above them, which goes or comes without a word of its own about its files. Happenings of one moment are told as one. One
 * for annotations and gates, so that the workspace is watched once.
 */
import * as vscode from 'vscode';
import { dirname } from 'node:path';
import { isVideoName } from '../../protocol/index.js';
import { Disposable } from '../disposable.js';
import { Pace } from '../pace.js';
import { videoGlob } from '../videoFiles.js';

/** Milliseconds between two reports: a branch switch touches many files. */
const REPORT_EVERY_MS = 150;
/** Folders outside the workspace that are watched. */
const MOST_FOLDERS = 50;

export interface FilesChanged {
  /** Clips with another content, or new or gone. */
  paths: string[];
  /** Some came or went, so that names may lead elsewhere. */
  cameOrWent: boolean;
}

/** What is shown of a folder; both are asked for every file of the workspace that comes or goes, and quick. */
export interface Shown {
  /** Clips in it. */
  inside(folder: string): readonly string[];
  /** Was a clip looked for in vain there? */
  missesIn(folder: string): boolean;
}

export class FileWatch extends Disposable {
  private readonly changed = this._register(new vscode.EventEmitter<FilesChanged>());
  readonly onDidChange = this.changed.event;
  private readonly shown = new Set<Shown>();
  private readonly folders = new Map<string, vscode.Disposable>();
  private readonly touched = new Set<string>();
  private cameOrWent = false;
  private readonly pace = this._register(new Pace(REPORT_EVERY_MS, () => this.report()));

  constructor() {
    super();
    this.listen(vscode.workspace.createFileSystemWatcher(videoGlob()));
    const all = this._register(vscode.workspace.createFileSystemWatcher('**', false, true, false));
    this._register(all.onDidCreate((uri) => this.folderMaybe(uri)));
    this._register(all.onDidDelete((uri) => this.folderMaybe(uri)));
  }

  /** Folders that come or go are told where this shows something of them. */
  alsoFor(shown: Shown): vscode.Disposable {
    this.shown.add(shown);
    return { dispose: () => this.shown.delete(shown) };
  }

  /** Clips outside the workspace are watched by their folders, without those inside. */
  alsoWatch(paths: readonly string[]): void {
    for (const path of paths) {
      const uri = vscode.Uri.file(path);
      const folder = dirname(path);
      if (this.folders.has(folder) || this.folders.size >= MOST_FOLDERS) continue;
      if (vscode.workspace.getWorkspaceFolder(uri) !== undefined) continue;
      const pattern = new vscode.RelativePattern(vscode.Uri.file(folder), '*');
      this.folders.set(folder, this.listen(vscode.workspace.createFileSystemWatcher(pattern)));
    }
  }

  private listen(watcher: vscode.FileSystemWatcher): vscode.Disposable {
    this._register(watcher);
    this._register(watcher.onDidChange((uri) => this.touch(uri.fsPath, false)));
    this._register(watcher.onDidCreate((uri) => this.touch(uri.fsPath, true)));
    this._register(watcher.onDidDelete((uri) => this.touch(uri.fsPath, true)));
    return watcher;
  }

  private touch(path: string, cameOrWent: boolean): void {
    if (!isVideoName(path)) return;
    this.touched.add(path);
    this.cameOrWent ||= cameOrWent;
    this.pace.request();
  }

  /** A folder's clips come and go with it. */
  private folderMaybe({ fsPath }: vscode.Uri): void {
    if (isVideoName(fsPath)) return; // told by the other watcher
    const shown = [...this.shown];
    const paths = shown.flatMap((each) => each.inside(fsPath));
    if (paths.length === 0 && !shown.some((each) => each.missesIn(fsPath))) return;
    for (const path of paths) this.touched.add(path);
    this.cameOrWent = true;
    this.pace.request();
  }

  private report(): void {
    const paths = [...this.touched];
    const { cameOrWent } = this;
    this.touched.clear();
    this.cameOrWent = false;
    this.changed.fire({ paths, cameOrWent });
  }
}
