/**
 * The clips of a ranking on their way: file -> facts -> tokens. What failed before, with the same file and the same ffmpeg, is
 * told at once and not tried again.
 */
import { relative, resolve, sep } from 'node:path';
import {
  VersusqError,
  type ClipFacts,
  type ErrorCode,
  type ErrorData,
  type TimelineFacts,
} from '../../protocol/index.js';
import { encodeClip, fileSignature, probeClip, tokenKey, type ClipJob } from '../compare/clips.js';
import type { EngineContext } from '../compare/context.js';
import { Slots } from '../compare/jobs.js';
import type { PlannedClip } from '../compare/pair.js';
import type { Store } from '../store/store.js';
import { lookOf, type Look } from './groups.js';
import type { RowClip } from './rows.js';

/** ffprobe processes at once. */
const PROBES_AT_ONCE = 4;
/** What lies in the file itself and will be no other next time. */
export const LASTING: ReadonlySet<ErrorCode> = new Set<ErrorCode>([
  'media/not-a-video',
  'media/truncated',
  'media/too-short',
  'media/too-large',
  'media/decode-failed',
]);

/** One file of the ranking. */
export interface RankClip extends RowClip {
  path: string;
  facts: ClipFacts | null;
  error: ErrorData | null;
}

/** What is compared: one content, whatever number of files hold it. */
export interface RankItem extends PlannedClip {
  clips: RankClip[];
  look: Look | null;
}

/** What came of an item on its way through decoder and encoder; `look` undefined: not asked for yet. */
export type Outcome = { timeline: TimelineFacts; look?: Look | null } | { failure: ErrorData };

export interface ClipsRun {
  context: EngineContext;
  store: Store;
  signal: AbortSignal;
  /** Ignore what the store holds, margins too. */
  fresh: boolean;
  /** Ignore what the store holds of this file. */
  isFresh(path: string): boolean;
  /** Names the ffmpeg whose failures these are. */
  ffmpeg: string;
  modelHash: string;
  jobOf(path: string): ClipJob;
  /** Items encoded in this run, by the keys of their tokens: they are not made again even where nothing stored is wanted. */
  encoded: Set<string>;
  /** Items that were begun in this run, by the keys of their tokens, with what comes of them. */
  encoding: Map<string, Promise<Outcome>>;
  /** Facts or error of a clip are known, or known better. */
  told(clip: RankClip): void;
}

/** Names in the store why a file, as it is, could not be read by this ffmpeg. */
export const fileFailureKey = (path: string, signature: string, ffmpeg: string): string =>
  `file|${resolve(path)}|${signature}|${ffmpeg}`;

/** Where a clip lies in the folder, with `/` on every system. */
export const placeOf = (folder: string, path: string): string => relative(folder, path).split(sep).join('/') || path;

/** Files in the order of their paths, each once; nothing is known of them yet. */
export function listFiles(folder: string, paths: readonly string[]): RankClip[] {
  return [...new Set(paths)].sort(compareText).map((path) => ({
    path,
    place: placeOf(folder, path),
    item: -1,
    state: 'waiting',
    group: null,
    facts: null,
    error: null,
  }));
}

/** Reads the facts of all files. Rejects when cancelled and for what concerns all clips alike. */
export async function probeFiles(run: ClipsRun, clips: readonly RankClip[]): Promise<void> {
  const slots = new Slots(PROBES_AT_ONCE);
  await Promise.all(
    clips.map((clip) =>
      slots.run(async () => {
        if (clip.facts || clip.error) return; // among the first, which were read before
        const signature = await fileSignature(clip.path);
        const key = signature && fileFailureKey(clip.path, signature, run.ffmpeg);
        const known = key && !run.isFresh(clip.path) ? run.store.failure(key) : null;
        if (known) return fail(run, clip, known);
        try {
          clip.facts = await probeClip(run.context, clip.path, run.jobOf(clip.path));
          if (key && run.isFresh(clip.path)) run.store.putFailure(key, null);
          run.told(clip);
        } catch (error) {
          keepFailure(run, key, fail(run, clip, failureOf(run, error, clip.path)));
        }
      }, run.signal),
    ),
  );
}

/** Clips of one content become one item, waiting; items in the order of their hashes. Clips that cannot be planned fail. */
export async function planItems(run: ClipsRun, clips: readonly RankClip[]): Promise<RankItem[]> {
  const media = await run.context.media();
  const readable = clips.filter((clip) => clip.facts !== null);
  if (readable.length === 0) return [];
  const looks = await run.context.looks();
  const size = looks.size(readable.map((clip) => clip.facts!));
  const items = new Map<string, RankItem>();
  for (const clip of readable) {
    clip.state = 'waiting';
    try {
      const item = items.get(clip.facts!.hash);
      if (item) item.clips.push(clip);
      else {
        const plan = looks.plan(media, clip.facts!, size);
        items.set(clip.facts!.hash, { facts: clip.facts!, plan, clips: [clip], look: null });
      }
    } catch (error) {
      fail(run, clip, failureOf(run, error, clip.path));
    }
  }
  const sorted = [...items.values()].sort((x, y) => compareText(x.facts.hash, y.facts.hash));
  sorted.forEach((item, k) => item.clips.forEach((clip) => (clip.item = k)));
  return sorted;
}

/** What the store knows of an item, or this run made of it before; null: nothing. */
export function outcomeBefore(run: ClipsRun, item: RankItem): Outcome | null {
  const key = tokenKey(item.facts, run.modelHash, item.plan);
  if (item.clips.some(({ path }) => run.isFresh(path)) && !run.encoded.has(key)) return null;
  const timeline = run.context.memory.get(key)?.timeline ?? run.store.timeline(key);
  if (timeline) return { timeline };
  const failure = run.store.failure(`${key}|${run.ffmpeg}`);
  return failure && { failure };
}

/** Decodes and encodes an item, once in a run. Rejects when cancelled and for what concerns all clips alike. */
export function encodeItem(run: ClipsRun, item: RankItem): Promise<Outcome> {
  const key = tokenKey(item.facts, run.modelHash, item.plan);
  let outcome = run.encoding.get(key);
  if (!outcome) run.encoding.set(key, (outcome = makeTokens(run, item, key)));
  return outcome;
}

async function makeTokens(run: ClipsRun, item: RankItem, key: string): Promise<Outcome> {
  try {
    const { tokens, timeline } = await encodeClip(run.context, item.facts, item.plan, run.jobOf(item.facts.path));
    run.encoded.add(key);
    return { timeline, look: lookOf(tokens) };
  } catch (error) {
    const failure = failureOf(run, error, item.facts.path);
    keepFailure(run, `${key}|${run.ffmpeg}`, failure);
    return { failure };
  }
}

/** Tells the clips of an item what came of it. */
export function settleClips(run: ClipsRun, item: RankItem, outcome: Outcome): void {
  if ('failure' in outcome) for (const clip of item.clips) fail(run, clip, outcome.failure);
  else {
    item.look ??= outcome.look ?? null;
    for (const clip of item.clips) measured(run, clip, { ...clip.facts!, timeline: outcome.timeline });
  }
}

/** What an item shows, from tokens that are there; null where they are not. */
export function knownLook(run: ClipsRun, item: RankItem): Look | null {
  const key = tokenKey(item.facts, run.modelHash, item.plan);
  const near = run.context.memory.get(key)?.tokens;
  const bytes = near ? undefined : run.store.tokens(key)?.bytes;
  try {
    const tokens = near ?? (bytes && run.context.parts.deserialiseTokens(bytes));
    return tokens ? lookOf(tokens) : null;
  } catch {
    return null; // written by another version
  }
}

/** Trouble that concerns every clip alike: no model, no ffmpeg. */
export const isCommon = (error: unknown): boolean => /^(model|ffmpeg|device)\//.test(VersusqError.from(error).code);

function failureOf(run: ClipsRun, error: unknown, path: string): ErrorData {
  if (run.signal.aborted || isCommon(error)) throw error;
  return VersusqError.from(error, path).toData();
}

function keepFailure(run: ClipsRun, key: string | null, failure: ErrorData): void {
  if (key !== null && LASTING.has(failure.code)) run.store.putFailure(key, failure);
}

function measured(run: ClipsRun, clip: RankClip, facts: ClipFacts): void {
  const told = clip.facts?.timeline;
  clip.facts = facts;
  clip.state = 'measured';
  if (!told) run.told(clip);
}

function fail(run: ClipsRun, clip: RankClip, error: ErrorData): ErrorData {
  clip.error = error.path === undefined || error.path === clip.path ? error : { ...error, path: clip.path };
  clip.facts = null;
  clip.item = -1;
  clip.state = 'failed';
  run.told(clip);
  return error;
}

export const compareText = (x: string, y: string): number => (x < y ? -1 : x > y ? 1 : 0);
