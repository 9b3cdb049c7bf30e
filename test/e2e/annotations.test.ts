/**
 * Quality beside the names of clips in a real VS Code: a list is opened, hints appear, a click analyses, values stand there; then
 * files are renamed, replaced and switched under it. One server and one window for all tests, in order.
 */
import { execFileSync } from 'node:child_process';
import { copyFileSync, mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { Page } from 'playwright-core';
import { badge, hint, lens, untilLine } from './editor.js';
import { startSession, type Session } from './session.js';
import { untilRanked } from './table.js';
import { lookInAllThemes } from './themes.js';
import { explorerItem, frameWith, runCommand } from './workbench.js';

/** Names that only this folder has, and the clips they are copies of. */
const COPIES = { 'sharp.mp4': 'clean.mp4', 'soft.mp4': 'blurred.mp4', 'blocky.mp4': 'crf45.mp4' };
const CLIPS = Object.keys(COPIES);
const TABLE = 'Ranking of 3 clips in encodes';
const LIST = `Encodes of the coast\n\n- sharp.mp4\n- soft.mp4\n- blocky.mp4\n- renamed.mp4\n`;
/** Annotations are right again within this time after files changed, milliseconds. */
const RIGHT_WITHIN_MS = 2000;

let session: Session;
let page: Page;
let encodes: string;

beforeAll(async () => {
  session = await startSession((workspace) => {
    for (const folder of ['encodes', 'takes']) mkdirSync(join(workspace, folder));
    for (const [name, of] of Object.entries(COPIES))
      copyFileSync(join(workspace, of), join(workspace, 'encodes', name));
    writeFileSync(join(workspace, 'encodes', 'review.md'), LIST);
    branches(join(workspace, 'takes'), workspace);
  });
  ({ page } = session);
  encodes = join(session.work, 'clips', 'encodes');
});
afterAll(() => session?.stop());
afterEach((context) => session?.afterTest(context));

const git = (folder: string, ...args: string[]): void =>
  void execFileSync('git', ['-c', 'user.name=T', '-c', 'user.email=t@example.org', ...args], {
    cwd: folder,
    stdio: 'pipe',
  });
/** A repository with one.mp4 and two.mp4, whose contents are exchanged on the branch `other`. */
function branches(folder: string, from: string): void {
  git(folder, 'init', '-q', '-b', 'main');
  writeFileSync(join(folder, 'takes.txt'), 'one.mp4\ntwo.mp4\n');
  for (const [branch, one, two] of [
    ['main', 'clean.mp4', 'crf45.mp4'],
    ['other', 'crf45.mp4', 'clean.mp4'],
  ] as const) {
    if (branch !== 'main') git(folder, 'checkout', '-q', '-b', branch);
    copyFileSync(join(from, one), join(folder, 'one.mp4'));
    copyFileSync(join(from, two), join(folder, 'two.mp4'));
    git(folder, 'add', '.');
    git(folder, 'commit', '-q', '-m', branch);
  }
  git(folder, 'checkout', '-q', 'main');
}

async function openFile(folder: string, name: string): Promise<void> {
  const file = explorerItem(page, name);
  if ((await file.count()) === 0) await explorerItem(page, folder).click();
  await file.click();
  await page.locator('.tabs-container').getByRole('tab', { name }).waitFor();
}

describe('a list of clips', () => {
  it('says behind each name that it was not analysed, and computes nothing', async () => {
    await openFile('encodes', 'review.md');
    const took = await untilLine(page, '- sharp.mp4', /not analysed$/, 120_000);
    console.log(`first hints ${took} ms after the tab`);
    await untilLine(page, '- blocky.mp4', /not analysed$/);
    await untilLine(page, '- renamed.mp4', /file missing$/);
    await lens(page, 'Rank these 3').waitFor();
    expect(session.server.processes(/ffmpeg|worker\.cjs/)).toEqual([]);
    expect(await badge(page, 'sharp.mp4')).toBe('');
  });

  it('is ranked at a click on a hint, and says so itself', async () => {
    await hint(page, '- soft.mp4', 'not analysed').click({ modifiers: ['ControlOrMeta'] });
    await page.locator('.tabs-container').getByRole('tab', { name: TABLE }).waitFor();
    const order = await untilRanked(await frameWith(page, 'vq-rank-table'), CLIPS);
    expect(order[0]).toBe('sharp.mp4');
    await page.locator('.tabs-container').getByRole('tab', { name: 'review.md' }).click();
    for (const [i, name] of order.entries())
      await untilLine(page, `- ${name}`, new RegExp(`#${i + 1} of 3 {2}[+-]?\\d+\\.\\d$`));
    await lens(page, `Worst: ${order[2]}`).waitFor();
    await expect.poll(() => badge(page, 'sharp.mp4'), { timeout: 20_000 }).toBe('1');
  });

  it('tells more where a name is pointed at', async () => {
    const hover = page.locator('.monaco-hover:visible').filter({ hasText: 'Rank 1 of 3 in encodes' });
    // The first one may be there before its pictures.
    const pictures = async (): Promise<number> => {
      await page.keyboard.press('Escape');
      await page.locator('.view-line').first().hover();
      await page
        .locator('.view-line span')
        .filter({ hasText: 'sharp.mp4' })
        .last()
        .hover({ position: { x: 30, y: 8 } });
      await hover.waitFor();
      return hover.locator('img').count();
    };
    const complete = async (): Promise<void> => {
      await expect.poll(pictures, { timeout: 60_000, interval: 1000 }).toBe(3);
      await hover.getByText('Switch these hints off').waitFor();
      // It fades in: a picture of that shows half of it.
      const fading = (element: Element): number =>
        element.getAnimations({ subtree: true }).filter(({ playState }) => playState === 'running').length;
      await expect.poll(() => hover.evaluate(fading)).toBe(0);
    };
    await complete();
    await page.keyboard.press('Escape');
    // Hints, lenses, badges and the hover in one picture.
    await lookInAllThemes(page, 'annotations', { arrange: complete });
    await page.keyboard.press('Escape');
  });
});

describe('a clip that is shown', () => {
  it('has its rank in the status bar, and its comparison and ranking in the title of its tab', async () => {
    await explorerItem(page, 'sharp.mp4').click();
    await page
      .locator('.statusbar-item')
      .filter({ hasText: /#1 of 3\s+\+/ })
      .waitFor();
    for (const name of ['Compare Quality with...', 'Rank Its Folder by Quality'])
      await page.locator('.editor-actions').getByRole('button', { name }).waitFor();
    await runCommand(page, 'View: Close Editor');
    await page.locator('.tabs-container').getByRole('tab', { name: 'review.md' }).click();
  });
});

describe(`within ${RIGHT_WITHIN_MS} ms`, () => {
  it('a renamed clip has its rank under the new name', async () => {
    renameSync(join(encodes, 'sharp.mp4'), join(encodes, 'renamed.mp4'));
    const took = await untilLine(page, '- renamed.mp4', /#1 of 3 {2}\+/);
    const gone = await untilLine(page, '- sharp.mp4', /file missing$/);
    console.log(`renamed: right after ${took + gone} ms`);
    expect(took + gone).toBeLessThan(RIGHT_WITHIN_MS);
    await untilLine(page, '- blocky.mp4', / of 2 {2}/); // the open table has ranked what is left
    renameSync(join(encodes, 'renamed.mp4'), join(encodes, 'sharp.mp4'));
    await untilLine(page, '- renamed.mp4', /file missing$/);
    await untilLine(page, '- sharp.mp4', /#1 of 3 {2}\+/);
    await untilLine(page, '- blocky.mp4', / of 3 {2}/);
  });

  it('a deleted clip is missing', async () => {
    const path = join(encodes, 'soft.mp4');
    const kept = join(session.work, 'soft.mp4');
    copyFileSync(path, kept);
    rmSync(path);
    const took = await untilLine(page, '- soft.mp4', /file missing$/);
    console.log(`deleted: right after ${took} ms`);
    expect(took).toBeLessThan(RIGHT_WITHIN_MS);
    const again = await untilLine(page, '- blocky.mp4', / of 2 {2}/);
    console.log(`ranked again: right ${took + again} ms after the deletion, the ranking itself among them`);
    copyFileSync(kept, path);
    await untilLine(page, '- soft.mp4', /#\d of 3 {2}/);
    await untilLine(page, '- blocky.mp4', / of 3 {2}/);
  });

  it('of a branch switch the names have the ranks of what they are now', async () => {
    await openFile('takes', 'takes.txt');
    await untilLine(page, 'one.mp4', /#1 of 3 {2}\+/);
    await untilLine(page, 'two.mp4', /#[23] of 3 {2}-/);
    git(join(session.work, 'clips', 'takes'), 'checkout', '-q', 'other');
    const took = (await untilLine(page, 'one.mp4', /#[23] of 3 {2}-/)) + (await untilLine(page, 'two.mp4', /#1 of 3 /));
    console.log(`branch switched: right after ${took} ms`);
    expect(took).toBeLessThan(RIGHT_WITHIN_MS);
  });

  it('a clip that is replaced by one never seen is not analysed', async () => {
    copyFileSync(join(session.work, 'clips', 'hevc.mp4'), join(session.work, 'clips', 'takes', 'two.mp4'));
    const took = await untilLine(page, 'two.mp4', /not analysed$/);
    console.log(`replaced: right after ${took} ms`);
    expect(took).toBeLessThan(RIGHT_WITHIN_MS);
  });
});

it('keeps to the content security policy of its panels', () => {
  expect(session.policyErrors).toEqual([]);
});
