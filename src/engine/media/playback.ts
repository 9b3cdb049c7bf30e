/**
 * Pictures for people: a copy of a clip that the panel's player can play (H.264, or VP8 where this ffmpeg has no H.264
 * encoder), and a JPEG of one frame. A copy is written beside its final name and renamed when it is whole.
 */
import { mkdir, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { say, type ClipFacts } from '../../protocol/index.js';
import { viewFilters } from './colour.js';
import { COPIES_BOUND, keepWithin, markUsed, type FolderBound } from './copies.js';
import { has, keepEveryFrame } from './find.js';
import { explainFailure, mediaError } from './input.js';
import { ffmpegBytes, startFfmpeg } from './run.js';
import type { Ffmpeg, Size } from './types.js';

const PROXY_LINES = 2160;
const even = (x: number) => Math.max(2, 2 * Math.floor(x / 2));
/**
 * What VS Code promises to play: H.264 and VP8, MP3, Ogg's codecs and FLAC; it has no AAC decoder, so a copy with AAC is silent
 * there. Chromium plays each of these in the container it stands under. FLAC is in every build of ffmpeg, but larger.
 */
const KIND = {
  h264: {
    name: 'H.264',
    ending: 'mp4',
    video: ['-c:v', 'libx264', '-preset', 'ultrafast', '-crf', '17', '-g', '15', '-bf', '0'],
    audio: [
      ['libmp3lame', '-b:a', '192k'],
      ['flac', '-strict', 'experimental'], // in MP4: experimental up to ffmpeg 4.2
    ],
    container: ['-movflags', '+faststart', '-f', 'mp4'],
  },
  vp8: {
    name: 'VP8',
    ending: 'webm',
    video: ['-c:v', 'libvpx', '-deadline', 'realtime', '-cpu-used', '8', '-b:v', '12M', '-crf', '6', '-g', '15'],
    audio: [
      ['libopus', '-b:a', '128k'],
      ['libvorbis', '-b:a', '160k'],
    ],
    container: ['-f', 'webm'],
  },
} as const;
/** Part of a copy's name: another one where copies are made otherwise. 2: sound that VS Code plays. */
const COPY_VERSION = 2;

let unique = 0;

/** Its name, and its options. */
type SoundEncoder = readonly [string, ...string[]];

/** The first of the encoders that this ffmpeg has; null where the clip has no sound or the ffmpeg no encoder for it. */
async function soundEncoder(
  ffmpeg: Ffmpeg,
  audio: ClipFacts['audio'],
  encoders: readonly SoundEncoder[],
): Promise<SoundEncoder | null> {
  for (const encoder of audio === null ? [] : encoders) if (await has(ffmpeg, '-encoders', encoder[0])) return encoder;
  return null;
}

/** At most two channels of the clip's sound, or none. */
function soundOptions(audio: ClipFacts['audio'], encoder: SoundEncoder | null): string[] {
  if (encoder === null) return ['-an'];
  return ['-map', '0:a:0?', '-c:a', ...encoder, '-ac', audio?.channels === 1 ? '1' : '2'];
}

/**
 * The copy in `folder`, named by the content hash, made only if it is not there yet; and what to know of it. Copies that were not used for long
 * go where the folder exceeds `bound`. Errors: media/*, cancelled.
 */
export async function proxy(
  ffmpeg: Ffmpeg,
  facts: ClipFacts,
  folder: string,
  options: { signal?: AbortSignal; onProgress?: (share: number) => void },
  bound: FolderBound = COPIES_BOUND,
): Promise<{ path: string; note: string }> {
  const kind = (await has(ffmpeg, '-encoders', 'libx264'))
    ? KIND.h264
    : (await has(ffmpeg, '-encoders', 'libvpx'))
      ? KIND.vp8
      : null;
  if (kind === null)
    throw mediaError(
      'media/decode-failed',
      facts.path,
      (name) =>
        say`${name} needs a copy to be played, but this ffmpeg can write neither H.264 nor VP8. Install a full build of ffmpeg.`,
    );
  const target = join(folder, `${facts.hash}.${COPY_VERSION}.${kind.ending}`);
  const sound = await soundEncoder(ffmpeg, facts.audio, kind.audio);
  const note =
    facts.audio === null
      ? say`${kind.name} copy made for playback`
      : sound
        ? say`${kind.name} copy made for playback, with sound`
        : say`${kind.name} copy made for playback; this ffmpeg could not keep its sound`;
  const given = async () => {
    await markUsed(target);
    await keepWithin(folder, bound);
    return { path: target, note };
  };
  if (await stat(target).then((s) => s.size > 0, () => false)) return given(); // prettier-ignore
  await mkdir(folder, { recursive: true });
  const part = join(folder, `${facts.hash}.${process.pid}-${unique++}.part`);

  const zscale = facts.colour.hdr && (await has(ffmpeg, '-filters', 'zscale'));
  const scale = Math.min(1, PROXY_LINES / facts.displayHeight);
  const size: Size = { width: even(facts.displayWidth * scale), height: even(facts.displayHeight * scale) };
  const run = startFfmpeg(ffmpeg, {
    path: facts.path,
    inputOptions: ['-progress', 'pipe:2'],
    outputs: [
      {
        options: [
          ...['-map', '0:V:0', ...soundOptions(facts.audio, sound)],
          ...['-vf', viewFilters(facts, size, zscale, 'video'), ...keepEveryFrame(ffmpeg), ...kind.video],
          ...['-colorspace', 'bt709', '-color_primaries', 'bt709', '-color_trc', 'bt709', '-color_range', 'tv'],
          ...['-map_metadata', '-1', '-sn', '-dn', ...kind.container],
        ],
        target: { file: part },
      },
    ],
    signal: options.signal,
    onLine: (line) => {
      const done = /^out_time_us=(\d+)/.exec(line) ?? /^out_time_ms=(\d+)/.exec(line); // both are microseconds
      if (done !== null) options.onProgress?.(Math.min(1, Number(done[1]) / 1e6 / Math.max(facts.duration, 1e-3)));
    },
  });
  try {
    await run.done;
    await rename(part, target);
    options.onProgress?.(1);
    return await given();
  } catch (error) {
    throw await explainFailure(error, facts.path, 'media/decode-failed');
  } finally {
    await rm(part, { force: true });
  }
}

/** JPEG bytes of the frame at `time` (seconds on the clip's own time line), `width` wide. Errors: media/*, cancelled. */
export async function thumbnail(
  ffmpeg: Ffmpeg,
  facts: ClipFacts,
  time: number,
  width: number,
  signal?: AbortSignal,
): Promise<Uint8Array> {
  const zscale = facts.colour.hdr && (await has(ffmpeg, '-filters', 'zscale'));
  const size = { width: even(width), height: even((width * facts.displayHeight) / facts.displayWidth) };
  const last = facts.start + Math.max(0, facts.duration - 1.5 / facts.fps);
  const wanted = Math.min(Math.max(time, facts.start), last);
  const at = async (seek: string[]) =>
    ffmpegBytes(ffmpeg, {
      path: facts.path,
      inputOptions: seek,
      outputs: [
        {
          options: [
            '-map',
            '0:V:0',
            '-frames:v',
            '1',
            '-vf',
            viewFilters(facts, size, zscale, 'jpeg'),
            '-c:v',
            'mjpeg',
            '-q:v',
            '3',
            '-f',
            'mjpeg',
          ],
          target: 'pipe',
        },
      ],
      signal,
    });
  try {
    const bytes = await at(['-seek_timestamp', '1', '-ss', wanted.toFixed(6)]).catch((error: unknown) => {
      if (signal?.aborted) throw error;
      return Buffer.alloc(0);
    });
    const jpeg = bytes.length > 0 ? bytes : await at([]); // a seek behind the last frame: show the first
    if (jpeg.length === 0) throw mediaError('media/decode-failed', facts.path, (name) => say`${name} gave no picture.`);
    return jpeg;
  } catch (error) {
    throw await explainFailure(error, facts.path, 'media/decode-failed');
  }
}
