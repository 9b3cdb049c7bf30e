/**
 * The columns of the table: name, width, what a click on the head sorts by, and the text that is copied. One table for the
 * head, the column chooser, the sorting and the clipboard, so that they cannot disagree. Pure.
 */
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
  /** Track of the grid, and its least width in pixels. */
  track: string;
  least: number;
  /** What to sort by, null where there is nothing; undefined: this column does not sort. */
  key?: (e: Entry) => number | string | null;
  /** The first click shows the largest first. */
  largestFirst?: boolean;
  number?: boolean;
  /** Plain text, full precision where a figure may be reckoned with. */
  text: (e: Entry) => string;
}

const fixed = (value: number | null | undefined): string => value?.toFixed(3) ?? '';
const px = (least: number, more = ''): Pick<Column, 'track' | 'least'> => ({
  track: more === '' ? `${least}px` : `minmax(${least}px, ${more})`,
  least,
});

const DEFINED: Record<ColumnId, Omit<Column, 'id'>> = {
  rank: {
    label: 'Rank',
    hint: 'Place in the order, best first. \u2248: the interval overlaps with that of the clip above',
    ...px(60),
    number: true,
    key: (e) => e.rankInGroup ?? e.rank,
    text: (e) => String(e.rankInGroup ?? e.rank ?? ''),
  },
  thumbnail: {
    label: 'Picture',
    hint: 'Move the pointer across a picture to look through the clip',
    ...px(76),
    text: () => '',
  },
  name: {
    label: 'Name',
    hint: 'File, and the folder it is in',
    ...px(160, '1fr'),
    key: (e) => e.path,
    text: (e) => e.path,
  },
  score: {
    label: 'Score',
    hint: 'Where the clip stands on one scale, with its 95 % interval; 1 is about one just-noticeable difference',
    ...px(208, '320px'),
    number: true,
    largestFirst: true,
    key: (e) => e.estimate?.value ?? null,
    text: (e) => fixed(e.estimate?.value),
  },
  above: {
    label: 'To the one above',
    hint: 'Margin to the clip one rank above',
    ...px(88),
    number: true,
    key: (e) => e.above?.margin.value ?? null,
    text: (e) => fixed(e.above?.margin.value),
  },
  reference: {
    label: 'To the reference',
    hint: 'Margin to the reference clip; choose one with B',
    ...px(88),
    number: true,
    largestFirst: true,
    key: (e) => e.toReference?.value ?? null,
    text: (e) => fixed(e.toReference?.value),
  },
  record: {
    label: 'Won / lost',
    hint: 'Comparisons that this clip won and lost',
    ...px(72),
    number: true,
    largestFirst: true,
    key: (e) => (e.wins + e.losses === 0 ? null : e.wins / (e.wins + e.losses)),
    text: (e) => (e.wins + e.losses + e.ties === 0 ? '' : `${e.wins} / ${e.losses}`),
  },
  defect: {
    label: 'Main defect',
    hint: 'What most pulls the clip down',
    ...px(104),
    key: (e) => e.mainDefect,
    text: (e) => (e.mainDefect ? attributeWord(e.mainDefect) : ''),
  },
  length: {
    label: 'Length',
    hint: 'Minutes and seconds',
    ...px(64),
    number: true,
    largestFirst: true,
    key: (e) => e.facts?.duration ?? null,
    text: (e) => (e.facts ? formatShortTime(e.facts.duration) : ''),
  },
  size: {
    label: 'Size',
    hint: 'Pixels of the picture as it is shown',
    ...px(88),
    number: true,
    largestFirst: true,
    key: (e) => (e.facts ? e.facts.displayWidth * e.facts.displayHeight : null),
    text: (e) => (e.facts ? formatSize(e.facts.displayWidth, e.facts.displayHeight) : ''),
  },
  codec: {
    label: 'Codec',
    hint: 'How the video is encoded',
    ...px(72),
    key: (e) => (e.facts ? codecName(e.facts.codec) : null),
    text: (e) => (e.facts ? codecName(e.facts.codec) : ''),
  },
  bitRate: {
    label: 'Bit rate',
    hint: 'Of the video stream',
    ...px(84),
    number: true,
    largestFirst: true,
    key: (e) => e.facts?.bitRate ?? null,
    text: (e) => (e.facts?.bitRate ? formatBitRate(e.facts.bitRate) : ''),
  },
  status: {
    label: 'Status',
    hint: 'How far the clip is, or why it could not be ranked',
    ...px(128),
    key: (e) => statusWords(e),
    text: (e) => (e.error ? `${statusWords(e)}: ${e.error.message}` : statusWords(e)),
  },
};

export const column = (id: ColumnId): Column => ({ id, ...DEFINED[id] });
export const ALL_COLUMNS: readonly Column[] = COLUMNS.map(column);
/** Without the reference, which is there only once a reference is chosen. */
export const FIRST_SHOWN: readonly ColumnId[] = COLUMNS.filter((c) => c !== 'reference' && c !== 'size');

/** What stands in the cells of these rows, tab-separated, with a first line of names. */
export function asText(entries: readonly Entry[], shown: readonly ColumnId[]): string {
  const columns = ALL_COLUMNS.filter((c) => shown.includes(c.id) && c.id !== 'thumbnail');
  const clean = (text: string): string => text.replaceAll(/[\t\r\n]+/g, ' ');
  const head = columns.flatMap((c) => (c.id === 'score' ? [c.label, 'Low', 'High'] : [c.label]));
  const line = (e: Entry): string[] =>
    columns.flatMap((c) =>
      c.id === 'score'
        ? [c.text(e), fixed(e.estimate?.interval95[0]), fixed(e.estimate?.interval95[1])]
        : [clean(c.text(e))],
    );
  return [head, ...entries.map(line)].map((cells) => cells.join('\t')).join('\n');
}
