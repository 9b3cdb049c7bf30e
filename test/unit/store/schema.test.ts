/** The database's shape: old files come along whole, and what is asked for each clip never reads the tokens of all. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { LATEST_TIMELINE } from '../../../src/engine/store/quality.js';
import { MIGRATIONS } from '../../../src/engine/store/schema.js';
import { loadSqlite, STORE_FILE } from '../../../src/engine/store/sqlite.js';
import { openStore, TOKENS_BY_USE, TOKENS_SIZE } from '../../../src/engine/store/store.js';
import type { ClipFacts, TimelineFacts } from '../../../src/protocol/index.js';

let folder: string;
beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'versusq-schema-'))));
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const timeline = { covered: 1, cuts: 2 } as TimelineFacts;

/** A file as a VersusQ with so many migrations left it, with one row in every table. */
async function storeOfVersion(version: number, fill: [sql: string, ...values: unknown[]][]): Promise<void> {
  const { DatabaseSync } = await import('@photostructure/sqlite');
  const database = new DatabaseSync(join(folder, STORE_FILE));
  for (const migration of MIGRATIONS.slice(0, version)) database.exec(migration);
  database.exec(`PRAGMA user_version = ${version}`);
  for (const [sql, ...values] of fill) database.prepare(sql).run(...(values as string[]));
  database.close();
}

test('a store of the first release comes along with everything in it', async () => {
  const facts = { path: '/x.mp4', hash: 'h', codec: 'h264' } as ClipFacts;
  await storeOfVersion(3, [
    ['INSERT INTO files VALUES (?, ?, ?, ?)', '/x.mp4', 'sig', 'h', 1],
    ['INSERT INTO clips VALUES (?, ?, ?)', 'h', JSON.stringify(facts), 1],
    ['INSERT INTO tokens VALUES (?, ?, ?, ?, ?)', 'h|m|p', JSON.stringify(timeline), new Uint8Array(9), 9, 1],
    ['INSERT INTO margins VALUES (?, ?, ?)', 'pair', '0.25', 1],
    ['INSERT INTO failures VALUES (?, ?, ?)', 'broken', '{"code":"media/truncated"}', 1],
  ]);
  const store = await openStore({ folder });
  expect(store.fileFacts('/x.mp4', 'sig')).toEqual(facts);
  expect(store.tokens('h|m|p')).toEqual({ bytes: new Uint8Array(9), timeline });
  expect(store.margin('pair')).toBe(0.25);
  expect(store.failure('broken')).toEqual({ code: 'media/truncated' });
  expect(store.quality.facts('h')).toEqual({ ...facts, timeline });
  expect(store.status()).toMatchObject({ ok: true, found: expect.stringContaining('1 clips, 0.0 MB') as string });
  store.close();
});

test('rankings and comparisons of before count as those of an unknown model', async () => {
  const ranking = { folder: '/f', rank: 1, of: 2 };
  await storeOfVersion(3, [
    ['INSERT INTO ranked VALUES (?, ?, ?, ?, ?)', 'h', '/f', 'a.mp4', JSON.stringify(ranking), 1],
    ['INSERT INTO compared VALUES (?, ?, ?)', 'h', '{"margin":1}', 1],
  ]);
  const store = await openStore({ folder });
  expect(store.quality.rankings('h')).toEqual([
    { hash: 'h', place: 'a.mp4', model: '', ranking: { id: '/f', ...ranking } },
  ]);
  expect(store.quality.comparison('h')).toEqual({ hash: 'h', model: '', comparison: { margin: 1 } });
  store.close();
});

test.each([
  ['how much is kept', TOKENS_SIZE, []],
  ['what goes first', TOKENS_BY_USE, ['k']],
  ["a clip's newest time line", LATEST_TIMELINE, ['h|', 'h}']],
])('%s is answered without reading the tokens', async (_what, sql, values) => {
  (await openStore({ folder })).close();
  const database = (await loadSqlite())(folder);
  const plan = database.prepare(`EXPLAIN QUERY PLAN ${sql}`).all(...values);
  const steps = plan.map(({ detail }) => String(detail)).filter((step) => /\btokens\b/.test(step));
  const ofAll = steps.filter((step) => !/\(key=\?\)$/.test(step)); // one row by its key may be read
  expect(ofAll).not.toEqual([]);
  for (const step of ofAll) expect(step).toContain('COVERING INDEX tokens_size');
  database.close();
});
