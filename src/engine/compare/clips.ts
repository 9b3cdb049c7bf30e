/**
 * One clip on its way: file -> facts -> tokens. Each step asks memory and store first and leaves there what it made, so that a
 * clip known by path, size and times costs neither a hash nor a process, and a clip known by content no decode.
 */
import { stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import { VersusqError, type ClipFacts, type Station, type TimelineFacts, say } from '../../protocol/index.js';
import type { SamplePlan } from '../media/types.js';
import type { ClipEncoder } from '../model/types.js';
import type { EngineContext } from './context.js';
import { runJob, throwIfCancelled } from './jobs.js';
import type { EncodedClip } from './memory.js';

export interface ClipJob {
  signal: AbortSignal;
  /** Ignore what is kept. */
  fresh: boolean;
  /** The clip will be decoded unless it is known: what that needs may be loaded while its facts are read. */
  decodes: boolean;
  /** The other clip of the pair, decoded at the same time. */
  beside?: ClipFacts;
  onProgress(station: Station, share: number | null): void;
  /** Milliseconds that a station took. */
  onTime(station: string, milliseconds: number): void;
}

/** Size, times and inode of a file: as long as they stand, its content does. Null where the file cannot be looked at. */
export async function fileSignature(path: string): Promise<string | null> {
  try {
    const s = await stat(path, { bigint: true });
    return s.isFile() ? `${s.size}:${s.mtimeNs}:${s.ctimeNs}:${s.ino}` : null;
  } catch {
    return null;
  }
}

/** Facts of the file, from the store where its signature is known; whether HDR is tone mapped hangs on today's ffmpeg. Errors: media/*. */
export async function probeClip(context: EngineContext, path: string, job: ClipJob): Promise<ClipFacts> {
  const began = performance.now();
  const [store, signature] = await Promise.all([context.store(), fileSignature(path)]);
  const known = signature && !job.fresh ? store.fileFacts(resolve(path), signature) : null;
  if (known && !known.colour.hdr) {
    job.onTime('probe', performance.now() - began);
    return { ...known, path };
  }
  job.onProgress('probe', null);
  if (job.decodes) context.loadModel();
  const facts = { ...(await context.probe(path, job.signal)), path };
  throwIfCancelled(job.signal);
  if (signature !== null && signature === (await fileSignature(path))) store.putFile(resolve(path), signature, facts);
  job.onTime('probe', performance.now() - began);
  job.onProgress('probe', 1);
  return facts;
}

/** Names an encoded clip in memory and store. */
export function tokenKey(facts: ClipFacts, modelHash: string, plan: SamplePlan): string {
  return `${facts.hash}|${modelHash}|${plan.key}|${plan.size.width}x${plan.size.height}`;
}

/** The time line facts of a clip that was encoded before, or null. */
export async function knownTimeline(context: EngineContext, key: string): Promise<TimelineFacts | null> {
  return context.memory.get(key)?.timeline ?? (await context.store()).timeline(key);
}

/** The clip as tokens; `cached` where nothing had to be decoded. Errors: media/*, model/*. */
export async function encodeClip(
  context: EngineContext,
  facts: ClipFacts,
  plan: SamplePlan,
  job: ClipJob,
): Promise<EncodedClip & { cached: boolean }> {
  const key = tokenKey(facts, (await context.modelInfo()).hash, plan);
  const known = job.fresh ? null : await recall(context, key);
  if (known) return { ...known, cached: true };
  return context.decodes.run(async () => {
    const clip = await decodeClip(context, facts, plan, job);
    context.memory.put(key, clip);
    (await context.store()).putTokens(key, {
      bytes: context.parts.serialiseTokens(clip.tokens),
      timeline: clip.timeline,
    });
    return { ...clip, cached: false };
  }, job.signal);
}

async function recall(context: EngineContext, key: string): Promise<EncodedClip | null> {
  const near = context.memory.get(key);
  if (near) return near;
  const row = (await context.store()).tokens(key);
  if (!row) return null;
  try {
    const clip = { tokens: context.parts.deserialiseTokens(row.bytes), timeline: row.timeline };
    context.memory.put(key, clip);
    return clip;
  } catch {
    return null; // written by another version: made anew
  }
}

/** Decodes the clip and encodes its bursts as they arrive. */
async function decodeClip(
  context: EngineContext,
  facts: ClipFacts,
  plan: SamplePlan,
  job: ClipJob,
): Promise<EncodedClip> {
  const media = await context.media();
  const before = await fileSignature(facts.path);
  const began = performance.now();
  let encodeTime = 0;
  const encode = <T>(work: () => Promise<T>): Promise<T> =>
    context.modelCalls.run(async () => {
      const start = performance.now();
      try {
        return await work();
      } finally {
        encodeTime += performance.now() - start;
      }
    }, job.signal);

  job.onProgress('decode', 0);
  const encoder = lazily<ClipEncoder>(async () => (await context.model()).encoder(media.colourMatrix(facts), plan));
  let done = 0;
  const [luma, ready] = await runJob(job.signal, (signal, join) => {
    const decoding = media.decode(facts, plan, {
      signal,
      beside: job.beside,
      onProgress: (share) => job.onProgress('decode', share),
      // Opening a graph blocks this thread: it is done while decoders start, and after the first burst, when they have some
      // way to go to the next.
      onStart: () => context.openModel('encode'),
      onBurst: async (burst) => {
        const target = await encoder();
        await encode(() => target.addBurst(burst, plan.bursts[burst.index]!));
        job.onProgress('encode', ++done / plan.bursts.length);
        if (done === 1) context.openModel('compare');
      },
    });
    return Promise.all([join(decoding), join(encoder())]);
  });
  job.onTime('decode', performance.now() - began);
  await expectUnchanged(facts.path, before);
  const tokens = await encode(() => ready.finish(luma));
  job.onTime('encode', encodeTime);
  job.onProgress('decode', 1);
  return { tokens, timeline: media.timelineFacts(tokens.series, luma, facts) };
}

/** A result must be that of the file as it is. Errors: media/not-found, media/decode-failed. */
async function expectUnchanged(path: string, before: string | null): Promise<void> {
  const after = await fileSignature(path);
  if (before === null || after === before) return;
  throw after === null
    ? new VersusqError(
        'media/not-found',
        say`${path} was moved or deleted while it was read. Put it back, or choose another.`,
        { path },
      )
    : new VersusqError('media/decode-failed', say`${path} changed while it was read. Run the comparison again.`, {
        path,
      });
}

function lazily<T>(make: () => Promise<T>): () => Promise<T> {
  let promise: Promise<T> | undefined;
  return () => (promise ??= make());
}
