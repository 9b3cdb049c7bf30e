/**
 * One compare panel: holds the truth about one pair of clips, asks the worker, and sends its whole state to the webview.
 * A panel without a listener (hidden, reloading) loses nothing: it asks for the state when it is there again ('ready').
 */
import * as vscode from 'vscode';
import { randomBytes } from 'node:crypto';
import { dirname } from 'node:path';
import { Value } from '@sinclair/typebox/value';
import { FromPanel, VersusqError, type ComparePanelState, type Side, type ToPanel, say } from '../protocol/index.js';
import { isInside, PROXIES } from '../engine/paths.js';
import { ClipWatcher } from './clipWatcher.js';
import * as State from './compareState.js';
import { Disposable } from './disposable.js';
import { HiddenProgress } from './hiddenProgress.js';
import { languageData } from './language.js';
import { Pace } from './pace.js';
import { copyDetails, copyJson, openSetting, reveal, saveReport } from './panelActions.js';
import { panelHtml } from './panelHtml.js';
import type { Services } from './services.js';
import { pairKey } from './videoFiles.js';

/** At most 20 states a second reach the webview, however fast the reasoning is written. */
const STATE_INTERVAL_MS = 50;

/** Title of the tab, from the names of A and B. */
export const comparisonTitle = (names: readonly string[]): string => names.join(' - ');

export class ComparePanel extends Disposable {
  static readonly viewType = 'versusq.compare';

  private state: ComparePanelState;
  private readonly pace = this._register(new Pace(STATE_INTERVAL_MS, () => this.post()));
  private readonly progress: HiddenProgress;
  private run: AbortController | null = null;
  private readonly proxies = new Map<string, AbortController>();
  /** Grows when a clip's file changes, so that the player loads the new one. */
  private version = 0;

  constructor(
    private readonly panel: vscode.WebviewPanel,
    a: string,
    b: string,
    private readonly services: Services,
  ) {
    super();
    const { storeTroubles } = services;
    this.state = State.initialState(a, b, storeTroubles.note);
    this._register(storeTroubles.onDidChange((storeNote) => this.set({ ...this.state, storeNote })));
    this.progress = this._register(new HiddenProgress(() => this.cancel()));
    this._register(panel.onDidDispose(() => this.dispose()));
    this._register(panel.webview.onDidReceiveMessage((message: unknown) => this.receive(message)));
    this._register(panel.onDidChangeViewState(() => this.showProgress()));
    for (const path of new Set([a, b])) {
      this._register(
        new ClipWatcher(
          path,
          () => this.clipChanged(path),
          () => this.clipDeleted(path),
        ),
      );
    }
    this.showMedia();
    this.open();
  }

  get key(): string {
    return pairKey(this.state.a.path, this.state.b.path);
  }

  get isWorking(): boolean {
    return this.run !== null;
  }

  /** Brings the panel to the front; with the clips in the other order it changes sides. */
  show(a?: string): void {
    this.panel.reveal();
    if (a !== undefined && a !== this.state.a.path) this.swap();
  }

  /** Ends the work for this panel, not the panel: VS Code keeps it over a reload of the window and hands it back. */
  override dispose(): void {
    this.run?.abort();
    for (const proxy of this.proxies.values()) proxy.abort();
    this.services.statusBar.remove(this);
    super.dispose();
  }

  async compare(fresh = false): Promise<void> {
    if (this.state.stale.length > 0) {
      this.version++;
      this.showMedia();
    }
    await this.ask(State.started(this.state, Date.now()), fresh);
  }

  /** Asks the engine for the comparison of `begun`, the state that is shown from now on; a run before it ends. */
  private async ask(begun: ComparePanelState, fresh: boolean): Promise<void> {
    this.run?.abort();
    const run = (this.run = new AbortController());
    const wanted = (): boolean => this.run === run && !this.isDisposed;
    this.set(begun);
    const { a, b } = begun;
    try {
      const comparison = await this.services.worker.request(
        'compare',
        { a: a.path, b: b.path, ...(fresh ? { fresh } : {}) },
        { signal: run.signal, onEvent: (event) => wanted() && this.set(State.received(this.state, event)) },
      );
      if (!wanted()) return;
      this.run = null;
      this.set(State.finished(this.state, comparison));
    } catch (error) {
      if (!wanted()) return;
      this.run = null;
      const known = VersusqError.from(error);
      if (known.code !== 'cancelled') this.services.log.error(`${known.code}: ${known.message}`, known.details ?? '');
      this.set(State.failed(this.state, known.toData()));
    }
  }

  private cancel(): void {
    const run = this.run;
    this.run = null;
    run?.abort();
    if (run !== null) this.set(State.failed(this.state, new VersusqError('cancelled', say`Cancelled.`).toData()));
  }

  /** Flips what is shown at once, then takes the engine's answer for the new order. Of changed files nothing is kept. */
  private swap(): void {
    const swapped = State.swapped(this.state);
    this.state = swapped;
    this.title();
    if (swapped.stale.length > 0) return void this.compare();
    void this.ask(State.confirming(swapped, Date.now()), false);
  }

  private receive(message: unknown): void {
    if (!Value.Check(FromPanel, message)) {
      this.services.log.warn('A message from the panel was not understood and was left out.');
      return;
    }
    switch (message.type) {
      case 'ready':
        return this.pace.flush();
      case 'run':
        return void this.compare(message.fresh);
      case 'cancel':
        return this.cancel();
      case 'swap':
        return this.swap();
      case 'needProxy':
        return void this.makeProxy(message.side, message.reason);
      case 'copyJson':
        return void copyJson(this.state);
      case 'saveReport':
        return void saveReport(this.state, this.services);
      case 'copyDetails':
        return void copyDetails(this.state);
      case 'openSetting':
        return void openSetting(message.setting);
      case 'reveal':
        return void reveal(this.state[message.side].path);
      case 'playback':
        return this.services.log.trace(`players differ by ${message.differenceMs.toFixed(1)} ms`);
    }
  }

  /** Makes a copy the webview can play; the comparison goes on meanwhile. */
  private async makeProxy(side: Side, reason: string): Promise<void> {
    const { path, media } = this.state[side];
    if (this.proxies.has(path)) return;
    const media_ = (change: Parameters<typeof State.withMedia>[2]): void =>
      this.set(State.withMedia(this.state, path, change));
    if (media.source === 'proxy') return media_({ note: say`The copy made for playback can't be played: ${reason}` });
    const job = new AbortController();
    this.proxies.set(path, job);
    media_({ uri: null, source: 'proxy', proxyShare: 0, note: say`VS Code can't play this format (${reason}).` });
    try {
      const proxy = await this.services.worker.request(
        'proxy',
        { path },
        {
          signal: job.signal,
          onEvent: (event) => {
            if (event.type === 'progress' && event.station === 'proxy' && !this.isDisposed)
              media_({ proxyShare: State.clamp(event.share) ?? 0 });
          },
        },
      );
      if (this.isDisposed) return;
      this.mayLoadFrom(dirname(proxy.path));
      media_({ uri: this.mediaUri(proxy.path), proxyShare: null, note: proxy.note });
    } catch (error) {
      const known = VersusqError.from(error);
      // Also where the worker was restarted: without a word the panel would wait for the copy for ever.
      if (!this.isDisposed && !job.signal.aborted) {
        this.services.log.error(`No copy for playback of ${path}: ${known.message}`, known.details ?? '');
        media_({
          uri: null,
          source: 'original',
          proxyShare: null,
          note: say`This clip can't be played here: ${known.message}`,
        });
      }
    } finally {
      this.proxies.delete(path);
    }
  }

  /** Without a store the copies lie in a temporary folder that the worker names. The page begins anew where it is a new one. */
  private mayLoadFrom(folder: string): void {
    const { webview } = this.panel;
    const roots = webview.options.localResourceRoots ?? [];
    if (roots.some((root) => isInside(root.fsPath, folder))) return;
    webview.options = { ...webview.options, localResourceRoots: [...roots, vscode.Uri.file(folder)] };
  }

  private clipChanged(path: string): void {
    if (this.state.run.status === 'idle' && this.state.comparison === null) return;
    for (const side of ['a', 'b'] as const) {
      if (this.state[side].path === path) this.set(State.changedOnDisk(this.state, side));
    }
  }

  private clipDeleted(path: string): void {
    const run = this.run;
    if (run === null) return this.clipChanged(path);
    this.run = null;
    run.abort();
    const message = say`${path} was deleted while it was compared. Put it back and run the comparison again.`;
    this.set(State.failed(this.state, new VersusqError('media/not-found', message, { path }).toData()));
  }

  private open(): void {
    const { webview } = this.panel;
    const dist = vscode.Uri.joinPath(this.services.extensionUri, 'dist', 'webview');
    const folders = [this.state.a.path, this.state.b.path].map((path) => vscode.Uri.file(dirname(path)));
    const proxies = vscode.Uri.joinPath(this.services.storeUri, PROXIES);
    webview.options = { enableScripts: true, localResourceRoots: [dist, ...folders, proxies] };
    this.panel.iconPath = vscode.Uri.joinPath(this.services.extensionUri, 'media', 'icon.svg');
    this.title();
    webview.html = panelHtml({
      cspSource: webview.cspSource,
      nonce: randomBytes(16).toString('base64url'),
      script: webview.asWebviewUri(vscode.Uri.joinPath(dist, 'compare.js')).toString(),
      styleSheet: webview.asWebviewUri(vscode.Uri.joinPath(dist, 'codicon.css')).toString(),
      title: this.panel.title,
      language: languageData(),
    });
  }

  private title(): void {
    this.panel.title = comparisonTitle([this.state.a.name, this.state.b.name]);
  }

  private showMedia(): void {
    for (const { path } of [this.state.a, this.state.b]) {
      this.state = State.withMedia(this.state, path, {
        uri: this.mediaUri(path),
        source: 'original',
        proxyShare: null,
        note: null,
      });
    }
  }

  private mediaUri(path: string): string {
    const uri = this.panel.webview.asWebviewUri(vscode.Uri.file(path));
    return (this.version === 0 ? uri : uri.with({ query: `version=${this.version}` })).toString();
  }

  private set(state: ComparePanelState): void {
    if (this.isDisposed) return;
    const statusChanged = state.run.status !== this.state.run.status;
    this.state = state;
    this.services.statusBar.update(this, state.run, state.comparison?.provenance ?? null);
    this.showProgress();
    if (statusChanged) this.pace.flush();
    else this.pace.request();
  }

  private showProgress(): void {
    this.progress.update(this.state.run, vscode.l10n.t('Comparing {0}', this.panel.title), this.panel.visible);
  }

  private post(): void {
    if (this.isDisposed) return;
    const message: ToPanel = { type: 'state', state: this.state };
    void this.panel.webview.postMessage(message);
  }
}
