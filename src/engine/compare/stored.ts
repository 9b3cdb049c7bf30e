/**
 * What the store holds of a pair, for whoever wants to show it without starting anything: no probe, no decode, no model. A clip
 * whose path, size or times the store does not know counts as unknown, even where its content is known under another name.
 */
import { resolve } from 'node:path';
import type { ClipFacts, Comparison } from '../../protocol/index.js';
import { fileSignature } from './clips.js';
import { comparePair, NotStored, Timings } from './compare.js';
import type { EngineContext } from './context.js';

/** The considered comparison, else the one at a glance, else null. Errors: ffmpeg/not-found, model/missing. */
export async function storedComparison(
  context: EngineContext,
  a: string,
  b: string,
  signal: AbortSignal,
): Promise<Comparison | null> {
  const [factsA, factsB] = await Promise.all([storedFacts(context, a), storedFacts(context, b)]);
  if (factsA === null || factsB === null) return null;
  const size = (await context.looks()).size([factsA, factsB]);
  for (const glanceOnly of [false, true]) {
    try {
      return await comparePair(context, factsA, factsB, size, {
        signal,
        join: (part) => part,
        emit: () => undefined,
        timings: new Timings(),
        glanceOnly,
        storedOnly: true,
      });
    } catch (error) {
      if (!(error instanceof NotStored)) throw error;
    }
  }
  return null;
}

async function storedFacts(context: EngineContext, path: string): Promise<ClipFacts | null> {
  const [store, signature] = await Promise.all([context.store(), fileSignature(path)]);
  const facts = signature === null ? null : store.fileFacts(resolve(path), signature);
  return facts && { ...facts, path };
}
