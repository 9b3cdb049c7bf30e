/**
 * The part of the store that annotations and gates read: what rankings and comparisons said last, by the content of a clip, so
 * that it is found again under another name. Nothing here needs ffmpeg or the model.
 */
import type { ClipFacts, ErrorData, QualityRanking, QualityComparison, TimelineFacts } from '../../protocol/index.js';
import { parse, range } from './values.js';

/** One clip of a ranking. */
export interface RankedRow {
  /** Content hash. */
  hash: string;
  /** Relative to the ranked folder, with `/` on every system. */
  place: string;
  /** Hash of the model; empty: kept by a VersusQ that did not say. */
  model: string;
  ranking: QualityRanking;
}

/** One ranking, as it ended or as it stands. */
export interface RankedTable {
  id: string;
  model: string;
  rows: readonly { hash: string; place: string; ranking: Omit<QualityRanking, 'id'> }[];
  ended: boolean;
}

export interface ComparedRow {
  /** Content hash. */
  hash: string;
  model: string;
  comparison: KeptComparison;
}

export interface KeptComparison extends QualityComparison {
  /** Absolute path of the clip itself where it was compared with a copy: seen from the copy, this is the other. */
  copyOf?: string;
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
  /** Replaces all that was kept of this ranking, in one transaction; while it runs only where no clip loses its place by that. */
  putRanking(table: RankedTable): void;
  comparison(hash: string): ComparedRow | null;
  putComparisons(rows: readonly ComparedRow[]): void;
  /** The latest failure whose key begins so, whatever ffmpeg it was. */
  failureFrom(prefix: string): ErrorData | null;
}

export const NOTHING_KNOWN: QualityStore = {
  hashOf: () => null,
  putHash: () => {},
  knowsLength: () => false,
  facts: () => null,
  rankings: () => [],
  putRanking: () => {},
  comparison: () => null,
  putComparisons: () => {},
  failureFrom: () => null,
};

/** The database as this part sees it; `write` takes all rows of all steps or none. */
export interface Rows {
  read(sql: string, ...values: unknown[]): Record<string, unknown> | undefined;
  all(sql: string, ...values: unknown[]): Record<string, unknown>[];
  write(...steps: readonly Step[]): void;
}
/** A statement, run with each row of values. */
export type Step = readonly [sql: string, rows: readonly (readonly unknown[])[]];

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
      rows.write(['INSERT OR REPLACE INTO files VALUES (?, ?, ?, ?)', [[path, signature, hash, Date.now()]]]);
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
      return rows.all('SELECT id, place, model, ranking FROM ranked WHERE hash = ?', hash).flatMap((row) => {
        const ranking = parse<Omit<QualityRanking, 'id'>>(row['ranking']);
        if (ranking === null) return [];
        const [id, place, model] = [row['id'], row['place'], row['model']].map(String) as [string, string, string];
        return [{ hash, place, model, ranking: { ...ranking, id } }];
      });
    },
    putRanking({ id, model, rows: ranked, ended }) {
      const sql = 'SELECT count(*) AS clips FROM ranked WHERE id = ? AND model = ?';
      if (!ended && Number(rows.read(sql, id, model)?.['clips'] ?? 0) > ranked.length) return;
      const now = Date.now();
      rows.write(
        ['DELETE FROM ranked WHERE id = ?', [[id]]],
        [
          'INSERT OR REPLACE INTO ranked VALUES (?, ?, ?, ?, ?, ?)',
          ranked.map(({ hash, place, ranking }) => [hash, id, place, model, JSON.stringify(ranking), now]),
        ],
      );
    },
    comparison(hash) {
      const row = rows.read('SELECT comparison, model FROM compared WHERE hash = ?', hash);
      const comparison = parse<KeptComparison>(row?.['comparison']);
      return comparison && { hash, model: String(row?.['model']), comparison };
    },
    putComparisons(compared) {
      rows.write([
        'INSERT OR REPLACE INTO compared (hash, comparison, used, model) VALUES (?, ?, ?, ?)',
        compared.map(({ hash, model, comparison }) => [hash, JSON.stringify(comparison), Date.now(), model]),
      ]);
    },
    failureFrom(prefix) {
      const sql = 'SELECT error FROM failures WHERE key >= ? AND key < ? ORDER BY used DESC LIMIT 1';
      return parse<ErrorData>(rows.read(sql, ...range(prefix))?.['error']);
    },
  };
}
