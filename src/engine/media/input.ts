/**
 * Files as they come from strangers: looked at before ffmpeg sees them, and what ffmpeg then says turned into the errors of
 * DESIGN 3.3. Every message names the file and what to do.
 */
import { open, stat, type FileHandle } from 'node:fs/promises';
import { basename, resolve } from 'node:path';
import { VersusqError, type ClipFacts, type ErrorCode, say } from '../../protocol/index.js';
import { isAddress } from './address.js';
import { transportPacket } from './folder.js';
import { ProgramError } from './run.js';

/** First bytes of lists that name other files: HLS, ffconcat, DASH, PLS, XSPF, ASX, Smooth Streaming. */
const PLAYLIST =
  /^\uFEFF?\s*(#EXTM3U|ffconcat version|\[playlist\]|\[reference\]|<asx|(<\?xml[^>]*>\s*(<!--[^]*?-->\s*)?)?<(MPD|playlist|SmoothStreamingMedia|smil))/i;

/** A control character that no text holds (of the C0 set, all but backspace to carriage return and escape). */
// eslint-disable-next-line no-control-regex
const NOT_TEXT = /[\x00-\x07\x0e-\x1a\x1c-\x1f\x7f]/;
/** Raw video with a header in words, whose pixels may all be letters. */
const WORDY_VIDEO = 'YUV4MPEG2';

/**
 * Is it text, by its first bytes? Words such as "free" and "skip" at the fifth byte are names of MP4 boxes, too, and demuxers
 * then take a text for a video that is cut short. Any encoding: ASCII, UTF-8, one byte a letter; UTF-16 by its byte order mark.
 */
export function isText(head: Buffer): boolean {
  if (head.length >= 2 && [0xfeff, 0xfffe].includes(head.readUInt16BE(0))) return true;
  const text = head.toString('latin1');
  return !NOT_TEXT.test(text) && !text.startsWith(WORDY_VIDEO);
}

const quoted = (path: string) => JSON.stringify(basename(path) || path);

/** `sentence` is told the file's name, in quotes. */
export function mediaError(
  code: ErrorCode,
  path: string,
  sentence: (name: string) => string,
  cause?: unknown,
): VersusqError {
  return new VersusqError(code, sentence(quoted(path)), {
    path,
    ...(cause === undefined
      ? {}
      : { cause, details: cause instanceof ProgramError ? cause.log.slice(-2000) || cause.message : String(cause) }),
  });
}

/** The error of `fs` for this file as a VersusqError. */
export function fileError(error: unknown, path: string): VersusqError {
  const code = (error as NodeJS.ErrnoException).code;
  if (code === 'ENOENT' || code === 'ENOTDIR') {
    if (isAddress(path))
      return mediaError(
        'media/protocol-refused',
        path,
        () => say`${JSON.stringify(path)} is an address, and only local files are opened. Download it first.`,
      );
    return mediaError(
      'media/not-found',
      path,
      (name) => say`${name} does not exist (any more). Check the name and the folder.`,
      error,
    );
  }
  if (code === 'EACCES' || code === 'EPERM')
    return mediaError(
      'media/no-permission',
      path,
      (name) => say`${name} may not be read. Check its permissions.`,
      error,
    );
  if (code === 'ENAMETOOLONG')
    return mediaError('media/not-found', path, (name) => say`${name} is too long a name for this file system.`, error);
  return mediaError('media/not-found', path, (name) => say`${name} can't be opened (${code ?? String(error)}).`, error);
}

/**
 * Size in bytes of a file that may be given to ffmpeg. Errors: media/not-found, media/no-permission, media/not-a-video (a
 * folder, a device, an empty file, text), media/protocol-refused (an address or a playlist).
 */
export async function checkFile(path: string): Promise<number> {
  if (path.includes('\0'))
    throw mediaError(
      'media/not-found',
      path.replaceAll('\0', ''),
      (name) => say`${name} has a name that no file can have.`,
    );
  let file: FileHandle | null = null;
  try {
    const facts = await stat(resolve(path));
    if (facts.isDirectory())
      throw mediaError(
        'media/not-a-video',
        path,
        (name) => say`${name} is a folder, not a video. Choose a file in it.`,
      );
    if (!facts.isFile())
      throw mediaError('media/not-a-video', path, (name) => say`${name} is not a regular file. Choose a video file.`);
    file = await open(resolve(path), 'r');
    if (facts.size === 0)
      throw mediaError('media/not-a-video', path, (name) => say`${name} is empty (0 bytes). Export or copy it again.`);
    const { buffer, bytesRead } = await file.read(Buffer.alloc(1024), 0, 1024, 0);
    const head = buffer.subarray(0, bytesRead);
    if (PLAYLIST.test(head.toString('utf8')))
      throw mediaError(
        'media/protocol-refused',
        path,
        (name) => say`${name} is a playlist, not a video; the files it names are not followed. Choose one of them.`,
      );
    if (isText(head))
      throw mediaError('media/not-a-video', path, (name) => say`${name} is text, not a video. Choose a video file.`);
    return facts.size;
  } catch (error) {
    throw error instanceof VersusqError ? error : fileError(error, path);
  } finally {
    await file?.close();
  }
}

/** What the demuxers of MP4 and Matroska say of a file whose end is missing, and of any bytes in a file named .mp4. */
const CUT_SHORT = /moov atom not found|EBML header parsing failed|End of file/i;
async function beginsLikeVideo(path: string): Promise<boolean> {
  const file = await open(resolve(path), 'r');
  try {
    const head = Buffer.alloc(12);
    await file.read(head, 0, head.length, 0);
    const box = head.toString('latin1', 4, 8);
    return (
      ['ftyp', 'moov', 'mdat', 'wide', 'free', 'skip', 'styp'].includes(box) || head.readUInt32BE(0) === 0x1a45dfa3
    );
  } finally {
    await file.close();
  }
}

/** Was the file found to be cut off? `probe` and the decoders say so in a warning that begins like this. */
export const endsEarly = ({ warnings }: Pick<ClipFacts, 'warnings'>): boolean =>
  warnings.some((warning) => warning.startsWith('The file ends early'));

/** An MPEG transport stream of so many bytes that breaks off inside a packet was cut. */
export async function breaksPacket(path: string, bytes: number): Promise<boolean> {
  const length = await transportPacket(path).catch(() => null); // who reads it next says why it can't be read
  return length !== null && bytes % length !== 0;
}

/** What a failure of ffmpeg or ffprobe means; looks again at the file, which may be gone by now. */
export async function explainFailure(error: unknown, path: string, otherwise: ErrorCode): Promise<VersusqError> {
  if (error instanceof VersusqError) return error;
  const log = error instanceof ProgramError ? `${error.log}\n${error.message}` : String(error);
  try {
    await checkFile(path);
  } catch (fresh) {
    return fresh as VersusqError;
  }
  if (CUT_SHORT.test(log) && (await beginsLikeVideo(path)))
    return mediaError(
      'media/truncated',
      path,
      (name) => say`${name} ends before its index: it was not written or copied to its end. Export or copy it again.`,
      error,
    );
  if (/Protocol '.*' not on whitelist/i.test(log))
    return mediaError(
      'media/protocol-refused',
      path,
      (name) => say`${name} refers to something outside itself, which is not followed.`,
      error,
    );
  if (/ENOENT|EACCES.*spawn|spawn .*(ENOENT|EACCES)/.test(log) && !(error instanceof ProgramError && error.log !== ''))
    return new VersusqError(
      'ffmpeg/not-found',
      say`ffmpeg could not be started any more. Check the installation with: versusq doctor`,
      { cause: error, details: log },
    );
  if (otherwise === 'media/not-a-video')
    return mediaError(
      'media/not-a-video',
      path,
      (name) => say`${name} is not a video that ffmpeg can read. Choose a video file.`,
      error,
    );
  return mediaError(
    otherwise,
    path,
    (name) => say`${name} could not be decoded. Try to play it; it may be damaged, or this ffmpeg lacks its codec.`,
    error,
  );
}
