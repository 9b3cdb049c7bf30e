/** A ranking as text for other programs and documents: CSV (RFC 4180) and a Markdown table. Pure; the order is the ranking's. */
import { textCell, type Ranking } from '../../protocol/index.js';
import { belowTable, countWords, isGrouped, isReferred, rankingRows, referenceWords } from './ranking-rows.js';
import { codecName, formatBitRate, provenanceLine, signed } from './words.js';

/** Decimals of scores in a CSV file: below what a margin can tell. */
const CSV_DECIMALS = 4;

const COLUMNS = [
  'rank',
  'path',
  'score',
  'score_low',
  'score_high',
  'to_above',
  'to_reference',
  'group',
  'rank_in_group',
  'main_defect',
  'codec',
  'width',
  'height',
  'fps',
  'seconds',
  'bytes',
  'bits_per_second',
  'error',
] as const;

/** One line a clip below a line of names; empty fields where nothing is known. Lines end with CRLF. */
export function rankingCsv(ranking: Ranking): string {
  const lines = rankingRows(ranking).map(({ clip, toAbove, toReference, rankInGroup }) => {
    const { facts } = clip;
    const score = (value: number | null | undefined) => (typeof value === 'number' ? value.toFixed(CSV_DECIMALS) : '');
    const text = (value: string | null | undefined) => (typeof value === 'string' ? textCell(value) : '');
    const cells: Record<(typeof COLUMNS)[number], unknown> = {
      rank: clip.rank,
      path: text(clip.path),
      score: score(clip.score),
      score_low: score(clip.interval95?.[0]),
      score_high: score(clip.interval95?.[1]),
      to_above: score(toAbove),
      to_reference: score(toReference),
      group: text(clip.group),
      rank_in_group: rankInGroup,
      main_defect: text(clip.mainDefect),
      codec: text(facts?.codec),
      width: facts?.displayWidth,
      height: facts?.displayHeight,
      fps: facts?.fps,
      seconds: facts?.duration,
      bytes: facts?.bytes,
      bits_per_second: facts?.bitRate,
      error: text(clip.error?.message),
    };
    return COLUMNS.map((name) => csvField(cells[name]));
  });
  return [[...COLUMNS], ...lines].map((cells) => `${cells.join(',')}\r\n`).join('');
}

/** A table of the ranked clips, a list of those that failed, and how it came about. */
export function rankingMarkdown(ranking: Ranking): string {
  const grouped = isGrouped(ranking);
  const against = isReferred(ranking);
  const reference = referenceWords(ranking, markdownText);
  const head = ['Rank', 'Clip', 'Score', '95 %', 'To above'];
  if (against) head.push('To reference');
  if (grouped) head.push('Group', 'In group');
  head.push('Main defect', 'Codec', 'Size', 'Bit rate');
  const ranked = rankingRows(ranking).filter(({ clip }) => clip.score !== null);
  const table = ranked.map(({ clip, toAbove, toReference, rankInGroup }) => {
    const { facts, interval95 } = clip;
    const margin = (value: number | null) => (value === null ? '' : signed(value));
    const cells = [clip.rank, clip.path, margin(clip.score), interval95?.map((s) => signed(s)).join(' to ') ?? ''];
    cells.push(margin(toAbove));
    if (against) cells.push(margin(toReference));
    if (grouped) cells.push(clip.group, rankInGroup);
    cells.push(clip.mainDefect, facts && codecName(facts.codec));
    cells.push(facts && `${facts.displayWidth}x${facts.displayHeight}`, facts && formatBitRate(facts.bitRate));
    return cells;
  });
  return [
    '# Ranking',
    '',
    markdownLine(head),
    markdownLine(head.map(() => '---')),
    ...table.map(markdownLine),
    '',
    `${countWords(ranking)}, inconsistency ${ranking.inconsistency.toFixed(3)}.`,
    'Scores are margins against the mean of the folder; 1 is about one just-noticeable difference.',
    ...(reference === null ? [] : [reference]),
    ...belowTable(ranking).flatMap(({ heading, clips }) => [
      '',
      `## ${heading}`,
      '',
      ...clips.map(({ path, why }) => `- ${markdownText(path)}: ${markdownText(why)}`),
    ]),
    '',
    markdownText(provenanceLine(ranking.provenance)),
    '',
  ].join('\n');
}

function csvField(value: unknown): string {
  const text = value === null || value === undefined ? '' : String(value as string | number);
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/** One row of a table. */
export const markdownLine = (cells: readonly unknown[]) =>
  `| ${cells.map((cell) => markdownText(cell === null || cell === undefined ? '' : String(cell as string))).join(' | ')} |`;

/** Text that means nothing to Markdown, on one line. */
const markdownText = (text: string) => text.replace(/\s*[\r\n]+\s*/g, ' ').replace(/[\\`*_[\]<>|#]/g, '\\$&');
