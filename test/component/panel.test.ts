/** What the panel says in each of its states, to whom it can be said (names, order, policy), and what it never does. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ComponentBrowser, type Panel } from './harness/panel.js';
import { clip, comparison, mirrored, panelState, working } from './harness/states.js';
import type { ComparePanelState, FromPanel } from '../../src/protocol/index.js';

let browser: ComponentBrowser;
beforeAll(async () => {
  browser = await ComponentBrowser.start();
});
afterAll(() => browser.close());

const NO_MEDIA = { uri: null, source: 'original' as const, proxyShare: null, note: null };
/** Without media: what is looked at here needs no picture. */
const still = (over: Partial<ComparePanelState> = {}): ComparePanelState =>
  panelState({
    a: clip('encode_crf20.mp4', null, { media: NO_MEDIA }),
    b: clip('encode_crf32.mp4', null, { media: NO_MEDIA }),
    ...over,
  });
async function opened(state: ComparePanelState, options: Parameters<ComponentBrowser['open']>[0] = {}): Promise<Panel> {
  const panel = await browser.open(options);
  await panel.send(state);
  return panel;
}
async function clickGives(panel: Panel, name: string | RegExp, intent: FromPanel): Promise<void> {
  await panel.page.getByRole('button', { name }).first().click();
  expect((await panel.intents()).at(-1)).toEqual(intent);
}

describe('the result', () => {
  test('says in words which clip looks better, then the figures and how sure they are', async () => {
    const panel = await opened(still());
    const words = await panel.text('vq-verdict');
    expect(words).toBe('A looks clearly better +2.6 (+2.1 to +3.1) 97 % sure A is better considered');
    await panel.close();
  });

  test.each([
    ['a', comparison()],
    ['b', mirrored(comparison())],
  ] as const)('leans the gauge to %s when that clip is better', async (side, c) => {
    const panel = await opened(still({ comparison: c }), { reducedMotion: true });
    const track = (await panel.page.locator('vq-gauge .track').boundingBox())!;
    const bar = (await panel.page.locator('vq-gauge .bar').boundingBox())!;
    const middle = track.x + track.width / 2;
    if (side === 'a') expect(bar.x + bar.width).toBeCloseTo(middle, -1);
    else expect(bar.x).toBeCloseTo(middle, -1);
    expect(bar.width).toBeGreaterThan(50);
    const first = (await panel.page.locator('vq-attributes .bar').first().boundingBox())!;
    const row = (await panel.page.locator('vq-attributes .track').first().boundingBox())!;
    expect(first.x < row.x + row.width / 2 - 2).toBe(side === 'a');
    await panel.close();
  });

  test('of a tie shows the small interval, and of a glance that it is a first look', async () => {
    const tie = comparison({
      margin: 0.1,
      interval95: [-0.3, 0.5],
      probabilityABetter: 0.69,
      verdict: 'tie',
      kind: 'glance',
    });
    const panel = await opened(still({ comparison: tie }));
    const words = await panel.text('vq-verdict');
    expect(words).toBe('No visible difference +0.1 (\u22120.3 to +0.5) 69 % sure A is better first look (glance)');
    await panel.close();
  });

  test('with a wide interval says why', async () => {
    const alignment = { ...comparison().alignment, sameContent: 0.1, notes: ['The clips show different content.'] };
    const panel = await opened(still({ comparison: comparison({ interval95: [-0.4, 5.6], alignment }) }));
    expect(await panel.text('vq-verdict .reason')).toBe('The interval is wide. The clips show different content.');
    expect(await panel.text('vq-state')).toContain('The clips show different content. The margin compares');
    await panel.close();
  });

  test('streams the reasons silently and speaks them once they are complete', async () => {
    const run = working({ station: 'explain', clip: null, share: null });
    const glance = comparison({ kind: 'glance', reasoning: '', claims: [] });
    const panel = await opened(still({ run, comparison: glance, reasoning: 'B smears' }));
    expect(await panel.text('vq-reasoning .text')).toBe('B smears');
    expect(await panel.page.locator('vq-reasoning [role=status]').textContent()).toBe('');
    await panel.send(still({ run, comparison: glance, reasoning: 'B smears the grass' }));
    expect(await panel.page.locator('vq-reasoning [role=status]').textContent()).toBe('');
    await panel.send(still({ comparison: comparison({ reasoning: 'B smears the grass.' }) }));
    await expect
      .poll(() => panel.page.locator('vq-reasoning [role=status]').textContent())
      .toBe('The reasons are complete. B smears the grass.');
    await panel.close();
  });

  test('marks facts that differ with a word, and can leave out the others', async () => {
    const panel = await opened(still());
    const row = panel.page.getByRole('row', { name: /^Bit rate/ });
    expect(await row.innerText()).toMatch(/6\.1 Mb\/s\s+1\.4 Mb\/s\s+\u2260 differs/);
    expect(await panel.page.getByRole('row', { name: /^Frame rate/ }).innerText()).not.toContain('differs');
    await panel.page.getByRole('checkbox', { name: 'Only what differs' }).click();
    await expect.poll(() => panel.page.getByRole('row', { name: /^Frame rate/ }).count()).toBe(0);
    expect(await row.count()).toBe(1);
    await panel.close();
  });

  test('can be copied, saved and made again', async () => {
    const panel = await opened(still());
    await clickGives(panel, 'Copy JSON', { type: 'copyJson' });
    await clickGives(panel, 'Save report', { type: 'saveReport' });
    await clickGives(panel, 'Compare again', { type: 'run', fresh: true });
    await clickGives(panel, /^B: encode_crf32/, { type: 'reveal', side: 'b' });
    expect(await panel.text('vq-provenance')).toContain(
      'versusq-mini 1.0.0 on the CPU, 3.3 s (probe 0.1 s, decode 1.9 s',
    );
    await panel.close();
  });
});

describe('the state', () => {
  test('nothing yet: says what will happen and offers one button', async () => {
    const panel = await opened(still({ run: { status: 'idle' }, comparison: null }));
    expect(await panel.text('vq-state')).toContain('Which one looks better?');
    await clickGives(panel, 'Compare quality', { type: 'run', fresh: false });
    await panel.close();
  });

  test('working: station, clip, share, elapsed time and cancel', async () => {
    const panel = await opened(still({ run: working({ since: Date.now() - 65_000 }), comparison: null }));
    expect(await panel.text('vq-state')).toMatch(/^Looking at every frame of B 42 % 1:0\d Cancel$/);
    await clickGives(panel, 'Cancel', { type: 'cancel' });
    await panel.close();
  });

  test('failed: sentence, code, remedy, details, retry', async () => {
    const message = '/clips/b.mp4 ends in the middle of a frame. Copy it again.';
    const error = { code: 'media/truncated' as const, message, details: 'moov atom not found' };
    const panel = await opened(still({ run: { status: 'failed', error }, comparison: null }));
    const words = await panel.text('vq-state');
    expect(words).toContain('The file ends too early');
    expect(words).toContain(message);
    expect(words).toContain('media/truncated');
    await panel.page.getByText('Details', { exact: true }).click();
    expect(await panel.text('vq-state pre')).toBe('moov atom not found');
    await clickGives(panel, 'Copy details', { type: 'copyDetails' });
    await clickGives(panel, 'Retry', { type: 'run', fresh: false });
    await panel.close();
  });

  test('ffmpeg missing: how to get it, and a button to the setting', async () => {
    const error = { code: 'ffmpeg/not-found' as const, message: 'ffmpeg was not found.' };
    const panel = await opened(still({ run: { status: 'failed', error }, comparison: null }));
    expect(await panel.text('vq-state')).toContain('sudo apt install ffmpeg');
    await clickGives(panel, 'Open the setting', { type: 'openSetting', setting: 'versusq.ffmpegPath' });
    await panel.close();
  });

  test('stale, and on another device than asked for: two banners above the result', async () => {
    const panel = await opened(still({ stale: ['encode_crf32.mp4'], deviceNote: 'No GPU here: it ran on the CPU.' }));
    const words = await panel.text('vq-state');
    expect(words).toContain('encode_crf32.mp4 changed since this comparison.');
    expect(words).toContain('No GPU here: it ran on the CPU.');
    expect(await panel.text('vq-verdict')).toContain('A looks clearly better');
    await panel.close();
  });

  test('stopped after the first look: keeps it and offers to go on', async () => {
    const panel = await opened(still({ run: { status: 'idle' }, comparison: comparison({ kind: 'glance' }) }));
    expect(await panel.text('vq-state')).toContain('Stopped. What was done is kept.');
    expect(await panel.text('vq-verdict')).toContain('first look (glance)');
    await panel.close();
  });

  test('a message of another shape is left out', async () => {
    const panel = await opened(still());
    const bad = [
      null,
      { type: 'state' },
      { type: 'state', state: { ...still(), run: { status: 'sleeping' } } },
      { type: 'state', state: still({ comparison: { ...comparison(), margin: 'much' } as never }) },
      { type: 'state', state: { ...still(), a: { ...still().a, media: null } } },
    ];
    for (const data of bad) await panel.page.evaluate((d) => window.postMessage(d, '*'), data);
    await panel.page.waitForTimeout(100);
    expect(await panel.text('vq-verdict')).toContain('A looks clearly better');
    expect(panel.errors).toEqual([]);
    await panel.close();
  });
});

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
