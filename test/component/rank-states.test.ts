/** The rank table when something stands in its way, and its plots, through the messages a host sends. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ComponentBrowser } from './harness/panel.js';
import { progress, ranking, row, tableState, type Ranking } from './harness/ranking.js';
import { Table } from './harness/table.js';
import type { RankTableState } from '../../src/protocol/table.js';

let browser: ComponentBrowser;
beforeAll(async () => {
  browser = await ComponentBrowser.start();
});
afterAll(() => browser.close());

const opened = (from: Ranking = ranking(), state: Partial<RankTableState> = {}): Promise<Table> =>
  Table.openWith(browser, from, state, { height: 900 });
const best = ranking().rows.map((r) => r.path);

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

  test('after a lost worker a ranking goes on by the button of the card, and says so', async () => {
    const error = { code: 'worker/crashed' as const, message: 'The worker ended.' };
    const table = await opened(ranking(), { run: { status: 'failed', error } });
    expect(await table.text('vq-table-state')).toMatch(
      /The ranking stopped.*It does not go on by itself: Retry goes on/s,
    );
    await table.page.getByRole('button', { name: 'Retry' }).click();
    expect(await table.last()).toEqual({ type: 'run', fresh: false });
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
    expect(await table.text('vq-plot-rate')).toMatch(/within one content.*Worth keeping: 12 encodes/s);
    await table.page.getByLabel('Families by').selectOption('codec');
    await expect.poll(() => table.text('vq-plot-rate')).toMatch(/H\.265 needs \d+\.\d % less bit rate than H\.264/);
    const { paths } = await table.intent('needPairs');
    expect(paths).toHaveLength(24);
    const pairs = best.slice(1, 5).map((b) => ({ a: best[0]!, b, margin: 0.4, stdDev: 3.1 }));
    await table.send({ type: 'pairs', pairs });
    expect(await table.text('vq-plot-agreement')).toContain('none contradicts the scale');
    await table.send({ type: 'pairs', pairs: [...pairs, { a: best[5]!, b: best[0]!, margin: 1.5, stdDev: 3.1 }] });
    expect(await table.text('vq-plot-agreement')).toContain('1 of them against the scale');
    const asked = async (): Promise<number> => (await table.intents()).filter((i) => i.type === 'needPairs').length;
    const before = await asked();
    const working = { run: { status: 'working', since: 0 } as const, progress: progress({ comparisons: 130 }) };
    await table.send({ type: 'state', state: tableState(working) });
    await expect.poll(asked).toBe(before + 1);
    await table.send({ type: 'state', state: tableState({ ...working, progress: progress({ comparisons: 150 }) }) });
    await expect.poll(asked).toBe(before + 2);
    await table.row(best[0]!).click();
    await table.row(best[2]!).click({ modifiers: ['Shift'] });
    await expect.poll(async () => (await table.intent('needPairs')).paths).toEqual(best.slice(0, 3));
    await table.close();
  });
});
