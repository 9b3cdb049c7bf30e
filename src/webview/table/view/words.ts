/**
 * What the table says in words: status of a clip, state of the run, margin of two clips, labels of bars. Pure.
 */
import { TIE_BELOW, marginWord } from '../../../protocol/index.js';
import type { Grouping, RankProgress, RankStage } from '../../../protocol/rank.js';
import type { RankRunState } from '../../../protocol/table.js';
import { formatAbout, formatInterval, formatMargin } from '../../view/format.js';
import { remedyOf } from '../../view/remedies.js';
import { count } from '../../view/words.js';
import type { Entry } from './data.js';
import { difference, type Estimate } from './intervals.js';

export function statusWords(e: Entry): string {
  if (e.status === 'failed') return e.error ? remedyOf(e.error.code).title : 'failed';
  return { waiting: 'waiting', measured: 'measured', ranked: 'ranked', excluded: 'left out' }[e.status];
}

/** "score +1.2, 95 % from +0.8 to +1.6": label of a bar. */
export function estimateWords(name: string, { value, interval95 }: Estimate): string {
  return `${name} ${formatMargin(value)}, 95 % from ${formatInterval(interval95)}`;
}

export const GROUPING_WORDS: Record<Grouping, string> = {
  none: 'one list',
  folder: 'folder',
  content: 'content',
  name: 'name',
};

/** "3rd of its group, 17th of all" where a clip stands in a group. */
export function rankWords(e: Entry): string {
  if (e.rank === null) return statusWords(e);
  if (e.rankInGroup === null) return `rank ${e.rank}`;
  return `rank ${e.rankInGroup} in ${groupWords(e.group)}, ${e.rank} of all`;
}

export const groupWords = (group: string | null): string => (group ? group : 'the rest');

/** Why the order of a clip and the one above is not sure. */
export const tieWords = (above: string): string => `Could as well stand above ${above}: their intervals overlap`;

/** The two clips, the better ranked first, and their margin in words. */
export function pairWords(a: Entry, b: Entry): string {
  const [first, second] = byRank(a, b);
  if (!first.estimate || !second.estimate) return `${first.name} and ${second.name}: not both ranked yet`;
  const margin = difference(first.estimate, second.estimate);
  const figures = `${formatMargin(margin.value)} (${formatInterval(margin.interval95)})`;
  if (Math.abs(margin.value) < TIE_BELOW) return `${first.name} and ${second.name}: no visible difference, ${figures}`;
  return `${first.name} looks ${marginWord(margin.value)} better than ${second.name}: ${figures}`;
}

/** The higher ranked first; without ranks, the higher in the table. */
export function byRank(a: Entry, b: Entry): [Entry, Entry] {
  const [x, y] = [a.rank ?? Infinity, b.rank ?? Infinity];
  return x < y || (x === y && a.position <= b.position) ? [a, b] : [b, a];
}

const STAGES: Record<RankStage, string> = {
  probe: 'Reading the facts of the clips',
  encode: 'Looking at the clips',
  compare: 'Comparing clips',
  done: 'Finishing',
};
export const stageWords = (stage: RankStage): string => STAGES[stage];

export function runWords(run: RankRunState): string {
  return { idle: 'not ranked', working: 'working', paused: 'paused', done: 'ranked', failed: 'failed' }[run.status];
}

/** "120 of 200 clips", "340 of about 900 comparisons" */
export function doneWords(p: RankProgress): string {
  if (p.stage === 'compare')
    return `${p.comparisons} of about ${count(Math.max(p.expected, p.comparisons), 'comparison')}`;
  if (p.stage === 'done') return `${count(p.comparisons, 'comparison')}`;
  return `${p.encoded + p.failed} of ${count(p.clips, 'clip')}`;
}

/** "3.2 clips a second" */
export function rateWords(p: RankProgress): string {
  if (p.rate === null || p.stage === 'done' || !(p.rate > 0)) return '';
  const figure = p.rate >= 10 ? String(Math.round(p.rate)) : p.rate.toFixed(1);
  return `${figure} ${p.stage === 'compare' ? 'comparisons' : 'clips'} a second`;
}

export const leftWords = (p: RankProgress): string =>
  p.secondsLeft === null ? '' : `${formatAbout(p.secondsLeft * 1000)} left`;

/** Share of the stage that is done, 0..1. */
export function shareDone(p: RankProgress): number {
  const [done, all] = p.stage === 'compare' ? [p.comparisons, p.expected] : [p.encoded + p.failed, p.clips];
  if (p.stage === 'done') return 1;
  return all > 0 ? Math.min(1, done / all) : 0;
}
