/**
 * A process as a worker: the protocol over its IPC channel until the parent is gone. Then it ends, and takes the programs that
 * its engine started with it.
 */
import type { ToWorker } from '../../protocol/index.js';
import type { CreateEngine } from '../types.js';
import { WorkerServer } from './serve.js';

/** After the parent is gone, the engine gets this long to end its programs, milliseconds. */
const GOODBYE_MS = 2000;

export function runWorker(create: CreateEngine): void {
  if (!process.send) {
    process.stderr.write('versusq: the worker is started by VersusQ, not by hand.\n');
    process.exit(2);
  }
  const server = new WorkerServer(create, (message) => {
    if (process.connected) process.send?.(message, undefined, undefined, () => {});
  });
  process.on('message', (message) => server.receive(message as ToWorker));
  let leaving = false;
  const leave = (): void => {
    if (leaving) return;
    leaving = true;
    setTimeout(() => process.exit(0), GOODBYE_MS);
    void server.stop().finally(() => process.exit(0));
  };
  process.on('disconnect', leave);
  process.on('SIGTERM', leave);
}
