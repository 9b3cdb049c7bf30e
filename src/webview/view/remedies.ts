/**
 * What a failure means for the person in front of the panel: a heading and the next thing to do, by the code of the error
 * (DESIGN 3.3). The error's own sentence stands between them and names the file.
 */
import type { ErrorCode } from '../../protocol/index.js';
import { t } from '../language.js';

export interface Remedy {
  title: string;
  /** What to do; empty where the sentence of the error says it all. */
  advice: string;
  /** Setting that helps. */
  setting?: string;
}

const NOT_READ = t('The clip could not be read');
const REMEDIES: Record<ErrorCode, Remedy> = {
  'media/not-found': {
    title: t('The file is not there'),
    advice: t('Put it back, or choose another one and compare again.'),
  },
  'media/not-a-video': { title: t('No picture in this file'), advice: t('Choose a file that holds video.') },
  'media/truncated': { title: t('The file ends too early'), advice: t('Copy or render it again.') },
  'media/no-permission': { title: t('The file may not be read'), advice: t('Give yourself the right to read it.') },
  'media/too-short': { title: t('The clip is too short'), advice: t('A comparison needs at least four frames.') },
  'media/too-large': { title: t('The picture is too large'), advice: t('Compare a smaller copy of it.') },
  'media/protocol-refused': {
    title: t('The file points outside itself'),
    advice: t('Only files that hold their own pictures are opened.'),
  },
  'media/decode-failed': {
    title: NOT_READ,
    advice: t('A newer ffmpeg may know this format.'),
    setting: 'versusq.ffmpegPath',
  },
  'ffmpeg/not-found': { title: t('ffmpeg is needed'), advice: '', setting: 'versusq.ffmpegPath' },
  'ffmpeg/too-old': { title: t('This ffmpeg is too old'), advice: '', setting: 'versusq.ffmpegPath' },
  'model/missing': {
    title: t('The model is not there'),
    advice: t('Install VersusQ again.'),
    setting: 'versusq.modelPath',
  },
  'model/hash-mismatch': {
    title: t('The model was changed'),
    advice: t('Install VersusQ again, or point the setting to a sound package.'),
    setting: 'versusq.modelPath',
  },
  'model/unsupported': { title: t('This model cannot be run'), advice: '', setting: 'versusq.modelPath' },
  'device/unavailable': {
    title: t('The device is not there'),
    advice: t('Choose "auto" or "cpu".'),
    setting: 'versusq.device',
  },
  'store/corrupt': {
    title: t('The store of results is damaged'),
    advice: t('It is made anew at the next comparison.'),
  },
  'store/full': {
    title: t('No room to keep results'),
    advice: t('Free some disk space, or switch the store off.'),
    setting: 'versusq.store',
  },
  'worker/crashed': { title: t('The comparison stopped'), advice: t('Try again: it starts afresh.') },
  cancelled: { title: t('Cancelled'), advice: '' },
  usage: { title: t('This cannot be compared'), advice: '' },
  internal: {
    title: t('Something went wrong'),
    advice: t('Try again; if it stays, send the details to the makers of VersusQ.'),
  },
};

export const remedyOf = (code: ErrorCode): Remedy => REMEDIES[code];

/** How to get ffmpeg, by system. */
export const FFMPEG_WAYS: readonly { system: string; way: string }[] = [
  { system: 'Windows', way: 'winget install Gyan.FFmpeg' },
  { system: 'macOS', way: 'brew install ffmpeg' },
  { system: 'Debian, Ubuntu', way: 'sudo apt install ffmpeg' },
  { system: 'Fedora', way: 'sudo dnf install ffmpeg-free' },
];
