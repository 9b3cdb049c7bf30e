/**
 * What one engine keeps between jobs: ffmpeg found once, the model loaded once, the store opened once, each only when first
 * needed. A failure is never kept: the next job tries again.
 */
import { availableParallelism } from 'node:os';
import { setTimeout } from 'node:timers/promises';
import type { ClipFacts, EngineSettings, StoreTrouble } from '../../protocol/index.js';
import type { Ffmpeg, MediaEngine } from '../media/types.js';
import type { LoadedModel } from '../model/types.js';
import { NO_STORE, type Store } from '../store/store.js';
import { Slots } from './jobs.js';
import { TokenMemory } from './memory.js';
import { looksOf, type Looks } from './looks.js';
import type { EngineParts, ModelHead } from './parts.js';

/** So long the version may take to come with the facts of the first clip. */
const EARLY_WAIT_MS = 1000;

/**
 * Clips decoded at once: A and B of a pair. A decoder keeps about four cores busy; more of them would only share the same. No more
 * than 8: each may hold 130 MB of luma.
 */
export const decodesAtOnce = (cores: number): number => Math.min(8, Math.max(2, Math.floor(cores / 4)));

export class EngineContext {
  /** Calls into the model, one at a time: each blocks the JavaScript thread anyway. */
  readonly modelCalls = new Slots(1);
  /** A pair holds this from its glance to the end of its reasoning, because the model keeps one prefix. */
  readonly pairs = new Slots(1);
  readonly decodes = new Slots(decodesAtOnce(availableParallelism()));
  readonly memory = new TokenMemory();

  readonly media: () => Promise<MediaEngine>;
  readonly modelInfo: () => Promise<ModelHead>;
  /** Errors: those of model.json. */
  readonly looks: () => Promise<Looks>;
  readonly model: () => Promise<LoadedModel>;
  readonly store: () => Promise<Store>;
  private mediaKnown = false;
  /** What the first ffprobe told of its ffmpeg. */
  private early: Promise<Ffmpeg | null> | null = null;

  constructor(
    readonly settings: EngineSettings,
    readonly parts: EngineParts,
    onTrouble: (trouble: StoreTrouble) => void = ({ message }) => parts.log(message),
  ) {
    this.media = once(async () =>
      parts.createMedia((await this.toldEarly()) ?? (await parts.findFfmpeg({ setting: settings.ffmpegPath }))),
    );
    this.modelInfo = once(async () => parts.readModelInfo(parts.modelFolder(settings)));
    this.looks = async () => looksOf(parts, await this.modelInfo());
    this.model = once(async () => parts.loadModel({ folder: parts.modelFolder(settings), device: settings.device }));
    this.store = once(async () =>
      settings.storePath === null ? NO_STORE : parts.openStore({ folder: settings.storePath, onTrouble }),
    );
  }

  /**
   * Facts of a file. The first ffprobe starts before anybody asked its ffmpeg for the version, and mostly tells that too: a
   * program takes a tenth of a second to start. Errors: media/*, ffmpeg/*.
   */
  async probe(path: string, signal: AbortSignal): Promise<ClipFacts> {
    const early = this.mediaKnown ? null : this.parts.probeEarly({ setting: this.settings.ffmpegPath }, path, signal);
    this.early ??= early?.ffmpeg ?? null;
    const [media] = await Promise.allSettled([this.media(), early?.facts]); // nothing goes on after an error
    if (media.status === 'rejected') throw media.reason;
    this.mediaKnown = true;
    const { ffmpegPath, ffprobePath } = media.value.ffmpeg;
    const same = early?.programs.ffmpegPath === ffmpegPath && early.programs.ffprobePath === ffprobePath;
    return same ? early.facts : media.value.probe(path, signal);
  }

  /** What the first ffprobe tells, unless its clip is slow to read: then nobody waits for it, and ffmpeg itself is asked. */
  private async toldEarly(): Promise<Ffmpeg | null> {
    const stop = new AbortController();
    const late = setTimeout(EARLY_WAIT_MS, null, { signal: stop.signal, ref: false }).catch(() => null);
    const told = await Promise.race([this.early, late]);
    stop.abort();
    return told;
  }

  /** Reads the model's files while programs start. A failure is told where the model is needed. */
  loadModel(): void {
    this.model().catch(() => undefined);
  }

  /** Opens what a station needs of the model ahead of its use. A failure is told where the model is needed. */
  openModel(station: 'encode' | 'compare'): void {
    void this.model().then(
      (model) => model.open(station),
      () => undefined,
    );
  }

  /** Closes what was opened; what is still opening is waited for. */
  async dispose(): Promise<void> {
    this.memory.clear();
    await Promise.all([
      made(this.model)?.then(
        (model) => model.dispose(),
        () => undefined,
      ),
      made(this.store)?.then(
        (store) => store.close(),
        () => undefined,
      ),
    ]);
  }
}

const running = new WeakMap<() => Promise<unknown>, () => Promise<unknown> | undefined>();

/** Makes a value at the first call and gives the same one after; a failure is forgotten. */
function once<T>(make: () => Promise<T>): () => Promise<T> {
  let promise: Promise<T> | undefined;
  const get = () => {
    promise ??= make().catch((error: unknown) => {
      promise = undefined;
      throw error;
    });
    return promise;
  };
  running.set(get, () => promise);
  return get;
}

const made = <T>(get: () => Promise<T>) => running.get(get)?.() as Promise<T> | undefined;
