/** Rows and clips -> `versusq.ranking/1`, in the order of the table. */
import type { Ranking, RankRow } from '../../protocol/index.js';
import type { RankClip } from './clips.js';

/** What the model that answered was, and whether all answers were known before. */
export interface Answers {
  known: boolean;
  device: string;
  deviceNote: string | null;
}

export function rankingOf(
  folder: string,
  rows: readonly RankRow[],
  clips: readonly RankClip[],
  rest: Pick<Ranking, 'comparisons' | 'inconsistency' | 'reference' | 'provenance'>,
): Ranking {
  const byPlace = new Map(clips.map((clip) => [clip.place, clip]));
  return {
    schema: 'versusq.ranking/1',
    folder,
    clips: rows.map(({ path, rank, score, interval95, mainDefect, group }) => {
      const { facts = null, error = null } = byPlace.get(path) ?? {};
      return { path, rank, score, interval95, mainDefect, group, facts, error };
    }),
    ...rest,
  };
}
