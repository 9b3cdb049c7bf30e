/**
 * What is shown and in which order: filtered, sorted, grouped, folded. Clips without a value stand last whichever way is sorted;
 * equal ones keep the order of the ranking. Pure.
 */
import type { Entry } from './data.js';
import { column, type ColumnId } from './columns.js';
import type { Filter } from './filter.js';

export interface Sort {
  column: ColumnId;
  descending: boolean;
}
export const FIRST_SORT: Sort = { column: 'rank', descending: false };

export type Item =
  | { kind: 'row'; key: string; path: string }
  | { kind: 'group'; key: string; name: string; count: number; folded: boolean };

export interface Arrangement {
  filter: Filter;
  sort: Sort;
  /** Whether groups have heads. */
  grouped: boolean;
  folded: ReadonlySet<string>;
}

export interface Listing {
  items: Item[];
  /** Paths of all clips that match, folded ones too, in the order shown. */
  paths: string[];
}

export function arrange(entries: Iterable<Entry>, { filter, sort, grouped, folded }: Arrangement): Listing {
  const matching: Entry[] = [];
  for (const entry of entries) if (filter.empty || filter.matches(entry)) matching.push(entry);
  const sorted = sortEntries(matching, sort);
  const row = (e: Entry): Item => ({ kind: 'row', key: e.path, path: e.path });
  if (!grouped) return { items: sorted.map(row), paths: sorted.map((e) => e.path) };
  const groups = new Map<string, Entry[]>();
  for (const entry of sorted) {
    const name = entry.group ?? '';
    const members = groups.get(name);
    if (members) members.push(entry);
    else groups.set(name, [entry]);
  }
  const items: Item[] = [];
  const paths: string[] = [];
  for (const [name, members] of [...groups].sort(([x], [y]) => byName(x, y))) {
    items.push({ kind: 'group', key: `\n${name}`, name, count: members.length, folded: folded.has(name) });
    for (const e of members) paths.push(e.path);
    if (!folded.has(name)) for (const e of members) items.push(row(e));
  }
  return { items, paths };
}

/** Groups by name, which does not change while their clips are ranked; the clips of no group last. */
const byName = (x: string, y: string): number => (x === '' ? 1 : y === '' ? -1 : collator.compare(x, y));
const collator = new Intl.Collator('en', { numeric: true });

/** Sorted anew; `entries` come in the order of the ranking. Texts are brought into order once each, however often they occur. */
export function sortEntries(entries: readonly Entry[], { column: id, descending }: Sort): Entry[] {
  const key = column(id).key;
  if (!key) return [...entries];
  const keys = entries.map(key);
  const places = placesOfTexts(keys);
  const value = keys.map((k) => (typeof k === 'string' ? places.get(k)! : k));
  const sign = descending ? -1 : 1;
  const at = entries.map((_, i) => i);
  at.sort((i, j) => {
    const [x, y] = [value[i]!, value[j]!];
    if (x === null || y === null) return x === y ? i - j : x === null ? 1 : -1;
    return x === y ? i - j : sign * (x - y);
  });
  return at.map((i) => entries[i]!);
}

let cached: Map<string, number> | null = null;

/** Text -> its place among all texts. Names hardly change between two sorts, so the latest answer is kept. */
function placesOfTexts(keys: readonly (number | string | null)[]): Map<string, number> {
  const texts = new Set<string>();
  for (const k of keys) if (typeof k === 'string') texts.add(k);
  if (texts.size === 0) return new Map();
  if (cached && [...texts].every((t) => cached!.has(t))) return cached;
  cached = new Map([...texts].sort(collator.compare).map((text, place) => [text, place]));
  return cached;
}

/** The next way to sort when a head is chosen: its own first way, then the other. */
export function nextSort(now: Sort, id: ColumnId): Sort {
  const first = column(id).largestFirst ?? false;
  return now.column === id ? { column: id, descending: !now.descending } : { column: id, descending: first };
}
