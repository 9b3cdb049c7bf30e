/** What a reviewer reads in a text editor: lines with the hints that stand in them, lenses, hovers, badges of the Explorer. */
import { expect } from 'vitest';
import type { Locator, Page } from 'playwright-core';
import { explorerItem } from './workbench.js';

/** Spaces of the editor are no-break spaces. */
const plain = (text: string): string => text.replaceAll('\u00a0', ' ').replace(/[\u200b\u200c]/g, '');

/** Visible lines from top to bottom, as they are drawn: with their hints. */
export async function shownLines(page: Page): Promise<string[]> {
  const lines = page.locator('.editor-instance .view-lines .view-line');
  const found = await lines.evaluateAll((elements) =>
    elements.map((element) => ({ top: element.getBoundingClientRect().top, text: element.textContent ?? '' })),
  );
  return found.sort((a, b) => a.top - b.top).map(({ text }) => plain(text));
}

/** Waits until the line that begins so ends so; gives how long that took, milliseconds. */
export async function untilLine(page: Page, begins: string, ends: RegExp, timeout = 60_000): Promise<number> {
  const start = Date.now();
  const line = async (): Promise<string> => (await shownLines(page)).find((text) => text.startsWith(begins)) ?? '';
  await expect.poll(line, { timeout, interval: 25 }).toMatch(ends);
  return Date.now() - start;
}

/** The hint with this text in the line that begins so. */
export function hint(page: Page, begins: string, text: string): Locator {
  const spaces = (words: string): RegExp =>
    new RegExp(words.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&').replaceAll(' ', '\\s'));
  const line = page.locator('.editor-instance .view-line').filter({ hasText: spaces(begins) });
  return line
    .locator('span > span')
    .filter({ hasText: spaces(text) })
    .last();
}

export const lens = (page: Page, title: string): Locator =>
  page.locator('.codelens-decoration a').filter({ hasText: title });

/** The badge beside the first file of this name, as CSS draws it; empty: none. */
export function badge(page: Page, name: string): Promise<string> {
  return explorerItem(page, name)
    .first()
    .evaluate((row) => {
      const texts = [...row.querySelectorAll('*')].map((element) => getComputedStyle(element, '::after').content);
      return texts.find((text) => /^"[A-Z0-9]{1,2}"$/.test(text))?.replaceAll('"', '') ?? '';
    });
}
