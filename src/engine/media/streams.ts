/**
 * What ffprobe's JSON says of a stream, in the words of ClipFacts. Pure; every field may be missing, and a missing one is
 * never guessed into something rare.
 */
import type { ClipFacts } from '../../protocol/index.js';

export interface ProbedPacket {
  stream_index?: number;
  pts_time?: string;
  flags?: string;
  /** byte position in the file */
  pos?: string;
}
export interface ProbedStream {
  index: number;
  codec_type?: string;
  codec_name?: string;
  profile?: string | number;
  width?: number;
  height?: number;
  sample_aspect_ratio?: string;
  pix_fmt?: string;
  bits_per_raw_sample?: string;
  color_range?: string;
  color_space?: string;
  color_transfer?: string;
  color_primaries?: string;
  field_order?: string;
  r_frame_rate?: string;
  avg_frame_rate?: string;
  start_time?: string;
  duration?: string;
  bit_rate?: string;
  nb_frames?: string;
  channels?: number;
  sample_rate?: string;
  disposition?: Record<string, number>;
  tags?: Record<string, string>;
  side_data_list?: { side_data_type?: string; rotation?: number | string }[];
}
export interface Probed {
  streams?: ProbedStream[];
  format?: { format_name?: string; start_time?: string; duration?: string; bit_rate?: string };
  packets?: ProbedPacket[];
  program_version?: { version?: string; copyright?: string };
}

/** Degrees clockwise, 0, 90, 180 or 270: from the display matrix, or the tag of files read by ffmpeg before 5. */
export function rotationOf(stream: ProbedStream): number {
  const matrix = stream.side_data_list?.find((s) => s.rotation !== undefined)?.rotation;
  const clockwise = matrix === undefined ? Number(stream.tags?.['rotate'] ?? 0) : -Number(matrix);
  return Number.isFinite(clockwise) ? (((Math.round(clockwise / 90) * 90) % 360) + 360) % 360 : 0;
}

export const isHdr = (transfer: string | null): boolean => transfer === 'smpte2084' || transfer === 'arib-std-b67';
const known = (x: string | undefined) =>
  x === undefined || x === 'unknown' || x === 'reserved' || x === 'unspecified' ? null : x;

export function colourOf(stream: ProbedStream): ClipFacts['colour'] {
  const format = stream.pix_fmt ?? '';
  const rgb = /^(rgb|bgr|gbr|argb|abgr|0rgb|0bgr|x2rgb|pal8)/.test(format);
  const transfer = known(stream.color_transfer);
  return {
    primaries: known(stream.color_primaries),
    transfer,
    matrix: known(stream.color_space),
    range: stream.color_range === 'pc' || format.startsWith('yuvj') || rgb ? 'full' : 'limited',
    hdr: isHdr(transfer),
  };
}

export function bitDepthOf(stream: ProbedStream): number {
  const format = stream.pix_fmt ?? '';
  const named =
    /(?:p|gray|p0|p2|p4)(9|10|12|14|16)(?:le|be)?$/.exec(format) ?? /^(?:y2|xv|x2rgb|x2bgr)(10|12)/.exec(format);
  if (named !== null) return Number(named[1]);
  if (/^(rgb|bgr)48|^(rgb|bgr)a64/.test(format)) return 16;
  const raw = Number(stream.bits_per_raw_sample ?? 0);
  return raw >= 8 && raw <= 16 && format === '' ? raw : 8;
}

export function chromaOf(format: string): string {
  if (/^(gray|mono|y8|y16)/.test(format)) return 'grey';
  const planar = /^(?:yuv[ja]?|yuva)(4\d\d)/.exec(format)?.[1];
  if (planar !== undefined) return planar.split('').join(':');
  if (/^(nv12|nv21|p01)/.test(format)) return '4:2:0';
  if (/^(nv16|nv20|p21|yuyv|uyvy|yvyu|y21)/.test(format)) return '4:2:2';
  return '4:4:4';
}

export function audioFacts(probed: Probed): ClipFacts['audio'] {
  const audio = probed.streams?.find((s) => s.codec_type === 'audio');
  if (audio === undefined) return null;
  return {
    codec: audio.codec_name ?? 'unknown',
    channels: audio.channels ?? 0,
    sampleRate: Number(audio.sample_rate ?? 0),
  };
}
