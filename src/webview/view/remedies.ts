/**
 * What a failure means for the person in front of the panel: a heading and the next thing to do, by the code of the error
 * (DESIGN 3.3). The error's own sentence stands between them and names the file.
 */
import type { ErrorCode } from '../../protocol/index.js';

export interface Remedy {
  title: string;
  /** What to do; empty where the sentence of the error says it all. */
  advice: string;
  /** Setting that helps. */
  setting?: string;
}

const NOT_READ = 'The clip could not be read';
const REMEDIES: Record<ErrorCode, Remedy> = {
  'media/not-found': {
    title: 'The file is not there',
    advice: 'Put it back, or choose another one and compare again.',
  },
  'media/not-a-video': { title: 'No picture in this file', advice: 'Choose a file that holds video.' },
  'media/truncated': { title: 'The file ends too early', advice: 'Copy or render it again.' },
  'media/no-permission': { title: 'The file may not be read', advice: 'Give yourself the right to read it.' },
  'media/too-short': { title: 'The clip is too short', advice: 'A comparison needs at least four frames.' },
  'media/too-large': { title: 'The picture is too large', advice: 'Compare a smaller copy of it.' },
  'media/protocol-refused': {
    title: 'The file points outside itself',
    advice: 'Only files that hold their own pictures are opened.',
  },
  'media/decode-failed': {
    title: NOT_READ,
    advice: 'A newer ffmpeg may know this format.',
    setting: 'versusq.ffmpegPath',
  },
  'ffmpeg/not-found': { title: 'ffmpeg is needed', advice: '', setting: 'versusq.ffmpegPath' },
  'ffmpeg/too-old': { title: 'This ffmpeg is too old', advice: '', setting: 'versusq.ffmpegPath' },
  'model/missing': { title: 'The model is not there', advice: 'Install VersusQ again.', setting: 'versusq.modelPath' },
  'model/hash-mismatch': {
    title: 'The model was changed',
    advice: 'Install VersusQ again, or point the setting to a sound package.',
    setting: 'versusq.modelPath',
  },
  'model/unsupported': { title: 'This model cannot be run', advice: '', setting: 'versusq.modelPath' },
  'device/unavailable': {
    title: 'The device is not there',
    advice: 'Choose "auto" or "cpu".',
    setting: 'versusq.device',
  },
  'store/corrupt': { title: 'The store of results is damaged', advice: 'It is made anew at the next comparison.' },
  'store/full': {
    title: 'No room to keep results',
    advice: 'Free some disk space, or switch the store off.',
    setting: 'versusq.store',
  },
  'worker/crashed': { title: 'The comparison stopped', advice: 'Try again: it starts afresh.' },
  cancelled: { title: 'Cancelled', advice: '' },
  usage: { title: 'This cannot be compared', advice: '' },
  internal: {
    title: 'Something went wrong',
    advice: 'Try again; if it stays, send the details to the makers of VersusQ.',
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
