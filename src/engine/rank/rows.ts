/** A scale of items -> the rows of the table, best first. Equal scores share a rank and stand in the order of their paths. */
import type { RankRow } from '../../protocol/index.js';
import type { EdgeList } from './edges.js';
import type { Scale } from './scale.js';
import type { Tally } from './tally.js';

/** Scores closer than this are equal: rounding of the solver, margin units. */
const EQUAL_SCORES = 1e-6;

/** A clip as a row sees it. */
export interface RowClip {
  /** relative to the folder */
  place: string;
  /** its item in the scale (copies of one file share one), or -1 */
  item: number;
  state: 'waiting' | 'measured' | 'failed';
  group: string | null;
}

export interface Standing {
  edges: EdgeList;
  scale: Scale;
  tally: Tally;
}

/** `reference`: place of the clip that margins are told against, or null. Ranked clips, then the others by path. */
export function makeRows(
  clips: readonly RowClip[],
  { edges, scale, tally }: Standing,
  reference: string | null,
): RankRow[] {
  const ranked = rankedItems(clips, edges);
  const defects = tally.mainDefects(edges);
  const standing = clips.filter((clip) => ranked(clip));
  const mean = standing.reduce((sum, { item }) => sum + scale.scores[item]! / standing.length, 0);
  const against = standing.find(({ place }) => place === reference);
  const rows = clips.map((clip): RankRow => {
    const { place, item, group } = clip;
    const none = { score: null, interval95: null, toReference: null, mainDefect: null };
    const row = { path: place, rank: null, rankInGroup: null, group, wins: 0, losses: 0, ties: 0 };
    if (!ranked(clip)) return { ...row, ...none, status: clip.state };
    const score = scale.scores[item]! - mean + 0;
    const reach = scale.reach[item]!;
    return {
      ...row,
      status: 'ranked',
      score,
      interval95: [score - reach, score + reach],
      toReference: against ? marginTo(scale, item, against.item) : null,
      mainDefect: defects[item]!,
      wins: tally.wins[item]!,
      losses: tally.losses[item]!,
      ties: tally.ties[item]!,
    };
  });
  rows.sort(
    (x, y) =>
      (place(y) > place(x) ? 1 : place(y) < place(x) ? -1 : 0) || (x.path < y.path ? -1 : x.path > y.path ? 1 : 0),
  );
  number(rows);
  return rows;
}

/** Only clips that are connected to most others have a place in the order; one clip alone has, too. */
function rankedItems(clips: readonly RowClip[], edges: EdgeList): (clip: RowClip) => boolean {
  const main = new Set(edges.mainPart());
  const measured = clips.filter(({ state }) => state === 'measured');
  const alone = measured.length > 0 && measured.length === clips.filter(({ state }) => state !== 'failed').length;
  const same = alone && measured.every(({ item }) => item === measured[0]!.item);
  return ({ item, state }) => state === 'measured' && main.has(item) && (same || main.size > 1);
}

/** Score difference; of two errors that hardly depend on each other the squares add up. */
function marginTo({ scores, reach }: Scale, item: number, reference: number): RankRow['toReference'] {
  const margin = scores[item]! - scores[reference]! + 0;
  const width = item === reference ? 0 : Math.hypot(reach[item]!, reach[reference]!);
  return { margin, interval95: [margin - width, margin + width] };
}

const place = ({ score }: RankRow) => (score === null ? -Infinity : Math.round(score / EQUAL_SCORES));

/** Ranks of rows in order, in all and within their groups; equal scores share the first of their ranks. */
function number(rows: RankRow[]): void {
  const within = new Map<string, { count: number; last: RankRow }>();
  rows.forEach((row, k) => {
    if (row.score === null) return;
    const above = rows[k - 1];
    row.rank = above && place(above) === place(row) ? above.rank : k + 1;
    if (row.group === null) return;
    const group = within.get(row.group);
    const tied = group !== undefined && place(group.last) === place(row);
    row.rankInGroup = tied ? group.last.rankInGroup : (group?.count ?? 0) + 1;
    within.set(row.group, { count: (group?.count ?? 0) + 1, last: row });
  });
}
