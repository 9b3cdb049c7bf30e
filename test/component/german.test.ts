/**
 * Panel and table in German: no word of the extension's own is left in English, figures have a comma, nothing sticks out of its
 * place, wide or narrow, and the model's English is marked as such. With UPDATE_SCREENSHOTS=1 the pictures are written to
 * test/screenshots.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Words } from '../../src/protocol/index.js';
import { ComponentBrowser, type Panel } from './harness/panel.js';
import { grouped, picture, progress, ranking } from './harness/ranking.js';
import { clip, comparison, panelState, working } from './harness/states.js';
import { Table } from './harness/table.js';

const FOLDER = join(import.meta.dirname, '../screenshots');
const words = JSON.parse(readFileSync(join(import.meta.dirname, '../../l10n/words.de.json'), 'utf8')) as Words;
/** English texts whose German is another one, long enough to be no part of a German word. */
const ENGLISH = Object.entries({ ...words.panels, ...words.sentences })
  .filter(([text, wording]) => text !== wording && !text.includes('{') && /^\p{L}[\p{L} ,.;:]{5,}$/u.test(text))
  .map(([text]) => text);

let browser: ComponentBrowser;
beforeAll(async () => {
  browser = await ComponentBrowser.start();
});
afterAll(() => browser.close());

/** Everything that is to be read, heard or pointed at in a page, the model's own words left out: one text each. */
const saidIn = (page: Page): Promise<string[]> =>
  page.evaluate(() => {
    const said: string[] = [];
    const read = (node: Node): void => {
      if (node instanceof Element) {
        if (node.matches('[lang=en], style, script, code')) return;
        for (const name of ['title', 'aria-label', 'placeholder', 'aria-valuetext'])
          said.push(node.getAttribute(name) ?? '');
        if (node.shadowRoot) node.shadowRoot.childNodes.forEach(read);
      } else if (node instanceof Text) said.push(node.data);
      node.childNodes.forEach(read);
    };
    read(document.body);
    return said.map((text) => text.replaceAll(/\s+/g, ' ').trim()).filter((text) => text !== '');
  });

const englishIn = (said: readonly string[]): string[] => ENGLISH.filter((text) => said.includes(text));

/** Elements whose text is cut off, or that reach beyond the page; names of files may end in an ellipsis. */
const cutOff = (page: Page): Promise<string[]> =>
  page.evaluate(() => {
    const found: string[] = [];
    const width = document.documentElement.clientWidth;
    const look = (root: Document | ShadowRoot): void => {
      for (const element of root.querySelectorAll<HTMLElement>('*')) {
        if (element.shadowRoot) look(element.shadowRoot);
        const style = getComputedStyle(element);
        if (element.closest('.hidden, .ellipsis, .scroller, pre, .wide') || style.visibility === 'hidden') continue;
        const box = element.getBoundingClientRect();
        if (box.width === 0 || box.height <= 1) continue;
        const words = (element.textContent ?? '').trim().slice(0, 60);
        if (box.right > width + 1 && style.position !== 'fixed')
          found.push(`beyond the page: ${element.tagName} ${words}`);
        const hides = style.overflowX === 'hidden' || style.overflowX === 'clip';
        if (hides && element.scrollWidth > element.clientWidth + 1) found.push(`cut off: ${element.tagName} ${words}`);
      }
    };
    look(document);
    return [...new Set(found)];
  });

async function keep(panel: Panel | Table, name: string): Promise<void> {
  if (process.env['UPDATE_SCREENSHOTS'] !== '1') return;
  await panel.page.screenshot({ path: join(FOLDER, `${name}.png`), fullPage: true });
}

const WIDTHS = [1100, 420] as const;

describe.each(WIDTHS)('in German, %i pixels wide', (width) => {
  test('the compare panel speaks German throughout', async () => {
    const done = comparison();
    const alignment = {
      ...done.alignment,
      notes: ['A misses 1 frame.', 'B was scaled down from 1920x1080 to 1280x720.'],
    };
    const panel = await browser.open({ language: 'de', width, height: 1400 });
    await panel.sendAndLoad(
      panelState({ comparison: { ...done, alignment }, stale: ['a.mp4'] }),
      'steht auf passenden Frames',
    );
    const said = await saidIn(panel.page);
    expect(englishIn(said)).toEqual([]);
    const text = said.join('\n');
    expect(text).toMatch(/A sieht (deutlich|viel|merklich) besser aus/);
    expect(text).toMatch(/\+\d,\d bis \+\d,\d/);
    expect(text).not.toMatch(/[+\u2212]\d\.\d/);
    expect(said).toContain('unten links');
    expect(text).toContain('A: fehlend 1 Frame.');
    expect(text).toContain('B wurde von 1920x1080 auf 1280x720 verkleinert.');
    expect(text).toContain('Das Modell schreibt Englisch.');
    expect(await panel.page.locator('html').getAttribute('lang')).toBe('de');
    const reasoning = panel.page.locator('vq-reasoning .text');
    expect(await reasoning.getAttribute('lang')).toBe('en');
    expect((await reasoning.innerText()).trim()).toBe(done.reasoning.trim());
    expect(await cutOff(panel.page)).toEqual([]);
    await keep(panel, `panel-german-${width}`);
    await panel.page.keyboard.press('?');
    await panel.page.getByRole('dialog').getByText('beide abspielen oder anhalten').waitFor();
    expect(await cutOff(panel.page)).toEqual([]);
    await keep(panel, `keys-german-${width}`);
    expect(await panel.violations()).toEqual([]);
    expect(panel.errors).toEqual([]);
    await panel.close();
  });

  test('an error of the engine, a copy in the making and a run say so in German', async () => {
    const panel = await browser.open({ language: 'de', width });
    const message = '"b.mp4" is not a video that ffmpeg can read. Choose a video file.';
    const b = clip('b.mp4', null, { media: { uri: null, source: 'proxy', proxyShare: 0.4, note: null } });
    await panel.send(
      panelState({ b, comparison: null, run: { status: 'failed', error: { code: 'media/not-a-video', message } } }),
    );
    const failed = await saidIn(panel.page);
    expect(failed).toContain('"b.mp4" ist kein Video, das ffmpeg lesen kann. Wählen Sie eine Videodatei.');
    expect(failed).toContain('Kein Bild in dieser Datei');
    expect(englishIn(failed)).toEqual([]);
    expect(await cutOff(panel.page)).toEqual([]);
    await keep(panel, `failed-german-${width}`);
    await panel.send(panelState({ comparison: null, run: working({ station: 'decode', clip: 'a', share: 0.4 }) }));
    const running = await saidIn(panel.page);
    expect(running).toContain('A: Die Frames werden angesehen');
    expect(englishIn(running)).toEqual([]);
    expect(await cutOff(panel.page)).toEqual([]);
    await panel.close();
  });

  test('the rank table speaks German throughout, plots and menus too', async () => {
    const small = ranking();
    const scene = (path: string): string => path.split('/')[1]!.split('_')[0]!;
    const table = await Table.openWith(
      browser,
      { ...small, rows: grouped(small.rows, scene) },
      { run: { status: 'done' }, grouping: 'content', progress: progress({ stage: 'done' }) },
      { language: 'de', width, height: 1200 },
    );
    await table.send({ type: 'thumbnails', path: small.clips[0]!.path, pictures: [picture(1)] });
    for (const name of [
      'Verteilung der Werte',
      'Qualität über der Bitrate',
      'Übereinstimmung der direkten Vergleiche',
    ]) {
      const heading = table.page.getByRole('button', { name });
      if ((await heading.getAttribute('aria-expanded')) === 'false') await heading.click();
    }
    await table.page.getByText('Es lohnen sich').waitFor();
    const said = await saidIn(table.page);
    expect(englishIn(said)).toEqual([]);
    const text = said.join('\n');
    for (const name of ['Rang', 'Wert', 'Hauptmangel', 'Bitrate', 'Gruppieren', 'Blockbildung'])
      expect(said).toContain(name);
    expect(text).toMatch(/Wert [+\u2212]\d,\d, zu 95 % von [+\u2212]?\d,\d bis/);
    expect(text).not.toMatch(/[+\u2212]\d\.\d/);
    expect(await cutOff(table.page)).toEqual([]);
    await keep(table, `table-german-${width}`);
    await table.page.getByRole('button', { name: 'Spalten' }).click();
    await table.page.getByRole('menuitemcheckbox', { name: 'Zur Referenz' }).waitFor();
    expect(await cutOff(table.page)).toEqual([]);
    expect(table.errors).toEqual([]);
    await table.page.context().close();
  });
});

test('a filter takes figures as German writes them, and as JSON does', async () => {
  const small = ranking();
  const table = await Table.openWith(browser, small, { run: { status: 'done' } }, { language: 'de' });
  const above = small.rows.filter((r) => (r.score ?? -9) > 1.5).map((r) => r.path);
  for (const term of ['score>1,5', 'score>1.5']) {
    await table.page.getByRole('searchbox').fill(term);
    await expect.poll(() => table.paths()).toEqual(above);
  }
  await table.page.getByRole('searchbox').fill('defect:blockb');
  await expect.poll(async () => (await table.paths()).length).toBeGreaterThan(0);
  await table.page.context().close();
});

test('a page whose words are broken speaks English', async () => {
  const panel = await browser.openPage('/', {});
  await panel.page.route('**/', async (route) => {
    const page = await (await route.fetch()).text();
    const block = '<script type="application/json" id="versusq-words">{"language":"de","words":3}</script><vq-';
    await route.fulfill({ body: page.replace('<vq-', block), contentType: 'text/html' });
  });
  await panel.page.reload();
  await panel.intent('ready');
  await panel.send(panelState({ run: { status: 'idle' }, comparison: null }));
  await panel.page.getByText('Which one looks better?').waitFor();
  expect(await panel.violations()).toEqual([]);
  await panel.close();
});
