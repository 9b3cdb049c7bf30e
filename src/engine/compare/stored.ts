/** What the store knows of clips and pairs, in the form in which the engine gives it anew. Nothing here decodes or asks a model. */
import type { ClipFacts, Comparison, ErrorData, TimelineFacts } from '../../protocol/index.js';
import { fileFailureKey } from '../rank/clips.js';
import { fileSignature, knownTimeline, tokenKey } from './clips.js';
import { compare } from './compare.js';
import type { EngineContext } from './context.js';
import { knownResult, resultKey, type PlannedClip } from './pair.js';

/** Facts of the file as it is, or why it could not be read; null: neither is known. */
export async function storedFacts(
  context: EngineContext,
  path: string,
): Promise<{ facts: ClipFacts } | { error: ErrorData } | null> {
  const [store, media, signature] = await Promise.all([context.store(), context.media(), fileSignature(path)]);
  if (signature === null) return null;
  const error = store.failure(fileFailureKey(path, signature, media.ffmpeg.versionText));
  if (error) return { error: { ...error, path } };
  const facts = store.fileFacts(path, signature);
  return facts && { facts };
}

/** The comparison with its reasoning, as `compare` gives it where it computes nothing; null where it would have to. */
export async function storedComparison(
  context: EngineContext,
  a: string,
  b: string,
  signal: AbortSignal,
): Promise<Comparison | { error: ErrorData } | null> {
  const [first, second] = await Promise.all([storedFacts(context, a), storedFacts(context, b)]);
  for (const known of [first, second]) if (known && 'error' in known) return known;
  if (!first || !second || 'error' in first || 'error' in second) return null;
  const [media, info] = await Promise.all([context.media(), context.modelInfo()]);
  const size = context.parts.comparisonSize([first.facts, second.facts]);
  const swapped = first.facts.hash > second.facts.hash;
  const planned = (swapped ? [second.facts, first.facts] : [first.facts, second.facts]).map((facts) => ({
    facts,
    plan: media.plan(facts, size),
  })) as [PlannedClip, PlannedClip];
  const result = await knownResult(context, resultKey(...planned, info.hash, true));
  const words = swapped ? result?.reasoned?.mirrored : result?.reasoned?.reasoning;
  if (!result || (typeof words !== 'string' && first.facts.hash !== second.facts.hash)) return null;
  for (const { facts, plan } of planned)
    if (!(await knownTimeline(context, tokenKey(facts, info.hash, plan)))) return null;
  return compare(context, a, b, { signal });
}

/** The time line of a clip that was looked at in its own size. */
export async function storedTimeline(
  context: EngineContext,
  path: string,
): Promise<{ value: TimelineFacts } | { error: ErrorData } | null> {
  const known = await storedFacts(context, path);
  if (known === null || 'error' in known) return known;
  const [media, info] = await Promise.all([context.media(), context.modelInfo()]);
  const plan = media.plan(known.facts, context.parts.comparisonSize([known.facts]));
  const value = await knownTimeline(context, tokenKey(known.facts, info.hash, plan));
  return value && { value };
}
