/**
 * The columns of the table: name, width, what a click on the head sorts by, and the text that is copied. One table for the
 * head, the column chooser, the sorting and the clipboard, so that they cannot disagree. Pure.
 */
import { textCell } from '../../../protocol/spreadsheet.js';
import { fixed, sentence, t } from '../../language.js';
import { codecName, formatBitRate, formatShortTime, formatSize } from '../../view/format.js';
import { attributeWord } from '../../view/words.js';
import type { Entry } from './data.js';
import { statusWords } from './words.js';

export const COLUMNS = [
  'rank',
  'thumbnail',
  'name',
  'score',
  'above',
  'reference',
  'record',
  'defect',
  'length',
  'size',
  'codec',
  'bitRate',
  'status',
] as const;
export type ColumnId = (typeof COLUMNS)[number];

export interface Column {
  id: ColumnId;
  /** As the head says it, and as the tooltip explains it. */
  label: string;
  hint: string;
  /** Least width in pixels, where there is room and where there is not (`NARROW`); what it may grow to, as a CSS track. */
  least: number;
  narrow?: number;
  most?: string;
  /** What to sort by, null where there is nothing; undefined: this column does not sort. */
  key?: (e: Entry) => number | string | null;
  /** The first click shows the largest first. */
  largestFirst?: boolean;
  number?: boolean;
  /** Plain text, full precision where a figure may be reckoned with. */
  text: (e: Entry) => string;
}

/** As the language writes it: a spreadsheet in German takes 1.234 for more than a thousand. */
const exact = (value: number | null | undefined): string =>
  value === null || value === undefined ? '' : fixed(value, 3);

const DEFINED: Record<ColumnId, Omit<Column, 'id'>> = {
  rank: {
    label: t('Rank'),
    hint: t('Place in the order, best first. \u2248: the interval overlaps with that of the clip above'),
    least: 52,
    narrow: 48,
    number: true,
    key: (e) => e.rankInGroup ?? e.rank,
    text: (e) => String(e.rankInGroup ?? e.rank ?? ''),
  },
  thumbnail: {
    label: t('Picture'),
    hint: t('Move the pointer across a picture to look through the clip'),
    least: 64,
    text: () => '',
  },
  name: {
    label: t('Name'),
    hint: t('File, and the folder it is in'),
    least: 146,
    narrow: 104,
    most: '1fr',
    key: (e) => e.path,
    text: (e) => e.path,
  },
  score: {
    label: t('Score'),
    hint: t('Where the clip stands on one scale, with its 95 % interval; 1 is about one just-noticeable difference'),
    least: 164,
    narrow: 136,
    most: '320px',
    number: true,
    largestFirst: true,
    key: (e) => e.estimate?.value ?? null,
    text: (e) => exact(e.estimate?.value),
  },
  above: {
    label: t('To the one above'),
    hint: t('Margin to the clip one rank above'),
    least: 72,
    number: true,
    key: (e) => e.above?.margin.value ?? null,
    text: (e) => exact(e.above?.margin.value),
  },
  reference: {
    label: t('To the reference'),
    hint: t('Margin to the reference clip; choose one with B'),
    least: 72,
    number: true,
    largestFirst: true,
    key: (e) => e.toReference?.value ?? null,
    text: (e) => exact(e.toReference?.value),
  },
  record: {
    label: t('Won / lost'),
    hint: t('Comparisons that this clip won and lost'),
    least: 64,
    number: true,
    largestFirst: true,
    key: (e) => (e.wins + e.losses === 0 ? null : e.wins / (e.wins + e.losses)),
    text: (e) => (e.wins + e.losses + e.ties === 0 ? '' : `${e.wins} / ${e.losses}`),
  },
  defect: {
    label: t('Main defect'),
    hint: t('What most pulls the clip down'),
    least: 88,
    key: (e) => e.mainDefect,
    text: (e) => (e.mainDefect ? attributeWord(e.mainDefect) : ''),
  },
  length: {
    label: t('Length'),
    hint: t('Minutes and seconds'),
    least: 48,
    number: true,
    largestFirst: true,
    key: (e) => e.facts?.duration ?? null,
    text: (e) => (e.facts ? formatShortTime(e.facts.duration) : ''),
  },
  size: {
    label: t('Size'),
    hint: t('Pixels of the picture as it is shown'),
    least: 72,
    number: true,
    largestFirst: true,
    key: (e) => (e.facts ? e.facts.displayWidth * e.facts.displayHeight : null),
    text: (e) => (e.facts ? formatSize(e.facts.displayWidth, e.facts.displayHeight) : ''),
  },
  codec: {
    label: t('Codec'),
    hint: t('How the video is encoded'),
    least: 64,
    key: (e) => (e.facts ? codecName(e.facts.codec) : null),
    text: (e) => (e.facts ? codecName(e.facts.codec) : ''),
  },
  bitRate: {
    label: t('Bit rate'),
    hint: t('Of the video stream'),
    least: 72,
    number: true,
    largestFirst: true,
    key: (e) => e.facts?.bitRate ?? null,
    text: (e) => (e.facts?.bitRate ? formatBitRate(e.facts.bitRate) : ''),
  },
  status: {
    label: t('Status'),
    hint: t('How far the clip is, or why it could not be ranked'),
    least: 104,
    key: (e) => statusWords(e),
    text: (e) => (e.error ? `${statusWords(e)}: ${sentence(e.error.message)}` : statusWords(e)),
  },
};

export const column = (id: ColumnId): Column => ({ id, ...DEFINED[id] });
export const ALL_COLUMNS: readonly Column[] = COLUMNS.map(column);
/** A table narrower than this has narrow columns: pixels. */
const NARROW = 560;
/** Pixels between columns, and beside the first and the last. */
export const COLUMN_GAP = 8;
const EDGES = 20;

/** The columns as tracks of a CSS grid, and the least width of a row in pixels. */
export function tracksOf(shown: readonly ColumnId[], width: number): { tracks: string; least: number } {
  const sized = shown.map(column).map((c) => ({ ...c, least: width < NARROW ? (c.narrow ?? c.least) : c.least }));
  return {
    tracks: sized.map((c) => (c.most ? `minmax(${c.least}px, ${c.most})` : `${c.least}px`)).join(' '),
    least: sized.reduce((sum, c) => sum + c.least + COLUMN_GAP, EDGES - COLUMN_GAP),
  };
}

/** Without the reference, which is there only once a reference is chosen. */
export const FIRST_SHOWN: readonly ColumnId[] = COLUMNS.filter((c) => c !== 'reference' && c !== 'size');

/** What stands in the cells of these rows, tab-separated, with a first line of names; no text is a formula. */
export function asText(entries: readonly Entry[], shown: readonly ColumnId[]): string {
  const columns = ALL_COLUMNS.filter((c) => shown.includes(c.id) && c.id !== 'thumbnail');
  const clean = (text: string): string => textCell(text.replaceAll(/[\t\r\n]+/g, ' '));
  const head = columns.flatMap((c) => (c.id === 'score' ? [c.label, t('Low'), t('High')] : [c.label]));
  const line = (e: Entry): string[] =>
    columns.flatMap((c) =>
      c.id === 'score'
        ? [c.text(e), exact(e.estimate?.interval95[0]), exact(e.estimate?.interval95[1])]
        : [c.number ? c.text(e) : clean(c.text(e))],
    );
  return [head, ...entries.map(line)].map((cells) => cells.join('\t')).join('\n');
}
