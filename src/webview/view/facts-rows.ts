/**
 * Facts of two clips side by side: one row per fact, and whether the two differ. Pure; a clip whose facts are not known yet
 * has empty cells and differs in nothing.
 */
import type { ClipFacts } from '../../protocol/index.js';
import { fixed, plural, sentence, t } from '../language.js';
import { codecName, formatBitRate, formatBytes, formatFps, formatSize, formatTime } from './format.js';

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
  const levels = range === 'full' ? t('full range') : t('limited range');
  return [names.length > 0 ? names.join(' / ') : t('not told'), levels, hdr ? 'HDR' : 'SDR'].join(', ');
};
const onTimeline =
  (read: (line: NonNullable<ClipFacts['timeline']>) => string) =>
  (f: ClipFacts): string =>
    f.timeline ? read(f.timeline) : '';

const FACTS: readonly Fact[] = [
  [t('Codec'), (f) => [codecName(f.codec), f.profile].filter((t) => t !== null).join(' ')],
  [t('Container'), (f) => f.container],
  [t('Picture'), (f) => formatSize(f.displayWidth, f.displayHeight)],
  [
    t('Coded as'),
    (f) =>
      [
        formatSize(f.width, f.height),
        f.rotation === 0 ? '' : t('turned {0}\u00b0', f.rotation),
        f.sampleAspectRatio === 1 ? '' : t('pixels {0} wide', Number(f.sampleAspectRatio.toFixed(3))),
      ]
        .filter((t) => t !== '')
        .join(', '),
  ],
  [
    t('Frame rate'),
    (f) => (f.variableFrameRate ? t('{0} fps, variable', formatFps(f.fps)) : t('{0} fps', formatFps(f.fps))),
  ],
  [t('Duration'), (f) => formatTime(f.duration)],
  [t('Frames'), (f) => (f.frames === null ? t('not told') : String(f.frames))],
  [t('Bit rate'), (f) => (f.bitRate === null ? t('not told') : formatBitRate(f.bitRate))],
  [t('File size'), (f) => formatBytes(f.bytes)],
  [t('Samples'), (f) => t('{0} bit, {1} ({2})', f.bitDepth, f.chroma, f.pixelFormat)],
  [t('Colour'), colour],
  [t('Scan'), (f) => (f.interlaced ? t('interlaced') : t('progressive'))],
  [
    t('Sound'),
    (f) =>
      f.audio
        ? `${f.audio.codec}, ${plural(f.audio.channels, '{0} channel', '{0} channels')}, ${f.audio.sampleRate} Hz`
        : t('none'),
  ],
  [t('Cadence'), onTimeline((line) => sentence(line.cadence))],
  [t('Freezes'), onTimeline((line) => (line.freezeSeconds > 0 ? `${fixed(line.freezeSeconds, 2)} s` : t('none')))],
  [t('Dropped frames'), onTimeline((line) => String(line.droppedFrames))],
  [t('Repeated frames'), onTimeline((line) => String(line.repeatedFrames))],
  [t('Cuts'), onTimeline((line) => String(line.cuts))],
  [t('Flicker'), onTimeline((line) => fixed(line.flicker, 2))],
  [t('Detail (SI)'), onTimeline((line) => fixed(line.spatialInformation, 1))],
  [t('Motion (TI)'), onTimeline((line) => fixed(line.temporalInformation, 1))],
  [t('Notes'), (f) => f.warnings.map(sentence).join(' ')],
];

export function factsRows(a: ClipFacts | null, b: ClipFacts | null): FactsRow[] {
  return FACTS.map(([name, value]) => {
    const [left, right] = [a ? value(a) : '', b ? value(b) : ''];
    return { name, a: left, b: right, differs: a !== null && b !== null && left !== right };
  }).filter((row) => row.a !== '' || row.b !== '');
}
