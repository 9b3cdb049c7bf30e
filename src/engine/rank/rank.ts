/**
 * A folder's clips -> one Ranking. Every clip is decoded and encoded once; comparisons begin with the first two and go where
 * they tell most (schedule.ts); the table is told as it grows. The order of the paths given does not matter: clips are taken by
 * content hash. A clip that fails is listed with its error and stops no other. What the store knows is not made again.
 */
import { setTimeout } from 'node:timers/promises';
import { type Ranking, type RankOptions, type WorkerEvent } from '../../protocol/index.js';
import { batchClipJob } from '../compare/batch.js';
import { Timings } from '../compare/compare.js';
import type { EngineContext } from '../compare/context.js';
import { runJob, sparing } from '../compare/jobs.js';
import { keepingRanking } from '../quality/keep.js';
import type { JobOptions } from '../types.js';
import { listFiles, outcomeBefore, planItems, probeFiles, type ClipsRun, type RankClip } from './clips.js';
import { mulberry32, shuffled } from '../random.js';
import { EdgeList } from './edges.js';
import type { MarginRun } from './margins.js';
import { rankingOf } from './ranking.js';
import { makeRows } from './rows.js';
import { NOTHING_FIRST, RankRun, type First } from './run.js';
import { solveScale } from './scale.js';
import { mostComparisons } from './schedule.js';
import { Tally } from './tally.js';

/** Clips of the first table, and from how many clips on there is one before all facts are read. */
const [FIRST_CLIPS, FIRST_FROM] = [6, 24];
/** So long the others wait for the first comparison before they are probed, milliseconds. */
const FIRST_WAIT_MS = 3000;

export function rankClips(
  context: EngineContext,
  folder: string,
  paths: readonly string[],
  options: JobOptions & Partial<RankOptions>,
): Promise<Ranking> {
  const tell = sparing(options.onEvent);
  return runJob(options.signal, async (signal, join) => {
    const timings = new Timings();
    const [media, info, store] = await Promise.all([join(context.media()), join(context.modelInfo()), context.store()]);
    const { fresh = false, retry = [], reference = null, whole = false, chosen = paths } = options;
    const anew = new Set(retry);
    const isFresh = (path: string): boolean => fresh || anew.has(path);
    const clips = listFiles(folder, paths);
    const emit = keepingRanking(
      store,
      { folder, reference, clips, chosen: whole ? null : chosen, model: info.hash },
      tell,
    );
    const ranker: ClipsRun & MarginRun = {
      context,
      store,
      signal,
      join,
      fresh,
      isFresh,
      encoded: new Set(),
      encoding: new Map(),
      ffmpeg: media.ffmpeg.versionText,
      modelHash: info.hash,
      onTime: timings.add,
      jobOf: (path) => batchClipJob(path, signal, isFresh(path), timings, emit),
      told: ({ place, facts, error }) => emit({ type: 'rankClip', path: place, facts, error }),
    };
    emit(waitingRows(clips));
    const { first, underWay } = await rankFirst(ranker, clips, options, emit);
    const ranking = new RankRun(ranker, clips, await planItems(ranker, clips), options, emit, first);
    await ranking.work();
    await underWay; // where the others made the size another, nobody else waited for it
    const rows = ranking.finish();
    return rankingOf(folder, rows, clips, {
      comparisons: ranking.schedule.edges.size,
      inconsistency: ranking.inconsistency,
      reference: ranking.reference,
      provenance: {
        versusq: VERSUSQ_VERSION,
        model: { name: info.name, version: info.version, hash: info.hash },
        device: ranking.answers.device,
        deviceNote: ranking.answers.deviceNote,
        ffmpeg: media.ffmpeg.versionText,
        timings: timings.sums(),
        cached: { a: ranking.cached, b: ranking.cached, margin: ranking.answers.known },
        tokensPerSecond: null,
        finished: new Date().toISOString(),
      },
    });
  });
}

/**
 * A few clips of a large folder, which are compared while the facts of the others are still read: the first table. Drawn by
 * the seed, so that they do not depend on what is read first. What they give counts where all are compared at their size. A budget
 * that is only enough to connect all clips is not spent on them.
 */
function firstOf(clips: readonly RankClip[], budget: number | null): RankClip[] {
  const pairs = (FIRST_CLIPS * (FIRST_CLIPS - 1)) / 2;
  if (clips.length < FIRST_FROM || (budget !== null && budget < clips.length - 1 + pairs)) return [];
  return shuffled(clips, mulberry32(1)).slice(0, FIRST_CLIPS);
}

/**
 * Probes all clips, and meanwhile compares a few: the first table. The others are probed from the first comparison on, so that
 * their processes do not hold it up. When they are, the few are handed over as they are: a slow one among them holds up
 * nobody, and `underWay` ends when it does. Few that were read in an earlier run are nothing to begin with: the table of what is known
 * is there as soon.
 */
async function rankFirst(
  run: ClipsRun & MarginRun,
  clips: RankClip[],
  options: Partial<RankOptions>,
  emit: (event: WorkerEvent) => void,
): Promise<{ first: First; underWay: Promise<void> }> {
  const few = firstOf(clips, options.budget ?? null);
  await run.join(probeFiles(run, few));
  const items = await planItems(run, few);
  if (items.every((item) => outcomeBefore(run, item) !== null)) {
    await run.join(probeFiles(run, clips));
    return { first: NOTHING_FIRST, underWay: Promise.resolve() };
  }
  const ranking = new RankRun(run, clips, items, { ...options, grouping: 'none' }, emit, null);
  const underWay = run.join(ranking.work());
  const late = setTimeout(FIRST_WAIT_MS, undefined, { signal: run.signal, ref: false });
  await run.join(Promise.race([ranking.compared, underWay, late]));
  await Promise.race([run.join(probeFiles(run, clips)), failing(underWay)]);
  return { first: await ranking.handOver(), underWay };
}

/** Rejects where the work does, and never ends otherwise. */
const failing = (work: Promise<void>): Promise<never> => new Promise((_, reject) => work.catch(reject));

/** The table before anything is known but the names. */
function waitingRows(clips: RankClip[]): WorkerEvent {
  const standing = { edges: new EdgeList(0), scale: solveScale(0, []), tally: new Tally(0, false) };
  const nothing = { encoded: 0, failed: 0, comparisons: 0, rate: null, secondsLeft: null, inconsistency: null };
  const progress = {
    stage: 'probe' as const,
    clips: clips.length,
    expected: mostComparisons(clips.length),
    ...nothing,
  };
  return { type: 'rankRows', rows: makeRows(clips, standing, null), progress };
}
