/**
 * What the store knows of clips and pairs, in the form in which the engine gives it anew. Nothing here decodes or asks a model.
 * Facts and time lines are read once for each clip: an object of this class lives no longer than one look at the store.
 */
import { resolve } from 'node:path';
import type { ClipFacts, Comparison, ErrorData, TimelineFacts } from '../../protocol/index.js';
import { fileFailureKey } from '../rank/clips.js';
import { assembleComparison } from './assemble.js';
import { fileSignature, knownTimeline, tokenKey } from './clips.js';
import type { EngineContext } from './context.js';
import { knownResult, resultKey, type PlannedClip } from './pair.js';
import { mirrorResult } from './result.js';

/** Of a file as it is: its facts, and why it could not be read when that was last tried. */
export interface StoredFacts {
  facts: ClipFacts | null;
  error: ErrorData | null;
}
type Known<T> = T | { error: ErrorData } | null;

export class StoredClips {
  private readonly files = new Map<string, Promise<StoredFacts>>();
  private readonly lines = new Map<string, Promise<TimelineFacts | null>>();

  constructor(private readonly context: EngineContext) {}

  facts(path: string): Promise<StoredFacts> {
    return remembered(this.files, path, async () => {
      const { context } = this;
      const [store, media, signature] = await Promise.all([context.store(), context.media(), fileSignature(path)]);
      if (signature === null) return { facts: null, error: null };
      const error = store.failure(fileFailureKey(path, signature, media.ffmpeg.versionText));
      const facts = store.fileFacts(resolve(path), signature);
      return { facts: facts && { ...facts, path }, error: error && { ...error, path } };
    });
  }

  /** The comparison with its reasoning, as `compare` gives it where it computes nothing; null where it would have to. */
  async comparison(a: string, b: string): Promise<Known<Comparison>> {
    const { context } = this;
    const [first, second] = await Promise.all([this.facts(a), this.facts(b)]);
    const error = first.error ?? second.error;
    const missing = error && { error };
    if (!first.facts || !second.facts) return missing;
    const [media, info, looks] = await Promise.all([context.media(), context.modelInfo(), context.looks()]);
    const size = looks.size([first.facts, second.facts]);
    const pair = [first.facts, second.facts].map((facts): PlannedClip => ({
      facts,
      plan: looks.plan(media, facts, size),
    }));
    const [x, y] = pair as [PlannedClip, PlannedClip];
    const same = x.facts.hash === y.facts.hash;
    const swapped = x.facts.hash > y.facts.hash;
    const canonical = await knownResult(
      context,
      resultKey(...(swapped ? ([y, x] as const) : ([x, y] as const)), info.hash, true),
    );
    const result = canonical && swapped ? mirrorResult(canonical) : canonical;
    if (!result || (typeof result.reasoned?.reasoning !== 'string' && !same)) return missing;
    const [lineA, lineB] = await Promise.all([this.line(x, info.hash), this.line(y, info.hash)]);
    if (!lineA || !lineB) return missing;
    return assembleComparison({
      a: { ...x.facts, timeline: lineA },
      b: { ...y.facts, timeline: lineB },
      result,
      size,
      kind: 'considered',
      provenance: {
        versusq: VERSUSQ_VERSION,
        model: result.model,
        device: result.device,
        deviceNote: result.deviceNote,
        ffmpeg: media.ffmpeg.versionText,
        timings: {},
        cached: { a: true, b: true, margin: true },
        tokensPerSecond: result.reasoned?.tokensPerSecond ?? null,
        finished: result.finished,
      },
    });
  }

  /** The time line of a clip that was looked at in its own size. */
  async timeline(path: string): Promise<Known<{ value: TimelineFacts }>> {
    const { facts, error } = await this.facts(path);
    const missing = error && { error };
    if (!facts) return missing;
    const { context } = this;
    const [media, info, looks] = await Promise.all([context.media(), context.modelInfo(), context.looks()]);
    const plan = looks.plan(media, facts, looks.size([facts]));
    const value = await this.line({ facts, plan }, info.hash);
    return value ? { value } : missing;
  }

  private line({ facts, plan }: PlannedClip, modelHash: string): Promise<TimelineFacts | null> {
    const key = tokenKey(facts, modelHash, plan);
    return remembered(this.lines, key, () => knownTimeline(this.context, key));
  }
}

function remembered<T>(known: Map<string, Promise<T>>, key: string, read: () => Promise<T>): Promise<T> {
  let value = known.get(key);
  if (!value) known.set(key, (value = read()));
  return value;
}
