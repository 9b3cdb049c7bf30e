/** Why an intact file is no clip: it is a stream without a container, or a still picture. Its format is named, never opened. */
import { basename, extname } from 'node:path';
import { say, type VersusqError } from '../../protocol/index.js';
import { mediaError } from './input.js';
import { ffprobeJson, ProgramError } from './run.js';
import type { Located } from './types.js';

/** Demuxers of streams that carry no times: ffmpeg gives their pictures 25 frames a second, whatever they had. */
const BARE = 'h264,hevc,vvc,evc,av1,obu,m4v,mpegvideo,mjpeg,vc1,h261,h263,dirac,cavsvideo,avs2,avs3'.split(',');
/** Demuxers of one picture. A row of JPEG pictures is told from one by its name. */
const STILL = /^(image2|\w+_pipe|webp)$/;
const MOTION_JPEG = ['.mjpeg', '.mjpg'];

/** The error of a file that ffprobe would not open (media/not-a-video); null where nothing is known of it. */
export async function notAClip(ffmpeg: Located, path: string, signal?: AbortSignal): Promise<VersusqError | null> {
  const format = await formatOf(ffmpeg, path, signal);
  if (format === null) return null;
  const still = STILL.test(format) && !MOTION_JPEG.includes(extname(path).toLowerCase());
  if (!still) return BARE.includes(format) || STILL.test(format) ? bareStream(path) : null;
  return mediaError(
    'media/not-a-video',
    path,
    (name) => say`${name} is a still picture, not a video. Choose a video file.`,
  );
}

export const isBare = (format: string | undefined): boolean => BARE.includes(format ?? '');

/** Copying the stream fails where pictures are stored in another order than they are shown: so it is coded again, without loss. */
export const bareStream = (path: string): VersusqError =>
  mediaError('media/not-a-video', path, (name) => {
    const [from, to] = [inShell(basename(path)), inShell(`${basename(path)}.mkv`)];
    const command = `ffmpeg -framerate 25 -i ${from} -c:v ffv1 ${to}`;
    return say`${name} is a bare stream without times. Put it into a container, without loss and with its own frame rate: ${command}`;
  });

/** A file's name as one word of a shell that neither the shell nor ffmpeg takes for anything else. */
export function inShell(name: string): string {
  if (/^\w[\w.-]*$/.test(name)) return name;
  const here = `./${name}`; // neither an option nor a protocol begins so
  return process.platform === 'win32' ? `"${here}"` : `'${here.replaceAll("'", `'\\''`)}'`;
}

/** What ffprobe says that the file is, though no format beyond the white list is opened; null where it says nothing. */
async function formatOf(ffmpeg: Located, path: string, signal?: AbortSignal): Promise<string | null> {
  try {
    await ffprobeJson(ffmpeg, path, ['-v', 'debug'], signal);
  } catch (error) {
    if (!(error instanceof ProgramError)) throw error;
    return [...error.log.matchAll(/Format (\S+) (?:probed|detected)/g)].at(-1)?.[1] ?? null;
  }
  return null;
}
