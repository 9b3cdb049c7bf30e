/**
 * One ranking: holds the truth about one folder or one set of clips, asks the worker, follows the files. It lives apart from
 * its table, so that the Quality view has it too. Everything computed is in the store: asking again loses next to nothing.
 */
import * as vscode from 'vscode';
import {
  VersusqError,
  type Grouping,
  type RankRow,
  type RankTableState,
  type TableClip,
  type WorkerEvent,
  say,
} from '../../protocol/index.js';
import { Disposable } from '../disposable.js';
import type { Services } from '../services.js';
import { clipsOf } from './clipFiles.js';
import { FolderWatch } from './folderWatch.js';
import type { Arrangement } from './memory.js';
import * as State from './rankState.js';
import { absolutePath, relativePath, type RankSource } from './source.js';
import type { TableChange, TableTruth } from './tableFeed.js';

/** While a run goes on, new files wait for so long before they interrupt it, milliseconds: what is in flight then is lost. */
const INTERRUPT_AFTER_MS = 10_000;
/** A ranking needs so many clips. */
const LEAST_CLIPS = 2;

interface Run {
  abort: AbortController;
  /** Ignores what the store holds: such a run is not interrupted, because it would begin from nothing again. */
  fresh: boolean;
  /** Clips that are read anew, whatever the store holds of them; relative paths. */
  retry: readonly string[];
  begun: number;
}

export class RankSession extends Disposable implements TableTruth {
  readonly clips = new Map<string, TableClip>();
  private readonly change = this._register(new vscode.EventEmitter<TableChange>());
  readonly onDidChange = this.change.event;
  private current: State.RankState;
  private run: Run | null = null;
  private later: NodeJS.Timeout | null = null;
  /** Files changed while a run went on that is not interrupted. */
  private outdated = false;
  private watch: FolderWatch | null = null;
  /** How many comparisons the run gives way to. */
  private giving = 0;

  constructor(
    readonly source: RankSource,
    arrangement: Arrangement,
    private readonly services: Services,
    private readonly remember: (arrangement: Arrangement) => void,
  ) {
    super();
    const { storeTroubles } = services;
    this.current = State.withStoreNote(State.initialState(source, arrangement), storeTroubles.note);
    this._register(
      storeTroubles.onDidChange((note) => this.set(State.withStoreNote(this.current, note), { table: true })),
    );
    this.watchFiles();
  }

  get state(): State.RankState {
    return this.current;
  }

  /** As the table is told it: of the clips left out, those that are there. */
  get table(): RankTableState {
    const { table, files } = this.current;
    return { ...table, excluded: table.excluded.filter((path) => files.has(path)) };
  }

  get rows(): RankRow[] {
    return State.shownRows(this.current);
  }

  get isWorking(): boolean {
    return this.table.run.status === 'working';
  }

  /** Absolute path of a clip of this ranking; null: it is none. */
  pathOf(relative: string): string | null {
    return this.current.files.has(relative) ? absolutePath(this.source, relative) : null;
  }

  /** Looks at the files and ranks; `fresh` ignores what the store holds; `retry` does so for some clips. */
  async start(fresh = false, retry: readonly string[] = []): Promise<void> {
    const run = this.begin(fresh, retry);
    try {
      const files = await clipsOf(this.source, subfoldersToo());
      if (!this.isWanted(run)) return;
      this.takeFiles(files);
      await this.ask(run);
    } catch (error) {
      this.failed(run, error);
    }
  }

  pause(): void {
    if (this.isWorking) this.stop(State.paused(this.current));
  }

  cancel(): void {
    if (this.isWorking)
      this.stop(
        State.failed(this.current, new VersusqError('cancelled', say`Cancelled. What was computed is kept.`).toData()),
      );
  }

  setGrouping(grouping: Grouping): void {
    this.arrange(State.withGrouping(this.current, grouping));
  }

  setReference(path: string | null): void {
    this.arrange(State.withReference(this.current, path));
  }

  exclude(paths: readonly string[], excluded: boolean): void {
    this.arrange(State.withExcluded(this.current, paths, excluded));
  }

  /** Lets a comparison go before the run, which goes on after it; the worker runs the model for one of them at a time. */
  giveWay(): () => void {
    this.giving++;
    if (this.run?.fresh === false) this.run.abort.abort();
    return () => {
      this.giving--;
      const { run } = this;
      if (this.giving === 0 && run?.abort.signal.aborted && !this.isDisposed) void this.start(run.fresh, run.retry);
    };
  }

  /** A setting says anew whether subfolders count. */
  settingsChanged(): void {
    this.watchFiles();
    void this.start();
  }

  override dispose(): void {
    this.end();
    this.watch?.dispose();
    super.dispose();
  }

  private begin(fresh: boolean, retry: readonly string[]): Run {
    this.end();
    this.outdated = false;
    const run = (this.run = { abort: new AbortController(), fresh, retry, begun: Date.now() });
    this.set(State.started(this.current, run.begun), { table: true });
    return run;
  }

  private async ask(run: Run): Promise<void> {
    const paths = State.pathsToRank(this.current);
    if (paths.length < LEAST_CLIPS) {
      this.set(State.withoutRows(this.current), { rows: true });
      throw tooFew(this.source, paths.length);
    }
    if (this.giving > 0) return run.abort.abort();
    const ranking = await this.services.worker.request(
      'rank',
      { folder: this.source.folder, paths, options: State.rankOptions(this.current, run) },
      { signal: run.abort.signal, onEvent: (event) => this.isWanted(run) && this.receive(event) },
    );
    if (!this.isWanted(run)) return;
    this.end();
    this.set(State.finished(this.current, ranking), { table: true });
    if (this.outdated) void this.start();
  }

  private receive(event: WorkerEvent): void {
    if (event.type === 'rankRows') {
      this.set(State.ranked(this.current, event.rows, event.progress), { table: true, rows: true });
    } else if (event.type === 'rankClip') {
      const { path, facts, error } = event;
      if (!this.current.files.has(path)) return;
      this.clips.set(path, { path, facts, error });
      this.change.fire({ clips: [path] });
    }
  }

  private failed(run: Run, error: unknown): void {
    if (!this.isWanted(run) || (run.abort.signal.aborted && this.giving > 0)) return;
    this.end();
    const known = VersusqError.from(error);
    if (known.code !== 'cancelled') this.services.log.error(`${known.code}: ${known.message}`, known.details ?? '');
    this.set(State.failed(this.current, known.toData()), { table: true });
  }

  private stop(state: State.RankState): void {
    this.end();
    this.set(state, { table: true });
  }

  private end(): void {
    this.run?.abort.abort();
    this.run = null;
    if (this.later !== null) clearTimeout(this.later);
    this.later = null;
  }

  /** What the person arranged is remembered, shown at once, and asked for unless the run is paused. */
  private arrange(state: State.RankState): void {
    this.set(state, { table: true, rows: true });
    this.remember(State.arrangement(state));
    if (this.table.run.status !== 'paused') void this.start();
  }

  private watchFiles(): void {
    this.watch?.dispose();
    const known = (): string[] => [...this.current.files].map((path) => absolutePath(this.source, path));
    this.watch = new FolderWatch(this.source, subfoldersToo(), known, (paths) => void this.filesChanged(paths));
  }

  /** Rows of clips that are gone go at once; the rest is for the next run. */
  private async filesChanged(changed: readonly string[]): Promise<void> {
    const files = await clipsOf(this.source, subfoldersToo()).catch(() => []);
    if (this.isDisposed) return;
    const before = this.current.files;
    const ours = changed.map((path) => relativePath(this.source, path));
    this.takeFiles(files);
    if (!ours.some((path) => before.has(path) || this.current.files.has(path))) return;
    const { run } = this.table;
    if (run.status === 'done' || run.status === 'idle') return void this.start();
    if (run.status === 'failed' && (run.error.code === 'usage' || run.error.code === 'media/not-found'))
      return void this.start();
    if (this.run?.fresh) this.outdated = true;
    if (this.run === null || this.run.fresh || this.later !== null) return;
    const { begun, retry } = this.run;
    this.later = setTimeout(() => void this.start(false, retry), Math.max(0, begun + INTERRUPT_AFTER_MS - Date.now()));
  }

  private takeFiles(paths: readonly string[]): void {
    const files = paths.map((path) => relativePath(this.source, path));
    const there = new Set(files);
    const gone = [...this.clips.keys()].filter((path) => !there.has(path));
    for (const path of gone) this.clips.delete(path);
    this.set(State.withFiles(this.current, files), { table: true, rows: true, clips: gone });
  }

  private isWanted(run: Run): boolean {
    return this.run === run && !this.isDisposed;
  }

  private set(state: State.RankState, change: TableChange): void {
    if (this.isDisposed) return;
    this.current = state;
    this.change.fire(change);
  }
}

/** Does a folder rank with the clips of its subfolders? */
export const subfoldersToo = (): boolean => vscode.workspace.getConfiguration('versusq').get('rank.recursive', false);

function tooFew({ folder }: RankSource, count: number): VersusqError {
  const message =
    count === 0
      ? say`There is no video to rank in ${folder}: a ranking needs two. Add videos, or take in what was left out.`
      : say`There is one video to rank in ${folder}: a ranking needs two. Add videos, or take in what was left out.`;
  return new VersusqError('usage', message, { path: folder });
}
