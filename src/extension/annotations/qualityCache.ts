/**
 * What the worker told of clips, for all annotations of the window: asked in batches, kept in a bound, asked anew when a file
 * or the store changed. An old answer stands until the new one is there, so nothing flickers; a failure is never kept.
 */
import * as vscode from 'vscode';
import { access } from 'node:fs/promises';
import { sep } from 'node:path';
import type { ClipQuality } from '../../protocol/index.js';
import { Disposable } from '../disposable.js';
import { Ancestors } from './ancestors.js';

/** A clip without its facts, which are large and seldom wanted. */
export type QualityNote = Omit<ClipQuality, 'facts'>;

/** Clips in one request; the engine takes 500. */
const BATCH = 500;
/** Clips kept; about 600 bytes each. */
const CLIPS_KEPT = 20_000;
/** Requests of one moment become one batch, milliseconds. */
const GATHER_MS = 5;

interface Entry {
  note: QualityNote | null;
  /** asked: on its way. old: changed since. */
  state: 'waiting' | 'asked' | 'known' | 'old';
}

export class QualityCache extends Disposable {
  /** In order of last use. */
  private readonly entries = new Map<string, Entry>();
  private readonly changed = this._register(new vscode.EventEmitter<readonly string[]>());
  /** Other values than before are known of these clips. */
  readonly onDidChange = this.changed.event;
  private readonly outdated = this._register(new vscode.EventEmitter<ReadonlySet<string> | null>());
  /** What was known of these clips (null: of all) may be wrong now; who shows them asks again. */
  readonly onDidOutdate = this.outdated.event;
  private readonly folders = new Ancestors();
  private listeners: (() => void)[] = [];
  private timer: NodeJS.Timeout | null = null;
  private asking = false;
  private awake = false;

  constructor(
    private readonly ask: (paths: string[]) => Promise<ClipQuality[]>,
    /** The store's file: without it nothing is known, and no process is started to hear that. */
    private readonly storeFile: () => string | null,
  ) {
    super();
  }

  /** Lets the worker start while the caller still reads: the first answer then does not wait for a process. */
  async wake(): Promise<void> {
    if (this.awake) return;
    this.awake = true;
    const file = this.storeFile();
    if (file !== null && (await isThere(file)) && !this.isDisposed) await this.ask([]).catch(() => undefined);
  }

  /** As last told; null: never asked. */
  peek(path: string): QualityNote | null {
    return this.entries.get(path)?.note ?? null;
  }

  /**
   * Notes of the clips, in their order; null where nothing came within `waitMs` (what comes later is told by `onDidChange`), or
   * where the worker failed.
   */
  async get(paths: readonly string[], waitMs = Infinity): Promise<(QualityNote | null)[]> {
    const wanted = new Set(paths);
    for (const path of wanted) this.want(path);
    const open = (): boolean => [...wanted].some((path) => this.isOpen(path));
    const until = performance.now() + waitMs;
    while (open() && !this.isDisposed) {
      const left = until - performance.now();
      if (left <= 0) break;
      await this.nextAnswer(left);
    }
    return paths.map((path) => this.peek(path));
  }

  /** These files, or all (null), may be others now. */
  outdate(paths: readonly string[] | null): void {
    const touched = paths === null ? null : new Set(paths.filter((path) => this.entries.has(path)));
    if (touched?.size === 0) return;
    for (const path of touched ?? this.entries.keys()) {
      const entry = this.entries.get(path)!;
      entry.state = entry.state === 'waiting' ? 'waiting' : 'old';
    }
    this.outdated.fire(touched);
  }

  /** The clips kept that lie in a folder, which went or came with them; quick where there are none. */
  inside(folder: string): string[] {
    return this.folders.has(folder) ? [...this.entries.keys()].filter((path) => path.startsWith(folder + sep)) : [];
  }

  override dispose(): void {
    if (this.timer !== null) clearTimeout(this.timer);
    super.dispose();
    this.tell();
  }

  private isOpen(path: string): boolean {
    const state = this.entries.get(path)?.state;
    return state === 'waiting' || state === 'asked';
  }

  private want(path: string): void {
    const entry = this.entries.get(path) ?? { note: null, state: 'waiting' };
    if (entry.state === 'old') entry.state = 'waiting';
    this.entries.delete(path);
    this.entries.set(path, entry);
    this.folders.add(path);
    if (entry.state === 'waiting') this.timer ??= setTimeout(() => void this.askAll(), GATHER_MS);
  }

  /** One batch after the other, until nobody waits. */
  private async askAll(): Promise<void> {
    this.timer = null;
    if (this.asking || this.isDisposed) return;
    this.asking = true;
    try {
      for (let batch = this.nextBatch(); batch.length > 0 && !this.isDisposed; batch = this.nextBatch()) {
        for (const path of batch) this.entries.get(path)!.state = 'asked';
        await this.askBatch(batch);
        this.tell();
      }
    } finally {
      this.asking = false;
    }
    this.trim();
  }

  private nextBatch(): string[] {
    const batch: string[] = [];
    for (const [path, { state }] of this.entries) {
      if (state === 'waiting') batch.push(path);
      if (batch.length === BATCH) break;
    }
    return batch;
  }

  private async askBatch(batch: string[]): Promise<void> {
    const file = this.storeFile();
    try {
      const told =
        file !== null && (await isThere(file)) ? await this.ask(batch) : await Promise.all(batch.map(unknown));
      if (this.isDisposed) return;
      const different = told.filter((quality) => this.take(quality)).map(({ path }) => path);
      if (different.length > 0) this.changed.fire(different);
    } catch {
      for (const path of batch) {
        const entry = this.entries.get(path);
        if (entry?.state === 'asked') entry.state = 'old';
      }
    }
  }

  /** True where it says something else than before. */
  private take({ facts: _facts, ...note }: ClipQuality): boolean {
    const entry = this.entries.get(note.path);
    if (entry === undefined) return false;
    const different = JSON.stringify(entry.note) !== JSON.stringify(note);
    entry.note = note;
    if (entry.state === 'asked') entry.state = 'known'; // else it was outdated on the way, and is asked again
    return different;
  }

  private nextAnswer(waitMs: number): Promise<void> {
    return new Promise((resolve) => {
      const late = Number.isFinite(waitMs) ? setTimeout(resolve, waitMs) : null;
      this.listeners.push(() => {
        if (late !== null) clearTimeout(late);
        resolve();
      });
    });
  }

  private tell(): void {
    for (const listener of this.listeners.splice(0)) listener();
  }

  private trim(): void {
    if (this.entries.size <= CLIPS_KEPT) return;
    for (const path of this.entries.keys()) {
      if (this.entries.size <= CLIPS_KEPT) break;
      this.entries.delete(path);
    }
    this.folders.clear();
    for (const path of this.entries.keys()) this.folders.add(path);
  }
}

const isThere = (path: string): Promise<boolean> =>
  access(path).then(
    () => true,
    () => false,
  );

const unknown = async (path: string): Promise<ClipQuality> => ({
  path,
  state: (await isThere(path)) ? 'unknown' : 'missing',
  ranking: null,
  comparison: null,
  facts: null,
  error: null,
});
