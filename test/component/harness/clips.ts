/**
 * Small clips whose every frame carries its own number as a row of black and white boxes, so that a test reads from the picture
 * itself which frame is on the screen. Made by ffmpeg once, kept under the system's temporary folder.
 */
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, renameSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export const CLIP_SECONDS = 6;
/** Of the two that are watched while they play. */
export const LONG_SECONDS = 16;
/** Boxes of the frame number, least significant bit left: pixels and count. */
export const BOX = 32;
export const BITS = 9;

const barcode = Array.from(
  { length: BITS },
  (_, bit) =>
    `drawbox=x=${bit * BOX}:y=0:w=${BOX}:h=${BOX}:c=black:t=fill,drawbox=x=${bit * BOX}:y=0:w=${BOX}:h=${BOX}:c=white:t=fill:enable='mod(floor(n/${2 ** bit}),2)'`,
).join(',');
const scene = (fps: number, size = '320x180', seconds = CLIP_SECONDS): string[] => [
  '-f',
  'lavfi',
  '-i',
  `testsrc2=size=${size}:rate=${fps}:duration=${seconds}`,
];
const h264 = ['-c:v', 'libx264', '-preset', 'ultrafast', '-crf', '20', '-g', '30', '-pix_fmt', 'yuv420p'];

/** Name -> arguments of ffmpeg. */
const CLIPS: Record<string, string[]> = {
  'a30.mp4': [
    ...scene(30),
    '-f',
    'lavfi',
    '-i',
    `sine=frequency=440:duration=${CLIP_SECONDS}`,
    '-vf',
    barcode,
    ...h264,
    '-c:a',
    'aac',
    '-shortest',
  ],
  'b24.webm': [...scene(24), '-vf', barcode, '-c:v', 'libvpx', '-deadline', 'realtime', '-cpu-used', '8', '-b:v', '1M'],
  'c30.mp4': [...scene(30), '-vf', `${barcode},eq=brightness=0.1`, ...h264, '-bf', '2'],
  'long30.mp4': [...scene(30, '320x180', LONG_SECONDS), '-vf', barcode, ...h264],
  'long24.webm': [
    ...scene(24, '320x180', LONG_SECONDS),
    '-vf',
    barcode,
    '-c:v',
    'libvpx',
    '-deadline',
    'realtime',
    '-cpu-used',
    '8',
    '-b:v',
    '1M',
  ],
  'tall.mp4': [...scene(30, '180x320', 2), ...h264],
  // No browser decodes MPEG-2.
  'mpeg2.mp4': [...scene(25, '320x180', 1), '-c:v', 'mpeg2video', '-b:v', '1M'],
};

let made: string | undefined;

/** Folder that holds the clips. */
export function makeClips(): string {
  if (made) return made;
  const key = createHash('sha256').update(JSON.stringify(CLIPS)).digest('hex').slice(0, 16);
  const folder = join(tmpdir(), `versusq-component-clips-${key}`);
  mkdirSync(folder, { recursive: true });
  for (const [name, args] of Object.entries(CLIPS)) {
    const path = join(folder, name);
    if (existsSync(path)) continue;
    const partial = join(folder, `partial-${process.pid}-${name}`);
    execFileSync('ffmpeg', ['-v', 'error', '-nostdin', '-y', ...args, partial]);
    renameSync(partial, path);
  }
  writeFileSync(join(folder, 'broken.mp4'), 'this is a text');
  return (made = folder);
}
