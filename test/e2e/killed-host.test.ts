/**
 * kill -9 of the extension host while it ranks a folder, in a real VS Code: what was computed before is in the store, no worker is
 * left behind, and the table goes on from there once VS Code has started a new host.
 */
import { DatabaseSync } from '@photostructure/sqlite';
import { appendFileSync, copyFileSync, mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import type { Page } from 'playwright-core';
import { startSession, type Session } from './session.js';
import { untilRanked } from './table.js';
import { chooseFromContextMenu, explorerItem, frameWith } from './workbench.js';

const RANK = 'Rank Folder by Quality';
const WORKER = /worker\.cjs/;
const HOST = /--type=extensionHost/;
const SOURCES = ['clean', 'blurred', 'crf45', 'bad'];
/** Enough clips that the ranking still decodes when the first comparisons are made. */
const CLIPS = 14;
const NAMES = Array.from({ length: CLIPS }, (_, k) => `${SOURCES[k % SOURCES.length]}-${k}.mp4`);

let session: Session;
let page: Page;

beforeAll(async () => {
  session = await startSession((workspace) => {
    mkdirSync(join(workspace, 'many'));
    for (const [k, name] of NAMES.entries()) {
      const path = join(workspace, 'many', name);
      copyFileSync(join(workspace, `${SOURCES[k % SOURCES.length]}.mp4`), path);
      appendFileSync(path, freeBox(k)); // another content hash, the same pictures
    }
  });
  ({ page } = session);
});
afterAll(() => session?.stop());
afterEach((context) => session?.afterTest(context));

/** A box of an MP4 file that players pass over, with a number in it. */
function freeBox(number: number): Buffer {
  const box = Buffer.alloc(12);
  box.writeUInt32BE(box.length, 0);
  box.write('free', 4, 'latin1');
  box.writeUInt32BE(number, 8);
  return box;
}

/** Keys and results of all margins in the store of this VS Code; none while there is no store. */
function storedMargins(): Map<string, string> {
  const home = join(session.server.work, 'home');
  const file = readdirSync(home, { recursive: true, encoding: 'utf8' }).find((name) => /versusq\.sqlite$/.test(name));
  if (file === undefined) return new Map();
  const database = new DatabaseSync(join(home, file), { readOnly: true });
  try {
    const rows = database.prepare('SELECT key, result FROM margins').all() as { key: string; result: string }[];
    return new Map(rows.map(({ key, result }) => [key, result]));
  } finally {
    database.close();
  }
}

const margins = (): number => storedMargins().size;

it('keeps what was computed when the extension host is killed, and goes on in the next', async () => {
  await explorerItem(page, 'many').waitFor();
  await chooseFromContextMenu(page, 'many', RANK);
  await expect.poll(margins, { timeout: 240_000, interval: 20 }).toBeGreaterThan(0);
  const hosts = session.server.children(HOST);
  expect(hosts).toHaveLength(1);
  const workers = session.server.processes(WORKER);
  expect(workers).toHaveLength(1);
  for (const pid of hosts) process.kill(pid, 'SIGKILL');
  await expect
    .poll(() => session.server.processes(WORKER).filter((pid) => workers.includes(pid)), { timeout: 60_000 })
    .toEqual([]);
  const before = storedMargins();
  expect(before.size).toBeGreaterThan(0);
  expect(before.size).toBeLessThan(2 * CLIPS); // far from done: a whole ranking asks 1.04 N log2 N = 55

  await expect.poll(() => session.server.children(HOST), { timeout: 120_000 }).toHaveLength(1);
  expect(session.server.children(HOST)).not.toEqual(hosts);
  // Nobody does anything: the table is made anew and goes on.
  await expect.poll(margins, { timeout: 240_000 }).toBeGreaterThan(before.size);
  await expect
    .poll(() => page.locator('.tabs-container').getByRole('tab', { name: 'Ranking of many' }).count())
    .toBe(1);
  const names = await untilRanked(await frameWith(page, 'vq-rank-table'), NAMES);
  const after = storedMargins();
  for (const [key, result] of before) expect(after.get(key)).toBe(result);
  expect(names[0]).toMatch(/^clean/);
});
