/**
 * The engine with its real parts: ffmpeg from ../media, the model from ../model, the SQLite store. `createEngine` does nothing
 * yet by itself (create.ts).
 */
import { existsSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { createEngineWith } from './create.js';
import { comparisonSize, createMedia, findFfmpeg } from './media/index.js';
import { deserialiseTokens, loadModel, probeDevices, readModelInfo, serialiseTokens } from './model/index.js';
import { openStore } from './store/store.js';
import type { CreateEngine } from './types.js';

const DEFAULT_MODEL = join('models', 'versusq-mini');
/** `model.json` of the shipped model is looked for in this many folders upwards of the program. */
const LEVELS_UP = 5;

export const createEngine: CreateEngine = (settings) =>
  createEngineWith(
    {
      findFfmpeg,
      createMedia,
      comparisonSize,
      readModelInfo,
      loadModel,
      probeDevices,
      serialiseTokens,
      deserialiseTokens,
      openStore,
      modelFolder: ({ modelPath }) => modelPath ?? shippedModel(),
      log: (message) => process.stderr.write(`versusq: ${message}\n`),
    },
    settings,
  );

/** Folder of the model that comes with VersusQ: beside `dist` in the package, or up from the sources in a clone. */
function shippedModel(): string {
  let folder: string = __dirname;
  for (let level = 0; level < LEVELS_UP; level++) {
    const candidate = join(folder, DEFAULT_MODEL);
    if (existsSync(join(candidate, 'model.json'))) return candidate;
    folder = dirname(folder);
  }
  return resolve(__dirname, '..', DEFAULT_MODEL);
}
