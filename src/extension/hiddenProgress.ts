/**
 * Progress with a cancel button outside the panel, while something runs in a panel that is not to be seen. A visible panel
 * shows its own progress, and a second one would only be in the way.
 */
import * as vscode from 'vscode';
import type { RunState } from '../protocol/index.js';
import { Disposable } from './disposable.js';
import { stationWord } from './words.js';

interface Shown {
  report: (message: string) => void;
  close: () => void;
}

export class HiddenProgress extends Disposable {
  private shown: Shown | null = null;

  constructor(private readonly cancel: () => void) {
    super();
  }

  /** `title` says what is done, e.g. "Comparing a - b". */
  update(run: RunState, title: string, visible: boolean): void {
    if (this.isDisposed) return;
    if (run.status !== 'working' || visible) {
      this.shown?.close();
      this.shown = null;
      return;
    }
    this.shown ??= this.open(title);
    this.shown.report(
      run.share === null ? stationWord(run.station) : `${stationWord(run.station)} ${Math.round(run.share * 100)} %`,
    );
  }

  override dispose(): void {
    this.shown?.close();
    this.shown = null;
    super.dispose();
  }

  private open(title: string): Shown {
    let close = (): void => undefined;
    let report = (_message: string): void => undefined;
    void vscode.window.withProgress(
      { location: vscode.ProgressLocation.Notification, title, cancellable: true },
      (progress, token) => {
        token.onCancellationRequested(() => this.cancel());
        report = (message) => progress.report({ message });
        return new Promise<void>((resolve) => (close = resolve));
      },
    );
    return { report: (message) => report(message), close: () => close() };
  }
}
