/**
 * The only file that starts programs: ffmpeg through fluent-ffmpeg, ffprobe through execFile. Always: no shell, no standard
 * input, local files only (`file:` + absolute path, white lists of protocols and formats), killed by the signal, and never
 * alive after this process ended.
 */
import { execFile } from 'node:child_process';
import { devNull } from 'node:os';
import { resolve } from 'node:path';
import { PassThrough } from 'node:stream';
import FfmpegCommand from 'fluent-ffmpeg';
import { VersusqError, say } from '../../protocol/index.js';
import type { Ffmpeg, Located } from './types.js';

/** Containers that are opened. No playlist format is among them: a playlist could name any other file. */
const FORMATS =
  'mov,mp4,m4a,3gp,3g2,mj2,matroska,webm,mpegts,mpeg,mpegvideo,avi,asf,flv,live_flv,ogg,mxf,gxf,yuv4mpegpipe,ivf,nut,gif,apng,dv,rm,' +
  'mp3,wav,flac,aac';
/** Input options that keep ffmpeg and ffprobe to this one local file. */
export const INPUT_GUARD = ['-protocol_whitelist', 'file,pipe', '-format_whitelist', FORMATS] as const;

/** The name as ffmpeg takes it literally: no other protocol, option or pattern can hide in it. */
export const fileUrl = (path: string): string => `file:${resolve(path)}`;

/** ffmpeg or ffprobe ended badly; `log` holds the last lines it said. */
export class ProgramError extends Error {
  constructor(
    message: string,
    readonly log: string,
  ) {
    super(message);
    this.name = 'ProgramError';
  }
}

export const cancelled = (): VersusqError => new VersusqError('cancelled', say`Cancelled.`);

/** What fluent-ffmpeg's types leave out. */
interface Internals {
  _checkCapabilities(callback: (error: null) => void): void;
  availableEncoders(callback: (error: null, encoders: object) => void): void;
  _getFfmpegPath(callback: (error: null, path: string) => void): void;
  ffmpegProc?: { kill(signal: NodeJS.Signals): boolean };
}
// Its capability tables read the text of old versions only (nothing is found from ffmpeg 7 on), so nothing asks them.
const internals = FfmpegCommand.prototype as unknown as Internals;
internals._checkCapabilities = (callback) => callback(null);
internals.availableEncoders = (callback) => callback(null, {});

const alive = new Set<() => void>();
let watching = false;
function killAllOnExit(): void {
  if (watching) return;
  watching = true;
  process.on('exit', () => alive.forEach((kill) => kill()));
}

export interface FfmpegJob {
  path: string;
  inputOptions?: string[];
  /** For -filter_complex; or leave out and name filters in the outputs' options. */
  graph?: string;
  /** In order. `pipe` is read from `stdout`; at most one of the outputs may be it. */
  outputs: { options: string[]; target: 'pipe' | { file: string } }[];
  /** The process exists; what it does comes later. */
  onStart?: (() => void) | undefined;
  /** Every line of the log. */
  onLine?: (line: string) => void;
  signal?: AbortSignal | undefined;
}

export interface RunningFfmpeg {
  /** Raw bytes of the `pipe` output; reading slowly slows ffmpeg down. */
  stdout: PassThrough;
  /** Settles when the process is gone. Rejects with ProgramError, or VersusqError `cancelled`. */
  done: Promise<void>;
  kill(): void;
}

export function startFfmpeg(ffmpeg: Ffmpeg, job: FfmpegJob): RunningFfmpeg {
  if (job.signal?.aborted) throw cancelled();
  killAllOnExit();
  // With autoDestroy and close events on, fluent-ffmpeg reports "Output stream closed" under load.
  const stdout = new PassThrough({ autoDestroy: false, emitClose: false });
  const command = FfmpegCommand();
  const own = command as unknown as Internals;
  own._getFfmpegPath = (callback) => callback(null, ffmpeg.ffmpegPath);
  command
    .input(fileUrl(job.path))
    .inputOptions('-nostdin', '-hide_banner', '-nostats', '-y', ...INPUT_GUARD, ...(job.inputOptions ?? []));
  // The graphs are a small part of the decode: more threads in them would only wait for each other.
  if (job.graph !== undefined) command.inputOptions('-filter_complex_threads', '1').complexFilter(job.graph);
  for (const output of job.outputs) {
    command.output(output.target === 'pipe' ? stdout : `file:${resolve(output.target.file)}`);
    command.outputOptions(...(output.options as [string, string]));
  }
  let killed = false;
  const kill = () => {
    killed = true; // fluent-ffmpeg forgets a kill that comes before the process exists
    own.ffmpegProc?.kill('SIGKILL');
  };
  const done = new Promise<void>((fulfil, reject) => {
    command.on('start', () => (killed ? kill() : job.onStart?.()));
    command.on('stderr', (line: string) => job.onLine?.(line));
    command.on('end', () => fulfil());
    command.on('error', (error: Error, _out: unknown, log: unknown) =>
      reject(job.signal?.aborted ? cancelled() : new ProgramError(error.message, typeof log === 'string' ? log : '')),
    );
    alive.add(kill);
    job.signal?.addEventListener('abort', kill, { once: true });
    command.run();
  }).finally(() => {
    alive.delete(kill);
    job.signal?.removeEventListener('abort', kill);
    if (!stdout.writableEnded) stdout.end();
  });
  done.catch(() => undefined); // the reader of stdout may be the first to look
  return { stdout, done, kill };
}

/** Runs ffmpeg to its end and gives what it wrote to its pipe. */
export async function ffmpegBytes(ffmpeg: Ffmpeg, job: FfmpegJob): Promise<Buffer> {
  const run = startFfmpeg(ffmpeg, job);
  const chunks: Buffer[] = [];
  for await (const chunk of run.stdout) chunks.push(chunk as Buffer);
  await run.done;
  return Buffer.concat(chunks);
}

interface Said {
  stdout: string;
  stderr: string;
}
/** Statically linked builds (the npm-packaged ffprobe) crash on MPEG-TS where glibc loads the machine's converters of text. */
const NO_TEXT_CONVERTERS = { GCONV_PATH: devNull };
const PROGRAM_LIMIT = { seconds: 120, bytes: 256 * 2 ** 20 };

function execute(program: string, args: readonly string[], signal?: AbortSignal): Promise<Said> {
  return new Promise((fulfil, reject) => {
    if (signal?.aborted) return reject(cancelled());
    killAllOnExit();
    const child = execFile(
      program,
      args,
      {
        timeout: PROGRAM_LIMIT.seconds * 1000,
        maxBuffer: PROGRAM_LIMIT.bytes,
        killSignal: 'SIGKILL',
        windowsHide: true,
        env: { ...process.env, ...NO_TEXT_CONVERTERS },
      },
      (error, stdout, stderr) => {
        alive.delete(kill);
        signal?.removeEventListener('abort', kill);
        if (signal?.aborted) reject(cancelled());
        else if (error) reject(new ProgramError(error.message, stderr));
        else fulfil({ stdout, stderr });
      },
    );
    const kill = () => void child.kill('SIGKILL');
    alive.add(kill);
    signal?.addEventListener('abort', kill, { once: true });
    child.stdin?.end();
  });
}

/** ffprobe on one file, its own JSON; fluent-ffmpeg's parser is wrong for tags with newlines and for numbers. */
export async function ffprobeJson(
  ffmpeg: Located,
  path: string,
  args: string[],
  signal?: AbortSignal,
): Promise<{ json: unknown; log: string }> {
  const said = await execute(
    ffmpeg.ffprobePath,
    ['-v', 'error', ...INPUT_GUARD, '-of', 'json', ...args, '-i', fileUrl(path)],
    signal,
  );
  return { json: JSON.parse(said.stdout) as unknown, log: said.stderr };
}

/** What `program -version`, `-filters` or `-encoders` prints. */
export async function ask(program: string, question: '-version' | '-filters' | '-encoders'): Promise<string> {
  return (await execute(program, question === '-version' ? [question] : ['-hide_banner', question])).stdout;
}
