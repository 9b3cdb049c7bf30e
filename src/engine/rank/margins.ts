/** Glance margins of the pairs of a ranking: out of the store in one read a clip, or made and kept the moment they are known. */
import type { PairMargin, WorkerEvent } from '../../protocol/index.js';
import { encodeClip, probeClip, type ClipJob } from '../compare/clips.js';
import type { EngineContext } from '../compare/context.js';
import { glanceAsTheyAre, knownResult, resultKey, type PlannedClip } from '../compare/pair.js';
import { placeOf } from './clips.js';
import { RESULT_VERSION, type PairResult } from '../compare/result.js';
import type { Store } from '../store/store.js';

/** Clips whose pairs are told at once. */
const MATRIX_CLIPS = 60;

/** Beginning of the key of every pair in which the clip comes first, and the name of the other in such a key. */
const clipName = ({ facts, plan }: PlannedClip) => `${facts.hash}:${plan.key}:${plan.size.width}x${plan.size.height}`;

/** All pairs of the items (in the order of their hashes) that the store knows, by the numbers of their items. */
export function* knownMargins(
  store: Store,
  items: readonly PlannedClip[],
  modelHash: string,
): Generator<{ i: number; j: number; result: PairResult }> {
  const names = new Map(items.map((item, k) => [clipName(item), k]));
  for (const [i, item] of items.entries()) {
    const before = `${clipName(item)}|`;
    const after = `|${modelHash}|plain`;
    for (const { key, result } of store.marginsFrom(before)) {
      if (!key.endsWith(after)) continue;
      const j = names.get(key.slice(before.length, -after.length));
      const known = result as PairResult;
      if (j !== undefined && j !== i && known.version === RESULT_VERSION) yield { i, j, result: known };
    }
  }
}

export interface MarginRun {
  context: EngineContext;
  store: Store;
  signal: AbortSignal;
  join: <P>(part: Promise<P>) => Promise<P>;
  modelHash: string;
  onTime(station: string, milliseconds: number): void;
  jobOf(path: string): ClipJob;
}

/** Makes the glance of two items, the first before the second in the order of hashes, and keeps it. Errors: media/*, model/*. */
export async function makeMargin(run: MarginRun, x: PlannedClip, y: PlannedClip): Promise<PairResult> {
  const { context, signal } = run;
  const ready = async (clip: PlannedClip) => {
    const job = { ...run.jobOf(clip.facts.path), fresh: false }; // encoded in this run already
    return { ...clip, encoded: await encodeClip(context, clip.facts, clip.plan, job) };
  };
  const pair = await run.join(Promise.all([ready(x), ready(y)]));
  const job = { signal, fresh: false, onTime: run.onTime, onProgress: () => {} };
  const result = await run.join(glanceAsTheyAre(context, pair, job));
  run.store.putMargin(resultKey(x, y, run.modelHash, false), result);
  return result;
}

/**
 * The glance margins that the store holds of the pairs of these clips (the first 60), for the agreement matrix. The comparison
 * size is that of the ranking whose clips `paths` are a part of; it is found by what is stored.
 */
export async function storedPairs(
  context: EngineContext,
  folder: string,
  paths: readonly string[],
  options: { signal: AbortSignal; onEvent?: (event: WorkerEvent) => void },
): Promise<PairMargin[]> {
  const [media, info, store] = await Promise.all([context.media(), context.modelInfo(), context.store()]);
  const job: ClipJob = {
    signal: options.signal,
    fresh: false,
    decodes: false,
    onTime: () => {},
    onProgress: () => {},
  };
  const known = await Promise.all(
    [...new Set(paths)].slice(0, MATRIX_CLIPS).map((path) => probeClip(context, path, job).catch(() => null)),
  );
  const clips = known.filter((facts) => facts !== null);
  if (clips.length < 2) return [];
  const looks = await context.looks();
  const largest = looks.size(clips);
  const sizes = new Map([[`${largest.width}x${largest.height}`, largest]]);
  // A larger clip of the folder that is not among these made the comparison size another.
  for (const { hash } of clips) {
    for (const { key } of store.marginsFrom(`${hash}:`)) {
      const size = /:(\d+)x(\d+)\|/.exec(key);
      if (size) sizes.set(`${size[1]}x${size[2]}`, { width: Number(size[1]), height: Number(size[2]) });
    }
  }
  let most: PairMargin[] = [];
  const place = (path: string) => placeOf(folder, path);
  for (const size of sizes.values()) {
    const items = clips.map((facts) => ({ facts, plan: looks.plan(media, facts, size) }));
    const pairs: PairMargin[] = [];
    for (const [k, x] of items.entries()) {
      for (const y of items.slice(k + 1)) {
        const swapped = x.facts.hash > y.facts.hash;
        const result = await knownResult(
          context,
          resultKey(...((swapped ? [y, x] : [x, y]) as [typeof x, typeof y]), info.hash, false),
        );
        if (!result) continue;
        const { margin, stdDev } = result.glance;
        pairs.push({ a: place(x.facts.path), b: place(y.facts.path), margin: swapped ? 0 - margin : margin, stdDev });
      }
    }
    if (pairs.length > most.length) most = pairs;
  }
  return most;
}
