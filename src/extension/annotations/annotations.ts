/**
 * Quality beside every mention of a clip: hints, hovers, lenses, badges and the status bar, over one index of mentions and one
 * cache of what the store knows. Nothing is computed here; what changes is told to VS Code, which asks for what it shows.
 */
import * as vscode from 'vscode';
import { join } from 'node:path';
import { STORE_FILE } from '../../engine/store/sqlite.js';
import { Disposable } from '../disposable.js';
import { Pace } from '../pace.js';
import type { Services } from '../services.js';
import { AnnotationActions, type AnnotationTargets } from './actions.js';
import { ANNOTATION_SETTINGS } from './annotationSettings.js';
import { Badges } from './badges.js';
import { CodeLenses } from './codeLenses.js';
import { CurrentClip } from './currentClip.js';
import { FileWatch, type FilesChanged } from './fileWatch.js';
import { Filmstrip } from './filmstrip.js';
import { Hovers } from './hovers.js';
import { InlayHints } from './inlayHints.js';
import { Mentions } from './mentions.js';
import { QualityCache } from './qualityCache.js';
import { StoreWatch } from './storeWatch.js';

/** Hints and lenses are told anew at most so often, milliseconds. */
const TELL_EVERY_MS = 100;

export class Annotations extends Disposable {
  private readonly changed = this._register(new vscode.EventEmitter<void>());
  /** Hints and lenses are to be asked for again. */
  readonly onDidChange = this.changed.event;
  private readonly pace = this._register(new Pace(TELL_EVERY_MS, () => this.changed.fire()));
  private readonly cache: QualityCache;
  private readonly store: StoreWatch;
  /** Another window, or the command, has written the store. */
  readonly onDidChangeStore: vscode.Event<void>;
  /** The one index of what documents name, and the one watch over clips: quality gates use them too. */
  readonly mentions = this._register(new Mentions());
  readonly files = this._register(new FileWatch());
  readonly inlayHints: InlayHints;
  readonly hovers: Hovers;
  readonly codeLenses: CodeLenses;
  readonly badges: Badges;
  readonly actions: AnnotationActions;

  constructor(services: Services, targets: AnnotationTargets) {
    super();
    const { worker, storeUri, statusBar } = services;
    const storeFile = join(storeUri.fsPath, STORE_FILE);
    this.store = this._register(new StoreWatch(storeFile));
    this.onDidChangeStore = this.store.onDidChange;
    this.cache = this._register(
      new QualityCache(
        (paths) => worker.request('quality', { paths }),
        () => (vscode.workspace.getConfiguration('versusq').get('store', true) ? storeFile : null),
      ),
    );
    this._register(
      this.files.alsoFor({
        inside: (folder) => this.cache.inside(folder),
        missesIn: (folder) => this.mentions.missesIn(folder),
      }),
    );
    this._register(this.files.onDidChange((changed) => this.filesChanged(changed)));
    this.inlayHints = new InlayHints(this.mentions, this.cache, (paths) => this.files.alsoWatch(paths));
    this.hovers = new Hovers(this.mentions, worker, new Filmstrip(worker));
    this.codeLenses = new CodeLenses(this.mentions, this.cache);
    this.badges = this._register(new Badges(this.cache));
    this.actions = new AnnotationActions(this.mentions, targets);
    this._register(new CurrentClip(this.cache, (status) => statusBar.showClip(status)));
    this._register(
      this.cache.onDidChange(() => {
        this.pace.request();
        this.store.begin();
      }),
    );
    this._register(this.store.onDidChange(() => this.storeChanged()));
    this._register(
      vscode.workspace.onDidChangeConfiguration((change) => {
        if (change.affectsConfiguration(ANNOTATION_SETTINGS)) this.beginAgain();
      }),
    );
    this._register(vscode.workspace.onDidGrantWorkspaceTrust(() => this.beginAgain()));
  }

  /** A comparison or a ranking was kept. */
  storeChanged(): void {
    this.cache.outdate(null);
    this.pace.request();
  }

  /** This window writes the store until the given function is called, and `storeChanged` is told of it. */
  ownWork(): () => void {
    return this.store.ownWork();
  }

  private filesChanged({ paths, cameOrWent }: FilesChanged): void {
    if (cameOrWent) this.mentions.forgetTargets();
    this.cache.outdate(paths);
    this.pace.request();
  }

  private beginAgain(): void {
    this.mentions.forgetTargets();
    this.badges.refreshAll();
    this.pace.request();
  }
}
