/**
 * All rankings of this window: one session and at most one table for each folder or set of clips. A session lives as long as its
 * table is open or the Quality view shows it, which is the latest one.
 */
import * as vscode from 'vscode';
import { basename } from 'node:path';
import {
  isVideoName,
  VersusqError,
  type QualityRanking,
  type Ranking,
  type RankRequest,
} from '../../protocol/index.js';
import { Disposable } from '../disposable.js';
import { HiddenProgress } from '../hiddenProgress.js';
import { sentence } from '../language.js';
import { keepPanel } from '../lostPanels.js';
import { reveal } from '../panelActions.js';
import type { Services } from '../services.js';
import { clipsOf } from './clipFiles.js';
import { arrangementOf, sourceToRestore, withRemembered, type Arrangement, type Remembered } from './memory.js';
import { pickRanked, pickSource } from './pickSource.js';
import { QualityView } from './qualityView.js';
import { RankPanel } from './rankPanel.js';
import { placeIn, runState } from './rankState.js';
import { RankSession, subfoldersToo } from './session.js';
import { chosenClips, panelTitle, sourceKey, type RankSource } from './source.js';
import { YieldingRuns } from './yielding.js';

const HAS_RANKING = 'versusq.hasRanking';
const MEMORY = 'versusq.rankings';

interface Entry {
  session: RankSession;
  panel: RankPanel | null;
  progress: HiddenProgress;
}

export class Rankings extends Disposable {
  private readonly entries = new Map<string, Entry>();
  private view: QualityView | null = null;
  private readonly apart = new YieldingRuns();

  constructor(
    private readonly services: Services,
    private readonly memory: vscode.Memento,
    private readonly compare: (a: string, b: string) => void,
  ) {
    super();
    this._register(
      vscode.workspace.onDidChangeConfiguration((change) => {
        if (!change.affectsConfiguration('versusq.rank')) return;
        for (const { session } of this.entries.values()) session.settingsChanged();
      }),
    );
  }

  override dispose(): void {
    for (const entry of this.entries.values()) this.drop(entry);
    super.dispose();
  }

  /** The latest ranking, which the Quality view shows. */
  get latest(): RankSession | null {
    return this.view?.shown ?? null;
  }

  /** From the Explorer: the clicked folder, or the selected clips. Without them: a picker. */
  async rank(clicked: unknown, all: unknown): Promise<void> {
    const source = await this.sourceOf(clicked, all);
    if (source === undefined || this.isDisposed) return;
    const there = this.entries.get(sourceKey(source));
    if (there?.panel) return there.panel.panel.reveal();
    if (there === undefined && !(await hasEnough(source))) return;
    if (!this.isDisposed) this.openTable(source);
  }

  /** The table of a ranking that the Quality view shows. */
  openTable(source: RankSource): void {
    const there = this.entries.get(sourceKey(source))?.panel;
    if (there) return there.panel.reveal();
    this.adopt(
      vscode.window.createWebviewPanel(RankPanel.viewType, panelTitle(source), vscode.ViewColumn.Active),
      source,
    );
  }

  /** Brings a table back after a reload of the window. */
  restore(panel: vscode.WebviewPanel, kept: unknown): void {
    const source = sourceToRestore(this.remembered(), panel.title, kept);
    if (source === null || this.entries.get(sourceKey(source))?.panel) return panel.dispose();
    this.adopt(panel, source);
  }

  openLatest(): void {
    if (this.latest !== null) this.openTable(this.latest.source);
  }

  /** Takes the latest ranking out of the Quality view; one without a table ends. */
  closeLatest(): void {
    const entry = [...this.entries.values()].find(({ session }) => session === this.latest);
    this.view?.show(null);
    void vscode.commands.executeCommand('setContext', HAS_RANKING, false);
    if (entry?.panel === null) this.drop(entry);
  }

  /** Looks at the files of the latest ranking again. */
  refresh(): void {
    void this.latest?.start();
  }

  /** From the Quality view: the two selected clips, or the clicked one with another of the ranking. */
  async compareRanked(clicked: unknown, all: unknown): Promise<void> {
    const session = this.latest;
    if (session === null) return;
    const chosen = (Array.isArray(all) && all.length > 1 ? all : [clicked]).filter((item) => typeof item === 'string');
    if (chosen.length > 2) return tell(vscode.l10n.t('Select two clips to compare; {0} are selected.', chosen.length));
    const [a, b = a === undefined ? undefined : await pickRanked(session, a)] = chosen;
    if (a === undefined || b === undefined || this.isDisposed) return;
    const [pathA, pathB] = [session.pathOf(a), session.pathOf(b)];
    if (pathA !== null && pathB !== null) this.compare(pathA, pathB);
  }

  revealRanked(clicked: unknown): void {
    const path = typeof clicked === 'string' ? (this.latest?.pathOf(clicked) ?? null) : null;
    if (path !== null) void reveal(path);
  }

  /** A comparison goes before all rankings, until the given function is called. */
  giveWay(): () => void {
    const goOn = [this.apart, ...[...this.entries.values()].map(({ session }) => session)].map((run) => run.giveWay());
    return () => goOn.forEach((each) => each());
  }

  /** A ranking without a table, which gives way to comparisons as the others do. Errors: as the worker's `rank`. */
  rankApart(request: RankRequest, signal: AbortSignal): Promise<Ranking> {
    return this.apart.run((turn) => this.services.worker.request('rank', request, { signal: turn }), signal);
  }

  /** A clip's place in the latest finished ranking that this window holds; null: it has none. */
  placeOf(path: string): QualityRanking | null {
    const sessions = [...this.entries.values()].map(({ session }) => session);
    const latestFirst = sessions.sort((x, y) => Number(y === this.latest) - Number(x === this.latest));
    for (const { state } of latestFirst) {
      const place = placeIn(state, path);
      if (place !== null) return place;
    }
    return null;
  }

  /** Brings a table to the front whose ranking runs; false: none runs. */
  showRunning(): boolean {
    const running = [...this.entries.values()].find(({ session }) => session.isWorking);
    if (running !== undefined) this.openTable(running.session.source);
    return running !== undefined;
  }

  private async sourceOf(clicked: unknown, all: unknown): Promise<RankSource | undefined> {
    const chosen = (Array.isArray(all) ? all : [clicked]).filter((item) => item instanceof vscode.Uri);
    const [first] = chosen;
    if (first === undefined) return pickSource();
    const foreign = chosen.find(({ scheme }) => scheme !== 'file');
    if (foreign !== undefined)
      return tell(
        vscode.l10n.t(
          '"{0}" is not on this machine\'s file system, so VersusQ can\'t read it.',
          basename(foreign.path),
        ),
      );
    if (chosen.length === 1 && (await isFolder(first))) return { folder: first.fsPath, clips: null };
    const other = chosen.find(({ path }) => !isVideoName(path));
    if (other !== undefined)
      return tell(
        vscode.l10n.t('"{0}" is not a video by its name. Select one folder, or videos only.', basename(other.path)),
      );
    return chosenClips(chosen.map(({ fsPath }) => fsPath));
  }

  private adopt(panel: vscode.WebviewPanel, source: RankSource): void {
    const key = sourceKey(source);
    const there = this.entries.get(key);
    const entry = there ?? this.begin(source);
    entry.panel = new RankPanel(panel, entry.session, this.services, this.compare);
    this.remember(source, arrangementOf(this.remembered(), source));
    const { folder } = source;
    keepPanel(this.memory, panel, { viewType: RankPanel.viewType, titles: [panel.title], state: { folder } });
    panel.onDidChangeViewState(() => {
      if (panel.active) this.makeLatest(entry);
      this.showProgress(entry);
    });
    panel.onDidDispose(() => {
      entry.panel = null;
      if (this.latest === entry.session) this.showProgress(entry);
      else this.drop(entry);
    });
    this.makeLatest(entry);
    if (there === undefined) void entry.session.start();
  }

  private begin(source: RankSource): Entry {
    const session = new RankSession(source, arrangementOf(this.remembered(), source), this.services, (arrangement) =>
      this.remember(source, arrangement),
    );
    const entry: Entry = { session, panel: null, progress: new HiddenProgress(() => session.cancel()) };
    this.entries.set(sourceKey(source), entry);
    session.onDidChange(({ table }) => table && this.showProgress(entry));
    return entry;
  }

  /** A ranking that was shown before and has no table ends. */
  private makeLatest(entry: Entry): void {
    if (this.isDisposed) return;
    (this.view ??= this._register(new QualityView())).show(entry.session);
    void vscode.commands.executeCommand('setContext', HAS_RANKING, true);
    for (const other of [...this.entries.values()]) if (other !== entry && other.panel === null) this.drop(other);
  }

  private drop(entry: Entry): void {
    this.entries.delete(sourceKey(entry.session.source));
    this.services.statusBar.remove(entry.session);
    entry.progress.dispose();
    entry.panel?.dispose();
    entry.session.dispose();
  }

  private showProgress({ session, panel, progress }: Entry): void {
    if (this.isDisposed) return;
    const run = runState(session.state);
    this.services.statusBar.update(session, run, session.state.ranking?.provenance ?? null);
    progress.update(run, panelTitle(session.source), panel?.panel.visible ?? false);
  }

  private remembered(): Remembered[] {
    return this.memory.get<Remembered[]>(MEMORY, []);
  }

  private remember(source: RankSource, arrangement: Arrangement): void {
    void this.memory.update(MEMORY, withRemembered(this.remembered(), { source, ...arrangement }));
  }
}

async function isFolder(uri: vscode.Uri): Promise<boolean> {
  const type = await Promise.resolve(vscode.workspace.fs.stat(uri)).then(
    (stat) => stat.type,
    () => vscode.FileType.Unknown,
  );
  return (type & vscode.FileType.Directory) !== 0;
}

/** Says so where there is nothing to rank. */
async function hasEnough(source: RankSource): Promise<boolean> {
  const name = basename(source.folder) || source.folder;
  try {
    const count = (await clipsOf(source, subfoldersToo())).length;
    if (count >= 2) return true;
    const inside = subfoldersToo()
      ? ''
      : ` ${vscode.l10n.t('The setting "versusq.rank.recursive" takes in subfolders.')}`;
    if (source.clips !== null) tell(vscode.l10n.t('A ranking needs two videos. Select two or more.'));
    else if (count === 0) tell(vscode.l10n.t('There are no videos in "{0}".', name) + inside);
    else tell(vscode.l10n.t('There is one video in "{0}": a ranking needs two.', name) + inside);
  } catch (error) {
    tell(sentence(VersusqError.from(error).message));
  }
  return false;
}

function tell(message: string): undefined {
  void vscode.window.showWarningMessage(`VersusQ: ${message}`);
  return undefined;
}
