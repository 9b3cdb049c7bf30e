/**
 * Everything the extension does, loaded at the first command: the commands themselves, the panels, and the worker client. The
 * worker process is forked by the client at its first request, not here.
 */
import * as vscode from 'vscode';
import { basename } from 'node:path';
import { WorkerClient } from '../engine/worker/client.js';
import { isVideoName, VersusqError, type CheckRequest } from '../protocol/index.js';
import { signalOf } from './cancelSignal.js';
import { Annotations } from './annotations/annotations.js';
import { ComparePanel, comparisonTitle } from './comparePanel.js';
import { Disposable } from './disposable.js';
import { DoctorDocument } from './doctorDocument.js';
import { Gates } from './gates/gates.js';
import { languageFrom, sentence } from './language.js';
import { Cards } from './markdown/cards.js';
import { keepPanel } from './lostPanels.js';
import { pickOther, pickPair } from './pickers.js';
import { Rankings } from './rank/rankings.js';
import type { EngineWorker, Services } from './services.js';
import { ENGINE_SETTINGS, engineSettings, storeUri } from './settings.js';
import { StatusBar } from './statusBar.js';
import { StoreTroubles } from './storeTroubles.js';
import { CompareTool } from './tools/compareTool.js';
import { ExplainTool } from './tools/explainTool.js';
import { RankTool } from './tools/rankTool.js';
import type { Tools } from './tools/register.js';
import { pairKey } from './videoFiles.js';

/** A running ranking is kept every 15 s (engine/quality/keep.ts); annotations follow it at this pace, milliseconds. */
const KEPT_EVERY_MS = 15_000;
const HAS_SELECTION = 'versusq.hasSelection';

export class Application extends Disposable {
  readonly rankings: Rankings;
  readonly gates: Gates;
  readonly tools: Tools;
  readonly cards: Cards;
  readonly annotations: Annotations;
  private readonly panels = new Map<string, ComparePanel>();
  private readonly worker: WorkerClient;
  private readonly services: Services;
  private doctorDocument: DoctorDocument | null = null;
  private selected: vscode.Uri | null = null;
  private settingsChanged = false;
  private inFlight = 0;
  private readonly memory: vscode.Memento;

  constructor(context: vscode.ExtensionContext) {
    super();
    languageFrom(context.extensionUri.fsPath);
    this.memory = context.workspaceState;
    const log = this._register(vscode.window.createOutputChannel('VersusQ', { log: true }));
    const storeTroubles = this._register(new StoreTroubles(log));
    this.worker = this._register(
      new WorkerClient({
        workerPath: vscode.Uri.joinPath(context.extensionUri, 'dist', 'worker.cjs').fsPath,
        settings: engineSettings,
        log: (text) => log.info(text.trimEnd()),
        onStoreTrouble: (trouble) => storeTroubles.tell(trouble),
      }),
    );
    this.services = {
      worker: { request: (method, params, options) => this.request(method, params, options) },
      extensionUri: context.extensionUri,
      storeUri: storeUri(),
      log,
      statusBar: this._register(new StatusBar()),
      storeTroubles,
    };
    this.rankings = this._register(
      new Rankings(
        this.services,
        context.workspaceState,
        (a, b) => void this.open(vscode.Uri.file(a), vscode.Uri.file(b)),
      ),
    );
    this.cards = this._register(new Cards(this.services));
    const { worker } = this.services;
    this.tools = {
      versusq_compare: new CompareTool(worker),
      versusq_rank: new RankTool((request, signal) => this.rankings.rankApart(request, signal)),
      versusq_explain: new ExplainTool(worker, (path) => this.rankings.placeOf(path)),
    };
    this.annotations = this._register(
      new Annotations(this.services, {
        compare: (a, b) => this.compare(a, b === null ? undefined : [a, b]),
        rank: (clips) => this.rankings.rank(clips[0], clips),
        rankFolder: (folder) => this.rankings.rank(folder, undefined),
      }),
    );
    this.gates = this._register(new Gates(this.services, this.annotations));
    this._register(this.annotations.onDidChangeStore(() => this.gates.refreshSoon()));
    this._register(
      vscode.workspace.onDidChangeConfiguration((change) => {
        if (!ENGINE_SETTINGS.some((name) => change.affectsConfiguration(name))) return;
        this.settingsChanged = true;
        this.annotations.storeChanged(); // another model, or another store, knows other things
      }),
    );
  }

  override dispose(): void {
    for (const panel of this.panels.values()) panel.dispose();
    super.dispose();
  }

  /** From the Explorer: the clicked file and all selected ones, in the order of selection. Without them: pickers. */
  async compare(clicked: unknown, all: unknown): Promise<void> {
    const chosen = Array.isArray(all) ? all.filter((item): item is vscode.Uri => item instanceof vscode.Uri) : [];
    const [first, second] = chosen;
    if (chosen.length === 2 && first && second) return this.open(first, second);
    if (chosen.length > 2)
      return void this.tell(vscode.l10n.t('Select two videos to compare; {0} are selected.', chosen.length));
    if (clicked instanceof vscode.Uri) {
      const other = await pickOther(clicked);
      return other === undefined ? undefined : this.open(clicked, other);
    }
    const pair = await pickPair();
    if (pair !== undefined) await this.open(pair[0], pair[1]);
  }

  async selectForCompare(clicked: unknown): Promise<void> {
    const uri = clicked instanceof vscode.Uri ? clicked : activeFile();
    if (uri === undefined) return void this.tell(vscode.l10n.t('Select a video in the Explorer first.'));
    if (!(await this.isComparable(uri))) return;
    this.selected = uri;
    await vscode.commands.executeCommand('setContext', HAS_SELECTION, true);
    vscode.window.setStatusBarMessage(vscode.l10n.t('Selected {0} for quality compare', basename(uri.path)), 3000);
  }

  async compareWithSelected(clicked: unknown): Promise<void> {
    const uri = clicked instanceof vscode.Uri ? clicked : activeFile();
    if (this.selected === null)
      return void this.tell(vscode.l10n.t('First choose "Select for Quality Compare" on another video.'));
    const other = uri ?? (await pickOther(this.selected));
    if (other !== undefined && !this.isDisposed) await this.open(this.selected, other);
  }

  /** Brings a panel back after a reload of the window. */
  restore(panel: vscode.WebviewPanel, state: unknown): void {
    const { a, b } = (state ?? {}) as { a?: unknown; b?: unknown };
    if (typeof a !== 'string' || typeof b !== 'string' || this.panels.has(pairKey(a, b))) return panel.dispose();
    this.adopt(panel, a, b);
  }

  async doctor(): Promise<void> {
    try {
      const report = await vscode.window.withProgress(
        {
          location: vscode.ProgressLocation.Notification,
          title: vscode.l10n.t('VersusQ: checking the installation'),
          cancellable: true,
        },
        (_progress, token) => this.request('doctor', {}, { signal: signalOf(token) }),
      );
      if (this.isDisposed) return;
      await (this.doctorDocument ??= this._register(new DoctorDocument())).show(report);
    } catch (error) {
      const { code, message } = VersusqError.from(error);
      if (code !== 'cancelled') void vscode.window.showErrorMessage(`VersusQ: ${sentence(message)}`);
    }
  }

  restartWorker(): void {
    this.worker.restart();
    this.services.storeTroubles.forget();
    this.services.log.info('The worker was restarted by hand.');
    vscode.window.setStatusBarMessage(vscode.l10n.t('VersusQ: worker restarted'), 3000);
  }

  /** What the status bar item leads to: the comparison or the ranking that runs, else the check of the installation. */
  showRunning(): Promise<void> | void {
    const running = [...this.panels.values()].find((panel) => panel.isWorking);
    if (running !== undefined) return running.show();
    if (!this.rankings.showRunning()) return this.doctor();
  }

  private async open(a: vscode.Uri, b: vscode.Uri): Promise<void> {
    for (const uri of [a, b]) if (!(await this.isComparable(uri))) return;
    if (this.isDisposed) return;
    const there = this.panels.get(pairKey(a.fsPath, b.fsPath));
    if (there !== undefined) return there.show(a.fsPath);
    const title = vscode.l10n.t('Compare Quality');
    const panel = vscode.window.createWebviewPanel(ComparePanel.viewType, title, vscode.ViewColumn.Active);
    this.adopt(panel, a.fsPath, b.fsPath);
  }

  private adopt(panel: vscode.WebviewPanel, a: string, b: string): void {
    const made = new ComparePanel(panel, a, b, this.services);
    const key = pairKey(a, b);
    this.panels.set(key, made);
    const names = [a, b].map((path) => basename(path));
    const titles = [comparisonTitle(names), comparisonTitle(names.toReversed())];
    keepPanel(this.memory, panel, { viewType: ComparePanel.viewType, titles, state: { a, b } });
    panel.onDidDispose(() => this.panels.delete(key));
    void made.compare();
  }

  /** Says why not, when not: the menu's condition sees only the file that was clicked. */
  private async isComparable(uri: vscode.Uri): Promise<boolean> {
    const name = basename(uri.path);
    if (uri.scheme !== 'file')
      return this.tell(vscode.l10n.t('"{0}" is not on this machine\'s file system, so VersusQ can\'t read it.', name));
    const type = await Promise.resolve(vscode.workspace.fs.stat(uri)).then(
      (stat) => stat.type,
      () => vscode.FileType.Unknown,
    );
    if ((type & vscode.FileType.Directory) !== 0)
      return this.tell(vscode.l10n.t('"{0}" is a folder. Select two videos.', name));
    if (!isVideoName(name))
      return this.tell(
        vscode.l10n.t('"{0}" is not a video by its name. Select two videos (mp4, mov, mkv, webm, avi, ...).', name),
      );
    return true;
  }

  private tell(message: string): false {
    void vscode.window.showWarningMessage(`VersusQ: ${message}`);
    return false;
  }

  /** New settings reach the worker by a restart, which waits until nothing runs. */
  private request: EngineWorker['request'] = async (method, params, options) => {
    if (this.settingsChanged && this.inFlight === 0) {
      this.settingsChanged = false;
      this.worker.restart();
      this.services.storeTroubles.forget();
      this.annotations.storeChanged(); // what was asked since the change was answered by the settings of before
    }
    const goOn = method === 'compare' ? [this.rankings.giveWay(), this.gates.giveWay()] : [];
    const checks = method === 'check' && (params as CheckRequest).storedOnly !== true;
    const allKept = method === 'compare' || method === 'rank' || checks ? this.tellWhatIsKept() : null;
    this.inFlight++;
    try {
      const result = await this.worker.request(method, params, options);
      if (method === 'compare' || checks) this.cards.comparisonMade();
      return result;
    } finally {
      this.inFlight--;
      for (const go of goOn) go();
      allKept?.();
    }
  };

  /** Of a request that writes the store: now and then, and when the given function is called. */
  private tellWhatIsKept(): () => void {
    const timer = setInterval(() => this.annotations.storeChanged(), KEPT_EVERY_MS);
    const done = this.annotations.ownWork();
    return () => {
      clearInterval(timer);
      done();
      if (this.isDisposed) return;
      this.annotations.storeChanged();
      this.gates.refreshSoon();
    };
  }
}

function activeFile(): vscode.Uri | undefined {
  const input: unknown = vscode.window.tabGroups.activeTabGroup.activeTab?.input;
  const uri = (input as { uri?: unknown } | undefined)?.uri;
  return uri instanceof vscode.Uri ? uri : undefined;
}
