/**
 * Rows that change their places slide there (FLIP): reckoned from old and new index, so that nothing is measured while the list
 * is drawn. Not with reduced motion. Also where the list must be scrolled to, so that one row stays where it is.
 */
import type { Item } from './view/order.js';
import { ROW_HEIGHT } from './rows.js';

const SLIDE_MS = 220;
/** A row that comes from farther away than this comes from there: pixels. */
const FARTHEST = 400;

const reduced = matchMedia('(prefers-reduced-motion: reduce)');

/** Key -> place on the screen, pixels from the top of the list as it is scrolled. */
export type Places = ReadonlyMap<string, number>;

export function placesOf(items: readonly Item[], from: number, to: number, scroll: number): Places {
  const places = new Map<string, number>();
  for (let i = Math.max(0, from); i <= Math.min(to, items.length - 1); i++)
    places.set(items[i]!.key, i * ROW_HEIGHT - scroll);
  return places;
}

/** To be called when the rows stand at their new places. */
export function slide(rows: Iterable<HTMLElement>, items: readonly Item[], before: Places, scroll: number): void {
  if (reduced.matches || before.size === 0) return;
  for (const row of rows) {
    const index = Number(row.dataset['index']);
    const item = items[index];
    const old = item && before.get(item.key);
    if (old === undefined) continue;
    const by = Math.max(-FARTHEST, Math.min(FARTHEST, old - (index * ROW_HEIGHT - scroll)));
    if (Math.abs(by) < 1) continue;
    row.animate([{ translate: `0 ${by}px` }, { translate: '0 0' }], { duration: SLIDE_MS, easing: 'ease-out' });
  }
}

/** Where to scroll so that the row of `key` keeps its place on the screen; null: it is gone. */
export function scrollFor(key: string, before: readonly Item[], after: readonly Item[], scroll: number): number | null {
  const old = before.findIndex((i) => i.key === key);
  const now = after.findIndex((i) => i.key === key);
  return old < 0 || now < 0 ? null : scroll + (now - old) * ROW_HEIGHT;
}

export const sameOrder = (a: readonly Item[], b: readonly Item[]): boolean =>
  a.length === b.length && a.every((item, i) => item.key === b[i]!.key);
