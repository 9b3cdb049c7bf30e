/**
 * The part of the store that annotations and gates read: what rankings and comparisons said last, by the content of a clip, so
 * that it is found again under another name. Nothing here needs ffmpeg or the model.
 */
import type { ClipFacts, ErrorData, QualityComparison, QualityRanking, TimelineFacts } from '../../protocol/index.js';
import { parse, range } from './values.js';

/** One clip of a ranking. */
export interface RankedRow {
  /** Content hash. */
  hash: string;
  /** Relative to the ranked folder, with `/` on every system. */
  place: string;
  ranking: QualityRanking;
}

export interface QualityStore {
  /** Content hash of the file at `path`, if its signature is unchanged. */
  hashOf(path: string, signature: string): string | null;
  putHash(path: string, signature: string, hash: string): void;
  /** Was a clip of so many bytes ever read? Content of another length can't be known. */
  knowsLength(bytes: number): boolean;
  /** With the time line, where the clip was decoded; `path` is where it was first seen. */
  facts(hash: string): ClipFacts | null;
  rankings(hash: string): RankedRow[];
  /** All rows of one ranking, in one transaction. */
  putRankings(rows: readonly RankedRow[]): void;
  comparison(hash: string): QualityComparison | null;
  putComparisons(rows: readonly { hash: string; comparison: QualityComparison }[]): void;
  /** The latest failure whose key begins so, whatever ffmpeg it was. */
  failureFrom(prefix: string): ErrorData | null;
}

export const NOTHING_KNOWN: QualityStore = {
  hashOf: () => null,
  putHash: () => {},
  knowsLength: () => false,
  facts: () => null,
  rankings: () => [],
  putRankings: () => {},
  comparison: () => null,
  putComparisons: () => {},
  failureFrom: () => null,
};

/** The database as this part sees it; `write` takes all rows or none. */
export interface Rows {
  read(sql: string, ...values: unknown[]): Record<string, unknown> | undefined;
  all(sql: string, ...values: unknown[]): Record<string, unknown>[];
  write(sql: string, rows: readonly (readonly unknown[])[]): void;
}

/** The row is chosen by the index alone: `used` in the table lies behind the tokens. */
export const LATEST_TIMELINE = `SELECT timeline FROM tokens WHERE key = (
  SELECT key FROM tokens WHERE key >= ? AND key < ? ORDER BY used DESC LIMIT 1)`;

export function qualityStore(rows: Rows): QualityStore {
  return {
    hashOf(path, signature) {
      const hash = rows.read('SELECT hash FROM files WHERE path = ? AND signature = ?', path, signature)?.['hash'];
      return typeof hash === 'string' ? hash : null;
    },
    putHash(path, signature, hash) {
      rows.write('INSERT OR REPLACE INTO files VALUES (?, ?, ?, ?)', [[path, signature, hash, Date.now()]]);
    },
    knowsLength(bytes) {
      const sql = "SELECT 1 AS one FROM clips WHERE json_extract(facts, '$.bytes') = ? LIMIT 1";
      return rows.read(sql, bytes) !== undefined;
    },
    facts(hash) {
      const facts = parse<ClipFacts>(rows.read('SELECT facts FROM clips WHERE hash = ?', hash)?.['facts']);
      if (facts === null) return null;
      const timeline = parse<TimelineFacts>(rows.read(LATEST_TIMELINE, ...range(`${hash}|`))?.['timeline']);
      return { ...facts, timeline };
    },
    rankings(hash) {
      return rows.all('SELECT place, ranking FROM ranked WHERE hash = ?', hash).flatMap((row) => {
        const ranking = parse<QualityRanking>(row['ranking']);
        return ranking === null ? [] : [{ hash, place: String(row['place']), ranking }];
      });
    },
    putRankings(ranked) {
      rows.write(
        'INSERT OR REPLACE INTO ranked VALUES (?, ?, ?, ?, ?)',
        ranked.map(({ hash, place, ranking }) => [hash, ranking.folder, place, JSON.stringify(ranking), Date.now()]),
      );
    },
    comparison(hash) {
      const row = rows.read('SELECT comparison FROM compared WHERE hash = ?', hash);
      return parse<QualityComparison>(row?.['comparison']);
    },
    putComparisons(compared) {
      rows.write(
        'INSERT OR REPLACE INTO compared VALUES (?, ?, ?)',
        compared.map(({ hash, comparison }) => [hash, JSON.stringify(comparison), Date.now()]),
      );
    },
    failureFrom(prefix) {
      const sql = 'SELECT error FROM failures WHERE key >= ? AND key < ? ORDER BY used DESC LIMIT 1';
      return parse<ErrorData>(rows.read(sql, ...range(prefix))?.['error']);
    },
  };
}
