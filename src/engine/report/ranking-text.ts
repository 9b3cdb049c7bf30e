/** A ranking as CSV and as a Markdown table: one row a clip, best first, failed clips last. Pure. */
import type { RankedClip, Ranking } from '../../protocol/index.js';
import { codecName, formatBitRate, formatDuration, intervalText, short, signed } from './words.js';

const COLUMNS = 'path,rank,score,low,high,main defect,group,codec,width,height,fps,duration,bit rate,error';

/** RFC 4180; scores in margin units, durations in seconds, rates in bit/s; empty where nothing is known. */
export function rankingCsv({ clips }: Ranking): string {
  return [COLUMNS, ...clips.map((clip) => cells(clip).map(quoted).join(','))].join('\r\n') + '\r\n';
}

export function rankingMarkdown({ clips, comparisons }: Ranking): string {
  const lines = clips.map(({ path, rank, score, interval95, mainDefect, facts, error }) =>
    [
      rank === null ? '' : String(rank),
      path,
      score === null ? '' : signed(score),
      interval95 === null ? '' : intervalText(interval95 as [number, number]),
      error === null ? (mainDefect ?? '') : error.message,
      facts === null
        ? ''
        : [
            codecName(facts.codec),
            `${facts.displayWidth}x${facts.displayHeight}`,
            formatBitRate(facts.bitRate),
            formatDuration(facts.duration),
          ].join(', '),
    ]
      .map(escaped)
      .join(' | '),
  );
  return [
    '| Rank | Clip | Score | 95 % interval | Main defect | Facts |',
    '|---:|---|---:|---|---|---|',
    ...lines.map((line) => `| ${line} |`),
    '',
    `${clips.length} clips, ${comparisons} comparisons. 1 is about one just-noticeable difference.`,
    '',
  ].join('\n');
}

function cells({ path, rank, score, interval95, mainDefect, group, facts, error }: RankedClip): unknown[] {
  const { codec, displayWidth, displayHeight, fps, duration, bitRate } = facts ?? {};
  return [
    path,
    rank,
    score,
    interval95?.[0],
    interval95?.[1],
    mainDefect,
    group,
    codec,
    displayWidth,
    displayHeight,
    fps === undefined ? null : short(fps, 3),
    duration === undefined ? null : short(duration, 3),
    bitRate,
    error?.message,
  ];
}

function quoted(value: unknown): string {
  const text = value === null || value === undefined ? '' : String(value);
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

const escaped = (text: string): string => text.replace(/[\\|`*_<>[\]]/g, '\\$&').replace(/\s+/g, ' ');
