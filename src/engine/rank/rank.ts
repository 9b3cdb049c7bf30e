/**
 * A folder's clips -> one Ranking: every clip decoded once, the glance margin of every pair, one scale. The order of the
 * paths given does not matter: clips are taken by content hash, then by path. A clip that fails is listed with its error.
 */
import { relative } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import {
  ATTRIBUTES,
  VersusqError,
  type AttributeName,
  type ClipFacts,
  type RankedClip,
  type Ranking,
  type TimelineFacts,
} from '../../protocol/index.js';
import { batchClipJob, probeAll } from '../compare/batch.js';
import { encodeClip, type ClipJob } from '../compare/clips.js';
import { Timings } from '../compare/compare.js';
import type { EngineContext } from '../compare/context.js';
import { runJob, sparing, throwIfCancelled } from '../compare/jobs.js';
import {
  judgePair,
  knownResult,
  plainAlignment,
  resultKey,
  type PlannedClip,
  type ReadyClip,
} from '../compare/pair.js';
import type { PairResult } from '../compare/result.js';
import type { JobOptions } from '../types.js';
import { solveScale, type Edge, type Scale } from './scale.js';

/** A clip's main defect is told where it loses at least this much on average, margin units. */
const DEFECT_FROM = -0.3;
/** Scores closer than this are a tie: rounding of the solver. */
const EQUAL_SCORES = 1e-6;

export function rankClips(
  context: EngineContext,
  folder: string,
  paths: readonly string[],
  options: JobOptions,
): Promise<Ranking> {
  const emit = sparing(options.onEvent);
  return runJob(options.signal, async (signal, join) => {
    const timings = new Timings();
    const run: RankRun = {
      context,
      signal,
      join,
      timings,
      jobOf: (path) => batchClipJob(path, signal, false, timings, emit),
      progress: (share) => emit({ type: 'progress', station: 'rank', clip: null, path: null, share }),
    };
    const [media, info] = await Promise.all([join(context.media()), join(context.modelInfo())]);
    const { facts, errors, size } = await join(probeAll(context, paths, run.jobOf));
    const planned: PlannedClip[] = [];
    for (const clip of [...facts.values()].sort(byHashThenPath)) {
      try {
        planned.push({ facts: clip, plan: media.plan(clip, size!) });
      } catch (error) {
        errors.set(clip.path, VersusqError.from(error, clip.path));
      }
    }
    const encoded = await encodeAll(run, planned, errors);
    const judged = await judgeAll(run, encoded.clips, info.hash);
    const scale = solveScale(encoded.clips.length, judged.edges);
    return {
      schema: 'versusq.ranking/1',
      folder,
      clips: listClips(folder, encoded.clips, scale, judged.lost, errors),
      comparisons: judged.edges.length,
      inconsistency: scale.inconsistency,
      reference: null,
      provenance: {
        versusq: VERSUSQ_VERSION,
        model: { name: info.name, version: info.version, hash: info.hash },
        device: judged.device,
        deviceNote: judged.deviceNote,
        ffmpeg: media.ffmpeg.versionText,
        timings: timings.sums(),
        cached: { a: encoded.cached, b: encoded.cached, margin: judged.known },
        tokensPerSecond: null,
        finished: new Date().toISOString(),
      },
    };
  });
}

interface RankRun {
  context: EngineContext;
  signal: AbortSignal;
  join: <P>(part: Promise<P>) => Promise<P>;
  timings: Timings;
  jobOf(path: string): ClipJob;
  progress(share: number): void;
}

async function encode({ context, jobOf }: RankRun, clip: PlannedClip): Promise<ReadyClip & { cached: boolean }> {
  const encoded = await encodeClip(context, clip.facts, clip.plan, jobOf(clip.facts.path));
  return { ...clip, encoded, cached: encoded.cached };
}

/**
 * Every clip through the decoder once: copies of one file share its tokens. Gives those that came through, with their time
 * lines, in canonical order; `errors` takes the others. The tokens stay in memory and store, not here.
 */
async function encodeAll(
  run: RankRun,
  planned: readonly PlannedClip[],
  errors: Map<string, VersusqError>,
): Promise<{ clips: PlannedClip[]; cached: boolean }> {
  const firstOf = new Map<string, Promise<{ timeline: TimelineFacts; cached: boolean }>>();
  const encodeOnce = (clip: PlannedClip) => {
    let made = firstOf.get(clip.facts.hash);
    if (!made) {
      made = run.join(encode(run, clip).then(({ encoded, cached }) => ({ timeline: encoded.timeline, cached })));
      firstOf.set(clip.facts.hash, made);
    }
    return made;
  };
  const clips: PlannedClip[] = [];
  let allCached = true;
  let done = 0;
  await Promise.all(
    planned.map(async ({ facts, plan }) => {
      try {
        const { timeline, cached } = await encodeOnce({ facts, plan });
        allCached &&= cached;
        clips.push({ facts: { ...facts, timeline }, plan });
      } catch (error) {
        if (run.signal.aborted || isCommon(error)) throw error;
        errors.set(facts.path, VersusqError.from(error, facts.path));
      }
      run.progress(++done / planned.length / 2);
    }),
  );
  clips.sort((x, y) => byHashThenPath(x.facts, y.facts));
  return { clips, cached: allCached };
}

interface Judged {
  edges: Edge[];
  /** per clip: sum of its margins by attribute over all its pairs; negative: it loses */
  lost: Float64Array[];
  known: boolean;
  device: string;
  deviceNote: string | null;
}

/** The glance margin of every pair. */
async function judgeAll(run: RankRun, clips: readonly PlannedClip[], modelHash: string): Promise<Judged> {
  const lost = clips.map(() => new Float64Array(ATTRIBUTES.length));
  const judged: Judged = { edges: [], lost, known: true, device: 'cpu', deviceNote: null };
  const total = (clips.length * (clips.length - 1)) / 2;
  for (let i = 0; i < clips.length; i++) {
    for (let j = i + 1; j < clips.length; j++) {
      await setImmediate(); // lets a cancellation in
      throwIfCancelled(run.signal);
      const { result, known } = await glancePair(run, clips[i]!, clips[j]!, modelHash);
      judged.known &&= known;
      judged.device = result.device;
      judged.deviceNote = result.deviceNote;
      judged.edges.push({ i, j, margin: result.glance.margin, stdDev: result.glance.stdDev });
      for (const { attribute, margin } of result.glance.attributes) {
        const k = ATTRIBUTES.indexOf(attribute);
        lost[i]![k]! += margin;
        lost[j]![k]! -= margin;
      }
      run.progress(0.5 + judged.edges.length / total / 2);
    }
  }
  return judged;
}

/** The pair's glance: from the store, or from both clips' tokens. `x` comes before `y` in canonical order. */
async function glancePair(
  run: RankRun,
  x: PlannedClip,
  y: PlannedClip,
  modelHash: string,
): Promise<{ result: PairResult; known: boolean }> {
  const { context, signal, join, timings } = run;
  const key = resultKey(x, y, modelHash, false);
  const known = await knownResult(context, key);
  if (known) return { result: known, known: true };
  const pair = await join(Promise.all([encode(run, x), encode(run, y)]));
  const job = { signal, fresh: false, onTime: timings.add, onProgress: () => {} };
  const result = await join(
    judgePair(context, pair, plainAlignment([x, y]), job, { swapped: false, glance: () => {} }),
  );
  (await context.store()).putMargin(key, result);
  return { result, known: false };
}

/** Ranked clips, best first, then the failed ones by path. */
function listClips(
  folder: string,
  clips: readonly PlannedClip[],
  { scores, reach }: Scale,
  lost: readonly Float64Array[],
  errors: ReadonlyMap<string, VersusqError>,
): RankedClip[] {
  const place = (path: string) => relative(folder, path) || path;
  const unranked = {
    rank: null,
    score: null,
    interval95: null,
    mainDefect: null,
    group: null,
    facts: null,
    error: null,
  };
  const ranked = clips
    .map(({ facts }, k) => ({
      ...unranked,
      path: place(facts.path),
      score: scores[k]! + 0,
      interval95: [scores[k]! - reach[k]!, scores[k]! + reach[k]!] as [number, number],
      mainDefect: mainDefect(lost[k]!, clips.length - 1),
      facts,
    }))
    .sort((x, y) => steps(y.score) - steps(x.score) || compareText(x.facts.path, y.facts.path))
    .map((clip, k) => ({ ...clip, rank: k + 1 }));
  const failed = [...errors]
    .sort(([x], [y]) => compareText(x, y))
    .map(([path, error]) => ({ ...unranked, path: place(path), error: error.toData() }));
  return [...ranked, ...failed];
}

/** Trouble that concerns every clip alike: no model, no ffmpeg. */
function isCommon(error: unknown): boolean {
  return /^(model|ffmpeg|device)\//.test(VersusqError.from(error).code);
}

function mainDefect(sums: Float64Array, partners: number): AttributeName | null {
  if (partners < 1) return null;
  let worst = 0;
  sums.forEach((sum, k) => {
    if (sum < sums[worst]!) worst = k;
  });
  return sums[worst]! / partners < DEFECT_FROM ? ATTRIBUTES[worst]! : null;
}

const steps = (score: number) => Math.round(score / EQUAL_SCORES);
const compareText = (x: string, y: string) => (x < y ? -1 : x > y ? 1 : 0);
const byHashThenPath = (x: ClipFacts, y: ClipFacts) => compareText(x.hash, y.hash) || compareText(x.path, y.path);
