/**
 * A real VS Code whose language is German: commands, compare panel and rank table speak it, and figures have a comma. VS Code's
 * own words are English here (session.ts); what extensions hear of the language is the same with a language pack.
 */
import { copyFileSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import type { Page } from 'playwright-core';
import { untilDone } from './panel.js';
import { screenshots, startSession, type Session } from './session.js';
import { untilRanked } from './table.js';
import { chooseFromContextMenu, explorerItem, frameWith, panelFrame, selectFiles } from './workbench.js';

const CLIPS = ['clean.mp4', 'crf45.mp4'];
let session: Session;
let page: Page;
beforeAll(async () => {
  session = await startSession((workspace) => {
    mkdirSync(join(workspace, 'encodes'));
    for (const name of CLIPS) copyFileSync(join(workspace, name), join(workspace, 'encodes', name));
  }, 'de');
  ({ page } = session);
});
afterAll(() => session?.stop());
afterEach((context) => session?.afterTest(context));

async function keep(name: string): Promise<void> {
  mkdirSync(screenshots, { recursive: true });
  await page.screenshot({ path: join(screenshots, `${name}.png`) });
}

it('the context menu and the compare panel speak German', async () => {
  await selectFiles(page, CLIPS);
  await chooseFromContextMenu(page, 'crf45.mp4', 'Qualität vergleichen');
  const frame = await panelFrame(page);
  const comparison = await untilDone(frame);
  expect(await frame.locator('html').getAttribute('lang')).toBe('de');
  await frame
    .locator('vq-verdict h2')
    .filter({ hasText: /A sieht .+ besser aus|Kein sichtbarer Unterschied/ })
    .waitFor();
  const margin = await frame.locator('vq-verdict .margin').innerText();
  expect(margin).toMatch(/^[+\u2212]?\d+,\d$/);
  expect(Number(margin.replace(',', '.').replace('\u2212', '-'))).toBeCloseTo(comparison.margin, 1);
  await frame.getByText('JSON kopieren').waitFor();
  await frame.getByText('Das Modell schreibt Englisch.').waitFor();
  expect(await frame.locator('vq-reasoning .text').getAttribute('lang')).toBe('en');
  await keep('german-panel');
});

it('the rank table speaks German', async () => {
  await explorerItem(page, 'encodes').click();
  await chooseFromContextMenu(page, 'encodes', 'Ordner nach Qualität ordnen');
  const frame = await frameWith(page, 'vq-rank-table');
  expect(await untilRanked(frame, CLIPS)).toHaveLength(2);
  for (const name of ['Rang', 'Wert', 'Hauptmangel', 'Bitrate'])
    await frame.getByRole('columnheader', { name, exact: true }).waitFor();
  await frame.getByText(/^geordnet durch \d+ Vergleich/).waitFor();
  await keep('german-table');
  expect(session.policyErrors).toEqual([]);
});
