/**
 * A ranking as every export tells it: margins to the clip above (within the group, where there are groups) and to the
 * reference, ranks within groups, what stands below the table. The rank table says the same (`webview/table/view/data.ts`).
 * Pure.
 */
import type { RankedClip, Ranking } from '../../protocol/index.js';
import { counted } from './words.js';

export interface RankingRow {
  clip: RankedClip;
  /** Margin units, 0 or below; null for the first of its list, and without a score. */
  toAbove: number | null;
  /** Margin units; null without a reference, and where one of the two has no score. */
  toReference: number | null;
  rankInGroup: number | null;
}

/** In the order of the ranking. */
export function rankingRows({ clips, reference }: Ranking): RankingRow[] {
  const base = scoreOf(clips, reference);
  /** The latest clip of each group, or of the one list. */
  const last = new Map<string, { clip: RankedClip; count: number; rank: number }>();
  return clips.map((clip) => {
    const { score, group } = clip;
    if (score === null) return { clip, toAbove: null, toReference: null, rankInGroup: null };
    const above = last.get(group ?? '');
    const count = (above?.count ?? 0) + 1;
    // Equal scores share a rank of all (`engine/rank/rows.ts`), and so they share one of the group.
    const rank = above && clip.rank !== null && above.clip.rank === clip.rank ? above.rank : count;
    last.set(group ?? '', { clip, count, rank });
    return {
      clip,
      toAbove: above ? score - above.clip.score! : null,
      toReference: base === null ? null : score - base,
      rankInGroup: group === null ? null : rank,
    };
  });
}

export const isGrouped = ({ clips }: Ranking): boolean => clips.some(({ group }) => group !== null);

/** Are there margins against a reference? */
export const isReferred = ({ clips, reference }: Ranking): boolean => scoreOf(clips, reference) !== null;

/** "Reference: a.mp4.", with the reason where there are no margins against it; null: none was named. `name`: as it is printed. */
export function referenceWords(ranking: Ranking, name: (path: string) => string): string | null {
  const { clips, reference } = ranking;
  if (reference === null) return null;
  if (isReferred(ranking)) return `Reference: ${name(reference)}.`;
  const failed = clips.some(({ path, error }) => path === reference && error !== null);
  const why = failed ? 'it could not be read' : 'it was not compared';
  return `There are no margins against the reference ${name(reference)}: ${why}.`;
}

/** "12 clips, 40 comparisons" */
export const countWords = (ranking: Ranking): string =>
  `${counted(ranking.clips.filter(({ score }) => score !== null).length, 'clip')}, ${counted(ranking.comparisons, 'comparison')}`;

/** Clips below the table, each list with its heading and the reason of each clip. */
export function belowTable({ clips }: Ranking): { heading: string; clips: { path: string; why: string }[] }[] {
  const failed = clips.flatMap(({ path, error }) => (error === null ? [] : [{ path, why: error.message }]));
  const left = clips.filter(({ error, score }) => error === null && score === null);
  return [
    { heading: 'Not ranked', clips: failed },
    { heading: 'Not compared', clips: left.map(({ path }) => ({ path, why: 'no comparison within the budget' })) },
  ].filter((list) => list.clips.length > 0);
}

const scoreOf = (clips: readonly RankedClip[], path: string | null): number | null =>
  clips.find((clip) => clip.path === path)?.score ?? null;
