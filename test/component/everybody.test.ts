/** What the panel never does with strangers' words, and that everybody can use it: names, order, keys, narrow windows. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ComponentBrowser, type Options, type Panel } from './harness/panel.js';
import { NO_MEDIA, clip, comparison, mirrored, panelState, still, working } from './harness/states.js';
import type { ComparePanelState } from '../../src/protocol/index.js';

let browser: ComponentBrowser;
beforeAll(async () => {
  browser = await ComponentBrowser.start();
});
afterAll(() => browser.close());

const opened = (state: ComparePanelState, options: Options = {}): Promise<Panel> => browser.openWith(state, options);

describe('trust', () => {
  test('hostile names, reasons, notes and errors are shown as text', async () => {
    const evil = '<img src=x onerror="document.title=1"><script>document.title=2</script><b>x</b>';
    const c = comparison({ reasoning: evil, alignment: { ...comparison().alignment, notes: [evil] } });
    const state = still({ comparison: c, deviceNote: evil, stale: [evil] });
    state.a = { ...state.a, name: evil, path: evil, media: { ...NO_MEDIA, note: evil } };
    const panel = await opened(state);
    for (const selector of ['vq-players', 'vq-reasoning .text', 'vq-alignment', 'vq-state'])
      expect(await panel.text(selector)).toContain(evil);
    const error = { code: 'internal' as const, message: evil, details: evil };
    await panel.send({ ...state, run: { status: 'failed', error } });
    expect(await panel.text('vq-state')).toContain(evil);
    expect(await panel.page.locator('img, vq-compare-panel b:not(vq-claims b), vq-compare-panel script').count()).toBe(
      0,
    );
    expect(await panel.page.title()).toBe('test');
    expect(await panel.violations()).toEqual([]);
    await panel.close();
  });

  test('a whole session breaks no rule of the strict policy', async () => {
    const panel = await browser.open();
    await panel.sendAndLoad(panelState());
    await panel.page.keyboard.press('?');
    await panel.page.keyboard.press('Escape');
    await panel.page.getByRole('combobox', { name: 'Speed' }).click();
    await panel.page.keyboard.press('Escape');
    await panel.send(panelState({ run: working() }));
    await panel.send(panelState({ comparison: mirrored(comparison()) }));
    expect(await panel.violations()).toEqual([]);
    expect(panel.errors).toEqual([]);
    const loaded = (): Promise<boolean> =>
      panel.page.evaluate(() => [...document.fonts].some((f) => f.family === 'codicon' && f.status === 'loaded'));
    await expect.poll(loaded).toBe(true);
    await panel.close();
  });

  test('the bundle stays under 400 kB', () => {
    expect(browser.server.bundleBytes).toBeLessThan(400_000);
  });
});

describe('for everybody', () => {
  interface Node {
    role?: { value?: string };
    name?: { value?: string };
    ignored?: boolean;
  }
  const CONTROLS = ['button', 'slider', 'checkbox', 'combobox', 'link', 'dialog', 'progressbar', 'img', 'table'];

  test.each([
    ['a result', still()],
    [
      'a failure',
      still({ run: { status: 'failed', error: { code: 'internal', message: 'm', details: 'd' } }, comparison: null }),
    ],
    ['work', still({ run: working(), a: clip('a.mov', null, { media: { ...NO_MEDIA, proxyShare: 0.2 } }) })],
  ] as const)('every control of %s has a name', async (_, state) => {
    const panel = await opened(state as ComparePanelState);
    const session = await panel.page.context().newCDPSession(panel.page);
    const { nodes } = (await session.send('Accessibility.getFullAXTree')) as unknown as { nodes: Node[] };
    const controls = nodes.filter((n) => !n.ignored && CONTROLS.includes(n.role?.value ?? ''));
    expect(controls.length).toBeGreaterThan(8);
    const nameless = controls.filter((n) => !n.name?.value?.trim() || n.name.value === 'Icon Button');
    expect(nameless).toEqual([]);
    await panel.close();
  });

  test('the order of the Tab key is the order of the panel', async () => {
    const panel = await opened(still());
    const order: string[] = [];
    for (let i = 0; i < 24; i++) {
      await panel.page.keyboard.press('Tab');
      const name = await panel.page.evaluate(() => {
        let at: Element | null = document.activeElement;
        while (at?.shadowRoot?.activeElement) at = at.shadowRoot.activeElement;
        const host = at?.getRootNode() as ShadowRoot;
        return (
          at?.getAttribute('aria-label') ?? host?.host?.getAttribute('aria-label') ?? at?.textContent?.trim() ?? ''
        );
      });
      order.push(name.split(',')[0]!.split('.')[0]!);
      if (name.includes('alignment') || name === 'Alignment') break;
    }
    expect(order).toEqual([
      'A: encode_crf20',
      'B: encode_crf32',
      'One frame back',
      'Play both',
      'One frame on',
      'Speed',
      'Loop: off',
      'Hear A',
      'Hear B',
      'Sound off',
      'Swap A and B',
      'Show all keys',
      'Time line of both clips',
      'blockiness',
      'ringing',
      'noise',
      'Facts',
      'Only what differs',
      'Alignment',
    ]);
    await panel.close();
  });

  test('? shows all keys in a dialog that Escape closes, and no key acts behind it', async () => {
    const panel = await opened(still());
    await panel.page.keyboard.press('?');
    const dialog = panel.page.getByRole('dialog', { name: 'Keys' });
    await dialog.waitFor();
    expect(await dialog.innerText()).toContain('one frame back');
    await panel.page.keyboard.press('s');
    await panel.page.keyboard.press('Escape');
    await dialog.waitFor({ state: 'hidden' });
    expect((await panel.intents()).filter((m) => m.type === 'swap')).toEqual([]);
    await panel.page.keyboard.press('s');
    await panel.intent('swap');
    await panel.close();
  });

  test('a key that a list needs is not taken from it, nor Space from a button', async () => {
    const panel = await opened(still());
    await panel.page.getByRole('combobox', { name: 'Speed' }).focus();
    await panel.page.keyboard.press('s');
    await panel.page.getByRole('button', { name: 'Copy JSON' }).focus();
    await panel.page.keyboard.press('Space');
    await panel.intent('copyJson');
    expect((await panel.intents()).filter((m) => m.type === 'swap')).toEqual([]);
    expect(await panel.page.getByRole('button', { name: 'Play both' }).count()).toBe(1);
    await panel.close();
  });

  test('every control with a key tells it in its tooltip', async () => {
    const panel = await opened(still());
    const titles = await panel.page
      .locator('vq-transport [title]')
      .evaluateAll((all) => all.map((e) => (e as HTMLElement).title));
    for (const key of ['Space', '\u2190', '\u2192', 'S', 'M', '?', 'I and O'])
      expect(titles.some((t) => t.includes(key))).toBe(true);
    await panel.close();
  });

  test('a narrow panel stacks the players, keeps the order and never scrolls sideways', async () => {
    const panel = await opened(still(), { width: 420 });
    const tops: number[] = [];
    for (const part of ['.box.a', '.box.b'])
      tops.push((await panel.page.locator(`vq-players ${part}`).boundingBox())!.y);
    for (const part of [
      'transport',
      'timeline',
      'verdict',
      'gauge',
      'reasoning',
      'claims',
      'attributes',
      'facts',
      'alignment',
      'provenance',
    ])
      tops.push((await panel.page.locator(`vq-${part}`).boundingBox())!.y);
    expect(tops).toEqual([...tops].sort((x, y) => x - y));
    expect(await panel.page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(420);
    await panel.close();
  });
});
