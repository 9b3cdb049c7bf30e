/**
 * Compare Quality in a real VS Code: the packaged VSIX is installed, files are selected and right-clicked, and the panel is
 * read as a reviewer would. One server and one window for all tests, in order.
 */
import { copyFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { Frame, Page } from 'playwright-core';
import { button, panelState, playBoth, untilDone, untilKept, untilState } from './panel.js';
import type { Server } from './server.js';
import { startSession, type Session } from './session.js';
import { lookInAllThemes } from './themes.js';
import {
  chooseFromContextMenu,
  closeEditors,
  contextMenu,
  explorerItem,
  panelFrame,
  reloadWindow,
  runCommand,
  selectFiles,
} from './workbench.js';

const COMPARE = 'Compare Quality';
const SELECT = 'Select for Quality Compare';
const WITH_SELECTED = 'Compare Quality with Selected';
const WORKER = /dist\/worker\.cjs/;
const FFMPEG = /(^|\/)ffmpeg /;
/** The test clips run at 25 frames a second. */
const FRAME_SECONDS = 1 / 25;

let session: Session;
let work: string;
let server: Server;
let page: Page;

beforeAll(async () => {
  session = await startSession();
  ({ work, server, page } = session);
});
afterAll(() => session?.stop());
afterEach((context) => session?.afterTest(context));

async function compareTwo(first: string, second: string): Promise<void> {
  await selectFiles(page, [first, second]);
  await chooseFromContextMenu(page, second, COMPARE);
}

/** A comparison in a window without other panels. */
async function compareFresh(first: string, second: string): Promise<Frame> {
  await closeEditors(page);
  await compareTwo(first, second);
  return panelFrame(page);
}

async function gone(pattern: RegExp, limit = 5000): Promise<number> {
  const start = Date.now();
  while (server.processes(pattern).length > 0) {
    if (Date.now() - start > limit) throw new Error(`${pattern} still runs`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  return Date.now() - start;
}

describe('Compare Quality', () => {
  let margin = 0;

  it('starts no process before it is asked to', () => {
    expect(server.processes(WORKER)).toEqual([]);
  });

  it('is offered for two videos and not for one', async () => {
    await selectFiles(page, ['clean.mp4']);
    await chooseNothing(SELECT);
    expect(await contextMenu(page, 'clean.mp4')).not.toContain(COMPARE);
    await page.keyboard.press('Escape');
  });

  it('shows a margin, the reasoning, and the better clip of two', async () => {
    const frame = await compareFresh('clean.mp4', 'bad.mp4');
    const comparison = await untilDone(frame);
    margin = comparison.margin;
    expect([comparison.a.path, comparison.b.path].map((p) => p.split('/').at(-1))).toEqual(['clean.mp4', 'bad.mp4']);
    expect(comparison.kind).toBe('considered');
    expect(comparison.reasoning.length).toBeGreaterThan(20);
    expect(comparison.provenance.model.name).toBe('versusq-mini');
    expect(comparison.margin).toBeGreaterThan(0.5);
    expect(comparison.verdict).toBe('a');
    await frame.getByRole('heading', { name: /A looks \w+ better/ }).waitFor();
  });

  it('keeps both players in step: less than a frame apart after two seconds', async () => {
    const frame = await panelFrame(page);
    const { difference, advanced } = await playBoth(frame, 2);
    console.log(
      `players: ${(difference * 1000).toFixed(1)} ms apart, advanced ${advanced.map((s) => s.toFixed(2)).join(' and ')} s`,
    );
    for (const seconds of advanced) expect(seconds).toBeGreaterThan(1);
    expect(difference).toBeLessThan(FRAME_SECONDS);
  });

  it('gives the opposite margin, exactly, for the swapped selection, in the same panel', async () => {
    await compareTwo('bad.mp4', 'clean.mp4');
    const frame = await panelFrame(page);
    const swapped = await untilDone(frame, 'bad.mp4');
    expect(swapped.margin).toBe(-margin);
    expect(await page.locator('.tabs-container [role="tab"]').count()).toBe(1);
    await untilKept(frame, 'bad.mp4');
  });

  it('comes back after a reload of the window, with its clips and its result', async () => {
    await reloadWindow(page);
    const frame = await panelFrame(page);
    const comparison = await untilDone(frame, 'bad.mp4');
    expect(comparison.margin).toBe(-margin);
    expect(comparison.provenance.cached.margin).toBe(true);
  });

  it('compares a clip with one selected before', async () => {
    await closeEditors(page);
    await selectFiles(page, ['clean.mp4']);
    await chooseFromContextMenu(page, 'clean.mp4', SELECT);
    await selectFiles(page, ['blurred.mp4']);
    await chooseFromContextMenu(page, 'blurred.mp4', WITH_SELECTED);
    const comparison = await untilDone(await panelFrame(page));
    expect(comparison.a.path).toMatch(/clean\.mp4$/);
    expect(comparison.margin).toBeGreaterThan(0);
  });

  it('says so when one of the two files is no video', async () => {
    await closeEditors(page);
    await selectFiles(page, ['notes.txt', 'clean.mp4']);
    await chooseFromContextMenu(page, 'clean.mp4', COMPARE);
    await page.getByText('"notes.txt" is not a video by its name').first().waitFor();
    expect(await page.locator('iframe.webview').count()).toBe(0);
    await runCommand(page, 'Notifications: Clear All Notifications');
  });

  it('explains a text that is named like a video, in the panel, and plays the other clip', async () => {
    const frame = await compareFresh('clean.mp4', 'renamed-text.mp4');
    const { run } = await untilState(frame, (s) => s.run.status === 'failed');
    expect(run).toMatchObject({ error: { code: 'media/not-a-video' } });
    await frame.getByRole('alert').getByText('renamed-text.mp4').first().waitFor();
    const inPlaceOfB = frame.locator('vq-players .box.b .note');
    await expect.poll(() => inPlaceOfB.innerText()).toMatch(/could not be read|is not shown|can't be played/);
  });
});

describe('after it ran', () => {
  it('says that a comparison is out of date when a file changes, and compares the new file', async () => {
    const changing = join(work, 'clips', 'changing.mp4');
    copyFileSync(join(work, 'clips', 'bad.mp4'), changing);
    const frame = await compareFresh('clean.mp4', 'changing.mp4');
    const before = await untilDone(frame);
    copyFileSync(join(work, 'clips', 'blurred.mp4'), changing);
    const { stale } = await untilState(frame, (s) => s.stale.length > 0);
    expect(stale).toEqual(['changing.mp4']);
    await button(frame, 'Compare again').click();
    await untilState(frame, (s) => s.stale.length === 0);
    expect((await untilDone(frame)).b.hash).not.toBe(before.b.hash);
  });
});

describe('while it runs', () => {
  it('cancels, and ffmpeg is gone at once', async () => {
    const frame = await compareFresh('long.mp4', 'long-bad.mp4');
    await untilState(frame, (s) => s.run.status === 'working' && s.run.station === 'decode');
    await button(frame, 'Cancel').click();
    const { run } = await untilState(frame, (s) => s.run.status === 'failed');
    expect(run).toMatchObject({ error: { code: 'cancelled' } });
    console.log(`ffmpeg gone ${await gone(FFMPEG)} ms after the panel said so`);
    expect(server.processes(WORKER)).toHaveLength(1);
  });

  it('survives kill -9 of the worker: an error with Retry, and the next comparison works', async () => {
    const frame = await panelFrame(page);
    await button(frame, 'Compare quality').click();
    await untilState(frame, (s) => s.run.status === 'working' && s.run.station === 'decode');
    for (const pid of server.processes(WORKER)) process.kill(pid, 'SIGKILL');
    const { run } = await untilState(frame, (s) => s.run.status === 'failed');
    expect(run).toMatchObject({ error: { code: 'worker/crashed' } });
    await button(frame, 'Retry').click();
    await untilState(frame, (s) => s.run.status !== 'failed');
    await untilDone(frame);
  });

  it('names the file that was deleted meanwhile', async () => {
    const frame = await compareFresh('blurred.mp4', 'doomed.mp4');
    await untilState(frame, (s) => s.run.status === 'working' && s.run.station === 'decode');
    rmSync(join(work, 'clips', 'doomed.mp4'));
    const { run } = await untilState(frame, (s) => s.run.status !== 'working');
    expect(run.status === 'failed' ? run.error.message : run.status).toContain('doomed.mp4');
    // The next test takes back the selection, which must not go with the file meanwhile.
    await explorerItem(page, 'doomed.mp4').waitFor({ state: 'detached' });
  });
});

describe('formats and looks', () => {
  it('plays HEVC through a copy made for playback', async () => {
    const frame = await compareFresh('clean.mp4', 'hevc.mp4');
    const state = await untilState(frame, (s) => s.b.media.source === 'proxy' && s.b.media.uri !== null);
    expect(state.b.media.note).toBeTruthy();
    await untilDone(frame);
    const { advanced } = await playBoth(frame, 1);
    for (const seconds of advanced) expect(seconds).toBeGreaterThan(0.4);
  });

  it('looks right in dark, light, high contrast and narrow (pictures are kept)', async () => {
    const frame = await compareFresh('clean.mp4', 'bad.mp4');
    await untilDone(frame);
    await runCommand(page, 'View: Toggle Primary Side Bar Visibility');
    await lookInAllThemes(page, 'compare', { frame, shipped: true });
    expect((await panelState(frame))?.run.status).toBe('done');
  });

  it('keeps to its content security policy', () => {
    expect(session.policyErrors).toEqual([]);
  });

  it('reports what activation costs', async () => {
    await runCommand(page, 'Developer: Show Running Extensions');
    const row = page.locator('.extension').filter({ hasText: 'VersusQ' }).first();
    await row.scrollIntoViewIfNeeded();
    const text = await row.locator('.activation-time').first().textContent();
    console.log(`VersusQ ${text}`);
    expect(text).toMatch(/Activation: \d+ms/);
  });
});

/** Waits for an entry of ours, so that its absence elsewhere means something, and chooses nothing. */
async function chooseNothing(label: string): Promise<void> {
  await expect
    .poll(
      async () => {
        const seen = await contextMenu(page, 'clean.mp4');
        await page.keyboard.press('Escape');
        return seen;
      },
      { timeout: 120_000 },
    )
    .toContain(label);
}
