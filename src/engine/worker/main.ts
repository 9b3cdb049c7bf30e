/**
 * The forked process that hosts the engine (bundled to dist/worker.cjs), so that a crash of a GPU runtime or a blocked thread
 * never touches its parent.
 */
import { createEngine } from '../engine.js';
import { runWorker } from './run.js';

runWorker(createEngine);
