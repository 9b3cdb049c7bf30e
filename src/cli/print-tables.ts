/** Tables for a terminal: pairs as their results come, and a ranking with its intervals on one axis. */
import { rankAxis } from '../engine/report/charts.js';
import { codecName, formatBitRate, intervalText, signed } from '../engine/report/words.js';
import { sureness, verdictSentence, winner, type Comparison, type ErrorData, type Ranking } from '../protocol/index.js';
import { padEnd, padStart, printable, shorten, textWidth, type Style } from './terminal.js';

const NAME_ROOM = 32;
/** Columns of the axis of a ranking. */
const AXIS = 25;

/** Header and row maker for pairs; names are as given in the list. */
export function pairTable(pairs: { a: string; b: string }[], style: Style) {
  const names = pairs.map(({ a, b }) => [shorten(printable(a), NAME_ROOM), shorten(printable(b), NAME_ROOM)] as const);
  const room = (i: 0 | 1): number => Math.max(1, ...names.map((n) => textWidth(n[i])));
  const number = String(pairs.length).length;
  const start = (i: number, a: string, b: string): string =>
    `${padStart(i < 0 ? '#' : String(i + 1), number)}  ${padEnd(a, room(0))}  ${padEnd(b, room(1))}`;
  return {
    header: style.bold(`${start(-1, 'A', 'B')}  ${'margin'}  ${padEnd('95 %', 14)}  verdict`) + '\n',
    row(index: number, result: Comparison | { error: ErrorData }): string {
      const [a, b] = names[index] ?? ['?', '?'];
      if ('error' in result) return `${start(index, a, b)}  ${style.bad(printable(result.error.message))}\n`;
      const better = winner(result);
      const paint = better === null ? style.dim : style[better];
      const numbers = `${padStart(signed(result.margin), 6)}  ${padEnd(intervalText(result.interval95), 14)}`;
      return `${start(index, a, b)}  ${numbers}  ${paint(verdictSentence(result))}, ${sureness(result)}\n`;
    },
  };
}

/** The ranking, best first; clips that failed stand below with their reasons. */
export function rankTable(ranking: Ranking, style: Style): string {
  const ranked = ranking.clips.filter((c) => c.score !== null && c.interval95 !== null);
  const axis = rankAxis(ranked.map((c) => c.interval95 as [number, number]));
  const name = Math.max(4, ...ranked.map((c) => textWidth(shorten(printable(c.path), NAME_ROOM))));
  const defect = Math.max(11, ...ranked.map((c) => (c.mainDefect ?? '').length));
  const group = Math.max(0, ...ranked.map((c) => textWidth(shorten(printable(c.group ?? ''), NAME_ROOM))));
  const grouped = (text: string): string => (group === 0 ? '' : `${padEnd(text, Math.max(group, 5))}  `);
  const base = ranking.clips.find((c) => c.path === ranking.reference)?.score ?? null;
  const against = (text: string): string => (base === null ? '' : `${padStart(text, 6)}  `);
  const scale = padEnd(signed(axis[0], 0), AXIS - 4) + padStart(signed(axis[1], 0), 4);
  const header = style.bold(
    `rank  ${padEnd('clip', name)}  ${grouped('group')}score  ${against('to ref')}${scale}  ${padEnd('main defect', defect)}  facts`,
  );
  const rows = ranked.map((clip) => {
    const facts = clip.facts;
    const told =
      facts === null
        ? ''
        : `${codecName(facts.codec)} ${facts.displayWidth}x${facts.displayHeight} ${formatBitRate(facts.bitRate)}`;
    const line = axisLine(clip.score ?? 0, clip.interval95 as [number, number], axis as [number, number], style);
    return `${padStart(String(clip.rank ?? ''), 4)}  ${padEnd(shorten(printable(clip.path), NAME_ROOM), name)}  ${grouped(shorten(printable(clip.group ?? ''), NAME_ROOM))}${padStart(signed(clip.score ?? 0), 5)}  ${against(signed((clip.score ?? 0) - (base ?? 0)))}${line}  ${padEnd(clip.mainDefect ?? '', defect)}  ${style.dim(told)}`;
  });
  const failed = ranking.clips
    .filter((c) => c.error !== null)
    .map((c) => `${style.bad('   -')}  ${printable(c.path)}: ${printable(c.error?.message ?? '')}`);
  return [header, ...rows, ...failed].join('\n') + '\n';
}

function axisLine(score: number, interval: [number, number], axis: [number, number], style: Style): string {
  const column = (s: number): number => Math.round(((s - axis[0]) / Math.max(axis[1] - axis[0], 1e-9)) * (AXIS - 1));
  const [from, to, dot, zero] = [column(interval[0]), column(interval[1]), column(score), column(0)];
  return Array.from({ length: AXIS }, (_, i) =>
    i === dot
      ? style.a('\u25cf')
      : i >= from && i <= to
        ? style.a('\u2501')
        : style.dim(i === zero ? '\u2502' : '\u00b7'),
  ).join('');
}
