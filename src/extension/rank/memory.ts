/**
 * What a workspace remembers of its rankings: what was left out, the reference, the groups; and which ranking a panel showed
 * before the window was loaded again. Pure: the list is kept in the workspace's state by whoever uses it.
 */
import type { Grouping } from '../../protocol/index.js';
import { panelTitle, sourceKey, type RankSource } from './source.js';

/** Rankings remembered, the latest first; older ones are forgotten. */
const MOST_REMEMBERED = 50;

/** Clips by their paths relative to the folder. */
export interface Arrangement {
  excluded: readonly string[];
  reference: string | null;
  grouping: Grouping;
}
export interface Remembered extends Arrangement {
  source: RankSource;
}

const NOTHING_ARRANGED: Arrangement = { excluded: [], reference: null, grouping: 'none' };

export function arrangementOf(list: readonly Remembered[], source: RankSource): Arrangement {
  return list.find((entry) => sourceKey(entry.source) === sourceKey(source)) ?? NOTHING_ARRANGED;
}

export function withRemembered(list: readonly Remembered[], entry: Remembered): Remembered[] {
  const key = sourceKey(entry.source);
  return [entry, ...list.filter((other) => sourceKey(other.source) !== key)].slice(0, MOST_REMEMBERED);
}

/**
 * The ranking that a panel showed before: by its title, among several of one title by what the table kept, else the latest.
 * A folder that the table kept is taken also where the list has forgotten it; null: nothing is known of it.
 */
export function sourceToRestore(list: readonly Remembered[], title: string, kept: unknown): RankSource | null {
  const { folder } = (kept ?? {}) as { folder?: unknown };
  const titled = list.filter(({ source }) => panelTitle(source) === title);
  const match = titled.find(({ source }) => source.folder === folder) ?? titled[0];
  if (match !== undefined) return match.source;
  return typeof folder === 'string' ? { folder, clips: null } : null;
}
