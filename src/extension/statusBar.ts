/**
 * One item in the status bar: what VersusQ is doing, else where the model runs. Invisible until something has begun.
 */
import * as vscode from 'vscode';
import type { Provenance, RunState } from '../protocol/index.js';
import { Disposable } from './disposable.js';
import type { ClipStatus } from './annotations/currentClip.js';
import { stationWord } from './words.js';

const DEVICE_WORDS: Record<string, string> = {
  cpu: 'CPU',
  webgpu: 'GPU (WebGPU)',
  cuda: 'GPU (CUDA)',
  directml: 'GPU (DirectML)',
  coreml: 'GPU (Core ML)',
};

export class StatusBar extends Disposable {
  private item: vscode.StatusBarItem | null = null;
  private device: string | null = null;
  private deviceNote: string | null = null;
  private readonly runs = new Map<object, RunState>();
  private clip: ClipStatus | null = null;

  /** The latest state of one panel's run; `owner` tells the panels apart. */
  update(owner: object, run: RunState, provenance: Provenance | null): void {
    if (provenance !== null) {
      this.device = provenance.device;
      this.deviceNote = provenance.deviceNote;
    }
    if (run.status === 'working') this.runs.set(owner, run);
    else this.runs.delete(owner);
    if (run.status !== 'idle' || this.item !== null) this.show();
  }

  remove(owner: object): void {
    if (this.runs.delete(owner)) this.show();
  }

  /** What is known of the clip in the active tab; null: nothing, or it is none. */
  showClip(clip: ClipStatus | null): void {
    this.clip = clip;
    if (clip !== null || this.item !== null) this.show();
  }

  private show(): void {
    if (this.isDisposed) return;
    const item = (this.item ??= this.create());
    const run = [...this.runs.values()].at(-1);
    const device = this.device === null ? null : (DEVICE_WORDS[this.device] ?? this.device);
    if (run?.status === 'working') {
      const share = run.share === null ? '' : ` ${Math.round(run.share * 100)} %`;
      const others = this.runs.size > 1 ? ` (+${this.runs.size - 1})` : '';
      item.text = `$(loading~spin) VersusQ: ${stationWord(run.station)}${share}${others}`;
      const working = vscode.l10n.t('VersusQ is at work. Select to show it.');
      item.tooltip = [working, this.clip?.words].filter(Boolean).join('\n');
    } else {
      item.text = device === null ? '$(compare-changes) VersusQ' : `$(compare-changes) VersusQ: ${device}`;
      if (this.clip !== null) item.text += `  ${this.clip.text}`;
      item.tooltip = [
        this.clip?.words ?? null,
        device === null
          ? vscode.l10n.t('Nothing has been compared yet.')
          : vscode.l10n.t('The model runs on the {0}.', device),
        this.deviceNote,
        vscode.l10n.t('Select to check the installation.'),
      ]
        .filter((line) => line !== null)
        .join('\n');
    }
    item.accessibilityInformation = { label: item.text.replace(/\$\([^)]*\) /, '') };
    item.show();
  }

  private create(): vscode.StatusBarItem {
    const item = this._register(
      vscode.window.createStatusBarItem('versusq.status', vscode.StatusBarAlignment.Right, 90),
    );
    item.name = 'VersusQ';
    item.command = 'versusq.showRunning';
    return item;
  }
}
