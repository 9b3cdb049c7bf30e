/**
 * Tells when somebody else wrote the store, another window or the command: looked at when the window gets the focus, and every two
 * seconds while it has it and shows something. What this window writes it tells itself.
 */
import * as vscode from 'vscode';
import { stat } from 'node:fs/promises';
import { Disposable } from '../disposable.js';

const LOOK_EVERY_MS = 2000;
/** Who writes on and on is told of at this pace, milliseconds; else a change is told when no other followed it. */
const TELL_EVERY_MS = 15_000;

export class StoreWatch extends Disposable {
  private readonly changed = this._register(new vscode.EventEmitter<void>());
  readonly onDidChange = this.changed.event;
  /** Milliseconds since the epoch, as last looked at. */
  private written: Promise<number>;
  /** When the first change was seen that is not told yet (performance.now()); null: all are told. */
  private untold: number | null = null;
  private isShowing = false;
  /** Requests of this window that write. */
  private own = 0;
  private timer: NodeJS.Timeout | null = null;

  constructor(private readonly file: string) {
    super();
    this.written = this.look();
    this._register(
      vscode.window.onDidChangeWindowState(({ focused }) => {
        this.rest();
        if (focused) void this.compare(true);
      }),
    );
  }

  /** From now on something is shown that the store tells. */
  begin(): void {
    this.isShowing = true;
    this.again();
  }

  /** This window writes, until the given function is called, and tells so itself. */
  ownWork(): () => void {
    this.own++;
    this.rest();
    return () => {
      this.own--;
      this.written = this.look();
      this.again();
    };
  }

  override dispose(): void {
    this.rest();
    super.dispose();
  }

  private again(): void {
    if (this.isDisposed || this.timer !== null || !this.isShowing || this.own > 0 || !vscode.window.state.focused)
      return;
    this.timer = setTimeout(() => {
      this.timer = null;
      void this.compare(false);
    }, LOOK_EVERY_MS);
  }

  private rest(): void {
    if (this.timer !== null) clearTimeout(this.timer);
    this.timer = null;
  }

  /** `atOnce`: a change is told though more may follow. */
  private async compare(atOnce: boolean): Promise<void> {
    const before = this.written;
    const now = this.look();
    const isOther = (await before) !== (await now);
    if (this.isDisposed || this.own > 0) return;
    this.written = now;
    if (isOther) this.untold ??= performance.now();
    const isWriting = isOther && !atOnce;
    if (this.untold !== null && !(isWriting && performance.now() - this.untold < TELL_EVERY_MS)) {
      this.untold = null;
      this.changed.fire();
    }
    this.again();
  }

  /** SQLite writes beside the store first. 0: there is none. */
  private async look(): Promise<number> {
    const times = ['', '-wal'].map((suffix) =>
      stat(this.file + suffix).then(
        ({ mtimeMs }) => mtimeMs,
        () => 0,
      ),
    );
    return Math.max(...(await Promise.all(times)));
  }
}
