/**
 * What panels need of the rest of the extension: the worker, folders, log. One object, made by the application.
 */
import type * as vscode from 'vscode';
import type { WorkerEvent, WorkerMethod, WorkerMethods } from '../protocol/index.js';
import type { StatusBar } from './statusBar.js';
import type { StoreTroubles } from './storeTroubles.js';

/** The engine's worker as the extension uses it; a lost worker rejects with `worker/crashed`, the next request forks anew. */
export interface EngineWorker {
  request<M extends WorkerMethod>(
    method: M,
    params: WorkerMethods[M][0],
    options?: { signal?: AbortSignal; onEvent?: (event: WorkerEvent) => void },
  ): Promise<WorkerMethods[M][1]>;
}

export interface Services {
  readonly worker: EngineWorker;
  readonly extensionUri: vscode.Uri;
  /** Folder of the store and of the copies made for playback. */
  readonly storeUri: vscode.Uri;
  readonly log: vscode.LogOutputChannel;
  readonly statusBar: StatusBar;
  readonly storeTroubles: StoreTroubles;
}
