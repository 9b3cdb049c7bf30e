/**
 * A workspace on the disk with a made-up VS Code and worker around it: files are real, what the store knows of them is said by
 * the test.
 */
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { ClipQuality, QualityRanking, QualityComparison } from '../../../../src/protocol/index.js';
import type { Services } from '../../../../src/extension/services.js';
import * as vscode from '../fake-vscode.js';

export class World {
  readonly folder = realpathSync(mkdtempSync(join(tmpdir(), 'versusq-notes-')));
  readonly storage = join(this.folder, '.storage');
  /** What the store knows, by path; everything else is unknown. */
  readonly known = new Map<string, Partial<ClipQuality>>();
  /** What the worker was asked, in order. */
  readonly asked: { method: string; params: Record<string, unknown> }[] = [];
  /** Replaces the worker's answer to the next question for quality. */
  answer: (paths: string[]) => Promise<ClipQuality[]> = async (paths) => paths.map((path) => this.quality(path));
  readonly clipStatus: unknown[] = [];

  constructor() {
    vscode.workspace.workspaceFolders = [{ uri: vscode.Uri.file(this.folder) }];
    mkdirSync(this.storage);
    writeFileSync(join(this.storage, 'versusq.sqlite'), '');
  }

  readonly services = {
    worker: {
      request: async (method: string, params: Record<string, unknown>) => {
        // A question for no clip only wakes the worker.
        if (method !== 'quality' || (params['paths'] as string[]).length > 0) this.asked.push({ method, params });
        if (method === 'quality') return this.answer(params['paths'] as string[]);
        if (method === 'thumbnail') return { dataUri: `data:image/jpeg;base64,${String(params['time'])}` };
        throw new Error(`nobody should ask for "${method}"`);
      },
    },
    storeUri: vscode.Uri.file(this.storage),
    extensionUri: vscode.Uri.file('/extension'),
    statusBar: { showClip: (status: unknown) => this.clipStatus.push(status) },
  } as unknown as Services;

  /** Methods asked for, each once. */
  get methods(): string[] {
    return [...new Set(this.asked.map(({ method }) => method))];
  }

  path(name: string): string {
    return join(this.folder, name);
  }

  clip(name: string, known: Partial<ClipQuality> = {}): string {
    const path = this.path(name);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, name);
    this.known.set(path, known);
    return path;
  }

  quality(path: string): ClipQuality {
    const none = { state: 'unknown' as const, ranking: null, comparison: null, facts: null, error: null };
    return { path, ...none, ...this.known.get(path) };
  }

  document(name: string, text: string, languageId = 'plaintext'): vscode.FakeDocument {
    const document = new vscode.FakeDocument(vscode.Uri.file(this.path(name)), text, languageId);
    vscode.workspace.textDocuments.push(document);
    return document;
  }

  /** Rank `rank` of `of` in the workspace folder, with a score. */
  ranked(rank: number, of: number, score: number, more: Partial<QualityRanking> = {}): Partial<ClipQuality> {
    const interval95: [number, number] = [score - 0.3, score + 0.3];
    const none = { toReference: null, mainDefect: null, finished: '2026-01-01T00:00:00.000Z' };
    return {
      state: 'ranked',
      ranking: { id: this.folder, folder: this.folder, rank, of, score, interval95, ...none, ...more },
    };
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}

export function compared(other: string, margin: number, reason = ''): Partial<ClipQuality> {
  const comparison: QualityComparison = {
    other,
    margin,
    interval95: [margin - 0.2, margin + 0.2],
    verdict: margin > 0 ? 'a' : 'b',
    kind: 'considered',
    reason,
    finished: '2026-01-01T00:00:00.000Z',
  };
  return { state: 'compared', comparison };
}

export const token = { isCancellationRequested: false, onCancellationRequested: () => ({ dispose: () => undefined }) };
