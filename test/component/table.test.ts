/** The rank table through the messages a host sends: rows, order, filter, selection, keys, live updates, failures, memory. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ComponentBrowser, type Options } from './harness/panel.js';
import { grouped, picture, progress, ranking, reordered, row, tableState, type Ranking } from './harness/ranking.js';
import { Table } from './harness/table.js';
import { facts } from './harness/states.js';
import type { RankTableState } from '../../src/protocol/table.js';

let browser: ComponentBrowser;
beforeAll(async () => {
  browser = await ComponentBrowser.start();
});
afterAll(() => browser.close());

const opened = (
  from: Ranking = ranking(),
  state: Partial<RankTableState> = {},
  options: Options = {},
): Promise<Table> => Table.openWith(browser, from, state, { height: 900, ...options });
const best = ranking().rows.map((r) => r.path);
const many = (count: number): Ranking => {
  const paths = Array.from({ length: count }, (_, i) => `f${i % 20}/clip_${i}.mp4`);
  return {
    clips: paths.map((path) => ({ path, facts: facts({ path }), error: null })),
    rows: paths.map((path, i) => row(path, i + 1, 5 - (10 * i) / count)),
  };
};

describe('rows', () => {
  test('show what is known of each clip, in the order of the ranking', async () => {
    const table = await opened();
    expect((await table.paths()).slice(0, 3)).toEqual(best.slice(0, 3));
    const words = await table.text(`vq-table-grid .row[data-path="${best[1]!}"]`);
    for (const part of [
      '2',
      'night_x264_ crf18.mp4',
      'day1',
      '+2.7',
      '10 / 2',
      'banding',
      'H.264',
      '8.0 Mb/s',
      'ranked',
    ])
      expect(words).toContain(part);
    expect(await table.text('vq-table-header')).toContain('26 clips');
    await table.close();
  });

  test('that could not be read stand last, with the reason and a way to try again', async () => {
    const table = await opened(ranking(), {}, { height: 1600 });
    expect((await table.paths()).slice(-2)).toEqual(['day1/broken1.mp4', 'day1/broken2.mp4']);
    const failed = table.row('day1/broken1.mp4');
    expect(await failed.innerText()).toContain('The file ends too early');
    await failed.getByRole('button', { name: 'Try broken1.mp4 again' }).click();
    expect(await table.last()).toEqual({ type: 'retry', paths: ['day1/broken1.mp4'] });
    await failed.click();
    expect(await table.text('vq-table-status')).toContain('day1/broken1.mp4 ends in the middle of a frame.');
    await table.page.getByRole('button', { name: 'Try again' }).last().click();
    expect((await table.intents()).filter((i) => i.type === 'retry').at(-1)).toMatchObject({ type: 'retry' });
    await table.close();
  });

  test('whose interval overlaps with the one above say so in words', async () => {
    const table = await opened();
    const name = `Could as well stand above ${best[0]!}: their intervals overlap`;
    expect(await table.row(best[1]!).getByRole('img', { name }).count()).toBe(1);
    expect(await table.row(best[6]!).locator('.tie').count()).toBe(0);
    await table.close();
  });

  test('ask for a picture when they were seen for a moment, and for more when looked through', async () => {
    const table = await opened();
    expect(await table.intent('needThumbnails')).toMatchObject({ count: 1 });
    await table.page.waitForTimeout(300);
    const asked = (await table.intents()).filter((i) => i.type === 'needThumbnails');
    expect(asked.length).toBeLessThan(26);
    expect(asked.some((i) => i.path === 'day1/broken1.mp4')).toBe(false);
    const cell = table.row(best[2]!).locator('.thumbnail');
    await cell.hover();
    expect(await table.intent('needThumbnails')).toEqual({ type: 'needThumbnails', path: best[2], count: 8 });
    const pictures = [0, 90, 180, 270].map(picture);
    await table.send({ type: 'thumbnails', path: best[2]!, pictures });
    const box = (await cell.boundingBox())!;
    for (const [i, source] of pictures.entries()) {
      await table.page.mouse.move(box.x + (box.width * (i + 0.5)) / 4, box.y + 10);
      await expect.poll(() => cell.locator('img').getAttribute('src')).toBe(source);
    }
    expect(await table.violations()).toEqual([]);
    await table.close();
  });

  test('of 10,000 clips only a window is in the document; the end is a key away', async () => {
    const table = await opened(many(10_000));
    expect(await table.rows.count()).toBeLessThan(60);
    expect(await table.grid.getAttribute('aria-rowcount')).toBe('10001');
    await table.grid.focus();
    await table.page.keyboard.press('End');
    await table.row('f19/clip_9999.mp4').waitFor();
    expect(await table.rows.count()).toBeLessThan(60);
    expect(await table.row('f19/clip_9999.mp4').getAttribute('aria-rowindex')).toBe('10001');
    await table.close();
  });
});

describe('order, filter, groups', () => {
  test('a head sorts by click and by Enter, and says which way', async () => {
    const table = await opened();
    const head = table.page.getByRole('columnheader', { name: 'Length' });
    expect(await head.getAttribute('aria-sort')).toBe('none');
    await head.getByRole('button').click();
    expect(await head.getAttribute('aria-sort')).toBe('descending');
    expect(await table.rows.first().innerText()).toContain('0:16');
    await head.getByRole('button').press('Enter');
    expect(await head.getAttribute('aria-sort')).toBe('ascending');
    expect(await table.rows.first().innerText()).toContain('0:10');
    await table.close();
  });

  test('the filter shows what matches; a term it cannot read is told beside it', async () => {
    const table = await opened();
    const box = table.page.getByRole('searchbox', { name: 'Filter' });
    await table.page.keyboard.press('/');
    await table.page.keyboard.type('coast codec:hevc rank<=10');
    await expect.poll(() => table.paths()).toEqual(['day2/coast_x265_crf18.mp4', 'day2/coast_x265_crf22.mp4']);
    expect(await table.text('vq-table-header')).toContain('2 of 26 clips');
    await box.fill('coast score<abc');
    expect(await table.text('vq-table-toolbar #problems')).toBe('"score<abc": a number belongs after <');
    expect(await box.getAttribute('aria-invalid')).toBe('true');
    await expect.poll(() => table.rows.count()).toBe(8);
    await box.press('Escape');
    await expect.poll(() => table.text('vq-table-header')).toContain('26 clips');
    expect(table.errors).toEqual([]);
    await table.close();
  });

  test('groups have heads that fold by click and by key; grouping is asked of the host', async () => {
    const rows = grouped(ranking().rows, (path) => path.split('/')[0]!);
    const table = await opened({ ...ranking(), rows }, { grouping: 'folder' });
    const heads = table.page.locator('vq-table-grid .row.group');
    expect((await heads.first().innerText()).replaceAll(/\s+/g, ' ')).toContain('day1 14 clips');
    await heads.first().click();
    await expect.poll(() => table.paths().then((p) => p.every((x) => x.startsWith('day2')))).toBe(true);
    expect(await heads.first().getAttribute('aria-expanded')).toBe('false');
    await table.page.keyboard.press('ArrowRight');
    await expect.poll(() => heads.first().getAttribute('aria-expanded')).toBe('true');
    await table.page.getByRole('combobox', { name: 'Group by' }).click();
    await table.page.getByRole('option', { name: 'content' }).click();
    expect(await table.last()).toEqual({ type: 'group', grouping: 'content' });
    await table.close();
  });

  test('columns come and go by their menu', async () => {
    const table = await opened();
    expect(await table.page.getByRole('columnheader', { name: 'Size' }).count()).toBe(0);
    await table.page.getByRole('button', { name: 'Columns' }).click();
    await table.page.getByRole('menuitemcheckbox', { name: 'Size' }).click();
    await table.page.getByRole('columnheader', { name: 'Size' }).waitFor();
    await table.page.getByRole('menuitemcheckbox', { name: 'Size' }).click();
    await table.page.getByRole('columnheader', { name: 'Size' }).waitFor({ state: 'detached' });
    await table.page.keyboard.press('Escape');
    await table.close();
  });
});

describe('selection', () => {
  test('one opens, two compare with the one ranked higher as A, and show their margin', async () => {
    const table = await opened();
    await table.row(best[6]!).click();
    await table.page.keyboard.press('Enter');
    expect(await table.last()).toEqual({ type: 'open', path: best[6] });
    await table.row(best[0]!).click({ modifiers: ['Control'] });
    expect(await table.text('vq-table-status')).toMatch(
      /^night_x265_crf18.mp4 looks noticeably better than night_x265_crf22.mp4: \+1\.\d \(\+\d\.\d to \+\d\.\d\)\. Enter compares\./,
    );
    await table.page.keyboard.press('Enter');
    expect(await table.last()).toEqual({ type: 'compare', a: best[0], b: best[6] });
    await table.row(best[3]!).click({ modifiers: ['Shift'] });
    expect(await table.text('vq-table-status')).toContain('4 clips selected');
    await table.row(best[2]!).dblclick();
    expect(await table.last()).toEqual({ type: 'open', path: best[2] });
    await table.close();
  });

  test('everything can be reached and done by keys alone', async () => {
    const table = await opened();
    const { keyboard } = table.page;
    await table.grid.focus();
    for (const key of ['ArrowDown', 'ArrowDown', 'Shift+ArrowDown']) await keyboard.press(key);
    expect(await table.grid.getAttribute('aria-activedescendant')).toBe('row-2');
    expect(await table.row(best[2]!).getAttribute('aria-selected')).toBe('true');
    await keyboard.press('Enter');
    expect(await table.last()).toEqual({ type: 'compare', a: best[1], b: best[2] });
    await keyboard.press('Home');
    await keyboard.press('ArrowDown');
    await keyboard.press('d');
    expect(await table.last()).toEqual({ type: 'compare', a: best[0], b: best[1] });
    await keyboard.press('b');
    expect(await table.last()).toEqual({ type: 'reference', path: best[1] });
    await keyboard.press('x');
    expect(await table.last()).toEqual({ type: 'exclude', paths: [best[1]], excluded: true });
    await keyboard.press('Shift+C');
    expect(await table.last()).toEqual({ type: 'copyPath', paths: [best[1]] });
    await keyboard.press('Control+c');
    const copied = await table.intent('copyText');
    expect(copied.text.split('\n')).toHaveLength(2);
    expect(copied.text).toContain(`2\t${best[1]}\t2.`);
    await keyboard.press('Shift+F10');
    await table.page.getByRole('menuitem', { name: 'Show in the explorer' }).press('Enter');
    expect(await table.last()).toEqual({ type: 'reveal', path: best[1] });
    // The focus is back in the rows.
    await keyboard.press('Control+a');
    expect(await table.text('vq-table-status')).toContain('26 clips selected');
    await keyboard.press('Escape');
    await keyboard.press('Space');
    expect(await table.row(best[1]!).getAttribute('aria-selected')).toBe('true');
    await keyboard.press('e');
    await table.page.getByRole('menuitem', { name: 'Markdown' }).press('Enter');
    expect(await table.last()).toEqual({ type: 'export', format: 'markdown' });
    await keyboard.press('?');
    await table.page.getByRole('dialog', { name: 'Keys' }).waitFor();
    await keyboard.press('Escape');
    await keyboard.press('v');
    expect(await table.last()).toEqual({ type: 'reveal', path: best[1] });
    expect(await table.violations()).toEqual([]);
    await table.close();
  });

  test('what is arranged comes back after a reload', async () => {
    const table = await opened();
    await table.page.getByRole('columnheader', { name: 'Bit rate' }).getByRole('button').click();
    await table.page.getByRole('searchbox').fill('coast');
    await table.row('day2/coast_x265_crf22.mp4').click();
    await table.page.getByRole('button', { name: 'Quality against bit rate' }).click();
    const before = await table.paths();
    await table.page.waitForTimeout(500);
    await table.page.reload();
    await table.intent('ready');
    await table.whole(ranking());
    expect(await table.paths()).toEqual(before);
    expect(await table.page.getByRole('searchbox').inputValue()).toBe('coast');
    expect(await table.row('day2/coast_x265_crf22.mp4').getAttribute('aria-selected')).toBe('true');
    expect(await table.text('vq-plot-rate')).toContain('Worth keeping');
    await table.close();
  });
});

describe('while it is ranked', () => {
  const turned = { type: 'rows' as const, rows: reordered(ranking().rows, [...best.slice(0, 24)].reverse()) };

  test('rows do not move under a moving pointer; values are new at once; the order follows when it is still', async () => {
    const table = await opened(ranking(), { run: { status: 'working', since: 0 }, progress: progress() });
    const second = table.row(best[1]!);
    const box = (await second.boundingBox())!;
    const wiggle = async (): Promise<void> => {
      for (const by of [0, 3, 6]) await table.page.mouse.move(box.x + 200 + by, box.y + 12);
    };
    await wiggle();
    await table.send(turned);
    for (let i = 0; i < 4; i++) {
      await wiggle();
      expect(await table.top(best[1]!)).toBe(box.y);
      await table.page.waitForTimeout(150);
    }
    expect(await second.innerText()).toContain('23');
    await expect.poll(() => table.paths().then((p) => p[0]), { timeout: 3000 }).not.toBe(best[0]);
    await table.close();
  });

  test('without a pointer the order is new at once, sliding there, and not with reduced motion', async () => {
    for (const reducedMotion of [false, true]) {
      const table = await opened(ranking(), {}, { reducedMotion });
      await table.page.mouse.move(5, 5);
      const sliding = table.page.evaluate(async () => {
        const root = document.querySelector('vq-rank-table')!.shadowRoot!.querySelector('vq-table-grid')!.shadowRoot!;
        let most = 0;
        for (let i = 0; i < 60; i++) {
          await new Promise(requestAnimationFrame);
          const running = root.getAnimations().filter((a) => !(a instanceof CSSTransition));
          most = Math.max(most, running.length);
        }
        return most;
      });
      await table.send(turned);
      expect((await table.paths())[0]).toBe(best[23]);
      if (reducedMotion) expect(await sliding).toBe(0);
      else expect(await sliding).toBeGreaterThan(3);
      await table.close();
    }
  });

  test('the row with the focus stays where it is on the screen', async () => {
    const from = many(300);
    const table = await opened(from);
    await table.grid.focus();
    for (let i = 0; i < 4; i++) await table.page.keyboard.press('PageDown');
    await table.page.mouse.move(5, 5);
    const focused = (await table.grid.getAttribute('aria-activedescendant'))!.slice(4);
    const { path } = from.rows[Number(focused)]!;
    const before = await table.top(path);
    const fresh = Array.from({ length: 7 }, (_, i) => row(`new/${i}.mp4`, i + 1, 6));
    await table.send({ type: 'rows', rows: [...fresh, ...from.rows.map((r) => ({ ...r, rank: r.rank! + 7 }))] });
    await table.page.waitForTimeout(400);
    expect(Math.abs((await table.top(path)) - before)).toBeLessThanOrEqual(1);
    expect(await table.grid.getAttribute('aria-activedescendant')).toBe(`row-${Number(focused) + 7}`);
    await table.close();
  });

  test('stage, amount, rate and time left are told; it can be paused, gone on with and stopped', async () => {
    const table = await opened(ranking(), { run: { status: 'working', since: 0 }, progress: progress() });
    const words = await table.text('vq-table-header');
    for (const part of ['Comparing clips', '130 of about 320 comparisons', '41 comparisons a second', 'about 5 s left'])
      expect(words).toContain(part);
    await table.page.getByRole('button', { name: 'Pause' }).click();
    expect(await table.last()).toEqual({ type: 'pause' });
    await table.send({ type: 'state', state: tableState({ run: { status: 'paused' }, progress: progress() }) });
    await table.page.getByRole('button', { name: 'Go on' }).click();
    expect(await table.last()).toEqual({ type: 'resume' });
    await table.page.keyboard.press('q');
    expect(await table.last()).toEqual({ type: 'cancel' });
    await table.send({ type: 'state', state: tableState({ run: { status: 'idle' } }) });
    expect(await table.text('vq-table-state')).toContain('Stopped. What was done is kept.');
    expect(await table.rows.count()).toBeGreaterThan(10);
    await table.close();
  });
});

describe('other states', () => {
  const none: Ranking = { clips: [], rows: [] };
  test.each([
    ['nothing yet', none, { run: { status: 'idle' }, progress: null }, 'Which of them look best?'],
    ['an empty folder', none, {}, 'This folder holds no video files.'],
    ['one clip', ranking(1, 0), {}, 'A ranking needs two or more.'],
    ['nothing but broken files', ranking(0, 3), {}, 'None of the clips could be read'],
  ] as const)('%s gets a clear answer', async (_, from, state, words) => {
    const table = await opened(from, state as Partial<RankTableState>);
    expect(await table.text('vq-table-state')).toContain(words);
    await table.close();
  });

  test('a failure has code, sentence, remedy and details; rows that are there stay', async () => {
    const error = { code: 'store/full' as const, message: 'The disk is full.', details: 'ENOSPC' };
    const table = await opened(ranking(), { run: { status: 'failed', error } });
    const words = await table.text('vq-table-state');
    for (const part of ['No room to keep results', 'The disk is full.', 'store/full', 'ENOSPC'])
      expect(words).toContain(part);
    await table.page.getByRole('button', { name: 'Copy details' }).click();
    expect(await table.last()).toEqual({ type: 'copyDetails' });
    expect(await table.rows.count()).toBeGreaterThan(5);
    await table.close();
  });

  test('hostile names and reasons are shown as text', async () => {
    const evil = '<img src=x onerror="document.title=1"><b>x</b>.mp4';
    const error = { code: 'internal' as const, message: evil, path: evil };
    const rows = [row(evil, 1, 1), ...ranking(4, 0).rows];
    const table = await opened(
      { clips: [{ path: evil, facts: null, error }], rows },
      { title: evil, deviceNote: evil, storeNote: evil },
    );
    await table.row(evil.replaceAll('"', '\\"')).first().click();
    for (const part of ['vq-table-header', 'vq-table-state', 'vq-table-status', 'vq-table-grid'])
      expect(await table.text(part)).toContain('onerror');
    expect(await table.page.title()).toBe('test');
    expect(await table.violations()).toEqual([]);
    await table.close();
  });
});

describe('plots', () => {
  test('open by key, each with words or a table; the matrix asks for the pairs it shows', async () => {
    const table = await opened();
    for (const name of ['Distribution of scores', 'Quality against bit rate', 'Agreement of direct comparisons'])
      await table.page.getByRole('button', { name }).press('Enter');
    expect(await table.text('vq-plot-scores')).toContain('As a table');
    expect(await table.text('vq-plot-rate')).toContain('Worth keeping: 4 encodes');
    await table.page.getByLabel('Families by').selectOption('codec');
    await expect.poll(() => table.text('vq-plot-rate')).toMatch(/H\.265 needs \d+\.\d % less bit rate than H\.264/);
    const { paths } = await table.intent('needPairs');
    expect(paths).toHaveLength(24);
    await table.send({ type: 'pairs', pairs: [{ a: best[5]!, b: best[0]!, margin: 1.5, stdDev: 0.2 }] });
    expect(await table.text('vq-plot-agreement')).toContain('1 of them against the scale');
    await table.row(best[0]!).click();
    await table.row(best[2]!).click({ modifiers: ['Shift'] });
    await expect.poll(async () => (await table.intent('needPairs')).paths).toEqual(best.slice(0, 3));
    await table.close();
  });
});

describe('for everybody', () => {
  interface Node {
    role?: { value?: string };
    name?: { value?: string };
    ignored?: boolean;
  }
  const ROLES = ['button', 'searchbox', 'combobox', 'grid', 'columnheader', 'menuitem', 'img', 'table'];

  test('every control has a name; rows, cells and heads have their roles', async () => {
    const table = await opened(ranking(), { run: { status: 'working', since: 0 }, progress: progress() });
    await table.page.getByRole('button', { name: 'Quality against bit rate' }).click();
    const session = await table.page.context().newCDPSession(table.page);
    const { nodes } = (await session.send('Accessibility.getFullAXTree')) as unknown as { nodes: Node[] };
    const controls = nodes.filter((n) => !n.ignored && ROLES.includes(n.role?.value ?? ''));
    expect(controls.length).toBeGreaterThan(30);
    expect(controls.filter((n) => !n.name?.value?.trim())).toEqual([]);
    expect(nodes.filter((n) => n.role?.value === 'row').length).toBeGreaterThan(10);
    expect(nodes.filter((n) => n.role?.value === 'gridcell').length).toBeGreaterThan(100);
    const score = table.row(best[1]!).locator('.score');
    expect(await score.getAttribute('aria-label')).toMatch(/^score \+2\.7, 95 % from \+2\.\d to \+2\.\d$/);
    expect(await table.grid.getAttribute('aria-colcount')).toBe('13');
    expect(await table.grid.getAttribute('aria-multiselectable')).toBe('true');
    await table.close();
  });

  test('the bundle stays under 400 kB', () => {
    expect(browser.server.rankBundleBytes).toBeLessThan(400_000);
  });
});
