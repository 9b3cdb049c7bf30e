/**
 * What the table says in words: status of a clip, state of the run, margin of two clips, labels of bars. Pure.
 */
import { marginWord } from '../../../protocol/index.js';
import type { Grouping, RankProgress, RankStage } from '../../../protocol/rank.js';
import type { RankRunState } from '../../../protocol/table.js';
import { fixed, plural, t } from '../../language.js';
import { formatAbout, formatInterval, formatMargin } from '../../view/format.js';
import { remedyOf } from '../../view/remedies.js';
import type { Entry } from './data.js';
import { difference, type Estimate } from './intervals.js';

export function statusWords(e: Entry): string {
  if (e.status === 'failed') return e.error ? remedyOf(e.error.code).title : t('failed');
  return { waiting: t('waiting'), measured: t('measured'), ranked: t('ranked'), excluded: t('left out') }[e.status];
}

/** "score +1.2, 95 % from +0.8 to +1.6": label of a bar. */
export function estimateWords(name: string, { value, interval95 }: Estimate): string {
  return t('{0} {1}, 95 % from {2}', name, formatMargin(value), formatInterval(interval95));
}

export const GROUPING_WORDS: Record<Grouping, string> = {
  none: t('one list'),
  folder: t('folder'),
  content: t('content'),
  name: t('name'),
};

/** "3rd of its group, 17th of all" where a clip stands in a group. */
export function rankWords(e: Entry): string {
  if (e.rank === null) return statusWords(e);
  if (e.rankInGroup === null) return t('rank {0}', e.rank);
  return t('rank {0} in {1}, {2} of all', e.rankInGroup, groupWords(e.group), e.rank);
}

export const groupWords = (group: string | null): string => (group ? group : t('the rest'));

/** Why the order of a clip and the one above is not sure. */
export const tieWords = (above: string): string => t('Could as well stand above {0}: their intervals overlap', above);

/** The two clips, the better ranked first, and their margin in words. */
export function pairWords(a: Entry, b: Entry): string {
  const [first, second] = byRank(a, b);
  if (!first.estimate || !second.estimate) return t('{0} and {1}: not both ranked yet', first.name, second.name);
  const margin = difference(first.estimate, second.estimate);
  const figures = `${formatMargin(margin.value)} (${formatInterval(margin.interval95)})`;
  const words = [first.name, second.name, figures] as const;
  switch (marginWord(margin.value)) {
    case 'no visible difference':
      return t('{0} and {1}: no visible difference, {2}', ...words);
    case 'slightly':
      return t('{0} looks slightly better than {1}: {2}', ...words);
    case 'noticeably':
      return t('{0} looks noticeably better than {1}: {2}', ...words);
    case 'clearly':
      return t('{0} looks clearly better than {1}: {2}', ...words);
    case 'much':
      return t('{0} looks much better than {1}: {2}', ...words);
  }
}

/** The higher ranked first; without ranks, the higher in the table. */
export function byRank(a: Entry, b: Entry): [Entry, Entry] {
  const [x, y] = [a.rank ?? Infinity, b.rank ?? Infinity];
  return x < y || (x === y && a.position <= b.position) ? [a, b] : [b, a];
}

const STAGES: Record<RankStage, string> = {
  probe: t('Reading the facts of the clips'),
  encode: t('Looking at the clips'),
  compare: t('Comparing clips'),
  done: t('Finishing'),
};
export const stageWords = (stage: RankStage): string => STAGES[stage];

export function runWords(run: RankRunState): string {
  return {
    idle: t('not ranked'),
    working: t('working'),
    paused: t('paused'),
    done: t('ranked'),
    failed: t('failed'),
  }[run.status];
}

/** "120 of 200 clips", "340 of about 900 comparisons" */
export function doneWords(p: RankProgress): string {
  if (p.stage === 'compare')
    return plural(
      Math.max(p.expected, p.comparisons),
      '{1} of about {0} comparison',
      '{1} of about {0} comparisons',
      p.comparisons,
    );
  if (p.stage === 'done') return plural(p.comparisons, '{0} comparison', '{0} comparisons');
  return plural(p.clips, '{1} of {0} clip', '{1} of {0} clips', p.encoded + p.failed);
}

/** "3.2 clips a second" */
export function rateWords(p: RankProgress): string {
  if (p.rate === null || p.stage === 'done' || !(p.rate > 0)) return '';
  const figure = p.rate >= 10 ? String(Math.round(p.rate)) : fixed(p.rate, 1);
  return p.stage === 'compare' ? t('{0} comparisons a second', figure) : t('{0} clips a second', figure);
}

export const leftWords = (p: RankProgress): string =>
  p.secondsLeft === null ? '' : t('{0} left', formatAbout(p.secondsLeft * 1000));

/** Share of the stage that is done, 0..1. */
export function shareDone(p: RankProgress): number {
  const [done, all] = p.stage === 'compare' ? [p.comparisons, p.expected] : [p.encoded + p.failed, p.clips];
  if (p.stage === 'done') return 1;
  return all > 0 ? Math.min(1, done / all) : 0;
}
