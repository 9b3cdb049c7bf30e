/** A ranking as text for other programs and documents: CSV (RFC 4180) and a Markdown table. Pure; the order is the ranking's. */
import type { RankedClip, Ranking } from '../../protocol/index.js';
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
  const lines = withMargins(ranking).map(({ clip, toAbove, toReference, rankInGroup }) => {
    const { facts } = clip;
    const score = (value: number | undefined | null) => (typeof value === 'number' ? value.toFixed(CSV_DECIMALS) : '');
    const cells: Record<(typeof COLUMNS)[number], unknown> = {
      rank: clip.rank,
      path: clip.path,
      score: score(clip.score),
      score_low: score(clip.interval95?.[0]),
      score_high: score(clip.interval95?.[1]),
      to_above: score(toAbove),
      to_reference: score(toReference),
      group: clip.group,
      rank_in_group: rankInGroup,
      main_defect: clip.mainDefect,
      codec: facts?.codec,
      width: facts?.displayWidth,
      height: facts?.displayHeight,
      fps: facts?.fps,
      seconds: facts?.duration,
      bytes: facts?.bytes,
      bits_per_second: facts?.bitRate,
      error: clip.error?.message,
    };
    return COLUMNS.map((name) => csvField(cells[name]));
  });
  return [[...COLUMNS], ...lines].map((cells) => `${cells.join(',')}\r\n`).join('');
}

/** A table of the ranked clips, a list of those that failed, and how it came about. */
export function rankingMarkdown(ranking: Ranking): string {
  const rows = withMargins(ranking);
  const grouped = rows.some(({ clip }) => clip.group !== null);
  const against = ranking.reference !== null;
  const head = ['Rank', 'Clip', 'Score', '95 %', 'To above'];
  if (against) head.push('To reference');
  if (grouped) head.push('Group', 'In group');
  head.push('Main defect', 'Codec', 'Size', 'Bit rate');
  const ranked = rows.filter(({ clip }) => clip.score !== null);
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
  const failed = ranking.clips.filter(({ error }) => error !== null);
  const unranked = ranking.clips.filter(({ error, score }) => error === null && score === null);
  return [
    '# Ranking',
    '',
    markdownLine(head),
    markdownLine(head.map(() => '---')),
    ...table.map(markdownLine),
    '',
    `${ranked.length} clips, ${ranking.comparisons} comparisons, inconsistency ${ranking.inconsistency.toFixed(3)}.`,
    'Scores are margins against the mean of the folder; 1 is about one just-noticeable difference.',
    ...(against ? [`Reference: ${markdownText(ranking.reference!)}.`] : []),
    ...list('Not ranked', failed, ({ error }) => error?.message ?? ''),
    ...list('Not compared', unranked, () => 'no comparison within the budget'),
    '',
    markdownText(provenanceLine(ranking.provenance)),
    '',
  ].join('\n');
}

interface MarginRow {
  clip: RankedClip;
  toAbove: number | null;
  toReference: number | null;
  rankInGroup: number | null;
}

function withMargins({ clips, reference }: Ranking): MarginRow[] {
  const base = clips.find(({ path }) => path === reference)?.score ?? null;
  const within = new Map<string, { count: number; rank: number; score: number }>();
  return clips.map((clip, k) => {
    const { score, group } = clip;
    const above = clips[k - 1]?.score ?? null;
    let rankInGroup: number | null = null;
    if (score !== null && group !== null) {
      const before = within.get(group) ?? { count: 0, rank: 0, score: Infinity };
      const tied = clip.rank !== null && before.count > 0 && before.score === score;
      rankInGroup = tied ? before.rank : before.count + 1;
      within.set(group, { count: before.count + 1, rank: rankInGroup, score });
    }
    return {
      clip,
      toAbove: score === null || above === null ? null : score - above,
      toReference: score === null || base === null ? null : score - base,
      rankInGroup,
    };
  });
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

const list = (title: string, clips: readonly RankedClip[], why: (clip: RankedClip) => string): string[] =>
  clips.length === 0
    ? []
    : ['', `## ${title}`, '', ...clips.map((clip) => `- ${markdownText(clip.path)}: ${markdownText(why(clip))}`)];
