/** A ranking out of the store: the rows that `rankClips` would end with, where it would compute nothing. */
import type { ClipFacts, ErrorData, RankRow } from '../../protocol/index.js';
import type { EngineContext } from '../compare/context.js';
import type { StoredClips } from '../compare/stored-clips.js';
import { listFiles, planItems, type ClipsRun } from './clips.js';
import type { MarginRun } from './margins.js';
import { NOTHING_FIRST, RankRun } from './run.js';

export interface StoredRanking {
  rows: RankRow[];
  /** By the paths of the rows. */
  clips: Map<string, { path: string; facts: ClipFacts | null; error: ErrorData | null }>;
}

/** null where a clip was not read before, or a comparison that the order needs was not made. Errors: media/*, model/*. */
export async function storedRanking(
  context: EngineContext,
  stored: StoredClips,
  folder: string,
  paths: readonly string[],
  signal: AbortSignal,
): Promise<StoredRanking | null> {
  const [media, info, store] = await Promise.all([context.media(), context.modelInfo(), context.store()]);
  const clips = listFiles(folder, paths);
  for (const clip of clips) {
    const { facts, error } = await stored.facts(clip.path);
    if (error)
      Object.assign(clip, { error, state: 'failed' }); // as a ranking takes it: not tried again
    else if (facts) clip.facts = facts;
    else return null;
  }
  const never = (): never => {
    throw new Error('a stored ranking computes nothing');
  };
  const run: ClipsRun & MarginRun = {
    context,
    store,
    signal,
    join: (part) => part,
    fresh: false,
    isFresh: () => false,
    encoded: new Set(),
    encoding: new Map(),
    ffmpeg: media.ffmpeg.versionText,
    modelHash: info.hash,
    onTime: () => {},
    jobOf: never,
    told: () => {},
  };
  const rows = new RankRun(run, clips, await planItems(run, clips), {}, () => {}, NOTHING_FIRST).stored();
  if (rows === null) return null;
  return { rows, clips: new Map(clips.map(({ place, path, facts, error }) => [place, { path, facts, error }])) };
}
