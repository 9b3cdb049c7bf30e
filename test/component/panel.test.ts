/** What the panel says in each of its states. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ComponentBrowser, type Options, type Panel } from './harness/panel.js';
import { clip, comparison, facts, mirrored, panelState, still, working } from './harness/states.js';
import type { ComparePanelState, FromPanel } from '../../src/protocol/index.js';

let browser: ComponentBrowser;
beforeAll(async () => {
  browser = await ComponentBrowser.start();
});
afterAll(() => browser.close());

const opened = (state: ComparePanelState, options: Options = {}): Promise<Panel> => browser.openWith(state, options);
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
      claims: [],
    });
    const panel = await opened(still({ comparison: tie }));
    const words = await panel.text('vq-verdict');
    expect(words).toBe('No visible difference +0.1 (\u22120.3 to +0.5) 69 % sure A is better first look (glance)');
    await panel.close();
  });

  test('with a wide interval says why, of other content once, and gives no note that is no reason', async () => {
    const notes = ['Different content: the interval is wide.', 'A repeats 1 frame.'];
    const alignment = { ...comparison().alignment, sameContent: 0.1, notes };
    const panel = await opened(still({ comparison: comparison({ interval95: [-0.4, 5.6], alignment }) }));
    expect(await panel.text('vq-verdict .reason')).toBe(
      'The interval is wide. The clips show different content. The margin compares how good each of them looks, and is less certain.',
    );
    const everything = await panel.text('vq-compare-panel');
    expect(everything.match(/interval is wide/g)).toHaveLength(1);
    expect(everything.match(/[Dd]ifferent content\./g)).toHaveLength(1);
    expect(await panel.text('vq-alignment')).toContain('A repeats 1 frame.');
    await panel.close();
  });

  test.each([
    ['a', [-2.3, 24.4], 11, 'margin'],
    ['b', [-9.5, -2], -5.7, 'interval'],
  ] as const)(
    'beyond the scale opens the end of %s with an arrow, and says so',
    async (end, interval, margin, what) => {
      const c = comparison({ margin, interval95: [...interval] });
      const panel = await opened(still({ comparison: c }), { reducedMotion: true });
      const gauge = panel.page.locator('vq-gauge');
      const sentence = `The scale ends at 8; the ${what} goes on beyond it.`;
      expect(await gauge.locator('.beyond').count()).toBe(1);
      const arrow = (await gauge.locator(`.beyond.${end}`).boundingBox())!;
      const track = (await gauge.locator('.track').boundingBox())!;
      if (end === 'a') expect(arrow.x - track.x).toBeLessThan(2);
      else expect(track.x + track.width - arrow.x - arrow.width).toBeLessThan(2);
      expect(await panel.text('vq-gauge .legend')).toContain(sentence);
      expect(await gauge.getByRole('img').getAttribute('aria-label')).toContain(sentence);
      await panel.send(still({ comparison: comparison() }));
      expect(await gauge.locator('.beyond').count()).toBe(0);
      expect(await panel.text('vq-gauge .legend')).toBe('1 is about one just-noticeable difference');
      await panel.close();
    },
  );

  test('of a swap stays, but for the words, which are being rewritten', async () => {
    const c = { ...mirrored(comparison()), reasoning: '' };
    const panel = await browser.open();
    const run = working({ station: 'probe', clip: null, share: null, since: Date.now() });
    await panel.send(still({ run, comparison: c }));
    expect(await panel.text('vq-state')).toBe('');
    expect(await panel.text('vq-verdict')).toContain('B looks clearly better \u22122.6');
    expect(await panel.text('vq-reasoning')).toBe('Why The words are being rewritten for the new order.');
    expect(await panel.page.locator('vq-claims button').count()).toBe(3);
    await expect.poll(() => panel.text('vq-state')).toMatch(/Cancel$/);
    await panel.close();
  });

  test('gives a claim no place where it has none, and no times where it holds throughout', async () => {
    const [first] = comparison().claims;
    const whole = { ...first!, regionName: 'whole', time: [0, 6] as [number, number] };
    const claims = [{ ...whole, attribute: 'smoothness' as const }, { ...whole, attribute: 'noise' as const }, first!];
    const panel = await opened(still({ comparison: comparison({ claims }) }));
    const chips = panel.page.locator('vq-claims button');
    const words = await chips.evaluateAll((all) => all.map((e) => e.getAttribute('aria-label')));
    expect(words).toEqual([
      'smoothness, worse in B, throughout, severity 4 of 5. Show both clips there',
      'noise, worse in B, throughout, whole picture, severity 4 of 5. Show both clips there',
      'blockiness, worse in B, 0:01.5 to 0:03, bottom left, severity 4 of 5. Show both clips there',
    ]);
    expect(await chips.first().innerText()).toMatch(/smoothness\s+throughout$/);
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
    expect(await panel.text('vq-state')).toMatch(/^Looking at the frames of B 42 % 1:0\d Cancel$/);
    await clickGives(panel, 'Cancel', { type: 'cancel' });
    await panel.close();
  });

  test('working: time left once there is a pace to tell it by, and not before', async () => {
    const reading = (share: number): ComparePanelState =>
      still({ run: working({ share, since: 1_700_000_000_000 }), comparison: null });
    const panel = await opened(reading(0.02));
    expect(await panel.page.locator('vq-state .left').count()).toBe(0);
    await panel.page.waitForTimeout(2200);
    await panel.send(reading(0.12));
    await expect.poll(() => panel.text('vq-state .left')).toBe('about 20 s left');
    await panel.send(still({ run: working({ station: 'compare', clip: null, share: null }), comparison: null }));
    expect(await panel.page.locator('vq-state .left').count()).toBe(0);
    await panel.close();
  });

  test('failed: no player says that it is loading what will not come', async () => {
    const failed = (path?: string): ComparePanelState => {
      const error = { code: 'media/not-a-video' as const, message: 'm', ...(path ? { path } : {}) };
      return still({ run: { status: 'failed', error }, comparison: null });
    };
    const panel = await opened(still({ run: working(), comparison: null }));
    expect(await panel.text('vq-players .box.b')).toBe('Loading');
    await panel.send(failed('/clips/encode_crf32.mp4'));
    expect(await panel.text('vq-players .box.b')).toBe('B could not be read.');
    expect(await panel.text('vq-players .box.a')).toBe('There is no picture of A.');
    await panel.send(failed());
    expect(await panel.text('vq-players .box.b')).toBe('There is no picture of B.');
    await panel.close();
  });

  test('a copy made for playback says what it is, and that its sound may be missing where the clip has sound', async () => {
    const copy = {
      uri: '/clips/c30.mp4',
      source: 'proxy' as const,
      proxyShare: null,
      note: 'H.264 copy made for playback',
    };
    const b = clip('hevc.mp4', null, { media: copy });
    const panel = await browser.open();
    await panel.sendAndLoad(panelState({ b }));
    expect(await panel.text('vq-players .copy')).toBe('H.264 copy made for playback. Its sound may be missing.');
    await panel.send(panelState({ b: { ...b, facts: facts({ audio: null }) } }));
    await expect.poll(() => panel.text('vq-players .copy')).toBe('H.264 copy made for playback');
    await panel.send(panelState({ b: { ...b, media: { ...copy, note: 'H.264 copy without sound' } } }));
    await expect.poll(() => panel.text('vq-players .copy')).toBe('H.264 copy without sound');
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

  test('a store in trouble: a banner above the result, in the words of the host', async () => {
    const panel = await opened(still({ storeNote: 'No room for the store.' }));
    expect(await panel.text('vq-state')).toContain('No room for the store.');
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
