/** The main states in dark, light, high contrast and narrow, as pictures that are looked at (test/screenshots). */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { join } from 'node:path';
import { ComponentBrowser, type Options } from './harness/panel.js';
import { clip, comparison, facts, panelState, working } from './harness/states.js';
import type { ComparePanelState } from '../../src/protocol/index.js';

const FOLDER = join(import.meta.dirname, '../screenshots');
let browser: ComponentBrowser;
beforeAll(async () => {
  browser = await ComponentBrowser.start();
});
afterAll(() => browser.close());

const reading = panelState({
  run: working({ station: 'explain', clip: null, share: null }),
  comparison: comparison({
    kind: 'glance',
    margin: -0.3,
    interval95: [-2.4, 1.8],
    probabilityABetter: 0.39,
    verdict: 'tie',
    reasoning: '',
    claims: [],
  }),
  reasoning: 'B smears the grass at the lower left from',
  deviceNote: 'No GPU was found, so the model runs on the CPU.',
  stale: ['encode_crf32.mp4'],
});
const missing = panelState({
  a: clip('a.mp4', '/clips/a30.mp4', { facts: null }),
  b: clip('b.mp4', '/clips/c30.mp4', { facts: null }),
  run: {
    status: 'failed',
    error: {
      code: 'ffmpeg/not-found',
      message: 'ffmpeg was not found on the PATH, nor at the place the setting names.',
    },
  },
  comparison: null,
});
const proxy = panelState({
  a: clip('nights/07/a clip with quite a long name that does not fit anywhere, take 12, final.mov', null, {
    media: { uri: null, source: 'proxy', proxyShare: 0.37, note: 'HEVC cannot be played here.' },
    facts: facts({ codec: 'hevc', displayWidth: 1080, displayHeight: 1920, fps: 59.94006 }),
  }),
  run: working(),
  comparison: null,
});

const LOOKS: [name: string, state: ComparePanelState, options: Options][] = [
  ['dark', panelState(), {}],
  ['light', panelState(), { theme: 'light' }],
  ['high-contrast', panelState(), { theme: 'highContrast' }],
  ['narrow', panelState(), { width: 420 }],
  ['glance-stale-dark', reading, {}],
  ['ffmpeg-missing-light', missing, { theme: 'light' }],
  ['proxy-narrow', proxy, { width: 420 }],
  ['nothing-yet-high-contrast', panelState({ run: { status: 'idle' }, comparison: null }), { theme: 'highContrast' }],
];

test.each(LOOKS)('a picture of %s', async (name, state, options) => {
  const panel = await browser.open({ ...options, reducedMotion: true });
  await panel.send(state);
  await panel.page.waitForTimeout(1200);
  const overflow = await panel.page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
  await panel.page.screenshot({ path: join(FOLDER, `component-${name}.png`), fullPage: true });
  expect(overflow).toBeLessThanOrEqual(0);
  expect(await panel.violations()).toEqual([]);
  expect(panel.errors).toEqual([]);
  await panel.close();
});
