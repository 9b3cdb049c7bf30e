/**
 * The forked process that hosts the engine (bundled to dist/worker.cjs), so that a crash of a GPU runtime or a blocked thread
 * never touches its parent. It ends when its parent does, and takes its ffmpeg processes with it.
 */
import type { ToWorker } from '../../protocol/index.js';
import { createEngine } from '../engine.js';
import { WorkerServer } from './serve.js';

/** After the parent is gone, the engine gets this long to end its programs, milliseconds. */
const GOODBYE_MS = 2000;

const server = new WorkerServer(createEngine, (message) => {
  if (process.connected) process.send?.(message, undefined, undefined, () => {});
});
process.on('message', (message) => server.receive(message as ToWorker));

let leaving = false;
function leave(): void {
  if (leaving) return;
  leaving = true;
  setTimeout(() => process.exit(0), GOODBYE_MS);
  void server.stop().finally(() => process.exit(0));
}
process.on('disconnect', leave);
process.on('SIGTERM', leave);
if (!process.send) {
  process.stderr.write('versusq: the worker is started by VersusQ, not by hand.\n');
  process.exit(2);
}
