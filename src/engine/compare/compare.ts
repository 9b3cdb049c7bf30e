/**
 * Two files in, one Comparison out: probe -> plan -> decode and encode -> compare -> explain, each step left out where the
 * store knows its result. The answer is the canonical result, mirrored where the caller's order is the other one.
 */
import type { ClipFacts, Comparison, Station, WorkerEvent } from '../../protocol/index.js';
import type { CompareOptions } from '../types.js';
import type { Size } from '../media/types.js';
import { assembleComparison } from './assemble.js';
import { encodeClip, knownTimeline, probeClip, tokenKey } from './clips.js';
import type { EngineContext } from './context.js';
import { keepComparison } from '../quality/keep.js';
import { runJob, sparing } from './jobs.js';
import {
  alignPair,
  clipJob,
  judgePair,
  knownResult,
  resultKey,
  type PairJob,
  type PlannedClip,
  type ReadyClip,
} from './pair.js';
import { mirrorResult, type PairResult } from './result.js';

export function compare(context: EngineContext, a: string, b: string, options: CompareOptions): Promise<Comparison> {
  const emit = sparing(options.onEvent);
  return runJob(options.signal, async (signal, join) => {
    const timings = new Timings();
    const probe = (path: string, side: 'a' | 'b') =>
      probeClip(context, path, {
        signal,
        fresh: options.fresh ?? false,
        decodes: true,
        onTime: timings.add,
        onProgress: (station, share) => emit({ type: 'progress', station, clip: side, path, share }),
      }).then((facts) => {
        emit({ type: 'facts', side, facts });
        return facts;
      });
    const [factsA, factsB] = await Promise.all([join(probe(a, 'a')), join(probe(b, 'b'))]);
    const size = (await context.looks()).size([factsA, factsB]);
    return comparePair(context, factsA, factsB, size, {
      ...options,
      freshClips: options.fresh ?? false,
      signal,
      join,
      emit,
      timings,
    });
  });
}

export interface PairRun {
  signal: AbortSignal;
  join: <P>(part: Promise<P>) => Promise<P>;
  emit: (event: WorkerEvent) => void;
  timings: Timings;
  glanceOnly?: boolean;
  /** Ignore what is kept of the pair. */
  fresh?: boolean;
  /** Ignore what is kept of the clips. */
  freshClips?: boolean;
  /** Throws `NotStored` where anything would have to be computed. */
  storedOnly?: boolean;
}

/** The store does not hold the answer, and it was not to be computed. */
export class NotStored extends Error {}

/** The way from facts on. The comparison's facts carry the time line. */
export async function comparePair(
  context: EngineContext,
  a: ClipFacts,
  b: ClipFacts,
  size: Size,
  run: PairRun,
): Promise<Comparison> {
  const { emit, timings, fresh = false, freshClips = false } = run;
  const swapped = a.hash > b.hash;
  const ordered: [ClipFacts, ClipFacts] = swapped ? [b, a] : [a, b];
  const sides = swapped ? (['b', 'a'] as const) : (['a', 'b'] as const);
  const job: PairJob = {
    signal: run.signal,
    fresh: freshClips,
    onTime: timings.add,
    onProgress: (station: Station, which, share) =>
      emit({
        type: 'progress',
        station,
        clip: which === null ? null : sides[which],
        path: which === null ? null : ordered[which].path,
        share,
      }),
  };

  job.onProgress('plan', null, null);
  const media = await context.media();
  const [info, looks] = [await context.modelInfo(), await context.looks()];
  const glanceOnly = looks.glances && (run.glanceOnly ?? false);
  const planned = ordered.map((facts) => ({ facts, plan: looks.plan(media, facts, size) })) as [
    PlannedClip,
    PlannedClip,
  ];
  const key = resultKey(...planned, info.hash, true);
  const cached = { a: true, b: true, margin: true };

  const finish = async (result: PairResult, kind: 'glance' | 'considered', encoded?: [ReadyClip, ReadyClip]) => {
    const lines = await Promise.all(
      planned.map(
        async ({ facts, plan }, i) =>
          encoded?.[i]?.encoded.timeline ?? (await knownTimeline(context, tokenKey(facts, info.hash, plan))),
      ),
    );
    const [lineA, lineB] = swapped ? [lines[1], lines[0]] : lines;
    const oriented = swapped ? mirrorResult(result) : result;
    return assembleComparison({
      a: { ...a, timeline: lineA ?? null },
      b: { ...b, timeline: lineB ?? null },
      result: oriented,
      size,
      kind,
      provenance: {
        versusq: VERSUSQ_VERSION,
        model: oriented.model,
        device: oriented.device,
        deviceNote: oriented.deviceNote,
        ffmpeg: media.ffmpeg.versionText,
        timings: timings.sums(),
        cached: { ...cached },
        tokensPerSecond: kind === 'considered' ? (oriented.reasoned?.tokensPerSecond ?? null) : null,
        finished: oriented.finished,
      },
    });
  };

  /** The last word, which is kept for annotations; a look at the store leaves it as it is. */
  const conclude = async (...[result, kind, encoded]: Parameters<typeof finish>) => {
    const comparison = await finish(result, kind, encoded);
    if (run.storedOnly) return comparison;
    const { reasoned } = result;
    const mirrored = (swapped ? reasoned?.reasoning : reasoned?.mirrored) ?? null;
    keepComparison(await context.store(), comparison, mirrored);
    return comparison;
  };

  const same = a.hash === b.hash;
  const words = (result: PairResult) => (swapped ? result.reasoned?.mirrored : result.reasoned?.reasoning) ?? null;
  const known = fresh ? null : await knownResult(context, key);
  if (known && (glanceOnly || same || words(known) !== null)) {
    const glance = await finish(known, 'glance');
    if (glance.a.timeline && glance.b.timeline) {
      if (looks.glances) emit({ type: 'glance', comparison: glance });
      if (glanceOnly) return conclude(known, 'glance');
      const considered = await conclude(known, 'considered');
      if (considered.reasoning) emit({ type: 'reasoning', text: considered.reasoning });
      return considered;
    }
  }
  if (run.storedOnly) throw new NotStored();

  const encode = async (which: 0 | 1): Promise<ReadyClip & { cached: boolean }> => {
    const clip = planned[which];
    const beside = planned[1 - which]!.facts;
    const encoded = await encodeClip(context, clip.facts, clip.plan, { ...clipJob(job, which), beside });
    return { ...clip, encoded, cached: encoded.cached };
  };
  const first = run.join(encode(0));
  const second = same ? first.then((clip) => ({ ...clip, facts: ordered[1] })) : run.join(encode(1));
  const ready = await Promise.all([first, second]);
  cached.a = ready[swapped ? 1 : 0].cached;
  cached.b = ready[swapped ? 0 : 1].cached;
  cached.margin = false;

  const { pair, alignment } = await run.join(alignPair(context, ready, size, job));
  const store = await context.store();
  let glanced: Promise<void> = Promise.resolve();
  const judged = await run.join(
    judgePair(context, pair, alignment, job, {
      swapped,
      glance: (row) => {
        if (!known) store.putMargin(key, row);
        glanced = finish(row, 'glance', ready).then((comparison) => emit({ type: 'glance', comparison }));
      },
      ...(glanceOnly ? {} : { text: (text: string) => emit({ type: 'reasoning', text }) }),
    }),
  );
  await glanced;
  const result = withKnownWords(judged, known);
  if (result.reasoned) store.putMargin(key, result);
  return conclude(result, glanceOnly ? 'glance' : 'considered', ready);
}

/** Keeps the words of the other order, if the store had them. */
function withKnownWords(result: PairResult, known: PairResult | null): PairResult {
  if (!result.reasoned || !known?.reasoned) return result;
  const { reasoning, mirrored } = result.reasoned;
  return {
    ...result,
    reasoned: {
      ...result.reasoned,
      reasoning: reasoning ?? known.reasoned.reasoning,
      mirrored: mirrored ?? known.reasoned.mirrored,
    },
  };
}

/** Milliseconds by station; stations that ran for both clips at once are summed as the longer of the two. */
export class Timings {
  private readonly began = performance.now();
  private readonly stations = new Map<string, number>();

  readonly add = (station: string, milliseconds: number): void => {
    const before = this.stations.get(station) ?? 0;
    this.stations.set(station, BESIDE.has(station) ? Math.max(before, milliseconds) : before + milliseconds);
  };

  sums(): Record<string, number> {
    const all = [...this.stations, ['total', performance.now() - this.began] as const];
    return Object.fromEntries(all.map(([station, ms]) => [station, Math.round(ms * 10) / 10]));
  }
}
const BESIDE = new Set(['probe', 'decode']);
