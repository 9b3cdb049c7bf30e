/**
 * Small clips for the tests, made by ffmpeg on first use and kept in a folder under the system's temporary one, by the content
 * of the command that makes them. Safe where several test files make the same clip at once.
 */
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createRequire } from 'node:module';
import { afterAll } from 'vitest';
import {
  FRAGMENTS,
  comparisonSize,
  createMedia,
  findFfmpeg,
  type FrameBurst,
  type MediaEngine,
  type TimelineLuma,
} from '../../../src/engine/media/index.js';

export const onPath = await findFfmpeg({ setting: null });
export const media = createMedia(onPath);
const require = createRequire(import.meta.url);
/** The npm-packaged programs, as where nothing is on the PATH. */
export const packaged = async (): Promise<MediaEngine> =>
  createMedia(await findFfmpeg({ setting: null, env: { PATH: '' } }));
export const packagedPath = (require('@ffmpeg-installer/ffmpeg') as { path: string }).path;

const folder = join(tmpdir(), 'versusq-test-clips');

/** Runs ffmpeg with `args` and the clip's path behind them; gives the path. */
export function clip(ending: string, ...args: string[]): string {
  const name = createHash('sha256')
    .update(JSON.stringify([onPath.versionText, args]))
    .digest('hex')
    .slice(0, 20);
  const path = join(folder, `${name}.${ending}`);
  if (existsSync(path)) return path;
  mkdirSync(folder, { recursive: true });
  const part = join(folder, `${name}.${process.pid}.part.${ending}`);
  execFileSync(onPath.ffmpegPath, ['-v', 'error', '-nostdin', '-y', ...args, part]);
  renameSync(part, path);
  return path;
}

export const X264 = ['-c:v', 'libx264', '-preset', 'ultrafast', '-pix_fmt', 'yuv420p'];
/** Frames keep their own times; ffmpeg 9 has no -vsync, ffmpeg 5.0 no -fps_mode. */
export const VARIABLE = [onPath.version[0] >= 6 ? '-fps_mode' : '-vsync', 'vfr'];
export const source = (size: string, rate: string, seconds: number, filters = ''): string[] => [
  ...['-f', 'lavfi', '-i', `testsrc2=s=${size}:r=${rate}:d=${seconds}`],
  ...(filters === '' ? [] : ['-vf', filters]),
];
/** A moving, textured clip of 2 s, 320 x 180, 25 frames a second. */
export const plain = (): string => clip('mp4', ...source('320x180', '25', 2), ...X264);

/** The clip with a flag that players turn it by 90 degrees clockwise. ffmpeg 6 and newer no longer take the tag for it. */
export const turned = (path: string): string =>
  onPath.version[0] >= 6
    ? clip('mp4', '-display_rotation', '-90', '-i', path, '-c', 'copy')
    : clip('mp4', '-i', path, '-c', 'copy', '-metadata:s:v', 'rotate=90');

/** An empty folder that is removed after the tests of this file. */
export function scratch(): string {
  const dir = mkdtempSync(join(tmpdir(), 'versusq-test-'));
  afterAll(() => rmSync(dir, { recursive: true, force: true }));
  return dir;
}

/** A copy of `path` under another name, cut after a share of its bytes. */
export function copyAs(path: string, target: string, share = 1): string {
  if (share === 1) copyFileSync(path, target);
  else {
    const bytes = readFileSync(path);
    writeFileSync(target, bytes.subarray(0, Math.floor(bytes.length * share)));
  }
  return target;
}

/** Presentation times of all frames, as ffprobe tells after decoding them. */
export function shownTimes(path: string): number[] {
  const args = [
    '-v',
    'error',
    '-select_streams',
    'v:0',
    '-show_entries',
    'frame=best_effort_timestamp_time',
    '-of',
    'csv=p=0',
  ];
  const said = execFileSync(onPath.ffprobePath, [...args, path], { encoding: 'utf8' });
  return said.split(/\s+/).map((line) => parseFloat(line)).filter((t) => Number.isFinite(t)); // prettier-ignore
}

export async function decodeAll(
  engine: MediaEngine,
  path: string,
  change: { mode?: 'whole' | 'windows'; size?: { width: number; height: number } } = {},
) {
  const facts = await engine.probe(path);
  const plan = engine.plan(facts, change.size ?? comparisonSize([facts]));
  if (change.mode !== undefined) plan.mode = change.mode;
  const bursts: FrameBurst[] = [];
  const line = await engine.decode(facts, plan, {
    onBurst: (b) => void bursts.push({ ...b, y: b.y.slice(), u: b.u.slice(), v: b.v.slice() }), // the planes are used again
  });
  bursts.sort((a, b) => a.index - b.index);
  return { facts, plan, bursts, line };
}

/** Luma of the whole frame small, [90, 160], of a burst's frame. */
export const wholeOf = (burst: FrameBurst, frame = 0): Uint8Array => cut(burst.y, FRAGMENTS, frame, 128, 0, 90, 160);
/** Luma of a fragment, [128, 128]. */
export const fragmentOf = (burst: FrameBurst, place: number, frame = 0): Uint8Array =>
  cut(burst.y, FRAGMENTS, frame, 0, place * 128, 128, 128);

/** A rectangle of one frame of a plane [frames, height, width]. */
export function cut(
  plane: Uint8Array,
  { width, height }: { width: number; height: number },
  frame: number,
  row: number,
  column: number,
  rows: number,
  columns: number,
): Uint8Array {
  const out = new Uint8Array(rows * columns);
  for (let r = 0; r < rows; r++) {
    const from = (frame * height + row + r) * width + column;
    out.set(plane.subarray(from, from + columns), r * columns);
  }
  return out;
}

/** The series of the `timeline` graph, on luma as it is: [N, 4]. */
export function seriesOf({ luma, frames, valid }: TimelineLuma): Float32Array {
  const W = 160;
  const H = 90;
  const out = new Float32Array(frames * 4);
  const means: number[] = [];
  for (let i = 0; i < frames; i++) {
    const blocks = new Float64Array(90);
    let difference = 0;
    let sum = 0;
    for (let p = 0; p < W * H; p++) {
      const now = luma[i * W * H + p]!;
      sum += now;
      if (i === 0 || valid[i] === 0) continue;
      const d = Math.abs(now - luma[(i - 1) * W * H + p]!);
      difference += d;
      blocks[Math.floor(p / W / 10) * 10 + Math.floor((p % W) / 16)]! += d / 160;
    }
    means.push(sum / (W * H));
    out.set([difference / (W * H), Math.max(...blocks), sum / (W * H), 0], i * 4);
  }
  for (let i = 1; i + 1 < frames; i++) out[i * 4 + 3] = means[i]! - (means[i - 1]! + means[i + 1]!) / 2;
  return out;
}
