/**
 * What a test reads from the document of a rank table, as a screen reader would: its grid and its rows.
 */
import { expect } from 'vitest';
import type { Frame, Locator } from 'playwright-core';

export const row = (frame: Frame, name: string): Locator => frame.getByRole('row').filter({ hasText: name }).first();

export interface ShownRow {
  name: string;
  /** null: none yet. */
  rank: number | null;
}

/** The rows from top to bottom; elements are used again while the list scrolls, so their order in the document says nothing. */
export async function shownRows(frame: Frame): Promise<ShownRow[]> {
  const rows = await frame
    .getByRole('grid')
    .getByRole('row')
    .evaluateAll((elements) =>
      elements.map((element) => ({
        index: Number(element.getAttribute('aria-rowindex')),
        text: element.textContent ?? '',
        rank: element.querySelector('[role="gridcell"][aria-colindex="1"]')?.textContent ?? '',
      })),
    );
  return rows
    .sort((a, b) => a.index - b.index)
    .map(({ text, rank }) => ({
      name: /[\w-]+\.mp4/.exec(text)?.[0] ?? '',
      rank: Number(/\d+/.exec(rank)?.[0] ?? 0) || null,
    }))
    .filter(({ name }) => name !== '');
}

/** Waits until exactly these clips are shown, and all that can be ranked are; gives their names, best first. */
export async function untilRanked(frame: Frame, names: string[], without: string[] = []): Promise<string[]> {
  const wanted = { names: [...names, ...without].sort(), unranked: [...without].sort() };
  const seen = async (): Promise<typeof wanted> => {
    const rows = await shownRows(frame);
    const unranked = rows.filter(({ rank }) => rank === null).map(({ name }) => name);
    return { names: rows.map(({ name }) => name).sort(), unranked: unranked.sort() };
  };
  await expect.poll(seen, { timeout: 240_000, interval: 100 }).toEqual(wanted);
  return (await shownRows(frame)).filter(({ rank }) => rank !== null).map(({ name }) => name);
}
