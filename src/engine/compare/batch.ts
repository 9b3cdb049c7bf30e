/**
 * Many pairs: every clip is probed once, and decoded once at each size it is compared at (one, where the clips of a list are alike),
 * while the pair before it is judged. A pair's margin does not depend on the list it stands in, unless one size is asked for. Results
 * come in the order of the pairs; a clip that fails fails its own pairs only.
 */
import { VersusqError, type ClipFacts, type WorkerEvent, say } from '../../protocol/index.js';
import type { BatchOptions, PairResult as PairAnswer } from '../types.js';
import type { Size } from '../media/types.js';
import { encodeClip, probeClip, tokenKey, type ClipJob } from './clips.js';
import { comparePair, Timings } from './compare.js';
import type { EngineContext } from './context.js';
import { runJob, Slots, sparing } from './jobs.js';
import { knownResult, resultKey, type PlannedClip } from './pair.js';

/** ffprobe processes at once. */
const PROBES_AT_ONCE = 4;
/** Pairs whose clips are decoded ahead of the one being judged. */
const PAIRS_AHEAD = 2;

export interface Batch {
  facts: Map<string, ClipFacts>;
  errors: Map<string, VersusqError>;
}

/** A clip's part of a batch: progress carries its path. */
export function batchClipJob(
  path: string,
  signal: AbortSignal,
  fresh: boolean,
  timings: Timings,
  emit: (event: WorkerEvent) => void,
): ClipJob {
  return {
    signal,
    fresh,
    decodes: true,
    onTime: timings.add,
    onProgress: (station, share) => emit({ type: 'progress', station, clip: null, path, share }),
  };
}

/** Facts of all clips, each probed once; failures are kept beside them. Rejects only when cancelled. */
export async function probeAll(
  context: EngineContext,
  paths: Iterable<string>,
  jobOf: (path: string) => ClipJob,
): Promise<Batch> {
  const slots = new Slots(PROBES_AT_ONCE);
  const batch: Batch = { facts: new Map(), errors: new Map() };
  const unique = [...new Set(paths)];
  const results = await Promise.all(
    unique.map((path) =>
      slots.run(async () => {
        const job = jobOf(path);
        try {
          return await probeClip(context, path, job);
        } catch (error) {
          if (job.signal.aborted) throw error;
          return VersusqError.from(error, path);
        }
      }),
    ),
  );
  results.forEach((result, i) => {
    if (result instanceof VersusqError) batch.errors.set(unique[i]!, result);
    else batch.facts.set(unique[i]!, result);
  });
  return batch;
}

export function comparePairs(
  context: EngineContext,
  pairs: readonly { a: string; b: string }[],
  options: BatchOptions & { onResult: (answer: PairAnswer) => void },
): Promise<void> {
  const emit = sparing(options.onEvent);
  const { fresh = false, glanceOnly = false, oneSize = false } = options;
  return runJob(options.signal, async (signal, join) => {
    const jobOf = (path: string, timings = new Timings()) => batchClipJob(path, signal, fresh, timings, emit);
    const paths = pairs.flatMap(({ a, b }) => [a, b]);
    // What concerns all pairs alike (no ffmpeg, no model) fails the whole batch before any clip does.
    const [media, info, looks] = await Promise.all([
      join(context.media()),
      join(context.modelInfo()),
      join(context.looks()),
    ]);
    const batch = await join(probeAll(context, paths, (path) => jobOf(path)));
    const common = oneSize && batch.facts.size ? looks.size([...batch.facts.values()]) : null;
    const sizeOf = (clips: [ClipFacts, ClipFacts]): Size => common ?? looks.size(clips);

    // `fresh` means made once in this batch, not once for every pair.
    const encoded = new Map<string, Promise<void>>();
    const encodeOnce = ({ facts, plan }: PlannedClip): Promise<void> => {
      const key = tokenKey(facts, info.hash, plan);
      let made = encoded.get(key);
      if (!made) {
        made = join(encodeClip(context, facts, plan, jobOf(facts.path)).then(() => undefined));
        encoded.set(key, made);
      }
      return made;
    };
    /** Decodes both clips of a pair, unless one failed or the store knows what the model says of them. */
    const prepare = async (pair: { a: string; b: string } | undefined): Promise<void> => {
      const [a, b] = [pair?.a, pair?.b].map((path) => batch.facts.get(path ?? ''));
      if (!a || !b) return;
      const size = sizeOf([a, b]);
      const [x, y] = [a, b]
        .sort((p, q) => (p.hash > q.hash ? 1 : -1))
        .map((facts) => ({ facts, plan: looks.plan(media, facts, size) })) as [PlannedClip, PlannedClip];
      const known = fresh ? null : await knownResult(context, resultKey(x, y, info.hash, true));
      if (!known || (!glanceOnly && !known.reasoned && x.facts.hash !== y.facts.hash)) {
        await Promise.all([encodeOnce(x), encodeOnce(y)]);
      }
    };

    let ahead = 0;
    for (const [index, { a, b }] of pairs.entries()) {
      for (; ahead < Math.min(pairs.length, index + 1 + PAIRS_AHEAD); ahead++) {
        prepare(pairs[ahead]).catch(() => undefined);
      }
      const answer = await runJob(signal, async (pairSignal, joinPair) => {
        const [factsA, factsB] = [a, b].map((path) => {
          const facts = batch.facts.get(path);
          if (!facts)
            throw batch.errors.get(path) ?? new VersusqError('internal', say`${path} was not probed.`, { path });
          return facts;
        }) as [ClipFacts, ClipFacts];
        await prepare({ a, b });
        return comparePair(context, factsA, factsB, sizeOf([factsA, factsB]), {
          signal: pairSignal,
          join: joinPair,
          emit: (event) => (event.type === 'progress' ? emit(event) : undefined),
          timings: new Timings(),
          glanceOnly,
          fresh,
        });
      }).catch((error: unknown) => {
        if (signal.aborted) throw error;
        return { error: VersusqError.from(error).toData() };
      });
      options.onResult({ index, result: answer });
    }
  });
}
