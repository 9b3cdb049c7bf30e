/**
 * What was computed once is kept (DESIGN 3.5): facts of clips, their tokens, what the model said of pairs. A store never makes
 * a comparison fail: where it cannot read it knows nothing, where it cannot write it goes on without, and says so once.
 */
import { statfsSync } from 'node:fs';
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import type { ClipFacts, ErrorData, StoreTrouble, TimelineFacts } from '../../protocol/index.js';
import { qualityStore, type Step } from './quality.js';
import { asideIn, isBusy, isDamage, isFull, loadSqlite, setAside, STORE_FILE } from './sqlite.js';
import type { Database, OpenDatabase, Statement } from './sqlite.js';
import { broken, closed, damaged, full, lost, unwritable } from './trouble.js';
import { NO_STORE, type Store, type StoredTokens } from './types.js';
import { parse, range } from './values.js';

export { NO_STORE, type Store, type StoredTokens } from './types.js';

/** Bound on the tokens kept while nothing is ranked, bytes; the least recently used go first. */
export const DEFAULT_STORE_BYTES = 2 * 2 ** 30;
/** After an eviction the tokens take this share of the bound, so that not every write evicts. */
const EVICT_TO = 0.9;
/** Clips evicted at once, which blocks this thread: about a millisecond each. */
const EVICT_MOST = 64;
/** Rankings get so much of the free disk beyond the bound. */
const FREE_SHARE = 0.2;
/** Tables of small rows are bounded by count, about 1 kB a row; the first written go first, since reading writes nothing. */
const MAX_ROWS = 500_000;
const BOUNDED = ['margins', 'files', 'clips', 'failures', 'ranked', 'compared'];
/** Answered by the index `tokens_size` alone: each clip kept asks them, and a walk through the tokens would take seconds. */
export const TOKENS_SIZE =
  'SELECT count(*) AS clips, count(*) FILTER (WHERE bytes > 0) AS whole, coalesce(sum(bytes), 0) AS bytes FROM tokens';
export const TOKENS_BY_USE = `SELECT key, bytes FROM tokens WHERE bytes > 0 AND key <> ? ORDER BY used, rowid LIMIT ${EVICT_MOST}`;
/** The last use is written again only after this long, so that reading seldom writes. */
const USED_RESOLUTION_MS = 60_000;

export interface StoreOptions {
  folder: string;
  /** Told once per trouble. */
  onTrouble?: (trouble: StoreTrouble) => void;
  maxBytes?: number;
  /** Free bytes of the disk that a folder lies on. */
  freeBytes?: (folder: string) => number;
  load?: () => Promise<OpenDatabase>;
}

/** Opens the store of a folder. A damaged file is set aside and a fresh one begun; what cannot be opened becomes NO_STORE. */
export async function openStore(options: StoreOptions): Promise<Store> {
  const { folder, onTrouble = () => {}, load = loadSqlite } = options;
  let loaded = false;
  try {
    const open = await load();
    loaded = true;
    try {
      return new SqliteStore(open, options);
    } catch (error) {
      if (!isDamage(error)) throw error;
      onTrouble(damaged(setAside(folder)));
      return new SqliteStore(open, options);
    }
  } catch (error) {
    const trouble = (loaded ? closed : broken)(folder, error);
    onTrouble(trouble);
    return { ...NO_STORE, status: () => ({ ok: false, found: trouble.message, remedy: trouble.remedy }) };
  }
}

class SqliteStore implements Store {
  readonly quality = qualityStore({
    read: (sql, ...values) => this.read(sql, ...values),
    all: (sql, ...values) => this.all(sql, ...values),
    write: (...steps) => void this.writeAll(steps),
  });
  private readonly statements = new Map<string, Statement>();
  private readonly told = new Set<string>();
  /** What rankings that run were given: clips, and bytes that they may fill. */
  private readonly reserved = new Set<{ clips: number; most: number }>();
  private trouble: StoreTrouble | null = null;
  private writable = true;
  private database: Database | null;

  constructor(
    private readonly open: OpenDatabase,
    private readonly options: StoreOptions,
  ) {
    this.database = open(options.folder);
  }

  fileFacts(path: string, signature: string): ClipFacts | null {
    const row = this.read(
      'SELECT c.facts AS facts FROM files f JOIN clips c ON c.hash = f.hash WHERE f.path = ? AND f.signature = ?',
      path,
      signature,
    );
    const facts = parse<ClipFacts>(row?.['facts']);
    return facts && { ...facts, path };
  }

  putFile(path: string, signature: string, facts: ClipFacts): void {
    this.write('INSERT OR REPLACE INTO clips VALUES (?, ?, ?)', facts.hash, JSON.stringify(facts), Date.now());
    this.write('INSERT OR REPLACE INTO files VALUES (?, ?, ?, ?)', path, signature, facts.hash, Date.now());
  }

  tokens(key: string): StoredTokens | null {
    const row = this.read('SELECT timeline, tokens, used FROM tokens WHERE key = ? AND tokens IS NOT NULL', key);
    const timeline = parse<TimelineFacts>(row?.['timeline']);
    if (!timeline || !(row?.['tokens'] instanceof Uint8Array)) return null;
    if (Date.now() - Number(row['used']) > USED_RESOLUTION_MS) {
      this.write('UPDATE tokens SET used = ? WHERE key = ?', Date.now(), key);
    }
    return { bytes: row['tokens'], timeline };
  }

  timeline(key: string): TimelineFacts | null {
    return parse<TimelineFacts>(this.read('SELECT timeline FROM tokens WHERE key = ?', key)?.['timeline']);
  }

  putTokens(key: string, { bytes, timeline }: StoredTokens): void {
    this.write(
      'INSERT OR REPLACE INTO tokens VALUES (?, ?, ?, ?, ?)',
      key,
      JSON.stringify(timeline),
      bytes,
      bytes.byteLength,
      Date.now(),
    );
    this.evict(key);
  }

  reserve(clips: number): () => void {
    const { folder, freeBytes = freeOn } = this.options;
    const room = { clips, most: this.size().bytes + FREE_SHARE * freeBytes(folder) };
    this.reserved.add(room);
    return () => {
      this.reserved.delete(room);
      void this.shrink();
    };
  }

  margin(key: string): unknown {
    return parse<unknown>(this.read('SELECT result FROM margins WHERE key = ?', key)?.['result']);
  }

  putMargin(key: string, result: unknown): void {
    this.write('INSERT OR REPLACE INTO margins VALUES (?, ?, ?)', key, JSON.stringify(result), Date.now());
  }

  marginsFrom(prefix: string): { key: string; result: unknown }[] {
    return this.all('SELECT key, result FROM margins WHERE key >= ? AND key < ?', ...range(prefix)).flatMap((row) => {
      const result = parse<unknown>(row['result']);
      return result === null ? [] : [{ key: String(row['key']), result }];
    });
  }

  failure(key: string): ErrorData | null {
    return parse<ErrorData>(this.read('SELECT error FROM failures WHERE key = ?', key)?.['error']);
  }

  putFailure(key: string, error: ErrorData | null): void {
    if (error === null) this.write('DELETE FROM failures WHERE key = ?', key);
    else this.write('INSERT OR REPLACE INTO failures VALUES (?, ?, ?)', key, JSON.stringify(error), Date.now());
  }

  status(): { ok: boolean; found: string; remedy: string | null } {
    const where = join(this.options.folder, STORE_FILE);
    if (this.trouble) return { ok: false, found: this.trouble.message, remedy: this.trouble.remedy };
    const { clips, bytes } = this.size();
    const aside = asideIn(this.options.folder);
    return {
      ok: true,
      found: `${where}: ${clips} clips, ${(bytes / 1e6).toFixed(1)} MB`,
      remedy: aside.length === 0 ? null : `Damaged before, and set aside: ${aside.join(', ')}. May be deleted.`,
    };
  }

  close(): void {
    try {
      if (this.writable) this.database?.exec(BOUNDED.map(trimSql).join(''));
    } catch {
      // trimming can wait for the next time
    }
    this.statements.clear();
    try {
      this.database?.prepare('PRAGMA wal_checkpoint(TRUNCATE)').get(); // leaves one file behind
    } catch {
      // another process is still writing: it will do it
    }
    try {
      this.database?.close();
    } catch {
      // nothing is left to save: every write was its own transaction
    }
    this.database = null;
  }

  private size(): { clips: number; whole: number; bytes: number } {
    const row = this.read(TOKENS_SIZE);
    const [clips, whole, bytes] = [row?.['clips'], row?.['whole'], row?.['bytes']].map((n) => Number(n ?? 0));
    return { clips: clips!, whole: whole!, bytes: bytes! };
  }

  /** Bytes that tokens may fill now. What a ranking needs must fit into what an eviction leaves. */
  private bound(meanBytes: number): number {
    const needs = [...this.reserved].map(({ clips, most }) => Math.min((clips * meanBytes) / EVICT_TO, most));
    return Math.max(this.options.maxBytes ?? DEFAULT_STORE_BYTES, ...needs);
  }

  /** Keeps the sum of all tokens under the bound; the one just written stays. True: more is to go. */
  private evict(keep: string): boolean {
    const { whole, bytes } = this.size();
    const max = this.bound(bytes / Math.max(1, whole));
    if (bytes <= max) return false;
    let total = bytes;
    const gone: unknown[][] = [];
    for (const row of this.all(TOKENS_BY_USE, keep)) {
      gone.push([row['key']]);
      total -= Number(row['bytes']);
      if (total <= max * EVICT_TO) break;
    }
    const done = this.writeAll([['UPDATE tokens SET tokens = NULL, bytes = 0 WHERE key = ?', gone]]);
    return done && gone.length > 0 && total > max * EVICT_TO;
  }

  /** Down to the bound in small steps, between which others have their turn. */
  private async shrink(): Promise<void> {
    while (this.evict('')) await setImmediate();
  }

  private read(sql: string, ...values: unknown[]): Record<string, unknown> | undefined {
    return this.guard(() => this.statement(sql)?.get(...values));
  }

  private all(sql: string, ...values: unknown[]): Record<string, unknown>[] {
    return this.guard(() => this.statement(sql)?.all(...values)) ?? [];
  }

  private write(sql: string, ...values: unknown[]): void {
    if (this.writable) this.guard(() => this.statement(sql)?.run(...values));
  }

  /** All rows of all steps or none, in one transaction; false: none. */
  private writeAll(steps: readonly Step[]): boolean {
    if (!this.writable || !this.database) return false;
    const done = this.guard(() => {
      this.database?.exec('BEGIN IMMEDIATE');
      try {
        for (const [sql, rows] of steps) for (const row of rows) this.statement(sql)?.run(...row);
        this.database?.exec('COMMIT');
      } catch (error) {
        this.database?.exec('ROLLBACK');
        throw error;
      }
      return true;
    });
    return done === true;
  }

  private statement(sql: string): Statement | undefined {
    if (!this.database) return undefined;
    let statement = this.statements.get(sql);
    if (!statement) this.statements.set(sql, (statement = this.database.prepare(sql)));
    return statement;
  }

  /** Runs one statement; trouble becomes "nothing known" or "not kept", told once. */
  private guard<T>(run: () => T): T | undefined {
    try {
      return run();
    } catch (error) {
      if (isBusy(error)) return undefined;
      if (isDamage(error)) this.beginAgain();
      else {
        this.writable = false;
        this.tell((isFull(error) ? full : unwritable)(this.options.folder, error));
      }
      return undefined;
    }
  }

  /** Damage found while working: the file is set aside and a fresh one takes its place. */
  private beginAgain(): void {
    this.close();
    try {
      this.options.onTrouble?.(damaged(setAside(this.options.folder)));
      this.database = this.open(this.options.folder);
    } catch (error) {
      this.database = null;
      this.tell(lost(this.options.folder, error));
    }
  }

  private tell(trouble: StoreTrouble): void {
    this.trouble = trouble;
    if (this.told.has(trouble.message)) return;
    this.told.add(trouble.message);
    this.options.onTrouble?.(trouble);
  }
}

/** 0 where the system does not say. */
function freeOn(folder: string): number {
  try {
    const { bavail, bsize } = statfsSync(folder);
    return bavail * bsize;
  } catch {
    return 0;
  }
}

const trimSql = (table: string) =>
  `DELETE FROM ${table} WHERE (SELECT count(*) FROM ${table}) > ${MAX_ROWS}
   AND used < (SELECT used FROM ${table} ORDER BY used DESC LIMIT 1 OFFSET ${MAX_ROWS});`;
