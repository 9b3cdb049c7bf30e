/**
 * Opens the database file: the native module is loaded only here and only when a store is wanted, so that a broken install
 * costs the store and nothing else. Every file opened has the current schema and WAL where the file system allows it.
 */
import { existsSync, mkdirSync, readdirSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import { say } from '../../protocol/index.js';
import { MIGRATIONS } from './schema.js';

/** Another process may hold the file that long before a statement gives up. */
const BUSY_TIMEOUT_MS = 5000;
export const STORE_FILE = 'versusq.sqlite';
/** A damaged file's name ends so, and with a number. */
const ASIDE = 'corrupt-';

/** The part of node:sqlite's API that the store uses; `@photostructure/sqlite` implements it for Node 20 and newer. */
export interface Statement {
  get(...values: unknown[]): Record<string, unknown> | undefined;
  all(...values: unknown[]): Record<string, unknown>[];
  run(...values: unknown[]): unknown;
}
export interface Database {
  exec(sql: string): void;
  prepare(sql: string): Statement;
  close(): void;
}

/** Damage: the file is no database, or its pages contradict each other (SQLITE_CORRUPT, SQLITE_NOTADB). */
export function isDamage(error: unknown): boolean {
  return ['SQLITE_CORRUPT', 'SQLITE_NOTADB'].includes(sqliteName(error));
}

/** No room: SQLITE_FULL, or the file system's own ENOSPC and EDQUOT. */
export function isFull(error: unknown): boolean {
  const code = (error as { code?: unknown } | null)?.code;
  return sqliteName(error) === 'SQLITE_FULL' || code === 'ENOSPC' || code === 'EDQUOT';
}

/** Another process holds the file longer than the time-out. */
export function isBusy(error: unknown): boolean {
  return ['SQLITE_BUSY', 'SQLITE_LOCKED'].includes(sqliteName(error));
}

function sqliteName(error: unknown): string {
  const name = (error as { sqliteCodeName?: unknown } | null)?.sqliteCodeName;
  return typeof name === 'string' ? name : '';
}

/** Makes the folder, opens the file in it and brings it to the current schema. Throws what SQLite or the system says. */
export type OpenDatabase = (folder: string) => Database;

/** Loads the native module. Throws where the install is broken or has no binary for this system. */
export async function loadSqlite(): Promise<OpenDatabase> {
  const { DatabaseSync } = await import('@photostructure/sqlite');
  return (folder) => openWith(DatabaseSync, folder);
}

function openWith(DatabaseSync: new (path: string, options: object) => unknown, folder: string): Database {
  mkdirSync(folder, { recursive: true });
  const database = new DatabaseSync(join(folder, STORE_FILE), { timeout: BUSY_TIMEOUT_MS }) as Database;
  try {
    try {
      database.prepare('PRAGMA journal_mode = WAL').get();
    } catch (error) {
      if (isDamage(error)) throw error; // otherwise the file system has no WAL; the rollback journal does
    }
    database.exec('PRAGMA synchronous = NORMAL');
    migrate(database);
    return database;
  } catch (error) {
    database.close();
    throw error;
  }
}

/** Runs the migrations the file has not seen, each in one transaction. A file of a newer VersusQ is left as it is. */
function migrate(database: Database): void {
  const version = () => Number(database.prepare('PRAGMA user_version').get()?.['user_version'] ?? 0);
  if (version() > MIGRATIONS.length) {
    throw new Error(say`it was written by a newer VersusQ`);
  }
  database.prepare('SELECT count(*) AS n FROM sqlite_schema').get();
  while (version() < MIGRATIONS.length) {
    database.exec('BEGIN IMMEDIATE');
    try {
      const next = version(); // another process may have been faster
      if (next < MIGRATIONS.length) {
        database.exec(MIGRATIONS[next]!);
        database.exec(`PRAGMA user_version = ${next + 1}`);
      }
      database.exec('COMMIT');
    } catch (error) {
      try {
        database.exec('ROLLBACK');
      } catch {
        // the transaction is gone already
      }
      throw error;
    }
  }
}

/** Renames a damaged file (and its journal) to `versusq.sqlite.corrupt-N` with the first free N; gives the new path. */
export function setAside(folder: string): string {
  const file = join(folder, STORE_FILE);
  let n = 1;
  while (existsSync(`${file}.${ASIDE}${n}`)) n++;
  for (const suffix of ['', '-wal', '-shm']) {
    if (existsSync(file + suffix)) renameSync(file + suffix, `${file}.${ASIDE}${n}${suffix}`);
  }
  return `${file}.${ASIDE}${n}`;
}

/** Names of the damaged files that were set aside in a folder. */
export const asideIn = (folder: string): string[] =>
  readdirSync(folder).filter((name) => name.startsWith(`${STORE_FILE}.${ASIDE}`) && /\d$/.test(name));
