/**
 * What tells A from B stands out from its ground by 3:1 (WCAG 1.4.11) in dark, light and high contrast: letters, gauge,
 * attributes, time line. The colours are taken as the browser computes them, translucent ones laid upon their ground.
 */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { ComponentBrowser, type Panel } from './harness/panel.js';
import { comparison, mirrored, still } from './harness/states.js';
import type { ThemeName } from './harness/themes.js';

const LEAST = 3;
let browser: ComponentBrowser;
beforeAll(async () => {
  browser = await ComponentBrowser.start();
});
afterAll(() => browser.close());

/** Contrast of a CSS property of the first such element with the ground it lies on. */
function contrast(panel: Panel, selector: string, property: string): Promise<number> {
  return panel.page
    .locator(selector)
    .first()
    .evaluate((element, name) => {
      const context = document.createElement('canvas').getContext('2d', { willReadFrequently: true })!;
      const paint = (layers: string[]): number[] => {
        context.clearRect(0, 0, 1, 1);
        for (const colour of layers) {
          context.fillStyle = 'transparent'; // stays where `colour` is none
          context.fillStyle = colour;
          context.fillRect(0, 0, 1, 1);
        }
        return [...context.getImageData(0, 0, 1, 1).data.slice(0, 3)];
      };
      const parent = (e: Element): Element | null => e.parentElement ?? ((e.getRootNode() as ShadowRoot).host || null);
      const grounds: string[] = [];
      for (let at = parent(element); at; at = parent(at)) grounds.unshift(getComputedStyle(at).backgroundColor);
      const luminance = (rgb: number[]): number => {
        const [r, g, b] = rgb.map((c) => (c / 255 <= 0.04045 ? c / 255 / 12.92 : ((c / 255 + 0.055) / 1.055) ** 2.4));
        return 0.2126 * r! + 0.7152 * g! + 0.0722 * b!;
      };
      const style = getComputedStyle(element);
      if (Number(style.opacity) !== 1) throw new Error('opacity is not reckoned with');
      const [x, y] = [paint([...grounds, style.getPropertyValue(name)]), paint(grounds)].map(luminance);
      return (Math.max(x!, y!) + 0.05) / (Math.min(x!, y!) + 0.05);
    }, property);
}

const MARKS: [selector: string, property: string][] = [
  ['vq-players .letter.SIDE', 'border-top-color'],
  ['vq-gauge .bar.SIDE', 'border-top-color'],
  ['vq-attributes .bar.SIDE', 'background-color'],
  ['vq-timeline .bar.SIDE', 'fill'],
  ['vq-timeline .claim.SIDE .body', 'stroke'],
  ['vq-timeline .claim.SIDE .edge', 'fill'],
  ['vq-claims .letter.SIDE', 'border-top-color'],
];

test.each<ThemeName>(['dark', 'light', 'highContrast'])('A and B stand out in %s', async (theme) => {
  for (const kind of ['considered', 'glance'] as const) {
    for (const side of ['a', 'b'] as const) {
      const c = comparison({ kind });
      const state = still({ comparison: side === 'a' ? c : mirrored(c) });
      const panel = await browser.openWith(state, { theme, reducedMotion: true });
      for (const [selector, property] of MARKS) {
        const found = await contrast(panel, selector.replace('SIDE', side), property);
        expect.soft(found, `${selector} ${side} ${kind}`).toBeGreaterThan(LEAST);
      }
      await panel.close();
    }
  }
});
