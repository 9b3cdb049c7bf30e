/**
 * Rank Folder by Quality in a real VS Code: a folder is right-clicked, its table is read as a screen reader reads it, files come
 * and go, the window is loaded again. One server and one window for all tests, in order.
 */
import { copyFileSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { Frame, Page } from 'playwright-core';
import { untilDone } from './panel.js';
import { startSession, type Session } from './session.js';
import { row, shownRows, untilRanked } from './table.js';
import { lookInAllThemes } from './themes.js';
import { chooseFromContextMenu, explorerItem, frameWith, reloadWindow, runCommand } from './workbench.js';

const RANK = 'Rank Folder by Quality';
const TITLE = 'Ranking of encodes';
const FIRST = ['clean.mp4', 'blurred.mp4', 'crf45.mp4'];

let session: Session;
let page: Page;
let encodes: string;

beforeAll(async () => {
  session = await startSession((workspace) => {
    for (const folder of ['encodes', 'empty', 'broken']) mkdirSync(join(workspace, folder));
    for (const name of FIRST) copyFileSync(join(workspace, name), join(workspace, 'encodes', name));
    for (const name of ['one.mp4', 'two.mp4']) writeFileSync(join(workspace, 'broken', name), `${name} is a text.\n`);
    writeFileSync(join(workspace, 'empty', 'notes.txt'), 'Nothing to see.\n');
  });
  ({ page } = session);
  encodes = join(session.work, 'clips', 'encodes');
});
afterAll(() => session?.stop());
afterEach((context) => session?.afterTest(context));

const table = (): Promise<Frame> => frameWith(page, 'vq-rank-table');
const tab = (name: string) => page.locator('.tabs-container').getByRole('tab', { name });

describe('Rank Folder by Quality', () => {
  it('fills a table, the clean clip above its copies', async () => {
    const start = Date.now();
    await explorerItem(page, 'encodes').waitFor();
    await chooseFromContextMenu(page, 'encodes', RANK);
    const frame = await table();
    await frame.getByRole('grid').waitFor();
    await expect.poll(async () => (await shownRows(frame)).length, { timeout: 60_000 }).toBe(3);
    console.log(`first rows ${Date.now() - start} ms after the click`);
    const names = await untilRanked(frame, FIRST);
    console.log(`ranked ${Date.now() - start} ms after the click: ${names.join(', ')}`);
    expect(names[0]).toBe('clean.mp4');
    for (const name of FIRST) await row(frame, name).waitFor();
  });

  it('has the same order in the Quality view of the Explorer', async () => {
    // VS Code folds views of extensions in the Explorer at first.
    await page.locator('.pane-header[aria-expanded="false"]').filter({ hasText: 'Quality' }).click();
    await page.getByRole('treeitem', { name: /^clean\.mp4, Rank 1 of 3/ }).waitFor();
  });

  it('compares two selected rows with Enter', async () => {
    const frame = await table();
    await row(frame, 'clean.mp4').click();
    await row(frame, 'crf45.mp4').click({ modifiers: ['ControlOrMeta'] });
    await page.keyboard.press('Enter');
    const comparison = await untilDone(await frameWith(page, 'vq-compare-panel'));
    const names = [comparison.a.path, comparison.b.path].map((path) => path.split('/').at(-1));
    expect([...names].sort()).toEqual(['clean.mp4', 'crf45.mp4']);
    expect(names[0] === 'clean.mp4' ? comparison.margin : -comparison.margin).toBeGreaterThan(0.5);
    await tab(TITLE).click();
    await untilRanked(await table(), FIRST);
  });

  it('brings the same table to the front for the same folder', async () => {
    await chooseFromContextMenu(page, 'encodes', RANK);
    expect(await tab(TITLE).count()).toBe(1);
  });
});

describe('files that come and go', () => {
  it('ranks a file that is copied into the folder', async () => {
    const frame = await table();
    copyFileSync(join(session.work, 'clips', 'bad.mp4'), join(encodes, 'added.mp4'));
    const names = await untilRanked(frame, [...FIRST, 'added.mp4']);
    expect(names[0]).toBe('clean.mp4');
  });

  it('lists a file that is no video with its reason, and ranks the others', async () => {
    const frame = await table();
    writeFileSync(join(encodes, 'text.mp4'), 'This is a text, not a video.\n');
    await untilRanked(frame, [...FIRST, 'added.mp4'], ['text.mp4']);
    await frame.getByRole('button', { name: 'Try text.mp4 again' }).waitFor();
    rmSync(join(encodes, 'text.mp4'));
    await untilRanked(frame, [...FIRST, 'added.mp4']);
  });

  it('takes out a file that is deleted', async () => {
    rmSync(join(encodes, 'added.mp4'));
    await untilRanked(await table(), FIRST);
  });
});

describe('the table', () => {
  it('is there again after a reload of the window, from the store', async () => {
    await reloadWindow(page);
    await tab(TITLE).waitFor({ timeout: 240_000 });
    const start = Date.now();
    await tab(TITLE).click();
    const names = await untilRanked(await table(), FIRST);
    console.log(`ranked ${Date.now() - start} ms after the window was there`);
    expect(names[0]).toBe('clean.mp4');
  });

  it('looks right in dark, light, high contrast and narrow (pictures are kept)', async () => {
    const frame = await table();
    await row(frame, 'clean.mp4').click();
    await frame.locator('[role="row"] img').nth(2).waitFor();
    await lookInAllThemes(page, 'rank', { frame, shipped: true });
  });

  it('keeps to its content security policy', () => {
    expect(session.policyErrors).toEqual([]);
  });
});

describe('a folder that can not be ranked', () => {
  it('gets a clear answer where it holds no videos', async () => {
    await chooseFromContextMenu(page, 'empty', RANK);
    await page.getByText('There are no videos in "empty"').first().waitFor();
    await runCommand(page, 'Notifications: Clear All Notifications');
    expect(await tab('Ranking of empty').count()).toBe(0);
  });

  it('gets a table with a reason for each clip where all are broken', async () => {
    await chooseFromContextMenu(page, 'broken', RANK);
    await tab('Ranking of broken').waitFor();
    const frame = await table();
    await untilRanked(frame, [], ['one.mp4', 'two.mp4']);
    await frame.getByRole('button', { name: 'Try one.mp4 again' }).waitFor();
  });
});
