/**
 * The engine with its real parts: ffmpeg from ../media, the model from ../model, the SQLite store. `createEngine` does nothing
 * yet by itself (create.ts).
 */
import type { EngineParts } from './compare/parts.js';
import { createEngineWith } from './create.js';
import { comparisonSize, contentHash, createMedia, findFfmpeg, probeEarly } from './media/index.js';
import {
  deserialiseTokens,
  loadModel,
  probeDevices,
  readModelInfo,
  serialiseTokens,
  shippedModelFolder,
} from './model/index.js';
import { openStore } from './store/store.js';
import type { CreateEngine } from './types.js';

export const REAL_PARTS: EngineParts = {
  findFfmpeg,
  createMedia,
  probeEarly,
  comparisonSize,
  contentHash,
  readModelInfo,
  loadModel,
  probeDevices,
  serialiseTokens,
  deserialiseTokens,
  openStore,
  modelFolder: ({ modelPath }) => modelPath ?? shippedModelFolder(),
  log: (message) => process.stderr.write(`versusq: ${message}\n`),
};

export const createEngine: CreateEngine = (settings, onTrouble) => createEngineWith(REAL_PARTS, settings, onTrouble);
