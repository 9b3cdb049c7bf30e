/**
 * Facts of two clips side by side: one row per fact, and whether the two differ. Pure; a clip whose facts are not known yet
 * has empty cells and differs in nothing.
 */
import type { ClipFacts } from '../../protocol/index.js';
import { codecName, formatBitRate, formatBytes, formatFps, formatSize, formatTime } from './format.js';
import { count } from './words.js';

export interface FactsRow {
  name: string;
  a: string;
  b: string;
  differs: boolean;
}

type Fact = readonly [name: string, value: (f: ClipFacts) => string];

const colour = (f: ClipFacts): string => {
  const { primaries, transfer, matrix, range, hdr } = f.colour;
  const names = [...new Set([primaries, transfer, matrix].filter((n) => n !== null))];
  return [names.length > 0 ? names.join(' / ') : 'not told', `${range} range`, hdr ? 'HDR' : 'SDR'].join(', ');
};
const onTimeline =
  (read: (t: NonNullable<ClipFacts['timeline']>) => string) =>
  (f: ClipFacts): string =>
    f.timeline ? read(f.timeline) : '';

const FACTS: readonly Fact[] = [
  ['Codec', (f) => [codecName(f.codec), f.profile].filter((t) => t !== null).join(' ')],
  ['Container', (f) => f.container],
  ['Picture', (f) => formatSize(f.displayWidth, f.displayHeight)],
  [
    'Coded as',
    (f) =>
      [
        formatSize(f.width, f.height),
        f.rotation === 0 ? '' : `turned ${f.rotation}\u00b0`,
        f.sampleAspectRatio === 1 ? '' : `pixels ${Number(f.sampleAspectRatio.toFixed(3))} wide`,
      ]
        .filter((t) => t !== '')
        .join(', '),
  ],
  ['Frame rate', (f) => `${formatFps(f.fps)} fps${f.variableFrameRate ? ', variable' : ''}`],
  ['Duration', (f) => formatTime(f.duration)],
  ['Frames', (f) => (f.frames === null ? 'not told' : String(f.frames))],
  ['Bit rate', (f) => (f.bitRate === null ? 'not told' : formatBitRate(f.bitRate))],
  ['File size', (f) => formatBytes(f.bytes)],
  ['Samples', (f) => `${f.bitDepth} bit, ${f.chroma} (${f.pixelFormat})`],
  ['Colour', colour],
  ['Scan', (f) => (f.interlaced ? 'interlaced' : 'progressive')],
  [
    'Sound',
    (f) => (f.audio ? `${f.audio.codec}, ${count(f.audio.channels, 'channel')}, ${f.audio.sampleRate} Hz` : 'none'),
  ],
  ['Cadence', onTimeline((t) => t.cadence)],
  ['Freezes', onTimeline((t) => (t.freezeSeconds > 0 ? `${t.freezeSeconds.toFixed(2)} s` : 'none'))],
  ['Dropped frames', onTimeline((t) => String(t.droppedFrames))],
  ['Repeated frames', onTimeline((t) => String(t.repeatedFrames))],
  ['Cuts', onTimeline((t) => String(t.cuts))],
  ['Flicker', onTimeline((t) => t.flicker.toFixed(2))],
  ['Detail (SI)', onTimeline((t) => t.spatialInformation.toFixed(1))],
  ['Motion (TI)', onTimeline((t) => t.temporalInformation.toFixed(1))],
  ['Notes', (f) => f.warnings.join(' ')],
];

export function factsRows(a: ClipFacts | null, b: ClipFacts | null): FactsRow[] {
  return FACTS.map(([name, value]) => {
    const [left, right] = [a ? value(a) : '', b ? value(b) : ''];
    return { name, a: left, b: right, differs: a !== null && b !== null && left !== right };
  }).filter((row) => row.a !== '' || row.b !== '');
}
