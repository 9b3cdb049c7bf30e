/**
 * What the engine is made of, as one object, so that tests can put small fakes in the place of ffmpeg and the model. The real
 * parts come from ../media and ../model.
 */
import type { ClipFacts, DeviceName, DoctorReport, EngineSettings, StoreTrouble } from '../../protocol/index.js';
import type { EarlyProbe, Ffmpeg, FrameSampling, MediaEngine, Size } from '../media/types.js';
import type { ClipTokens, LoadedModel } from '../model/types.js';
import type { Store } from '../store/store.js';

type Soon<T> = T | Promise<T>;

export interface ModelInfo {
  name: string;
  version: string;
  /** Names the model in the store. */
  hash: string;
}

/** From model.json: also what the model wants to see of a clip (model/info.ts). */
export interface ModelHead extends ModelInfo {
  frames?: FrameSampling;
}

export interface EngineParts {
  findFfmpeg(options: { setting: string | null }): Soon<Ffmpeg>;
  createMedia(ffmpeg: Ffmpeg): MediaEngine;
  /** Starts ffprobe while `findFfmpeg` still asks for versions; null where that can't be done. */
  probeEarly(options: { setting: string | null }, path: string, signal: AbortSignal): EarlyProbe | null;
  comparisonSize(facts: ClipFacts[], frames?: FrameSampling): Size;
  /** Names a file by its content (DESIGN 3.5), from some blocks of it. Errors: those of fs. */
  contentHash(path: string): Promise<string>;
  /** From model.json alone; cheap. */
  readModelInfo(folder: string): Soon<ModelHead>;
  loadModel(options: { folder: string; device: DeviceName }): Promise<LoadedModel>;
  probeDevices(folder: string): Soon<DoctorReport['devices']>;
  serialiseTokens(tokens: ClipTokens): Uint8Array;
  /** Throws where the bytes are not of this version. */
  deserialiseTokens(bytes: Uint8Array): ClipTokens;
  openStore(options: { folder: string; onTrouble: (trouble: StoreTrouble) => void }): Promise<Store>;
  /** Folder of the model package. Error: model/missing. */
  modelFolder(settings: EngineSettings): string;
  /** Messages for the person who runs the engine: trouble with the store. */
  log(message: string): void;
}
