/**
 * The engine's front door (types.ts): one object over media, model and store. Making it does nothing; ffmpeg, model and store
 * are found when first needed and kept. After `dispose` no program that it started is running.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  VersusqError,
  type ClipFacts,
  type EngineSettings,
  type StoreTrouble,
  type WorkerEvent,
  say,
} from '../protocol/index.js';
import { comparePairs } from './compare/batch.js';
import { probeClip } from './compare/clips.js';
import { compare } from './compare/compare.js';
import { EngineContext } from './compare/context.js';
import { runJob, sparing } from './compare/jobs.js';
import type { EngineParts } from './compare/parts.js';
import { storedComparison } from './compare/stored.js';
import { examine } from './doctor.js';
import { PROXIES } from './paths.js';
import { clipQuality } from './quality/quality.js';
import { storedPairs } from './rank/margins.js';
import { rankClips } from './rank/rank.js';
import { checkGates } from './references/gates/check.js';
import type { Engine, JobOptions } from './types.js';

/** `onTrouble`: who is told of the store's trouble; else `parts.log`. */
export function createEngineWith(
  parts: EngineParts,
  settings: EngineSettings,
  onTrouble?: (trouble: StoreTrouble) => void,
): Engine {
  const context = new EngineContext(settings, parts, onTrouble);
  const ending = new AbortController();
  const running = new Set<Promise<unknown>>();
  let ownProxies: Promise<string> | null = null;

  /** Every job ends with the engine: its signal is the caller's or the engine's own. */
  const job = <T>(options: JobOptions | undefined, work: (signal: AbortSignal) => Promise<T>): Promise<T> => {
    if (ending.signal.aborted) return Promise.reject(new VersusqError('cancelled', say`The engine was closed.`));
    const signal = options?.signal ? AbortSignal.any([options.signal, ending.signal]) : ending.signal;
    const promise = work(signal);
    const settled = promise.then(
      () => undefined,
      () => undefined,
    );
    running.add(settled);
    void settled.then(() => running.delete(settled));
    return promise;
  };

  const probe = (path: string, signal: AbortSignal, onEvent?: (event: WorkerEvent) => void): Promise<ClipFacts> =>
    probeClip(context, path, {
      signal,
      fresh: false,
      decodes: false,
      onTime: () => {},
      onProgress: (station, share) => onEvent?.({ type: 'progress', station, clip: null, path, share }),
    });

  const proxyFolder = (): Promise<string> => {
    if (settings.storePath !== null) return Promise.resolve(join(settings.storePath, PROXIES));
    return (ownProxies ??= mkdtemp(join(tmpdir(), 'versusq-proxies-')));
  };

  const engine: Engine = {
    probe: (path, options) =>
      job(options, (s) => runJob(s, (signal, join) => join(probe(path, signal, options?.onEvent)))),
    compare: (a, b, options) => job(options, (signal) => compare(context, a, b, { ...options, signal })),
    storedComparison: (a, b, options) => job(options, (signal) => storedComparison(context, a, b, signal)),
    comparePairs: (pairs, options) => job(options, (signal) => comparePairs(context, pairs, { ...options, signal })),
    rank: (folder, paths, options) =>
      job(options, async (signal) => {
        const room = context.store().then((store) => store.reserve(paths.length));
        try {
          return await rankClips(context, folder, paths, { ...options, signal });
        } finally {
          (await room)();
        }
      }),
    rankPairs: (folder, paths, options) =>
      job(options, (s) => runJob(s, (signal, join) => join(storedPairs(context, folder, paths, { signal })))),
    check: (request, options) => job(options, (signal) => checkGates(context, engine, request, { ...options, signal })),
    quality: (paths, options) => job(options, (signal) => clipQuality(context, paths, signal)),
    proxy: (path, options) =>
      job(options, (s) =>
        runJob(s, async (signal, join) => {
          const emit = sparing(options?.onEvent);
          const facts = await join(probe(path, signal));
          const media = await context.media();
          const onProgress = (share: number) => emit({ type: 'progress', station: 'proxy', clip: null, path, share });
          return join(media.proxy(facts, await proxyFolder(), { signal, onProgress }));
        }),
      ),
    thumbnail: (path, time, width, options) =>
      job(options, (s) =>
        runJob(s, async (signal, join) => {
          const facts = await join(probe(path, signal));
          const jpeg = await join((await context.media()).thumbnail(facts, time, width, signal));
          return { dataUri: `data:image/jpeg;base64,${Buffer.from(jpeg).toString('base64')}` };
        }),
      ),
    doctor: () => job(undefined, () => examine(context)),
    async dispose() {
      ending.abort();
      await Promise.all(running);
      await context.dispose();
      if (ownProxies) await rm(await ownProxies, { recursive: true, force: true });
    },
  };
  return engine;
}
