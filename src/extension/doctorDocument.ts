/**
 * "VersusQ: Check Installation": the doctor's report as a read-only text document.
 */
import * as vscode from 'vscode';
import type { DoctorReport } from '../protocol/index.js';
import { Disposable } from './disposable.js';
import { doctorText } from './doctorText.js';

const SCHEME = 'versusq-doctor';

export class DoctorDocument extends Disposable {
  private readonly changed = this._register(new vscode.EventEmitter<vscode.Uri>());
  private readonly uri = vscode.Uri.from({ scheme: SCHEME, path: '/VersusQ installation' });
  private text = '';

  constructor() {
    super();
    this._register(
      vscode.workspace.registerTextDocumentContentProvider(SCHEME, {
        onDidChange: this.changed.event,
        provideTextDocumentContent: () => this.text,
      }),
    );
  }

  async show(report: DoctorReport): Promise<void> {
    this.text = doctorText(report);
    this.changed.fire(this.uri);
    const document = await vscode.workspace.openTextDocument(this.uri);
    if (!this.isDisposed) await vscode.window.showTextDocument(document, { preview: true });
  }
}
