/** The store: what is kept survives, trouble costs only the store. */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { loadSqlite, STORE_FILE, type OpenDatabase } from '../../../src/engine/store/sqlite.js';
import { NO_STORE, openStore } from '../../../src/engine/store/store.js';
import type { ClipFacts, StoreTrouble, TimelineFacts } from '../../../src/protocol/index.js';
import { clip, fakeEngine } from '../compare/fakes.js';

let folder: string;
let told: string[];
let kinds: string[];
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'versusq-store-'));
  told = [];
  kinds = [];
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const open = (more: { maxBytes?: number; freeBytes?: () => number; load?: () => Promise<OpenDatabase> } = {}) =>
  openStore({ folder, onTrouble: note, ...more });
const note = ({ kind, message }: StoreTrouble): void => void (told.push(message), kinds.push(kind));
const facts = (hash: string) => ({ path: '/x.mp4', hash, codec: 'h264' }) as ClipFacts;
const timeline = { covered: 1, cuts: 2 } as TimelineFacts;
const tokens = (size: number, fill = 1) => ({ bytes: new Uint8Array(size).fill(fill), timeline });

test('what was put is there after closing and opening again', async () => {
  const store = await open();
  store.putFile('/clips/x.mp4', 'sig', facts('h1'));
  store.putTokens('t', tokens(1000, 7));
  store.putMargin('m', { version: 1, margin: 0.1 });
  store.close();
  const again = await open();
  expect(again.fileFacts('/clips/x.mp4', 'sig')).toEqual({ ...facts('h1'), path: '/clips/x.mp4' });
  expect(again.fileFacts('/clips/x.mp4', 'other sig')).toBeNull();
  expect(again.tokens('t')).toEqual(tokens(1000, 7));
  expect(again.margin('m')).toEqual({ version: 1, margin: 0.1 });
  expect(again.margin('none')).toBeNull();
  expect(again.status()).toMatchObject({ ok: true });
  again.close();
  expect(told).toEqual([]);
});

test('the bound on tokens evicts the least recently used and keeps their time lines', async () => {
  const store = await open({ maxBytes: 1000 });
  for (const [i, key] of ['a', 'b', 'c', 'd'].entries()) store.putTokens(key, tokens(300, i));
  const left = ['a', 'b', 'c', 'd'].filter((key) => store.tokens(key) !== null);
  expect(left).not.toContain('a');
  expect(left).toContain('d');
  expect(left.length).toBeGreaterThan(1);
  expect(store.timeline('a')).toEqual(timeline);
  store.putTokens('huge', tokens(5000));
  expect(store.tokens('huge')?.bytes).toHaveLength(5000);
  expect(store.tokens('d')).toBeNull();
  store.close();
});

test('what a ranking needs outlasts the bound until it ends, and no longer', async () => {
  const store = await open({ maxBytes: 1000, freeBytes: () => 1e6 });
  const keys = Array.from({ length: 100 }, (_, i) => `k${i}`);
  const kept = () => keys.filter((key) => store.tokens(key) !== null);
  store.putTokens('old', tokens(300));
  const letGo = store.reserve(keys.length);
  for (const key of keys) store.putTokens(key, tokens(300));
  expect(kept()).toHaveLength(100);
  letGo();
  await vi.waitFor(() => expect(kept().length).toBeLessThanOrEqual(3));
  expect(store.tokens('old')).toBeNull();
  store.close();
});

test('a ranking reserves room for its clips and gives it back, also when it fails', async () => {
  const reserved: number[] = [];
  const room = {
    openStore: () =>
      Promise.resolve({ ...NO_STORE, reserve: (n: number) => (reserved.push(n), () => void reserved.push(-n)) }),
  };
  const { engine } = fakeEngine({ storePath: folder }, room);
  await engine.rank(
    folder,
    ['a.mp4', 'b.mp4'].map((name) => clip(folder, name)),
  );
  expect(reserved).toEqual([2, -2]);
  const without = { ...room, readModelInfo: () => Promise.reject(new Error('there is no model')) };
  const failing = fakeEngine({ storePath: folder }, without).engine;
  await expect(failing.rank(folder, [join(folder, 'a.mp4'), join(folder, 'b.mp4')])).rejects.toThrow('no model');
  expect(reserved).toEqual([2, -2, 2, -2]);
  await Promise.all([engine.dispose(), failing.dispose()]);
});

test('a ranking gets a fifth of the free disk and no more', async () => {
  const store = await open({ maxBytes: 1000, freeBytes: () => 10_000 });
  const letGo = store.reserve(100);
  for (let i = 0; i < 100; i++) store.putTokens(`k${i}`, tokens(300));
  const kept = Array.from({ length: 100 }, (_, i) => store.tokens(`k${i}`)).filter((t) => t !== null);
  expect(kept.length * 300).toBeGreaterThan(1500);
  expect(kept.length * 300).toBeLessThanOrEqual(2000);
  letGo();
  store.close();
});

test('a file that is no database is set aside and a fresh store begins, with a message', async () => {
  for (const n of [1, 2]) {
    writeFileSync(join(folder, STORE_FILE), 'no database at all '.repeat(500));
    const store = await open();
    store.putMargin('m', n);
    expect(store.margin('m')).toBe(n);
    expect(store.status()).toMatchObject({ ok: true });
    expect(store.status().remedy).toContain(`${STORE_FILE}.corrupt-${n}`);
    store.close();
    expect(existsSync(join(folder, `${STORE_FILE}.corrupt-${n}`))).toBe(true);
  }
  expect(told).toHaveLength(2);
  expect(told[0]).toContain(`${STORE_FILE}.corrupt-1`);
  expect(kinds).toEqual(['damaged', 'damaged']);
});

test('damage found while working sets the file aside and goes on', async () => {
  const real = await loadSqlite();
  let broken = true;
  const store = await open({
    load: () =>
      Promise.resolve((at) => {
        const database = real(at);
        if (!broken) return database;
        return {
          exec: (sql) => database.exec(sql),
          close: () => database.close(),
          prepare: () => {
            broken = false;
            throw Object.assign(new Error('malformed'), { sqliteCodeName: 'SQLITE_CORRUPT' });
          },
        };
      }),
  });
  expect(store.margin('m')).toBeNull();
  store.putMargin('m', 5);
  expect(store.margin('m')).toBe(5);
  store.close();
  expect(readdirSync(folder)).toContain(`${STORE_FILE}.corrupt-1`);
  expect(told).toHaveLength(1);
});

test('a full disk stops the keeping, not the reading, and is told once', async () => {
  const real = await loadSqlite();
  const store = await open({
    load: () =>
      Promise.resolve((at) => {
        const database = real(at);
        database.prepare('PRAGMA max_page_count = 40').get();
        return database;
      }),
  });
  store.putMargin('small', 1);
  for (let i = 0; i < 3; i++) store.putTokens(`t${i}`, tokens(400_000));
  expect(store.tokens('t0')).toBeNull();
  expect(store.margin('small')).toBe(1);
  expect(told).toHaveLength(1);
  expect(told[0]).toContain('no room');
  expect(kinds).toEqual(['full']);
  expect(store.status().ok).toBe(false);
  store.close();
});

test('a broken install of the native module costs only the store', async () => {
  const store = await open({ load: () => Promise.reject(new Error('the binary does not load')) });
  store.putMargin('m', 1);
  expect(store.margin('m')).toBeNull();
  expect(store.status()).toMatchObject({ ok: false });
  expect(store.status().remedy).toContain('Install');
  expect(told).toHaveLength(1);
  expect(kinds).toEqual(['unusable']);
});

test('a folder that cannot be made costs only the store', async () => {
  writeFileSync(join(folder, 'file'), '');
  const store = await openStore({ folder: join(folder, 'file', 'below'), onTrouble: note });
  expect(store.margin('m')).toBeNull();
  expect(told).toHaveLength(1);
});

test('a store of a newer VersusQ is left as it is', async () => {
  (await open()).close();
  const database = (await loadSqlite())(folder);
  database.exec('PRAGMA user_version = 99');
  database.close();
  const store = await open();
  expect(store.status()).toMatchObject({ ok: false });
  expect(store.status().found).toContain('newer VersusQ');
  expect(readdirSync(folder).some((name) => name.includes('corrupt'))).toBe(false);
});

test('two stores on one file see each other and lose nothing', async () => {
  const [one, two] = await Promise.all([open(), open()]);
  for (let i = 0; i < 50; i++) {
    one.putMargin(`one ${i}`, i);
    two.putMargin(`two ${i}`, i);
  }
  for (let i = 0; i < 50; i++) {
    expect(two.margin(`one ${i}`)).toBe(i);
    expect(one.margin(`two ${i}`)).toBe(i);
  }
  one.close();
  two.close();
  expect(told).toEqual([]);
});

test('what was put survives a kill of the process', async () => {
  const script = `
    const { DatabaseSync } = require('@photostructure/sqlite');
    const d = new DatabaseSync(process.argv[1]);
    d.prepare('INSERT OR REPLACE INTO margins VALUES (?, ?, ?)').run('k', '42', 1);
    process.kill(process.pid, 'SIGKILL');`;
  (await open()).close();
  const child = spawnSync(process.execPath, ['-e', script, join(folder, STORE_FILE)], { cwd: process.cwd() });
  expect(child.signal).toBe('SIGKILL');
  const store = await open();
  expect(store.margin('k')).toBe(42);
  store.close();
});
