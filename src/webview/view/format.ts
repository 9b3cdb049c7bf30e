/**
 * Numbers and names as a reader sees them: pure functions from values to words, the same everywhere in the panels. Minus is
 * the true minus sign, multiplication the true cross, so that figures line up.
 */
import type { ClipFacts } from '../../protocol/index.js';
import { figure, fixed, t } from '../language.js';

const MINUS = '\u2212';

/** Seconds as m:ss.mmm (UI.md). */
export function formatTime(seconds: number): string {
  const ms = Math.max(0, Math.round(seconds * 1000));
  const minutes = Math.floor(ms / 60_000);
  return figure(`${minutes}:${pad(Math.floor(ms / 1000) % 60, 2)}.${pad(ms % 1000, 3)}`);
}

/** Seconds as m:ss, with a decimal only where it says something (or always): for chips and axes. */
export function formatShortTime(seconds: number, withDecimal = false): string {
  const tenths = Math.max(0, Math.round(seconds * 10));
  const decimal = tenths % 10 === 0 && !withDecimal ? '' : `.${tenths % 10}`;
  return figure(`${Math.floor(tenths / 600)}:${pad(Math.floor(tenths / 10) % 60, 2)}${decimal}`);
}

/** Margin with sign and one decimal; what rounds to nothing is "0.0". */
export function formatMargin(margin: number): string {
  const rounded = Math.abs(margin).toFixed(1);
  return figure(isZero(margin) ? rounded : `${margin > 0 ? '+' : MINUS}${rounded}`);
}

/** The same for an axis, without decimals where there are none. */
export function formatTick(margin: number): string {
  const whole = Number.isInteger(Math.round(margin * 10) / 10);
  return whole ? formatMargin(margin).slice(0, -2) : formatMargin(margin);
}

/** Does a margin round to nothing? */
export const isZero = (margin: number): boolean => Math.abs(margin).toFixed(1) === '0.0';

export function formatInterval([low, high]: readonly [number, number]): string {
  return t('{0} to {1}', formatMargin(low), formatMargin(high));
}

/** Whole per cent; certainty is never rounded up to 100 or down to 0. */
export function formatPercent(share: number): string {
  if (share > 0.995 && share < 1) return '> 99 %';
  if (share < 0.005 && share > 0) return '< 1 %';
  return `${Math.round(share * 100)} %`;
}

export function formatBitRate(bitsPerSecond: number): string {
  if (bitsPerSecond >= 1e6) return `${significant(bitsPerSecond / 1e6)} Mb/s`;
  return `${Math.round(bitsPerSecond / 1e3)} kb/s`;
}

export function formatBytes(bytes: number): string {
  for (const [unit, size] of [
    ['GB', 1e9],
    ['MB', 1e6],
    ['kB', 1e3],
  ] as const)
    if (bytes >= size) return `${significant(bytes / size)} ${unit}`;
  return `${bytes} B`;
}

export function formatFps(fps: number): string {
  return figure(String(Number(fps.toFixed(2))));
}

/** Seconds with one decimal below 10 s. */
export function formatSeconds(seconds: number): string {
  return `${seconds < 10 ? fixed(seconds, 1) : Math.round(seconds)} s`;
}

/** Whole seconds since a start, as m:ss. */
export function formatElapsed(milliseconds: number): string {
  return formatShortTime(Math.floor(Math.max(0, milliseconds) / 1000));
}

/** About how long something takes, in the words of an estimate: never finer than it is known. */
export function formatAbout(milliseconds: number): string {
  const seconds = milliseconds / 1000;
  if (seconds < 5) return t('a few seconds');
  if (seconds < 57.5) return t('about {0} s', Math.round(seconds / 5) * 5);
  return t('about {0} min', Math.max(1, Math.round(seconds / 60)));
}

export function formatSize(width: number, height: number): string {
  return `${width}\u00d7${height}`;
}

const CODECS: Record<string, string> = {
  h264: 'H.264',
  hevc: 'H.265',
  av1: 'AV1',
  vp8: 'VP8',
  vp9: 'VP9',
  mpeg1video: 'MPEG-1',
  mpeg2video: 'MPEG-2',
  mpeg4: 'MPEG-4',
  prores: 'ProRes',
  mjpeg: 'Motion JPEG',
  dnxhd: 'DNxHD',
  theora: 'Theora',
  vvc: 'H.266',
};
export const codecName = (codec: string): string => CODECS[codec] ?? codec;

/** "H.264 1920x1080 29.97 fps 6.1 Mb/s": the line above a player. */
export function factsLine(facts: ClipFacts): string {
  const parts = [
    codecName(facts.codec),
    formatSize(facts.displayWidth, facts.displayHeight),
    t('{0} fps', formatFps(facts.fps)),
  ];
  if (facts.bitRate !== null) parts.push(formatBitRate(facts.bitRate));
  return parts.join(' ');
}

const significant = (value: number): string => fixed(value, value >= 100 ? 0 : 1);
const pad = (value: number, length: number): string => String(value).padStart(length, '0');
