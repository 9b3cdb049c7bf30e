/**
 * Which rows are selected, which one has the focus, and from where Shift extends: as in VS Code's lists. Keys are those of the
 * items; heads of groups can have the focus but are not selected. Pure.
 */
import type { Item } from './order.js';

export interface Selection {
  selected: ReadonlySet<string>;
  focus: string | null;
  anchor: string | null;
}
export const NO_SELECTION: Selection = { selected: new Set(), focus: null, anchor: null };

export type Move = 'up' | 'down' | 'page-up' | 'page-down' | 'home' | 'end';
export type How = 'only' | 'toggle' | 'extend' | 'focus-only';

/** Choose the item at `index`. */
export function choose(now: Selection, items: readonly Item[], index: number, how: How): Selection {
  const item = items[index];
  if (!item) return now;
  const focus = item.key;
  if (how === 'focus-only') return { ...now, focus };
  if (how === 'extend') {
    const from = items.findIndex((i) => i.key === (now.anchor ?? now.focus ?? focus));
    const anchor = from < 0 ? focus : items[from]!.key;
    const [low, high] = [Math.min(from < 0 ? index : from, index), Math.max(from, index)];
    return { selected: rowKeys(items.slice(low, high + 1)), focus, anchor };
  }
  if (item.kind === 'group') return { ...now, focus, anchor: focus };
  if (how === 'only') return { selected: new Set([focus]), focus, anchor: focus };
  const selected = new Set(now.selected);
  if (!selected.delete(focus)) selected.add(focus);
  return { selected, focus, anchor: focus };
}

export function chooseAll(now: Selection, paths: readonly string[]): Selection {
  return { ...now, selected: new Set(paths) };
}

/** Index that a move leads to; the first row where nothing has the focus yet. `page`: rows that fit on the screen. */
export function moveTo(now: Selection, items: readonly Item[], move: Move, page: number): number {
  const from = items.findIndex((i) => i.key === now.focus);
  const last = items.length - 1;
  switch (move) {
    case 'home':
      return 0;
    case 'end':
      return last;
    default: {
      if (from < 0) return 0;
      const by = { up: -1, down: 1, 'page-up': -page, 'page-down': page }[move];
      return Math.min(last, Math.max(0, from + by));
    }
  }
}

/** Without what is no longer among the clips. */
export function pruned(now: Selection, has: (path: string) => boolean): Selection {
  if ([...now.selected].every(has)) return now;
  return { ...now, selected: new Set([...now.selected].filter(has)) };
}

const rowKeys = (items: readonly Item[]): Set<string> =>
  new Set(items.filter((i) => i.kind === 'row').map((i) => i.key));
