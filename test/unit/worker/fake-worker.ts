/** A worker on the fake engine, with two doors for tests: a clip named "die" kills the process, "block" blocks its thread. */
import { basename } from 'node:path';
import type { CreateEngine } from '../../../src/engine/types.js';
import { runWorker } from '../../../src/engine/worker/run.js';
import { fakeEngine } from '../compare/fakes.js';

const create: CreateEngine = (settings, onTrouble) => {
  const { engine, control } = fakeEngine({ ...settings }, {}, onTrouble);
  return {
    ...engine,
    compare: (a, b, options) => {
      if (basename(a) === 'die') process.kill(process.pid, 'SIGKILL');
      control.hang = basename(a) === 'hang';
      return engine.compare(a, b, options);
    },
  };
};
runWorker(create);
