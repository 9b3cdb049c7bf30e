/**
 * The main states in dark, light, high contrast and narrow: nothing sticks out, nothing is refused. With
 * UPDATE_SCREENSHOTS=1 the pictures are written to test/screenshots, to be looked at.
 */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { execFileSync } from 'node:child_process';
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

const glance = comparison({
  kind: 'glance',
  margin: -0.3,
  interval95: [-2.4, 1.8],
  probabilityABetter: 0.39,
  verdict: 'tie',
  reasoning: '',
  claims: [],
});
const writing = (): ComparePanelState =>
  panelState({
    run: working({ station: 'explain', clip: null, share: null }),
    comparison: glance,
    reasoning: 'B smears the grass at the lower left from',
    deviceNote: 'No GPU was found, so the model runs on the CPU.',
    stale: ['encode_crf32.mp4'],
  });
const missing = (): ComparePanelState =>
  panelState({
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
const proxy = (): ComparePanelState =>
  panelState({
    a: clip('nights/07/a clip with quite a long name that does not fit anywhere, take 12, final.mov', null, {
      media: { uri: null, source: 'proxy', proxyShare: 0.37, note: 'HEVC cannot be played here.' },
      facts: facts({ codec: 'hevc', displayWidth: 1080, displayHeight: 1920, fps: 59.94006 }),
    }),
    run: working(),
    comparison: null,
  });
const nothingYet = (): ComparePanelState => panelState({ run: { status: 'idle' }, comparison: null });

/** Two claims that hold throughout, a margin beyond the scale, and other content. */
const beyond = (): ComparePanelState => {
  const [first, second, third] = comparison().claims;
  const whole = { regionName: 'whole', region: { x: 0, y: 0, w: 1, h: 1 }, time: [0, 6] as [number, number] };
  const alignment = {
    ...comparison().alignment,
    sameContent: 0.08,
    notes: ['Different content: the interval is wide.'],
  };
  const claims = [{ ...first!, ...whole }, { ...second!, ...whole, attribute: 'smoothness' as const }, third!];
  return panelState({
    comparison: comparison({ margin: 9.8, interval95: [-7.2, 26.8], probabilityABetter: 0.87, claims, alignment }),
  });
};

const LOOKS: [name: string, state: () => ComparePanelState, options: Options, keys: string[]][] = [
  ['dark', panelState, {}, ['n', 'n']],
  ['light', panelState, { theme: 'light' }, ['Shift+ArrowRight', 'i', 'Shift+ArrowRight', 'o']],
  ['high-contrast', panelState, { theme: 'highContrast' }, ['n']],
  ['narrow', panelState, { width: 420 }, []],
  ['glance-stale-dark', writing, {}, []],
  ['ffmpeg-missing-light', missing, { theme: 'light' }, []],
  ['beyond-light', beyond, { theme: 'light' }, []],
  ['proxy-narrow', proxy, { width: 420 }, []],
  ['nothing-yet-high-contrast', nothingYet, { theme: 'highContrast' }, ['?']],
];

test.each(LOOKS)('the panel looks right: %s', async (name, state, options, keys) => {
  const panel = await browser.open({ ...options, reducedMotion: true });
  await panel.send(state());
  await panel.page.locator('vq-transport .step:not(:empty), vq-players [role=progressbar]').first().waitFor();
  for (const key of keys) await panel.page.keyboard.press(key);
  await panel.page.waitForTimeout(600);
  const overflow = await panel.page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
  expect(overflow).toBeLessThanOrEqual(0);
  if (process.env['UPDATE_SCREENSHOTS']) {
    const png = await panel.page.screenshot({ fullPage: true });
    const small = '[0:v]split[a][b];[a]palettegen=max_colors=96[p];[b][p]paletteuse=dither=none';
    const out = join(FOLDER, `component-${name}.png`);
    execFileSync('ffmpeg', ['-v', 'error', '-y', '-i', '-', '-filter_complex', small, '-frames:v', '1', out], {
      input: png,
    });
  }
  expect(await panel.violations()).toEqual([]);
  expect(panel.errors).toEqual([]);
  await panel.close();
});
