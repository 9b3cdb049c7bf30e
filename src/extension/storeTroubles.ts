/**
 * What troubles the store: each kind is told once in a window, and panels show the latest until the worker begins anew. Work
 * goes on without the store, so nothing else would tell that results are not kept.
 */
import * as vscode from 'vscode';
import type { StoreTrouble } from '../protocol/index.js';
import { Disposable } from './disposable.js';
import { sentence } from './language.js';

export class StoreTroubles extends Disposable {
  private readonly told = new Set<StoreTrouble['kind']>();
  private readonly changed = this._register(new vscode.EventEmitter<string | null>());
  readonly onDidChange = this.changed.event;
  private latest: string | null = null;

  constructor(private readonly log: Pick<vscode.LogOutputChannel, 'warn'>) {
    super();
  }

  /** In the window's language; null: the store is well. */
  get note(): string | null {
    return this.latest;
  }

  tell({ kind, message, remedy }: StoreTrouble): void {
    if (this.isDisposed) return;
    this.log.warn(message);
    this.show(`${sentence(message)} ${sentence(remedy)}`);
    if (this.told.has(kind)) return;
    this.told.add(kind);
    void vscode.window.showWarningMessage(`VersusQ: ${this.latest}`);
  }

  /** The worker begins anew, and says so again where it is no better. */
  forget(): void {
    if (this.latest !== null) this.show(null);
  }

  private show(note: string | null): void {
    this.latest = note;
    this.changed.fire(note);
  }
}
