/**
 * Two clips -> PairResult, in canonical order. Clips are ordered by content hash before anything is computed; the caller
 * mirrors the answer. Where the two time lines show the same content at another offset, both are planned anew on their
 * common part.
 */
import { isOtherContent, type ClipFacts, type Station } from '../../protocol/index.js';
import type { MediaEngine, SamplePlan, Size } from '../media/types.js';
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

/** Shorter offsets, in frames of the slower clip, are none: the nearest frames are the right ones. */
const OFFSET_MIN_FRAMES = 0.8;
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
 * Both clips on their common part, if their time lines match at another offset or speed and the pictures agree; else both as they
 * are, from their first frames over the shorter length.
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
  const step = otherStep(media, pair);
  if (step === null) return asTheyAre;
  const { offset, rate } = step;
  const from: [number, number] = [Math.max(0, 0 - offset), Math.max(0, offset) / rate];
  const common = Math.min(first.facts.duration - from[0], (second.facts.duration - from[1]) * rate);
  if (common < COMMON_MIN_S) return asTheyAre;
  const again = async (which: 0 | 1): Promise<ReadyClip> => {
    const { facts } = pair[which];
    const options = { offset: from[which], duration: common, speed: which === 0 ? 1 : rate };
    const plan = looks.plan(media, facts, size, options);
    return { facts, plan, encoded: await encodeClip(context, facts, plan, clipJob(job, which)) };
  };
  const inStep = onOneTimeLine(await Promise.all([again(0), again(1)]), rate);
  const model = await context.model();
  const likeness = async (clips: [ReadyClip, ReadyClip], part: Pick<PairAlignment, 'from' | 'common'>) => {
    const input = pairInput(clips, part, job.signal);
    if (model.likeness) return model.likeness(input);
    return (await context.modelCalls.run(() => model.glance(input), job.signal)).sameContent;
  };
  // In step the pictures must look more alike than before, else the time lines matched by chance.
  if ((await likeness(inStep, { from, common })) <= (await likeness(pair, asTheyAre.alignment))) return asTheyAre;
  return { pair: inStep, alignment: { offset: offset / rate, rate, from, common } };
}

/** Offset and speed at which the clips' time lines match, if they do not as they are: see MediaEngine.findOffset. */
function otherStep(
  media: MediaEngine,
  [first, second]: [ReadyClip, ReadyClip],
): { offset: number; rate: number } | null {
  if (first.facts.hash === second.facts.hash) return null;
  const line = ({ encoded }: ReadyClip) => ({ series: encoded.tokens.series, times: encoded.tokens.seriesTimes });
  const { offset, rate } = media.findOffset(line(first), line(second));
  const least = OFFSET_MIN_FRAMES / Math.min(first.facts.fps, second.facts.fps);
  return rate === 1 && Math.abs(offset) < least ? null : { offset, rate };
}

/**
 * The glance of two clips as they are, for rankings, which decode each clip once. Where they show the same but out of step, nothing
 * is compared frame by frame. Errors: model/*, cancelled.
 */
export async function glanceAsTheyAre(
  context: EngineContext,
  pair: [ReadyClip, ReadyClip],
  job: PairJob,
): Promise<PairResult> {
  const on = { swapped: false, glance: () => {} };
  const alignment = plainAlignment(pair);
  const result = await judgePair(context, pair, alignment, job, on);
  const media = await context.media();
  if (isOtherContent(result.glance) || otherStep(media, pair) === null) return result;
  return judgePair(context, pair, { ...alignment, outOfStep: true }, job, on);
}

/** The second clip, which plays at `rate` times the speed of the first, with the times at which the first shows the same. */
function onOneTimeLine([first, second]: [ReadyClip, ReadyClip], rate: number): [ReadyClip, ReadyClip] {
  if (rate === 1) return [first, second];
  const { tokens } = second.encoded;
  const { origin } = first.plan;
  const seen = (times: Float64Array) => times.map((time) => origin + (time - second.plan.origin) * rate);
  const inStep = { ...tokens, times: seen(tokens.times), seriesTimes: seen(tokens.seriesTimes) };
  return [first, { ...second, plan: { ...second.plan, origin }, encoded: { ...second.encoded, tokens: inStep } }];
}

/** Where nothing was brought into step: both from their first frames, over the shorter length. */
export function plainAlignment([first, second]: [PlannedClip, PlannedClip]): Omit<PairAlignment, 'matched'> {
  return { offset: 0, rate: 1, from: [0, 0], common: Math.min(first.facts.duration, second.facts.duration) };
}

/** What the model is asked, in the order of the clips given. */
function pairInput(
  [first, second]: [ReadyClip, ReadyClip],
  { from, common, outOfStep = false }: Pick<PairAlignment, 'from' | 'common' | 'outOfStep'>,
  signal: AbortSignal,
): PairInput {
  return {
    a: first.encoded.tokens,
    b: second.encoded.tokens,
    hashA: first.facts.hash,
    hashB: second.facts.hash,
    offset: second.plan.origin - first.plan.origin,
    inStep: !outOfStep,
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
  const input = pairInput(turned(pair), { ...alignment, from: turned(alignment.from) }, job.signal);
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
