/**
 * A clip of a ranking as an entry of the Quality view: label, rank and score, a picture for its verdict, and the same in words.
 * Pure but for the language of its words. Without a reference the verdict is against the best clip.
 */
import { l10n } from 'vscode';
import { basename, dirname } from 'node:path';
import { figure, interval as intervalWords, sentence } from '../language.js';
import { marginWord, TIE_BELOW, type ErrorData, type RankRow } from '../../protocol/index.js';
import { attributeWord } from '../words.js';

/** From this margin on the best is clearly better (DESIGN 3.1). */
const CLEAR_FROM = 2;

export interface TreeEntry {
  label: string;
  /** "#3  +0.8", with the folder behind it where the clip lies in a subfolder. */
  description: string;
  /** Lines. */
  tooltip: string[];
  /** Codicon. */
  icon: string;
  /** Theme colour of the icon; null: as the text. */
  colour: string | null;
  failed: boolean;
}

export interface TreeContext {
  /** Of the best clip; null: none is ranked yet. */
  best: RankRow | null;
  reference: string | null;
  /** How many clips have a rank. */
  ranked: number;
}

export function treeContext(rows: readonly RankRow[], reference: string | null): TreeContext {
  const ranked = rows.filter((row) => row.rank !== null);
  return { best: ranked[0] ?? null, reference, ranked: ranked.length };
}

export function treeEntry(row: RankRow, error: ErrorData | null, context: TreeContext): TreeEntry {
  const folder = dirname(row.path);
  const place = folder === '.' ? [] : [folder];
  const entry = (description: string, icon: string, colour: string | null, lines: string[]): TreeEntry => ({
    label: basename(row.path),
    description: [description, ...place].filter((part) => part !== '').join('  '),
    tooltip: [row.path, ...lines],
    icon,
    colour,
    failed: row.status === 'failed',
  });
  if (row.status === 'failed')
    return entry(l10n.t('failed'), 'error', 'list.errorForeground', [
      error ? sentence(error.message) : l10n.t('This clip could not be ranked.'),
    ]);
  if (row.rank === null || row.score === null) return entry('', 'circle-outline', null, [l10n.t('Not ranked yet.')]);
  const { icon, colour, words } = verdict(row, context);
  return entry(`#${row.rank}  ${figure(row.score)}`, icon, colour, [
    l10n.t('Rank {0} of {1}, score {2}', row.rank, context.ranked, scoreText(row.score, row.interval95)),
    words,
    ...(row.mainDefect === null ? [] : [l10n.t('Main defect: {0}', attributeWord(row.mainDefect))]),
  ]);
}

/** Entries in words for the line above the list, e.g. "2 clips could not be ranked". */
export function failedWords(count: number): string {
  return count === 1 ? l10n.t('One clip could not be ranked') : l10n.t('{0} clips could not be ranked', count);
}

function verdict(
  row: RankRow,
  { best, reference }: TreeContext,
): { icon: string; colour: string | null; words: string } {
  if (row.path === reference) return { icon: 'bookmark', colour: null, words: l10n.t('The reference') };
  const name = reference ?? best?.path ?? row.path;
  const margin = reference === null ? (row.score ?? 0) - (best?.score ?? 0) : (row.toReference?.margin ?? 0);
  if (row.path === name) return { icon: 'pass-filled', colour: 'charts.green', words: l10n.t('The best of all') };
  const words = marginSentence(margin, name);
  if (Math.abs(margin) < TIE_BELOW) return { icon: 'pass', colour: 'charts.green', words };
  if (margin > 0) return { icon: 'arrow-up', colour: 'charts.green', words };
  return margin > -CLEAR_FROM
    ? { icon: 'chevron-down', colour: null, words }
    : { icon: 'arrow-down', colour: 'symbolIcon.classForeground', words };
}

/** "+0.8 (+0.2 to +1.4)" */
const scoreText = (score: number, interval: RankRow['interval95']): string =>
  interval === null ? figure(score) : `${figure(score)} (${intervalWords(interval)})`;

/** How a clip looks beside another; whole sentences, because languages put the words in other places. */
function marginSentence(margin: number, other: string): string {
  const better = margin > 0;
  switch (marginWord(margin)) {
    case 'no visible difference':
      return l10n.t('No visible difference from {0}', other);
    case 'slightly':
      return better ? l10n.t('Looks slightly better than {0}', other) : l10n.t('Looks slightly worse than {0}', other);
    case 'noticeably':
      return better
        ? l10n.t('Looks noticeably better than {0}', other)
        : l10n.t('Looks noticeably worse than {0}', other);
    case 'clearly':
      return better ? l10n.t('Looks clearly better than {0}', other) : l10n.t('Looks clearly worse than {0}', other);
    case 'much':
      return better ? l10n.t('Looks much better than {0}', other) : l10n.t('Looks much worse than {0}', other);
  }
}
