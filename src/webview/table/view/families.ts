/**
 * Families of encodes: clips that differ only in how much they were given (rate, quality), told by codec or by their names
 * without that number (`coast_x264_crf20` and `coast_x264_crf32` -> `coast_x264_crf#`). Pure.
 */
import { nameGroups, stemOf, withoutAmount } from '../../../protocol/names.js';
import { codecName } from '../../view/format.js';
import { bdRate, type BdRate } from './bd-rate.js';
import type { Entry } from './data.js';
import type { RatePoint } from './pareto.js';

export type FamilyBy = 'codec' | 'name';
export interface Family {
  name: string;
  points: (RatePoint & { group: string })[];
}

/** Name of the family of a clip; the name of its group, which all families share, is left out. */
export function familyOf(entry: Entry, by: FamilyBy): string {
  if (by === 'codec') return entry.facts ? codecName(entry.facts.codec) : '';
  const stem = stemOf(entry.name);
  const group = entry.group ?? '';
  const own = group !== '' && stem.startsWith(group) ? stem.slice(group.length).replace(/^[-_. ]+/, '') : stem;
  return withoutAmount(own) || stem;
}

/**
 * How contents are told apart, among which rates do not compare. table: as the table is grouped. name: by names. one: there is
 * but one content. unknown: names do not tell.
 */
export type ContentsBy = 'table' | 'name' | 'one' | 'unknown';

/** The clips with the content that each shows as its group, and what tells it. */
export function withContents(entries: readonly Entry[]): { by: ContentsBy; entries: readonly Entry[] } {
  if (entries.some(({ group }) => group !== null)) return { by: 'table', entries };
  const contents = nameGroups(entries.map(({ path }) => path));
  const count = new Set(contents).size;
  if (count < 2) return { by: 'one', entries };
  if (count === entries.length) return { by: 'unknown', entries };
  return { by: 'name', entries: entries.map((entry, k) => ({ ...entry, group: contents[k]! })) };
}

/** Has a score and a bit rate, and is not left out. */
export const isRated = ({ facts, estimate, status }: Entry): boolean =>
  (facts?.bitRate ?? 0) > 0 && estimate !== null && status !== 'excluded';

export function ratePoints(entries: readonly Entry[]): (RatePoint & { group: string; entry: Entry })[] {
  return entries.filter(isRated).map((entry) => ({
    path: entry.path,
    bitRate: entry.facts!.bitRate!,
    score: entry.estimate!.value,
    group: entry.group ?? '',
    entry,
  }));
}

/** Families of two encodes or more, the largest first. */
export function families(entries: readonly Entry[], by: FamilyBy): Family[] {
  const found = new Map<string, Family>();
  for (const { entry, ...point } of ratePoints(entries)) {
    const name = familyOf(entry, by);
    const family = found.get(name) ?? { name, points: [] };
    family.points.push(point);
    found.set(name, family);
  }
  return [...found.values()]
    .filter((f) => f.name !== '' && f.points.length > 1)
    .sort((x, y) => y.points.length - x.points.length || (x.name < y.name ? -1 : 1));
}

export interface FamilyDifference {
  /** One a group that both families are in; one in all where there are no groups. */
  groups: { group: string; result: BdRate }[];
  /** Geometric mean over the groups that could be compared, per cent; null: none could. */
  percent: number | null;
}

export function compareFamilies(a: Family, b: Family): FamilyDifference {
  const names = [...new Set(a.points.map((p) => p.group))].filter((g) => b.points.some((p) => p.group === g));
  const groups = names.map((group) => ({
    group,
    result: bdRate(
      a.points.filter((p) => p.group === group),
      b.points.filter((p) => p.group === group),
    ),
  }));
  const logs = groups.flatMap(({ result }) => ('percent' in result ? [Math.log1p(result.percent / 100)] : []));
  const percent = logs.length === 0 ? null : Math.expm1(logs.reduce((s, l) => s + l, 0) / logs.length) * 100;
  return { groups, percent };
}
