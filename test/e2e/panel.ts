/**
 * What a test reads from the compare panel's document: its state, its players, and its controls.
 */
import { expect } from 'vitest';
import type { Frame, Locator } from 'playwright-core';
import type { ComparePanelState, Comparison } from '../../src/protocol/index.js';

type RunStatus = ComparePanelState['run']['status'];

export function panelState(frame: Frame): Promise<ComparePanelState | null> {
  return frame.evaluate(() => {
    const panel = document.querySelector('vq-compare-panel') as (Element & { state?: ComparePanelState }) | null;
    return panel?.state ?? null;
  });
}

/** Waits until the state fits; the message of a time-out tells the last state. */
export async function untilState(
  frame: Frame,
  fits: (state: ComparePanelState) => boolean,
  timeout = 240_000,
): Promise<ComparePanelState> {
  const end = Date.now() + timeout;
  for (;;) {
    const state = await panelState(frame);
    if (state !== null && fits(state)) return state;
    if (Date.now() > end) throw new Error(`the panel stayed at ${JSON.stringify(state?.run)}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

/** The finished comparison; a failed run fails the test with its error. */
export async function untilDone(frame: Frame, nameA?: string): Promise<Comparison> {
  const ended: RunStatus[] = ['done', 'failed'];
  const state = await untilState(
    frame,
    (s) => ended.includes(s.run.status) && (nameA === undefined || s.a.name === nameA),
  );
  expect(state.run).toEqual({ status: 'done' });
  if (state.comparison === null) throw new Error('done without a comparison');
  return state.comparison;
}

/** Waits until the panel has handed VS Code what it needs to come back with this clip as A. */
export async function untilKept(frame: Frame, nameA: string): Promise<void> {
  await frame.waitForFunction((name) => {
    const panel = document.querySelector('vq-compare-panel') as
      (Element & { host?: { getState(): { a?: string } | undefined } }) | null;
    return panel?.host?.getState()?.a?.endsWith(`/${name}`) === true;
  }, nameA);
}

export function button(frame: Frame, name: string | RegExp): Locator {
  return frame.locator('vscode-button').filter({ hasText: name }).first();
}

export interface Playing {
  /** |A - B| in presentation time over the last second, in seconds */
  difference: number;
  /** how far each clip got, in seconds */
  advanced: [number, number];
}

/** Plays for `seconds` (at least 1) from the start and measures how far apart the players are. */
export async function playBoth(frame: Frame, seconds: number): Promise<Playing> {
  await frame.locator('vq-compare-panel').press('Home');
  await frame.waitForFunction(() => {
    const players = document.querySelector('vq-compare-panel')?.shadowRoot?.querySelector('vq-players');
    const videos = [...(players?.shadowRoot?.querySelectorAll('video') ?? [])];
    return videos.length === 2 && videos.every((v) => v.readyState >= 3 && !v.seeking && v.currentTime < 0.1);
  });
  return frame.evaluate(async (wanted) => {
    const panel = document.querySelector('vq-compare-panel');
    const players = panel?.shadowRoot?.querySelector('vq-players');
    const [a, b] = [...(players?.shadowRoot?.querySelectorAll('video') ?? [])];
    if (!a || !b) throw new Error('two players are needed');
    const start: [number, number] = [a.currentTime, b.currentTime];
    // Of every frame a player presents: its place in the clip minus the clock, in seconds. Their difference is the step.
    const phases = [a, b].map((video) => {
      const seen: { at: number; phase: number }[] = [];
      const next: VideoFrameRequestCallback = (_now, shown) => {
        seen.push({ at: shown.expectedDisplayTime, phase: shown.mediaTime - shown.expectedDisplayTime / 1000 });
        video.requestVideoFrameCallback(next);
      };
      video.requestVideoFrameCallback(next);
      return seen;
    });
    document.dispatchEvent(new KeyboardEvent('keydown', { key: ' ', bubbles: true, composed: true }));
    const end = performance.now() + wanted * 1000;
    while (performance.now() < end) await new Promise((resolve) => requestAnimationFrame(resolve));
    // The median over the last second: a single frame that a busy machine shows late is not out of step.
    const [left, right] = phases.map((seen) => {
      const last = seen.filter(({ at }) => at > end - 1000).map(({ phase }) => phase);
      return last.sort((x, y) => x - y)[Math.floor(last.length / 2)];
    });
    if (left === undefined || right === undefined) throw new Error('no frame was presented');
    const difference = Math.abs(left - right);
    const advanced: [number, number] = [a.currentTime - start[0], b.currentTime - start[1]];
    document.dispatchEvent(new KeyboardEvent('keydown', { key: ' ', bubbles: true, composed: true }));
    return { difference, advanced };
  }, seconds);
}
