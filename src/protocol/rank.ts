/**
 * How a folder is ranked, and what is told while it is: rows in a compact form, as often as is useful, facts and failures once a
 * clip. The whole answer, `versusq.ranking/1`, is made at the end or on request, out of the same rows.
 */
import type { AttributeName, ClipFacts } from './comparison.js';
import type { ErrorData } from './errors.js';

/** none: one list. folder: by the clip's folder. content: by what is shown. name: by what names tell (`scene1_crf20` -> `scene1`, see `names.ts`). */
export const GROUPINGS = ['none', 'folder', 'content', 'name'] as const;
export type Grouping = (typeof GROUPINGS)[number];

/** budget: rank until so many comparisons were made. precision: until the order can hardly change any more (the default). */
export interface RankOptions {
  /** Most comparisons to make; null: as many as the wanted precision needs. */
  budget: number | null;
  /** Clip (absolute path) against which every margin is told; null: none. */
  reference: string | null;
  grouping: Grouping;
  /** Ask every pair: what the active schedule is measured against. */
  allPairs: boolean;
  /** Ignore what the store holds. */
  fresh: boolean;
  /** Clips (absolute paths) that are read anew, whatever the store holds of them: a failure, above all. */
  retry: string[];
  /** The clips are the folder's, not some chosen ones: earlier rankings of the folder no longer count. */
  whole: boolean;
  /** Chosen clips (absolute paths) that a ranking began with, where some of them have gone since: what it says is about that choice. Absent: those ranked. */
  chosen?: readonly string[];
}

export interface RankRequest {
  folder: string;
  /** Absolute paths of the clips. */
  paths: string[];
  options?: Partial<RankOptions>;
}

/** waiting: not yet looked at. measured: encoded, no comparison yet. ranked. failed. */
export type RowStatus = 'waiting' | 'measured' | 'ranked' | 'failed';

/** One clip in the table. `path` is relative to the folder, as in `versusq.ranking/1`. */
export interface RankRow {
  path: string;
  status: RowStatus;
  rank: number | null;
  /** Margin units, mean 0. */
  score: number | null;
  interval95: [number, number] | null;
  /** Margin against the reference with its interval; null without one. */
  toReference: { margin: number; interval95: [number, number] } | null;
  mainDefect: AttributeName | null;
  group: string | null;
  /** Rank within its group; null without groups. */
  rankInGroup: number | null;
  wins: number;
  losses: number;
  ties: number;
}

/** A row of which nothing is known but its name and how far it is. */
export const unrankedRow = (path: string, status: RowStatus): RankRow => ({
  path,
  status,
  rank: null,
  score: null,
  interval95: null,
  toReference: null,
  mainDefect: null,
  group: null,
  rankInGroup: null,
  wins: 0,
  losses: 0,
  ties: 0,
});

export type RankStage = 'probe' | 'encode' | 'compare' | 'done';

export interface RankProgress {
  stage: RankStage;
  clips: number;
  /** Clips whose tokens are there. */
  encoded: number;
  failed: number;
  /** Comparisons made, and how many the schedule expects to make in all. */
  comparisons: number;
  expected: number;
  /** Of what this stage counts (clips or comparisons), a second; null: not known yet. */
  rate: number | null;
  secondsLeft: number | null;
  /** See `versusq.ranking/1`; null before the first comparison. */
  inconsistency: number | null;
}

/** Events of a `rank` request beside `progress`. */
export type RankEvent =
  /** Once a clip, as soon as it is known; later events replace earlier ones (the time line comes with the decode). */
  | { type: 'rankClip'; path: string; facts: ClipFacts | null; error: ErrorData | null }
  /** All rows, best first, then those without a rank. */
  | { type: 'rankRows'; rows: RankRow[]; progress: RankProgress };

/** The glance margin of two clips of a ranking (paths relative to its folder), for the agreement matrix. */
export interface PairMargin {
  a: string;
  b: string;
  margin: number;
  stdDev: number;
}
