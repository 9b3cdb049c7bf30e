/**
 * Two clips -> PairResult, in canonical order. Clips are ordered by content hash before anything is computed; the caller
 * mirrors the answer. Where the two time lines show the same content at another offset, both are planned anew on their
 * common part.
 */
import type { ClipFacts, Station } from '../../protocol/index.js';
import type { SamplePlan, Size } from '../media/types.js';
import type { PairInput } from '../model/types.js';
import { findBars } from './bars.js';
import { encodeClip, type ClipJob } from './clips.js';
import type { EngineContext } from './context.js';
import { throwIfCancelled } from './jobs.js';
import type { EncodedClip } from './memory.js';
import {
  mirrorConsidered,
  mirrorGlance,
  RESULT_VERSION,
  sameClipResult,
  type PairAlignment,
  type PairResult,
} from './result.js';

/** Shorter offsets are within a frame or two: the bursts' nearest frames absorb them, seconds. */
const OFFSET_MIN_S = 0.06;
/** The common part must be at least this long to be compared on its own, seconds. */
const COMMON_MIN_S = 0.5;

export interface PlannedClip {
  facts: ClipFacts;
  plan: SamplePlan;
}
export interface ReadyClip extends PlannedClip {
  encoded: EncodedClip;
}

export interface PairJob {
  signal: AbortSignal;
  fresh: boolean;
  /** which: index of the clip in canonical order; null: both. */
  onProgress(station: Station, which: 0 | 1 | null, share: number | null): void;
  onTime(station: string, milliseconds: number): void;
}

export const clipJob = (job: PairJob, which: 0 | 1): ClipJob => ({
  signal: job.signal,
  fresh: job.fresh,
  decodes: true,
  onTime: job.onTime,
  onProgress: (station, share) => job.onProgress(station, which, share),
});

/** Names what the model says of a pair: clips in canonical order, model, plans, and whether offsets are looked for. */
export function resultKey(first: PlannedClip, second: PlannedClip, modelHash: string, align: boolean): string {
  const clip = ({ facts, plan }: PlannedClip) => `${facts.hash}:${plan.key}:${plan.size.width}x${plan.size.height}`;
  return `${clip(first)}|${clip(second)}|${modelHash}|${align ? 'aligned' : 'plain'}`;
}

/** What the store holds of a pair, or null. */
export async function knownResult(context: EngineContext, key: string): Promise<PairResult | null> {
  const row = (await context.store()).margin(key) as PairResult | null;
  return row?.version === RESULT_VERSION ? row : null;
}

/**
 * Both clips on their common part, if their time lines match at another offset and the pictures agree; else both as they are,
 * from their first frames over the shorter length. A clip that only plays at another speed is told, not brought into step.
 */
export async function alignPair(
  context: EngineContext,
  pair: [ReadyClip, ReadyClip],
  size: Size,
  job: PairJob,
): Promise<{ pair: [ReadyClip, ReadyClip]; alignment: Omit<PairAlignment, 'matched'> }> {
  const [media, looks] = [await context.media(), await context.looks()];
  const [first, second] = pair;
  const asTheyAre = { pair, alignment: plainAlignment(pair) };
  if (first.facts.hash === second.facts.hash) return asTheyAre;
  const line = ({ encoded }: ReadyClip) => ({ series: encoded.tokens.series, times: encoded.tokens.seriesTimes });
  const { offset, rate } = media.findOffset(line(first), line(second));
  if (rate !== 1) return { pair, alignment: { ...asTheyAre.alignment, rate } };
  const from: [number, number] = [Math.max(0, 0 - offset), Math.max(0, offset)];
  const common = Math.min(first.facts.duration - from[0], second.facts.duration - from[1]);
  if (Math.abs(offset) < OFFSET_MIN_S || common < COMMON_MIN_S) return asTheyAre;
  const again = async (which: 0 | 1): Promise<ReadyClip> => {
    const { facts } = pair[which];
    const plan = looks.plan(media, facts, size, { offset: from[which], duration: common });
    return { facts, plan, encoded: await encodeClip(context, facts, plan, clipJob(job, which)) };
  };
  const inStep: [ReadyClip, ReadyClip] = await Promise.all([again(0), again(1)]);
  const model = await context.model();
  const likeness = async (
    clips: [ReadyClip, ReadyClip],
    { from, common }: { from: [number, number]; common: number },
  ) => {
    const input = pairInput(clips, from, common, job.signal);
    if (model.likeness) return model.likeness(input);
    return (await context.modelCalls.run(() => model.glance(input), job.signal)).sameContent;
  };
  // In step the pictures must look more alike than before, else the time lines matched by chance.
  if ((await likeness(inStep, { from, common })) <= (await likeness(pair, asTheyAre.alignment))) return asTheyAre;
  return { pair: inStep, alignment: { offset, rate, from, common } };
}

/** Where nothing was brought into step: both from their first frames, over the shorter length. */
export function plainAlignment([first, second]: [PlannedClip, PlannedClip]): Omit<PairAlignment, 'matched'> {
  return { offset: 0, rate: 1, from: [0, 0], common: Math.min(first.facts.duration, second.facts.duration) };
}

/** What the model is asked, in the order of the clips given. */
function pairInput(
  [first, second]: [ReadyClip, ReadyClip],
  from: [number, number],
  common: number,
  signal: AbortSignal,
): PairInput {
  return {
    a: first.encoded.tokens,
    b: second.encoded.tokens,
    hashA: first.facts.hash,
    hashB: second.facts.hash,
    offset: second.plan.origin - first.plan.origin,
    durationSeconds: common,
    from,
    signal,
  };
}

/**
 * Glance and, where `text` is given, reasoning. The model is asked in the caller's order (`swapped`: the second clip is A), so
 * that the words are right as they stream; results are canonical. `glance` is told as soon as it is known. The model is held
 * for the whole pair. A model without glances writes first, also where no text is wanted: no `glance` is told then. Errors: model/*,
 * cancelled.
 */
export async function judgePair(
  context: EngineContext,
  pair: [ReadyClip, ReadyClip],
  alignment: Omit<PairAlignment, 'matched'>,
  job: PairJob,
  on: { swapped: boolean; glance(result: PairResult): void; text?: (piece: string) => void },
): Promise<PairResult> {
  const { swapped, text } = on;
  const model = await context.model();
  const turned = <T>([x, y]: [T, T]): [T, T] => (swapped ? [y, x] : [x, y]);
  const input = pairInput(turned(pair), turned(alignment.from), alignment.common, job.signal);
  const same = input.hashA === input.hashB;
  const explain = async (onText: (piece: string) => void) => {
    job.onProgress('explain', null, null);
    const began = performance.now();
    const words = await context.modelCalls.run(() => model.explain(input, onText), job.signal);
    throwIfCancelled(job.signal);
    job.onTime('explain', performance.now() - began);
    return words;
  };
  return context.pairs.run(async () => {
    let words = model.glances === false && !same ? await explain(text ?? (() => undefined)) : null;
    job.onProgress('compare', null, null);
    const began = performance.now();
    const { matched, ...glance } = await context.modelCalls.run(() => model.glance(input), job.signal);
    let result: PairResult = {
      version: RESULT_VERSION,
      model: { name: model.name, version: model.version, hash: model.hash },
      device: model.device,
      deviceNote: model.deviceNote,
      alignment: { ...alignment, matched },
      bars: [findBars(pair[0].encoded.tokens), findBars(pair[1].encoded.tokens)],
      glance: swapped ? mirrorGlance(glance) : glance,
      reasoned: null,
      finished: new Date().toISOString(),
    };
    if (same) result = sameClipResult(result);
    job.onTime('compare', performance.now() - began);
    throwIfCancelled(job.signal);
    if (!words) on.glance(result);
    if (same || (!words && !text)) return result;
    words ??= await explain(text!);
    const reasoned = { ...words, mirrored: words.mirrored ?? null };
    return { ...result, reasoned: swapped ? mirrorConsidered(reasoned) : reasoned, finished: new Date().toISOString() };
  }, job.signal);
}
