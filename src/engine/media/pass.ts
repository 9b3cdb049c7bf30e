/**
 * One run of ffmpeg over a clip or a part of it: one decode, split in two. The frames around the bursts come as raw pictures
 * through a pipe (reading slowly slows ffmpeg down, so memory stays bounded); the luma of every frame goes to a temporary
 * file, because one pipe can't carry two sizes. Times are those of the file (-copyts), told by showinfo on each branch.
 */
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ClipFacts } from '../../protocol/index.js';
import { Buffers, frameBytes } from './bursts.js';
import { lumaFilters, pictureFilters, smallFilter } from './colour.js';
import { keepEveryFrame } from './find.js';
import { fragmentGraph, lanesOf, pictureSize, WHOLE } from './fragments.js';
import { TIMELINE_SIZE, type BurstRange } from './plan.js';
import { ProgramError, startFfmpeg } from './run.js';
import type { Ffmpeg, Size } from './types.js';

export interface Pass {
  facts: ClipFacts;
  /** The comparison size, at which fragments are cut. */
  size: Size;
  /** Ranges of times whose frames come as pictures of their fragments. */
  ranges: readonly BurstRange[];
  /** They come whole, at `size`. */
  whole?: boolean;
  /** Decode from the key frame at or before this time; null: from the start. */
  seek: number | null;
  /** Stop behind this time; null: at the end. */
  until: number | null;
  /** Luma of frames from this time on; null: no luma at all. */
  lumaFrom: number | null;
  zscale: boolean;
  /** Threads of the decoder; left out: as ffmpeg chooses. */
  threads?: number;
  /** Memory for the pictures. */
  buffers?: Buffers;
  signal?: AbortSignal | undefined;
  /** ffmpeg was started. */
  onStart?: (() => void) | undefined;
}

export interface PassResult {
  /** Times of all frames that were decoded, ascending. */
  times: Float64Array;
  /** [n, 90, 160] of the frames in `lumaTimes`. */
  luma: Uint8Array;
  lumaTimes: Float64Array;
}

/** No frame and no line for so long, while we wait for one: ffmpeg hangs. */
const STALL_SECONDS = 90;

/** CPU seconds after which ffmpeg ends itself: a bound for hostile files, and for an ffmpeg whose parent was killed. */
const CPU_LIMIT_SECONDS = 1800;

const LUMA_FOLDER = 'versusq-luma-';
let swept = false;
/** Removes what decodes of processes that no longer live have left: a killed process can't do it itself. */
function sweep(): void {
  if (swept) return;
  swept = true;
  for (const name of readdirSync(tmpdir())) {
    const owner = name.startsWith(LUMA_FOLDER) ? Number(name.slice(LUMA_FOLDER.length).split('-')[0]) : NaN;
    if (!Number.isInteger(owner) || owner <= 0) continue;
    try {
      process.kill(owner, 0);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ESRCH')
        rmSync(join(tmpdir(), name), { recursive: true, force: true });
    }
  }
}

const INFO = /showinfo@(\w+) @ [^\]]*\] n: *\d+ pts: *(-?\d+|NOPTS)/;
const TIME_BASE = /showinfo@(\w+) @ [^\]]*\] config in time_base: (\d+)\/(\d+)/;

/** Times that showinfo tells of one branch, in order; a reader may wait for the i-th. */
class Times {
  readonly list: number[] = [];
  private base = 0;
  private waiters: (() => void)[] = [];
  private closed = false;

  setBase(seconds: number): void {
    this.base = seconds;
  }
  add(pts: string, step: number): void {
    const last = this.list.at(-1);
    this.list.push(pts === 'NOPTS' ? (last === undefined ? 0 : last + step) : Number(pts) * this.base);
    this.wake();
  }
  close(): void {
    this.closed = true;
    this.wake();
  }
  async at(index: number): Promise<number | null> {
    while (this.list.length <= index && !this.closed) await new Promise<void>((go) => this.waiters.push(go));
    return this.list[index] ?? null;
  }
  private wake(): void {
    this.waiters.splice(0).forEach((go) => go());
  }
}

const seconds = (t: number) => t.toFixed(6);

function graphOf(pass: Pass): string {
  const { facts, size, zscale } = pass;
  const sideways = facts.rotation === 90 || facts.rotation === 270;
  const decoded = sideways
    ? { width: facts.height, height: facts.width }
    : { width: facts.width, height: facts.height };
  const head = pass.until === null ? '' : `trim=end=${seconds(pass.until)},`;
  const select = (expression: string) => `select='${expression}',`;
  const near = pass.ranges.map((r) => `between(t,${seconds(r.from)},${seconds(r.to)})`).join('+');
  const whole = `${select(near)}showinfo@burst=checksum=0,${pictureFilters(facts, size, zscale)}[whole]`;
  const fromTime = pass.seek === null || pass.lumaFrom === null ? '' : select(`gte(t,${seconds(pass.lumaFrom)})`);
  const luma = `showinfo@all=checksum=0,${fromTime}${fromTime === '' ? '' : 'showinfo@luma=checksum=0,'}${lumaFilters(facts, decoded, TIMELINE_SIZE, zscale)}`;
  const picture = pass.whole
    ? `${whole};[whole]null[picture]`
    : `${whole};${fragmentGraph(pass.ranges, smallFilter(facts, WHOLE))}`;
  if (pass.lumaFrom === null) return `[0:V:0]${head}showinfo@all=checksum=0,${picture}`;
  return `[0:V:0]${head}split[bursts][all];[bursts]${picture};[all]${luma}[luma]`;
}

/**
 * Decodes; `onFrame` gets each picture (fragments.ts: 8-bit yuv420p of `pictureSize`, or whole; in memory of its own from `buffers`) and is
 * awaited. Errors: ProgramError, VersusqError `cancelled`. A damaged file gives what could be decoded.
 */
export async function runPass(
  ffmpeg: Ffmpeg,
  pass: Pass,
  onFrame: (time: number, frame: Uint8Array) => Promise<void> | void,
  onTime?: (time: number) => void,
): Promise<PassResult> {
  sweep();
  const folder = pass.lumaFrom === null ? null : mkdtempSync(join(tmpdir(), `${LUMA_FOLDER}${process.pid}-`));
  const forget = () => folder !== null && rmSync(folder, { recursive: true, force: true });
  process.once('exit', forget);
  try {
    const raw = [...keepEveryFrame(ffmpeg), '-f', 'rawvideo'];
    const lumaFile = folder === null ? null : join(folder, 'luma');
    const step = 1 / pass.facts.fps;
    const times = { all: new Times(), burst: new Times(), luma: new Times() };
    let lastSign = Date.now();
    let waitingForUs = false;
    const run = startFfmpeg(ffmpeg, {
      path: pass.facts.path,
      inputOptions: [
        '-copyts',
        '-timelimit',
        String(CPU_LIMIT_SECONDS),
        ...(pass.threads === undefined ? [] : ['-threads', String(pass.threads)]),
        ...(pass.seek === null ? [] : ['-seek_timestamp', '1', '-noaccurate_seek', '-ss', seconds(pass.seek)]),
      ],
      graph: graphOf(pass),
      outputs: [
        { options: ['-map', '[picture]', ...raw], target: 'pipe' },
        ...(lumaFile === null ? [] : [{ options: ['-map', '[luma]', ...raw], target: { file: lumaFile } }]),
      ],
      signal: pass.signal,
      onStart: pass.onStart,
      onLine: (line) => {
        lastSign = Date.now();
        const frame = INFO.exec(line);
        if (frame !== null) {
          const branch = frame[1] as keyof typeof times;
          times[branch].add(frame[2]!, step);
          if (branch === 'all') onTime?.(times.all.list.at(-1)!);
        } else {
          const base = TIME_BASE.exec(line);
          if (base !== null) times[base[1] as keyof typeof times].setBase(Number(base[2]) / Number(base[3]));
        }
      },
    });
    const watch = setInterval(() => {
      if (!waitingForUs && Date.now() - lastSign > STALL_SECONDS * 1000) run.kill();
    }, 5000);
    watch.unref();
    try {
      const ended = run.done.then(
        () => null,
        (error: unknown) => error,
      );
      void ended.then(() => Object.values(times).forEach((t) => t.close()));
      const bytes = frameBytes(pass.whole ? pass.size : pictureSize(lanesOf(pass.ranges))).all;
      const buffers = pass.buffers ?? new Buffers();
      let frame = buffers.take(bytes);
      let filled = 0;
      let index = 0;
      for await (const chunk of run.stdout as AsyncIterable<Buffer>) {
        lastSign = Date.now();
        for (let taken = 0; taken < chunk.length;) {
          const part = Math.min(chunk.length - taken, bytes - filled);
          frame.set(chunk.subarray(taken, taken + part), filled);
          taken += part;
          filled += part;
          if (filled < bytes) continue;
          const time = await times.burst.at(index++);
          waitingForUs = true;
          if (time !== null) await onFrame(time, frame);
          waitingForUs = false;
          lastSign = Date.now();
          frame = buffers.take(bytes);
          filled = 0;
        }
      }
      const error = await ended;
      if (error instanceof ProgramError && times.all.list.length === 0) throw error;
      if (error !== null && !(error instanceof ProgramError)) throw error;
    } catch (error) {
      run.kill();
      await run.done.catch(() => undefined);
      throw error;
    } finally {
      clearInterval(watch);
    }
    const lumaTimes = pass.seek === null ? times.all.list : times.luma.list;
    const bytes = lumaFile === null ? new Uint8Array() : await readFile(lumaFile);
    const pixels = TIMELINE_SIZE.width * TIMELINE_SIZE.height;
    const count = Math.min(lumaTimes.length, Math.floor(bytes.length / pixels));
    return {
      times: Float64Array.from(times.all.list),
      luma: bytes.subarray(0, count * pixels),
      lumaTimes: Float64Array.from(lumaTimes.slice(0, count)),
    };
  } finally {
    process.off('exit', forget);
    forget();
  }
}
