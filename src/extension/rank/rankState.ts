/**
 * The state of a ranking as a value, and what each happening does to it. Pure: no clock of its own. Facts and
 * failures of clips are kept beside it (session.ts), because they come once a clip and there may be thousands.
 */
import {
  unrankedRow,
  type ErrorData,
  type Grouping,
  type QualityRanking,
  type RankOptions,
  type Ranking,
  type RankProgress,
  type RankRow,
  type RankTableState,
  type RunState,
  type Station,
} from '../../protocol/index.js';
import { provenanceWords } from '../words.js';
import type { Arrangement } from './memory.js';
import { absolutePath, sourceKey, sourceName, type RankSource } from './source.js';

export interface RankState {
  source: RankSource;
  table: RankTableState;
  /** Relative paths of the clips there are, in natural order, those left out too. */
  files: ReadonlySet<string>;
  /** As the engine told them last; `shownRows` gives what the table shows. */
  rows: readonly RankRow[];
  /** The engine's answer to the latest run that ended; null: none yet, or rows have changed since. */
  ranking: Ranking | null;
}

export function initialState(source: RankSource, { excluded, reference, grouping }: Arrangement): RankState {
  return {
    source,
    table: {
      folder: source.folder,
      title: sourceName(source),
      run: { status: 'idle' },
      progress: null,
      grouping,
      reference,
      excluded: [...excluded],
      deviceNote: null,
      storeNote: null,
      provenance: null,
    },
    files: new Set(),
    rows: [],
    ranking: null,
  };
}

/** The clips there are now: rows of others go, and so does a reference that is gone. */
export function withFiles(state: RankState, files: readonly string[]): RankState {
  const there = new Set(files);
  const { reference } = state.table;
  const rows = state.rows.filter((row) => there.has(row.path));
  const kept = reference !== null && there.has(reference) ? reference : null;
  return { ...state, files: there, rows, table: { ...state.table, reference: kept } };
}

/** A run begins; what is shown stays. One that takes the place of another is the same run to see. `now`: ms since 1970. */
export function started(state: RankState, now: number): RankState {
  if (state.table.run.status === 'working') return state;
  return withTable(state, { run: { status: 'working', since: now }, progress: null });
}

/**
 * Rows of the engine; after the end of a run nothing is taken in any more, and of a clip that is gone nothing at all. While the
 * engine still reads the files its rows may rank fewer clips than those that are shown, which stay then.
 */
export function ranked(state: RankState, rows: readonly RankRow[], progress: RankProgress): RankState {
  if (state.table.run.status !== 'working') return state;
  if (progress.stage === 'probe' && countRanked(rows) < countRanked(state.rows)) return withTable(state, { progress });
  const known = rows.every((row) => state.files.has(row.path)) ? rows : rows.filter((row) => state.files.has(row.path));
  return { ...withTable(state, { progress }), rows: known, ranking: null };
}

const countRanked = (rows: readonly RankRow[]): number => rows.filter(({ rank }) => rank !== null).length;

export function finished(state: RankState, ranking: Ranking): RankState {
  const { provenance } = ranking;
  const change = { run: { status: 'done' } as const, deviceNote: provenance.deviceNote };
  return { ...withTable(state, { ...change, provenance: provenanceWords(provenance) }), ranking };
}

/** The run ended with an error, or was cancelled (code `cancelled`); what there was of a result stays. */
export function failed(state: RankState, error: ErrorData): RankState {
  return withTable(state, { run: { status: 'failed', error } });
}

/** There are too few clips for a ranking: what was said of them holds no more. */
export function withoutRows(state: RankState): RankState {
  return { ...state, rows: [], ranking: null };
}

/** `storeNote`: what troubles the store; null: nothing. */
export function withStoreNote(state: RankState, storeNote: string | null): RankState {
  return withTable(state, { storeNote });
}

export function paused(state: RankState): RankState {
  return withTable(state, { run: { status: 'paused' } });
}

/** Leaves clips out, or takes them in again. A reference that is left out is none any more. */
export function withExcluded(state: RankState, paths: readonly string[], excluded: boolean): RankState {
  const out = new Set(state.table.excluded);
  for (const path of paths) {
    if (excluded) out.add(path);
    else out.delete(path);
  }
  const { reference } = state.table;
  return withTable(state, {
    excluded: [...out],
    reference: reference !== null && out.has(reference) ? null : reference,
  });
}

export function withReference(state: RankState, reference: string | null): RankState {
  return withTable(state, { reference });
}

export function withGrouping(state: RankState, grouping: Grouping): RankState {
  return withTable(state, { grouping });
}

export function arrangement({ table }: RankState): Arrangement {
  return { excluded: table.excluded, reference: table.reference, grouping: table.grouping };
}

/** Absolute paths of the clips to rank. */
export function pathsToRank({ source, files, table }: RankState): string[] {
  const out = new Set(table.excluded);
  return [...files].filter((path) => !out.has(path)).map((path) => absolutePath(source, path));
}

/** `retry`: relative paths of clips to read anew. */
export function rankOptions(
  { source, table, files }: RankState,
  { fresh, retry }: { fresh: boolean; retry: readonly string[] },
): Partial<RankOptions> {
  const anew = retry.filter((path) => files.has(path)).map((path) => absolutePath(source, path));
  return {
    reference: table.reference === null ? null : absolutePath(source, table.reference),
    grouping: table.grouping,
    ...(source.clips === null ? { whole: true } : { chosen: source.clips }),
    ...(fresh ? { fresh } : {}),
    ...(anew.length > 0 ? { retry: anew } : {}),
  };
}

/** A row for every clip: the engine's, then clips it has told nothing of yet, then those left out, without a rank. */
export function shownRows({ files, rows, table }: RankState): RankRow[] {
  const out = new Set(table.excluded);
  const told = rows.filter((row) => !out.has(row.path));
  const known = new Set(told.map((row) => row.path));
  const others = [...files].filter((path) => !known.has(path));
  return [
    ...told,
    ...others.filter((path) => !out.has(path)).map((path) => unrankedRow(path, 'waiting')),
    ...others.filter((path) => out.has(path)).map((path) => unrankedRow(path, 'waiting')),
  ];
}

/** A clip's place in a finished ranking; null: it has none. `path`: absolute. */
export function placeIn({ ranking, rows, source }: RankState, path: string): QualityRanking | null {
  const row = rows.find((each) => absolutePath(source, each.path) === path);
  if (ranking === null || !row || row.rank === null || row.score === null || row.interval95 === null) return null;
  const { reference } = ranking;
  return {
    id: sourceKey(source),
    folder: source.folder,
    rank: row.rank,
    of: countRanked(rows),
    score: row.score,
    interval95: row.interval95,
    toReference:
      row.toReference === null || reference === null
        ? null
        : { reference: absolutePath(source, reference), ...row.toReference },
    mainDefect: row.mainDefect,
    finished: ranking.provenance.finished,
  };
}

const STATIONS: Record<RankProgress['stage'], Station> = {
  probe: 'probe',
  encode: 'encode',
  compare: 'compare',
  done: 'rank',
};

/** The run as the status bar and the progress outside the panel tell it. */
export function runState({ table: { run, progress } }: RankState): RunState {
  if (run.status !== 'working') return run.status === 'paused' ? { status: 'idle' } : run;
  const station = progress === null ? 'probe' : STATIONS[progress.stage];
  return {
    status: 'working',
    station,
    clip: null,
    share: progress === null ? null : stageShare(progress),
    since: run.since,
  };
}

function stageShare({ stage, clips, encoded, failed, comparisons, expected }: RankProgress): number | null {
  const [done, all] = stage === 'compare' ? [comparisons, expected] : [encoded + failed, clips];
  return all > 0 ? Math.min(1, done / all) : null;
}

function withTable(state: RankState, change: Partial<RankTableState>): RankState {
  return { ...state, table: { ...state.table, ...change } };
}
