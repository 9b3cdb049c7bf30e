/**
 * The table of one ranking as a panel: passes on what the session says, at a pace the table can follow, and does what the
 * person asks for. A hidden panel is told nothing; it asks for everything when it is there again ('ready').
 */
import * as vscode from 'vscode';
import { randomBytes } from 'node:crypto';
import { Value } from '@sinclair/typebox/value';
import { FromTable, VersusqError, type ToTable } from '../../protocol/index.js';
import { Disposable } from '../disposable.js';
import { languageData } from '../language.js';
import { Pace } from '../pace.js';
import { openSetting, reveal } from '../panelActions.js';
import { panelHtml } from '../panelHtml.js';
import type { Services } from '../services.js';
import { exportRanking } from './exports.js';
import { copyPaths, copyRankDetails, copyRows, openClip } from './rankActions.js';
import type { RankSession } from './session.js';
import { panelTitle } from './source.js';
import { TableFeed } from './tableFeed.js';
import { THUMBNAIL_WIDTH, Thumbnails } from './thumbnails.js';

/** At most 4 times a second the table hears of changes, however fast comparisons are made. */
const TABLE_INTERVAL_MS = 250;

export class RankPanel extends Disposable {
  static readonly viewType = 'versusq.rank';

  private readonly feed: TableFeed;
  private readonly pace = this._register(new Pace(TABLE_INTERVAL_MS, () => this.post(this.feed.next())));
  private readonly thumbnails: Thumbnails;
  /** Pictures wanted of clips whose facts are not there yet: relative path -> count. */
  private readonly early = new Map<string, number>();
  private readonly requests = new AbortController();

  constructor(
    readonly panel: vscode.WebviewPanel,
    private readonly session: RankSession,
    private readonly services: Services,
    private readonly compare: (a: string, b: string) => void,
  ) {
    super();
    this.feed = new TableFeed(session);
    this.thumbnails = this._register(
      new Thumbnails(
        async ({ path }, time, signal) => {
          const params = { path, time, width: THUMBNAIL_WIDTH };
          return (await services.worker.request('thumbnail', params, { signal })).dataUri;
        },
        (path, pictures) => this.post([{ type: 'thumbnails', path, pictures }]),
      ),
    );
    this._register(panel.onDidDispose(() => this.dispose()));
    this._register(panel.webview.onDidReceiveMessage((message: unknown) => this.receive(message)));
    this._register(
      session.onDidChange((change) => {
        this.feed.changed(change);
        this.pace.request();
        for (const path of change.clips ?? []) this.showEarly(path);
      }),
    );
    this.open();
  }

  override dispose(): void {
    this.requests.abort();
    super.dispose();
  }

  private receive(message: unknown): void {
    if (!Value.Check(FromTable, message)) {
      this.services.log.warn('A message from the table was not understood and was left out.');
      return;
    }
    this.act(message);
    this.pace.flush(); // what the person did shows at once
  }

  private act(message: FromTable): void {
    const { session } = this;
    switch (message.type) {
      case 'ready':
        return this.post(this.feed.whole());
      case 'run':
        return void session.start(message.fresh);
      case 'pause':
        return session.pause();
      case 'resume':
        return void session.start();
      case 'cancel':
        return session.cancel();
      case 'group':
        return session.setGrouping(message.grouping);
      case 'reference':
        if (message.path === null || this.known([message.path]).length > 0) session.setReference(message.path);
        return;
      case 'exclude':
        return session.exclude(this.known(message.paths), message.excluded);
      case 'retry':
        return void session.start(false, this.known(message.paths));
      case 'open':
        return this.withClip(message.path, openClip);
      case 'compare':
        return this.withClip(message.a, (a) => this.withClip(message.b, (b) => this.compare(a, b)));
      case 'reveal':
        return this.withClip(message.path, (path) => void reveal(path));
      case 'copyPath':
        return void copyPaths(this.absolute(message.paths));
      case 'copyText':
        return void copyRows(message.text);
      case 'export':
        return void exportRanking(session.state, message.format, this.services);
      case 'needThumbnails':
        return this.showThumbnails(message.path, message.count);
      case 'needPairs':
        return void this.showPairs(message.paths);
      case 'openSetting':
        return void openSetting(message.setting);
      case 'copyDetails':
        return void copyRankDetails(session);
    }
  }

  /** Of paths that the table names, those that are clips of this ranking. */
  private known(paths: readonly string[]): string[] {
    return paths.filter((path) => this.session.pathOf(path) !== null);
  }

  private absolute(paths: readonly string[]): string[] {
    return paths.map((path) => this.session.pathOf(path)).filter((path) => path !== null);
  }

  private withClip(relative: string, act: (path: string) => void): void {
    const path = this.session.pathOf(relative);
    if (path !== null) act(path);
  }

  private showThumbnails(path: string, count: number): void {
    if (this.session.pathOf(path) === null) return;
    const clip = this.session.clips.get(path);
    if (clip?.facts) this.thumbnails.want(path, clip.facts, count);
    else if (clip?.error) this.post([{ type: 'thumbnails', path, pictures: [] }]);
    else this.early.set(path, count);
  }

  private showEarly(path: string): void {
    const count = this.early.get(path);
    if (count === undefined || !this.early.delete(path)) return;
    this.showThumbnails(path, count);
  }

  private async showPairs(paths: readonly string[]): Promise<void> {
    const params = { folder: this.session.source.folder, paths: this.absolute(paths) };
    try {
      const pairs = await this.services.worker.request('rankPairs', params, { signal: this.requests.signal });
      if (!this.isDisposed) this.post([{ type: 'pairs', pairs }]);
    } catch (error) {
      const { code, message } = VersusqError.from(error);
      if (code !== 'cancelled') this.services.log.error(`The pairs can't be shown: ${message}`);
    }
  }

  private open(): void {
    const { panel } = this;
    const { extensionUri } = this.services;
    const dist = vscode.Uri.joinPath(extensionUri, 'dist', 'webview');
    panel.webview.options = { enableScripts: true, localResourceRoots: [dist] };
    panel.iconPath = vscode.Uri.joinPath(extensionUri, 'media', 'icon.svg');
    panel.title = panelTitle(this.session.source);
    panel.webview.html = panelHtml({
      cspSource: panel.webview.cspSource,
      nonce: randomBytes(16).toString('base64url'),
      script: panel.webview.asWebviewUri(vscode.Uri.joinPath(dist, 'rank.js')).toString(),
      styleSheet: panel.webview.asWebviewUri(vscode.Uri.joinPath(dist, 'codicon.css')).toString(),
      title: panel.title,
      element: 'vq-rank-table',
      language: languageData(),
    });
  }

  private post(messages: readonly ToTable[]): void {
    if (this.isDisposed || !this.panel.visible) return;
    for (const message of messages) void this.panel.webview.postMessage(message);
  }
}
