/**
 * Numbers and facts in the words of the interface (UI.md), the same in the report and on the command line. Pure; times are
 * seconds, rates bit/s; nothing here escapes or colours: whoever prints does.
 */
import { isOtherContent } from '../../protocol/index.js';
import type { ClipFacts, Comparison, Span2 } from './types.js';

const CODEC_NAMES: Record<string, string> = {
  h264: 'H.264',
  hevc: 'HEVC',
  av1: 'AV1',
  vp8: 'VP8',
  vp9: 'VP9',
  mpeg2video: 'MPEG-2',
  mpeg1video: 'MPEG-1',
  mpeg4: 'MPEG-4',
  prores: 'ProRes',
  vvc: 'VVC',
  mjpeg: 'Motion JPEG',
  theora: 'Theora',
  ffv1: 'FFV1',
};
export const codecName = (codec: string): string => CODEC_NAMES[codec] ?? codec;

/** "+2.6", "-0.4", "0.0": never "-0.0". */
export function signed(value: number, digits = 1): string {
  const text = Math.abs(value).toFixed(digits);
  if (Number(text) === 0) return text;
  return (value > 0 ? '+' : '-') + text;
}

/** "1 clip", "2 clips" */
export const counted = (n: number, one: string): string => `${n} ${one}${n === 1 ? '' : 's'}`;

/** m:ss.s (or as many digits as asked for). */
export function formatTime(seconds: number, digits = 1): string {
  const sign = seconds < 0 ? '-' : '';
  const unit = 10 ** digits;
  const whole = Math.round(Math.abs(seconds) * unit);
  const minutes = Math.floor(whole / (60 * unit));
  const rest = (whole - minutes * 60 * unit) / unit;
  return `${sign}${minutes}:${rest.toFixed(digits).padStart(digits > 0 ? digits + 3 : 2, '0')}`;
}
export const formatSpan = (span: Span2): string => `${formatTime(span[0])}-${formatTime(span[1])}`;

/** At most `digits` decimals, without trailing zeros. */
export const short = (value: number, digits = 2): string => String(Number(value.toFixed(digits)));

export function formatBitRate(bitRate: number | null): string {
  if (bitRate === null) return '?';
  return bitRate >= 1e6 ? `${(bitRate / 1e6).toFixed(1)} Mb/s` : `${Math.round(bitRate / 1e3)} kb/s`;
}
export function formatBytes(bytes: number): string {
  if (bytes < 1e3) return `${bytes} B`;
  return bytes < 1e6
    ? `${Math.round(bytes / 1e3)} kB`
    : bytes < 1e9
      ? `${short(bytes / 1e6, 1)} MB`
      : `${short(bytes / 1e9, 2)} GB`;
}
export const formatDuration = (seconds: number): string =>
  seconds < 60 ? `${short(seconds, 2)} s` : formatTime(seconds, 1);

/** "H.264  640x360  25 fps  1.4 Mb/s  4 s" */
export function factsLine(facts: ClipFacts): string {
  const parts = [
    codecName(facts.codec),
    `${facts.displayWidth}x${facts.displayHeight}`,
    `${short(facts.fps)} fps${facts.variableFrameRate ? ' variable' : ''}`,
    formatBitRate(facts.bitRate),
    formatDuration(facts.duration),
  ];
  if (facts.bitDepth !== 8) parts.push(`${facts.bitDepth} bit`);
  if (facts.colour.hdr) parts.push(facts.colour.toneMapped === false ? 'HDR, not tone-mapped' : 'HDR, tone-mapped');
  if (facts.interlaced) parts.push('interlaced');
  return parts.join('  ');
}

/** The same for a page: breaks lines between facts only. */
export const factsText = (facts: ClipFacts): string =>
  factsLine(facts)
    .split('  ')
    .map((part) => part.replaceAll(' ', '\u00a0'))
    .join('  ');

export interface FactRow {
  label: string;
  a: string;
  b: string;
  differs: boolean;
}

function facts(clip: ClipFacts): [string, string][] {
  const { colour, timeline, audio } = clip;
  const name = [colour.primaries, colour.transfer, colour.matrix].map((c) => c ?? 'not told').join(' / ');
  return [
    ['Codec', codecName(clip.codec) + (clip.profile === null ? '' : ` ${clip.profile}`)],
    ['Container', clip.container],
    [
      'Size',
      `${clip.displayWidth}x${clip.displayHeight}${clip.rotation === 0 ? '' : `, turned ${clip.rotation}\u00b0`}${clip.sampleAspectRatio === 1 ? '' : `, pixels ${short(clip.sampleAspectRatio, 3)}:1`}`,
    ],
    ['Frame rate', `${short(clip.fps, 3)} fps${clip.variableFrameRate ? ', variable' : ''}`],
    ['Duration', formatDuration(clip.duration)],
    ['Frames', clip.frames === null ? 'not told' : String(clip.frames)],
    ['Bit rate', formatBitRate(clip.bitRate)],
    ['File', formatBytes(clip.bytes)],
    ['Pixels', `${clip.bitDepth} bit ${clip.chroma} ${colour.range}${clip.interlaced ? ', interlaced' : ''}`],
    ['Colour', name + (colour.hdr ? `, HDR (${colour.toneMapped === false ? 'not ' : ''}tone-mapped to compare)` : '')],
    [
      'Sound',
      audio === null ? 'none' : `${audio.codec}, ${audio.channels} ch, ${short(audio.sampleRate / 1000, 1)} kHz`,
    ],
    ...(timeline === null
      ? []
      : ([
          ['Cadence', timeline.cadence],
          ['Dropped frames', String(timeline.droppedFrames)],
          ['Repeated frames', String(timeline.repeatedFrames)],
          ['Frozen', `${short(timeline.freezeSeconds, 2)} s`],
          ['Flicker', short(timeline.flicker, 2)],
          ['SI / TI', `${short(timeline.spatialInformation, 1)} / ${short(timeline.temporalInformation, 1)}`],
          ['Looked at', `${Math.round(timeline.covered * 100)} % of the frames`],
        ] as [string, string][])),
  ];
}

/** Facts side by side; a label that only one clip has stands with "-" for the other. */
export function factRows(a: ClipFacts, b: ClipFacts): FactRow[] {
  const ofB = new Map(facts(b));
  return facts(a).map(([label, value]) => {
    const other = ofB.get(label) ?? '-';
    return { label, a: value, b: other, differs: value !== other };
  });
}

export const intervalText = (interval: Span2): string => `${signed(interval[0])} to ${signed(interval[1])}`;

/** The facts of the alignment in one line, before its notes. */
export function alignmentLine(c: Comparison): string {
  const { sameContent, offset, rate, comparisonSize, a, b, matchedSamples } = c.alignment;
  const other = isOtherContent(c.alignment);
  const sure = other ? 1 - sameContent : sameContent;
  const content = `${other ? 'different' : 'same'} content${sure >= 0.9 ? '' : `: ${Math.round(sure * 100)} % sure`}`;
  const odd = (side: string, s: { dropped: number; repeated: number }): string[] =>
    s.dropped + s.repeated === 0 ? [] : [`${side}: ${s.dropped} dropped, ${s.repeated} repeated frames`];
  return [
    content,
    `offset ${short(offset, 3)} s`,
    `rate ${short(rate, 4)}`,
    `${matchedSamples} samples ${other ? 'at the same times' : 'matched'}`,
    `at ${comparisonSize.width}x${comparisonSize.height}`,
    ...odd('A', a),
    ...odd('B', b),
  ].join(', ');
}

/** "Model versusq-mini 1.0 on cpu, 2.4 s (decode 1.9, encode 0.3), ffmpeg 5.1" */
export function provenanceLine(p: Comparison['provenance']): string {
  const seconds = (ms: number): string => short(ms / 1000, ms < 1000 ? 2 : 1);
  const { total, ...stations } = p.timings;
  const parts = Object.entries(stations).map(([name, ms]) => `${name} ${seconds(ms)}`);
  const took = total === undefined ? '' : `, ${seconds(total)} s${parts.length > 0 ? ` (${parts.join(', ')})` : ''}`;
  const cached = p.cached.margin ? ', from the store' : p.cached.a && p.cached.b ? ', clips from the store' : '';
  const speed = p.tokensPerSecond === null ? '' : `, ${Math.round(p.tokensPerSecond)} tokens/s`;
  return `Model ${p.model.name} ${p.model.version} on ${p.device}${took}${cached}${speed}; ${ffmpegName(p.ffmpeg)}; versusq ${p.versusq}`;
}

/** "ffmpeg version 5.1.9-0+deb12u1 Copyright ..." -> "ffmpeg 5.1.9-0+deb12u1" */
export const ffmpegName = (line: string): string => line.replace(/^ffmpeg version (\S+).*/s, 'ffmpeg $1');

/** The shortest ends of two paths that tell them apart; equal paths give their last part twice. */
export function shortNames(a: string, b: string): [string, string] {
  const partsA = a.split(/[\\/]/);
  const partsB = b.split(/[\\/]/);
  const end = (parts: string[], n: number): string => parts.slice(-n).join('/');
  if (a === b) return [end(partsA, 1), end(partsB, 1)];
  for (let n = 1; n <= Math.max(partsA.length, partsB.length); n++) {
    if (end(partsA, n) !== end(partsB, n)) return [end(partsA, n), end(partsB, n)];
  }
  return [a, b];
}
