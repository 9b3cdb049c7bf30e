/**
 * Facts of a clip by one ffprobe call that neither decodes nor reads the whole file: the headers, the first packets, and the
 * packets after the last key frame, whose times give the true end. Only where container and packets disagree (a file cut
 * short, no index) are all packets listed.
 */
import { resolve, extname } from 'node:path';
import { say, type ClipFacts, type VersusqError } from '../../protocol/index.js';
import { bareStream, isBare, notAClip } from './bare.js';
import { has } from './find.js';
import { contentHash } from './hash.js';
import { breaksPacket, checkFile, endsEarly, explainFailure, mediaError } from './input.js';
import { median } from './numbers.js';
import { FRAMES_PER_BURST } from './plan.js';
import { ffprobeJson, ProgramError } from './run.js';
import type { Located } from './types.js';
import {
  audioFacts,
  bitDepthOf,
  chromaOf,
  colourOf,
  rotationOf,
  type Probed,
  type ProbedPacket,
  type ProbedStream,
} from './streams.js';

const LARGEST_SIDE = 8192; // pixels
const FIRST_PACKETS = 120; // of all streams together: a few seconds, enough to see the spacing of the frames
/** Seek target behind every end, seconds: demuxers then go to the last key frame. */
const BEYOND_END = 10_000_000;
/** The container's length may be off by so much before all packets are listed. */
const END_TOLERANCE = { seconds: 0.3, share: 0.02 };
const LIST_ALL_BELOW = 4 * 2 ** 30; // bytes
/** Where the last packets can't be reached (a cut file, some MPEG-TS), all are listed for files up to this size. */
const LIST_UNSURE_BELOW = 2 ** 28; // bytes
/** The last packets of a file cut short, and of the first read, lack frames that come later in decoding order. */
export const REORDERED = 16; // packets
const VARIABLE_SPACING = 0.25; // of the median, beyond the rounding of the time base

/** What demuxers say of a file whose end is missing. */
const CUT_OFF = /partial file|File ended prematurely/i;

const number = (x: unknown): number | null => {
  const n = typeof x === 'string' && x.trim() === '' ? NaN : Number(x ?? NaN);
  return Number.isFinite(n) ? n : null;
};
/** "30000/1001" -> 29.97; null for 0/0. */
const rational = (x: string | undefined): number | null => {
  const [n, d] = (x ?? '').split(/[/:]/).map(Number);
  return n !== undefined && d !== undefined && n > 0 && d > 0 ? n / d : null;
};
/** Presentation times of a stream's packets, sorted, without those that are only there for decoding. */
function timesOf(packets: readonly ProbedPacket[] | undefined, stream: number): number[] {
  return (packets ?? [])
    .filter((p) => (p.stream_index ?? stream) === stream && !(p.flags ?? '').includes('D'))
    .map((p) => number(p.pts_time))
    .filter((t) => t !== null)
    .sort((a, b) => a - b);
}

const PACKET = 'packet=stream_index,pts_time,flags,pos';
const FIRST = `%+#${FIRST_PACKETS}`;
const LAST = `${BEYOND_END}%`;

interface Reads {
  head: Probed & { log: string };
  /** Packets from the last key frame on; empty where the demuxer can't seek there. */
  tail: ProbedPacket[];
}

/** Headers, first packets and last packets. Both reads in one process, or apart where a demuxer fails to seek. */
async function readsOf(ffmpeg: Located, path: string, signal?: AbortSignal): Promise<Reads> {
  try {
    const { json, log } = await readPackets(ffmpeg, path, `${FIRST},${LAST}`, signal);
    const packets = json.packets ?? [];
    const second = secondRead(packets);
    return { head: { ...json, packets: packets.slice(0, second), log }, tail: packets.slice(second) };
  } catch (error) {
    if (!isUnreadable(error)) throw error;
  }
  try {
    const { json, log } = await readPackets(ffmpeg, path, FIRST, signal);
    const tail = await readPackets(ffmpeg, path, LAST, signal).catch((error: unknown) => {
      if (isUnreadable(error)) return { json: { packets: [] } };
      throw error;
    });
    return { head: { ...json, log }, tail: tail.json.packets ?? [] };
  } catch (error) {
    const explained = await explainFailure(error, path, 'media/not-a-video');
    throw explained.code === 'media/not-a-video' ? ((await notAClip(ffmpeg, path, signal)) ?? explained) : explained;
  }
}

/** ffprobe failed, or wrote no JSON (a static build of 2023 crashes so on MPEG-TS). */
const isUnreadable = (error: unknown) => error instanceof ProgramError || error instanceof SyntaxError;

async function readPackets(
  ffmpeg: Located,
  path: string,
  intervals: string,
  signal?: AbortSignal,
): Promise<{ json: Probed; log: string }> {
  const args = [
    '-show_program_version',
    '-show_format',
    '-show_streams',
    '-show_entries',
    PACKET,
    '-read_intervals',
    intervals,
  ];
  const { json, log } = await ffprobeJson(ffmpeg, path, args, signal);
  return { json: json as Probed, log };
}

/** Where the second read begins: after the first packets, or, in a short file, where a packet comes again. */
function secondRead(packets: readonly ProbedPacket[]): number {
  const seen = new Set<string>();
  for (const [i, { stream_index, pts_time, pos }] of packets.entries()) {
    const key = `${stream_index}|${pts_time}|${pos}`;
    if (i === FIRST_PACKETS || seen.has(key)) return i;
    if (pts_time !== undefined || pos !== undefined) seen.add(key);
  }
  return packets.length;
}

async function allTimes(ffmpeg: Located, path: string, stream: number, signal?: AbortSignal): Promise<number[]> {
  const args = ['-select_streams', String(stream), '-show_entries', 'packet=pts_time,flags'];
  try {
    return timesOf(((await ffprobeJson(ffmpeg, path, args, signal)).json as Probed).packets, stream);
  } catch (error) {
    throw await explainFailure(error, path, 'media/not-a-video');
  }
}

function videoStream(probed: Probed, path: string): ProbedStream {
  const streams = probed.streams ?? [];
  const video = streams.filter((s) => s.codec_type === 'video');
  const stream = video.find((s) => s.disposition?.['attached_pic'] !== 1 && s.disposition?.['timed_thumbnails'] !== 1);
  if (stream !== undefined) return stream;
  const audio = streams.find((s) => s.codec_type === 'audio');
  if (audio !== undefined)
    throw mediaError('media/not-a-video', path, (name) => {
      const codec = audio.codec_name ?? '?';
      return video.length > 0
        ? say`${name} has no video, only sound (${codec}) and a cover picture. Choose a video file.`
        : say`${name} has no video, only sound (${codec}). Choose a video file.`;
    });
  throw mediaError('media/not-a-video', path, (name) => say`${name} holds no video stream. Choose a video file.`);
}

/** Where the container says the video ends, seconds on the clip's time line; null if it does not say. */
function saidEnd(probed: Probed, stream: ProbedStream, start: number): number | null {
  const own = number(stream.duration);
  if (own !== null && own > 0) return start + own;
  const tag = /^(\d+):(\d+):([\d.]+)/.exec(stream.tags?.['DURATION'] ?? '');
  if (tag !== null) return Number(tag[1]) * 3600 + Number(tag[2]) * 60 + Number(tag[3]);
  const whole = number(probed.format?.duration);
  return whole === null || whole <= 0 ? null : (number(probed.format?.start_time) ?? 0) + whole;
}

/** Times whose gaps are true, though what follows them is not there. */
const withoutLast = (times: readonly number[]): number[] => times.slice(0, Math.max(2, times.length - REORDERED));

interface Timing {
  start: number;
  duration: number;
  fps: number;
  variable: boolean;
  warnings: string[];
}

async function timing(
  ffmpeg: Located,
  path: string,
  bytes: number,
  head: Probed,
  tail: ProbedPacket[],
  stream: ProbedStream,
  signal?: AbortSignal,
): Promise<Timing> {
  const warnings: string[] = [];
  const first = timesOf(head.packets, stream.index);
  let start = first[0] ?? number(stream.start_time) ?? 0;
  const average = rational(stream.avg_frame_rate);
  const real = rational(stream.r_frame_rate);
  const gaps = (times: number[]) =>
    times
      .slice(1)
      .map((t, i) => t - times[i]!)
      .filter((d) => d > 0);
  // Where only some packets carry a time (MPEG-PS), the gaps tell nothing at all.
  const timed = !(head.packets ?? []).some((p) => p.stream_index === stream.index && p.pts_time === undefined);
  const spacing = timed ? gaps(withoutLast(first)) : [];
  const typical = median(spacing);
  let fps = average ?? (typical > 0 ? 1 / typical : (real ?? 25));
  if (fps > 1000 || fps < 0.01) fps = typical > 0 ? 1 / typical : 25;
  const rounding = 1.5e-3;
  const uneven = spacing.filter((d) => Math.abs(d - typical) > VARIABLE_SPACING * typical + rounding).length;
  const fields = real !== null && average !== null && Math.abs(real / average - 2) < 0.02; // coded as fields
  let variable = uneven > 1 || (real !== null && average !== null && !fields && Math.abs(real / average - 1) > 0.05);

  const said = saidEnd(head, stream, start);
  const last = timesOf(tail, stream.index).at(-1);
  let end = last === undefined ? said : last + 1 / fps;
  // The stream's own length is exact where it fits; the last packet of MPEG-TS is easily missed.
  if (end !== null && said !== null && Math.abs(end - said) < 2.5 / fps && number(stream.duration) !== null) end = said;
  const off = end === null || said === null ? Infinity : Math.abs(end - said);
  const tolerance = Math.max(END_TOLERANCE.seconds, END_TOLERANCE.share * ((said ?? start) - start));
  if (last === undefined ? said === null || bytes <= LIST_UNSURE_BELOW : off > tolerance) {
    if (bytes <= LIST_ALL_BELOW) {
      const times = await allTimes(ffmpeg, path, stream.index, signal);
      if (times.length > 0) {
        start = times[0]!;
        end = times.at(-1)! + 1 / fps;
        const all = gaps(said !== null && said - end > tolerance ? withoutLast(times) : times);
        const step = median(all);
        if (average === null && step > 0) fps = 1 / step;
        variable ||=
          all.filter((d) => Math.abs(d - step) > VARIABLE_SPACING * step + rounding).length > 0.02 * all.length + 1;
      } else if ((number(stream.nb_frames) ?? 1) > 0) end = null;
    } else end = said;
    if (said !== null && end !== null && said - end > tolerance)
      warnings.push(
        say`The file ends early: ${(end - start).toFixed(1)} s of ${(said - start).toFixed(1)} s are there.`,
      );
  }
  if (end === null)
    throw mediaError(
      'media/truncated',
      path,
      (name) =>
        say`${name} holds no complete picture: it was not written or copied to its end. Export or copy it again.`,
    );
  return { start, duration: Math.max(end - start, 0), fps, variable, warnings };
}

function containerOf(probed: Probed, path: string): string {
  const names = (probed.format?.format_name ?? 'unknown').split(',');
  const ending = extname(path).slice(1).toLowerCase();
  return names.includes(ending)
    ? ending
    : ending === 'mkv' && names.includes('matroska')
      ? 'matroska'
      : names.includes('mp4')
        ? 'mp4'
        : names[0]!;
}

/** The line that ffmpeg -version would begin with, as the ffprobe of the same build knows it. */
function bannerOf({ program_version }: Probed): string | null {
  const { version, copyright } = program_version ?? {};
  return version === undefined ? null : `ffmpeg version ${version} ${copyright ?? ''}`.trim();
}

/**
 * Facts of the clip at `path`, with content hash; `onBanner` hears which version looked at it. Errors: media/*, cancelled.
 */
export async function probe(
  ffmpeg: Located,
  path: string,
  signal?: AbortSignal,
  onBanner?: (banner: string | null) => void,
): Promise<ClipFacts> {
  const full = resolve(path);
  const bytes = await checkFile(path);
  const [{ head, tail }, hash] = await Promise.all([
    readsOf(ffmpeg, full, signal),
    contentHash(full).catch(async (error: unknown) => {
      throw await explainFailure(error, path, 'media/not-found');
    }),
  ]);
  onBanner?.(bannerOf(head));
  if (isBare(head.format?.format_name)) throw bareStream(path);
  const stream = videoStream(head, path);
  const { width = 0, height = 0 } = stream;
  if (width <= 0 || height <= 0 || stream.codec_name === undefined || stream.codec_name === 'unknown')
    throw mediaError(
      'media/truncated',
      path,
      (name) => say`${name} holds no readable picture: it is cut short, damaged, or of a codec that this ffmpeg lacks.`,
      head.log,
    );
  if (width > LARGEST_SIDE || height > LARGEST_SIDE)
    throw mediaError(
      'media/too-large',
      path,
      (name) =>
        say`${name} is ${width} x ${height}; more than ${LARGEST_SIDE} pixels on a side are not compared. Scale it down first.`,
    );
  const time = await timing(ffmpeg, full, bytes, head, tail, stream, signal);
  const breaksOff =
    CUT_OFF.test(head.log) || (containerOf(head, full) === 'mpegts' && (await breaksPacket(full, bytes)));
  if (time.warnings.length === 0 && breaksOff) time.warnings.push(say`The file ends early.`);
  const frames = number(stream.nb_frames);
  if ((frames !== null && frames > 0 && frames < FRAMES_PER_BURST) || time.duration * time.fps < FRAMES_PER_BURST - 0.5)
    throw tooShort(path, endsEarly(time));

  const rotation = rotationOf(stream);
  const sampleAspectRatio = rational(stream.sample_aspect_ratio) ?? 1;
  const shown = { width: Math.max(1, Math.round(width * sampleAspectRatio)), height };
  const sideways = rotation === 90 || rotation === 270;
  const colour = colourOf(stream);
  const warnings = [...time.warnings];
  const bitDepth = bitDepthOf(stream);
  if (colour.hdr) colour.toneMapped = await has(ffmpeg, '-filters', 'zscale');
  if (colour.hdr)
    warnings.push(
      colour.toneMapped
        ? say`HDR: tone mapped to BT.709 for the comparison.`
        : say`HDR: this ffmpeg has no zscale filter, so it is compared without tone mapping and looks flat.`,
    );
  else if (bitDepth > 8) warnings.push(say`Compared at 8 of its ${bitDepth} bits a sample: finer steps are not seen.`);
  return {
    path: full,
    hash,
    bytes,
    container: containerOf(head, full),
    codec: stream.codec_name,
    profile: stream.profile === undefined || stream.profile === 'unknown' ? null : String(stream.profile),
    width,
    height,
    displayWidth: sideways ? shown.height : shown.width,
    displayHeight: sideways ? shown.width : shown.height,
    rotation,
    sampleAspectRatio,
    fps: time.fps,
    variableFrameRate: time.variable,
    duration: time.duration,
    start: time.start,
    frames: frames === null ? null : Math.round(frames),
    bitRate: number(stream.bit_rate) ?? number(head.format?.bit_rate),
    pixelFormat: stream.pix_fmt ?? 'unknown',
    bitDepth,
    chroma: chromaOf(stream.pix_fmt ?? ''),
    colour,
    interlaced: ['tt', 'bb', 'tb', 'bt'].includes(stream.field_order ?? ''),
    audio: audioFacts(head),
    timeline: null,
    warnings,
  };
}

/** `early`: it was found to be cut off. */
export const tooShort = (path: string, early: boolean): VersusqError =>
  early
    ? mediaError(
        'media/truncated',
        path,
        (name) =>
          say`${name} ends after its first frames: it was not written or copied to its end. Export or copy it again.`,
      )
    : mediaError(
        'media/too-short',
        path,
        (name) =>
          say`${name} has fewer than ${FRAMES_PER_BURST} frames; nothing moves that could be compared. Choose a longer clip.`,
      );
