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
  type Provenance,
  type RankedClip,
  type Ranking,
} from '../../protocol/index.js';
import { batchClipJob, probeAll } from '../compare/batch.js';
import { encodeClip } from '../compare/clips.js';
import { Timings } from '../compare/compare.js';
import type { EngineContext } from '../compare/context.js';
import { runJob, sparing, throwIfCancelled } from '../compare/jobs.js';
import {
  judgePair,
  knownResult,
  plainAlignment,
  resultKey,
  type PairJob,
  type PlannedClip,
  type ReadyClip,
} from '../compare/pair.js';
import type { PairResult } from '../compare/result.js';
import type { JobOptions } from '../types.js';
import { solveScale, type Edge } from './scale.js';

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
    const jobOf = (path: string) => batchClipJob(path, signal, false, timings, emit);
    const [media, info] = await Promise.all([join(context.media()), join(context.modelInfo())]);
    const batch = await join(probeAll(context, paths, jobOf));
    const { errors } = batch;
    const planned: PlannedClip[] = [];
    for (const facts of [...batch.facts.values()].sort(byHashThenPath)) {
      try {
        planned.push({ facts, plan: media.plan(facts, batch.size!) });
      } catch (error) {
        errors.set(facts.path, VersusqError.from(error, facts.path));
      }
    }

    const encode = async (clip: PlannedClip): Promise<ReadyClip & { cached: boolean }> => {
      const encoded = await encodeClip(context, clip.facts, clip.plan, jobOf(clip.facts.path));
      return { ...clip, encoded, cached: encoded.cached };
    };
    let allCached = true;
    let encodedCount = 0;
    // Copies of one file share its tokens, so each content is decoded by the first of them.
    const firstOf = new Map<string, Promise<ReadyClip & { cached: boolean }>>();
    const survivors: PlannedClip[] = [];
    await Promise.all(
      planned.map(async (clip) => {
        let made = firstOf.get(clip.facts.hash);
        if (!made) firstOf.set(clip.facts.hash, (made = join(encode(clip))));
        try {
          const { encoded, cached } = await made;
          allCached &&= cached;
          clip.facts = { ...clip.facts, timeline: encoded.timeline };
          survivors.push(clip);
        } catch (error) {
          if (signal.aborted || isCommon(error)) throw error;
          errors.set(clip.facts.path, VersusqError.from(error, clip.facts.path));
        }
        emit({ type: 'progress', station: 'rank', clip: null, path: null, share: ++encodedCount / planned.length / 2 });
      }),
    );
    firstOf.clear();
    survivors.sort((a, b) => byHashThenPath(a.facts, b.facts));

    const job: PairJob = { signal, fresh: false, onTime: timings.add, onProgress: () => {} };
    const total = (survivors.length * (survivors.length - 1)) / 2;
    const edges: Edge[] = [];
    const lost = survivors.map(() => new Float64Array(ATTRIBUTES.length));
    let device = { device: 'cpu', deviceNote: null as string | null };
    let allKnown = true;
    for (let i = 0; i < survivors.length; i++) {
      for (let j = i + 1; j < survivors.length; j++) {
        await setImmediate(); // lets a cancellation in
        throwIfCancelled(signal);
        const { result, known } = await glancePair(survivors[i]!, survivors[j]!);
        allKnown &&= known;
        device = result;
        edges.push({ i, j, margin: result.glance.margin, stdDev: result.glance.stdDev });
        for (const { attribute, margin } of result.glance.attributes) {
          const k = ATTRIBUTES.indexOf(attribute);
          lost[i]![k]! += margin;
          lost[j]![k]! -= margin;
        }
        emit({ type: 'progress', station: 'rank', clip: null, path: null, share: 0.5 + edges.length / total / 2 });
      }
    }

    /** The pair's glance: from the store, or from both clips' tokens. */
    async function glancePair(x: PlannedClip, y: PlannedClip): Promise<{ result: PairResult; known: boolean }> {
      const key = resultKey(x, y, info.hash, false);
      const known = await knownResult(context, key);
      if (known) return { result: known, known: true };
      const [a, b] = await join(Promise.all([encode(x), encode(y)]));
      const result = await join(
        judgePair(context, [a, b], plainAlignment([x, y]), job, { swapped: false, glance() {} }),
      );
      (await context.store()).putMargin(key, result);
      return { result, known: false };
    }

    const scale = solveScale(survivors.length, edges);
    const ranked = survivors
      .map(({ facts }, k) => ({
        facts,
        score: scale.scores[k]! + 0,
        reach: scale.reach[k]!,
        mainDefect: mainDefect(lost[k]!, survivors.length - 1),
      }))
      .sort((x, y) => steps(y.score) - steps(x.score) || byPath(x.facts, y.facts));
    const place = (path: string) => relative(folder, path) || path;
    const clips: RankedClip[] = [
      ...ranked.map(({ facts, score, reach, mainDefect }, k) => ({
        path: place(facts.path),
        rank: k + 1,
        score,
        interval95: [score - reach, score + reach] as [number, number],
        mainDefect,
        group: null,
        facts,
        error: null,
      })),
      ...[...errors]
        .sort(([x], [y]) => compareText(x, y))
        .map(([path, error]) => ({
          path: place(path),
          rank: null,
          score: null,
          interval95: null,
          mainDefect: null,
          group: null,
          facts: null,
          error: error.toData(),
        })),
    ];
    const provenance: Provenance = {
      versusq: VERSUSQ_VERSION,
      model: { name: info.name, version: info.version, hash: info.hash },
      device: device.device,
      deviceNote: device.deviceNote,
      ffmpeg: media.ffmpeg.versionText,
      timings: timings.sums(),
      cached: { a: allCached, b: allCached, margin: allKnown },
      tokensPerSecond: null,
      finished: new Date().toISOString(),
    };
    return {
      schema: 'versusq.ranking/1',
      folder,
      clips,
      comparisons: edges.length,
      inconsistency: scale.inconsistency,
      reference: null,
      provenance,
    };
  });
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
const byPath = (x: ClipFacts, y: ClipFacts) => compareText(x.path, y.path);
const byHashThenPath = (x: ClipFacts, y: ClipFacts) => compareText(x.hash, y.hash) || byPath(x, y);
