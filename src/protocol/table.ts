/**
 * Host <-> rank table. The host holds the truth: facts once a clip, rows as they change, thumbnails when asked for. What the
 * person arranged (sort, filter, columns, selection, open plots, scroll place) is the table's own and is kept with `setState`.
 */
import { Type, type Static } from '@sinclair/typebox';
import type { ClipFacts } from './comparison.js';
import type { ErrorData } from './errors.js';
import { GROUPINGS, type Grouping, type PairMargin, type RankProgress, type RankRow } from './rank.js';

export type RankRunState =
  | { status: 'idle' }
  | { status: 'working'; since: number }
  | { status: 'paused' }
  | { status: 'done' }
  | { status: 'failed'; error: ErrorData };

/** The small whole: everything but rows and clips, which come by messages of their own. */
export interface RankTableState {
  /** Absolute path of the folder, and the name to show. */
  folder: string;
  title: string;
  run: RankRunState;
  progress: RankProgress | null;
  grouping: Grouping;
  /** Relative path of the reference clip. */
  reference: string | null;
  /** Relative paths the person left out. */
  excluded: string[];
  /** Why the model does not run where it was asked to. */
  deviceNote: string | null;
  /** What troubles the store, in the window's language; null: nothing. */
  storeNote: string | null;
  /** One line of provenance: model, device, versions. */
  provenance: string | null;
}

export interface TableClip {
  path: string;
  facts: ClipFacts | null;
  error: ErrorData | null;
}

export type ToTable =
  | { type: 'state'; state: RankTableState }
  /** `reset`: forget the clips known so far. */
  | { type: 'clips'; clips: TableClip[]; reset: boolean }
  | { type: 'rows'; rows: RankRow[] }
  /** Pictures of one clip, in order of time; empty where there are none to be had. */
  | { type: 'thumbnails'; path: string; pictures: string[] }
  | { type: 'pairs'; pairs: PairMargin[] };

const path = Type.String({ maxLength: 4096 });
const paths = Type.Array(path, { maxItems: 10_000 });
/** What the table may send; the host validates it against this schema. */
export const FromTable = Type.Union([
  Type.Object({ type: Type.Literal('ready') }),
  Type.Object({ type: Type.Literal('run'), fresh: Type.Boolean({ description: 'ignore what the store holds' }) }),
  Type.Object({ type: Type.Literal('pause') }),
  Type.Object({ type: Type.Literal('resume') }),
  Type.Object({ type: Type.Literal('cancel') }),
  Type.Object({ type: Type.Literal('group'), grouping: Type.Union(GROUPINGS.map((g) => Type.Literal(g))) }),
  Type.Object({ type: Type.Literal('reference'), path: Type.Union([path, Type.Null()]) }),
  Type.Object({ type: Type.Literal('exclude'), paths, excluded: Type.Boolean() }),
  Type.Object({ type: Type.Literal('retry'), paths }),
  Type.Object({ type: Type.Literal('open'), path }),
  Type.Object({ type: Type.Literal('compare'), a: path, b: path }),
  Type.Object({ type: Type.Literal('reveal'), path }),
  Type.Object({ type: Type.Literal('copyPath'), paths }),
  /** Rows as text for the clipboard: tab-separated, made by the table of what it shows. */
  Type.Object({ type: Type.Literal('copyText'), text: Type.String({ maxLength: 8_000_000 }) }),
  Type.Object({
    type: Type.Literal('export'),
    format: Type.Union([Type.Literal('csv'), Type.Literal('json'), Type.Literal('markdown'), Type.Literal('html')]),
  }),
  Type.Object({ type: Type.Literal('needThumbnails'), path, count: Type.Integer({ minimum: 1, maximum: 12 }) }),
  Type.Object({ type: Type.Literal('needPairs'), paths: Type.Array(path, { maxItems: 60 }) }),
  Type.Object({ type: Type.Literal('openSetting'), setting: Type.String({ pattern: '^versusq\\.[a-zA-Z]+$' }) }),
  Type.Object({ type: Type.Literal('copyDetails') }),
]);
export type FromTable = Static<typeof FromTable>;
