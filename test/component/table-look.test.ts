/**
 * The main states of the rank table in dark, light, high contrast and narrow: nothing sticks out, nothing is refused. With
 * UPDATE_SCREENSHOTS=1 the pictures are written to test/screenshots, to be looked at.
 */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { ComponentBrowser, type Options } from './harness/panel.js';
import { unrankedRow } from '../../src/protocol/rank.js';
import { grouped, picture, progress, ranking } from './harness/ranking.js';
import { Table } from './harness/table.js';
import type { RankTableState } from '../../src/protocol/table.js';

const FOLDER = join(import.meta.dirname, '../screenshots');
let browser: ComponentBrowser;
beforeAll(async () => {
  browser = await ComponentBrowser.start();
});
afterAll(() => browser.close());

const scene = (path: string): string => path.split('/')[1]!.split('_')[0]!;
const small = ranking();
const inGroups = { ...small, rows: grouped(small.rows, scene) };
const early = {
  clips: small.clips.slice(0, 20),
  rows: [...small.rows.slice(0, 9), ...small.rows.slice(9, 20).map((r) => unrankedRow(r.path, 'waiting'))],
};
const referred = {
  ...small,
  rows: small.rows.map((r, i) =>
    r.score === null
      ? r
      : {
          ...r,
          toReference:
            i === 2
              ? null
              : {
                  margin: r.score - small.rows[2]!.score!,
                  interval95: [r.score - small.rows[2]!.score! - 0.3, r.score - small.rows[2]!.score! + 0.3] as [
                    number,
                    number,
                  ],
                },
        },
  ),
};
const missing: Partial<RankTableState> = {
  run: {
    status: 'failed',
    error: {
      code: 'ffmpeg/not-found',
      message: 'ffmpeg was not found on the PATH, nor at the place the setting names.',
    },
  },
  progress: null,
};

interface Look {
  ranking: typeof small;
  state?: Partial<RankTableState>;
  options?: Options;
  act?: (table: Table) => Promise<void>;
}
const chooseTwo = async (table: Table): Promise<void> => {
  await table.rows.nth(1).click();
  await table.rows.nth(4).click({ modifiers: ['Control'] });
};
const openPlots = async (table: Table): Promise<void> => {
  for (const name of ['Distribution of scores', 'Quality against bit rate', 'Agreement of direct comparisons'])
    await table.page.getByRole('button', { name }).click();
  const { paths } = await table.intent('needPairs');
  const pairs = paths.flatMap((a, i) =>
    paths.slice(i + 1).flatMap((b, j) => {
      if ((i * 7 + j) % 5 === 0) return [];
      const margin = (i + j) % 11 === 3 ? -0.9 : 0.2 + 0.2 * j;
      return [{ a, b, margin, stdDev: (i + j) % 2 ? 0.3 : 0.6 }];
    }),
  );
  await table.send({ type: 'pairs', pairs });
};
const LOOKS: Record<string, Look> = {
  dark: { ranking: small, act: chooseTwo },
  light: { ranking: inGroups, state: { grouping: 'name' }, options: { theme: 'light' } },
  'high-contrast': {
    ranking: referred,
    state: { reference: small.rows[2]!.path, excluded: [small.rows[7]!.path] },
    options: { theme: 'highContrast', width: 1300 },
    act: async (table) => {
      await table.page.keyboard.press('c');
      await table.page.getByRole('menuitemcheckbox', { name: 'To the reference' }).click();
      await table.page.keyboard.press('Escape');
      await chooseTwo(table);
    },
  },
  narrow: { ranking: small, options: { width: 420 }, act: chooseTwo },
  'working-menu-dark': {
    ranking: early,
    state: { run: { status: 'working', since: 0 }, progress: progress(), deviceNote: 'No GPU was found.' },
    act: (table) => table.rows.nth(3).click({ button: 'right' }),
  },
  'filter-light': {
    ranking: small,
    options: { theme: 'light' },
    act: (table) => table.page.getByRole('searchbox').fill('coast score<abc codec:hevc'),
  },
  'plots-dark': { ranking: small, options: { height: 700 }, act: openPlots },
  'plots-light': {
    ranking: inGroups,
    state: { grouping: 'name' },
    options: { theme: 'light', height: 700 },
    act: openPlots,
  },
  'plots-narrow': { ranking: small, options: { width: 420, theme: 'highContrast' }, act: openPlots },
  'nothing-yet-light': {
    ranking: { clips: [], rows: [] },
    state: { run: { status: 'idle' }, progress: null },
    options: { theme: 'light', height: 500 },
  },
  'empty-dark': { ranking: { clips: [], rows: [] }, options: { height: 400 } },
  'ffmpeg-missing-high-contrast': {
    ranking: { clips: [], rows: [] },
    state: missing,
    options: { theme: 'highContrast' },
  },
};

test.each(Object.entries(LOOKS))('the table looks right: %s', async (name, { ranking: shown, state, options, act }) => {
  const table = await Table.openWith(browser, shown, state, { reducedMotion: true, height: 800, ...options });
  for (const [i, { path }] of shown.rows.entries())
    await table.send({ type: 'thumbnails', path, pictures: i % 7 === 6 ? [] : [picture(i * 37)] });
  await act?.(table);
  await table.page.waitForTimeout(500);
  const overflow = await table.page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
  expect(overflow).toBeLessThanOrEqual(0);
  if (process.env['UPDATE_SCREENSHOTS']) {
    const png = await table.page.screenshot({ fullPage: true });
    const palette = '[0:v]split[a][b];[a]palettegen=max_colors=96[p];[b][p]paletteuse=dither=none';
    const out = join(FOLDER, `component-rank-${name}.png`);
    execFileSync('ffmpeg', ['-v', 'error', '-y', '-i', '-', '-filter_complex', palette, '-frames:v', '1', out], {
      input: png,
    });
  }
  expect(await table.violations()).toEqual([]);
  expect(table.errors).toEqual([]);
  await table.close();
});
