/**
 * Clips for the end-to-end tests, made by ffmpeg: a textured scene under a moving camera, encoded well and badly, and the odd ones. Cached in
 * the temporary folder by the hash of the recipe.
 */
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { repository } from './environment.js';

const SCENE = { width: 960, height: 540, time: 2 };
/** A hand-held pan over the still, whole pixels, so that nothing but the encoder takes detail away. */
const PAN = "crop=640:360:x='160+150*sin(t*0.9)':y='90+80*sin(t*1.3)',format=yuv420p";
const still = ['-loop', '1', '-framerate', '25', '-t', '4', '-i', 'scene.ppm'];
const X264 = ['-c:v', 'libx264', '-preset', 'veryfast', '-pix_fmt', 'yuv420p', '-movflags', '+faststart'];

/** File name -> arguments of ffmpeg before and behind. */
const RECIPES: Record<string, { input: string[]; output: string[] }> = {
  'clean.mp4': { input: still, output: ['-vf', PAN, ...X264, '-crf', '14', '-g', '50'] },
  'bad.mp4': {
    input: ['-i', 'clean.mp4'],
    output: ['-vf', 'scale=320:-2,scale=640:-2', ...X264, '-crf', '40', '-g', '50'],
  },
  'blurred.mp4': { input: ['-i', 'clean.mp4'], output: ['-vf', 'gblur=sigma=2', ...X264, '-crf', '18'] },
  'crf45.mp4': { input: ['-i', 'clean.mp4'], output: [...X264, '-crf', '45', '-g', '50'] },
  'hevc.mp4': {
    input: ['-i', 'clean.mp4'],
    output: [
      '-c:v',
      'libx265',
      '-preset',
      'ultrafast',
      '-crf',
      '20',
      '-tag:v',
      'hvc1',
      '-x265-params',
      'log-level=none',
    ],
  },
  'long.mp4': {
    input: ['-f', 'lavfi', '-t', '60', '-i', 'testsrc2=size=1280x720:rate=25'],
    output: ['-c:v', 'libx264', '-preset', 'ultrafast', '-crf', '32', '-g', '1500', '-pix_fmt', 'yuv420p'],
  },
  'long-bad.mp4': { input: ['-i', 'long.mp4'], output: ['-c:v', 'libx264', '-preset', 'ultrafast', '-crf', '40'] },
  'doomed.mp4': { input: ['-i', 'long.mp4'], output: ['-c:v', 'libx264', '-preset', 'ultrafast', '-crf', '44'] },
};

/** A folder with all clips, a text under a video's name, and a real text. */
export async function clips(): Promise<string> {
  const key = createHash('sha256')
    .update(JSON.stringify([SCENE, RECIPES]))
    .digest('hex')
    .slice(0, 12);
  const folder = join(tmpdir(), `versusq-e2e-clips-${key}`);
  if (existsSync(folder)) return folder;
  const making = `${folder}.${process.pid}`;
  rmSync(making, { recursive: true, force: true });
  mkdirSync(making, { recursive: true });
  writeFileSync(join(making, 'scene.ppm'), await scene());
  for (const [name, { input, output }] of Object.entries(RECIPES)) {
    execFileSync('ffmpeg', ['-v', 'error', '-nostdin', '-y', ...input, ...output, name], { cwd: making });
  }
  rmSync(join(making, 'scene.ppm'));
  writeFileSync(join(making, 'renamed-text.mp4'), 'This is a text, not a video.\n');
  writeFileSync(join(making, 'notes.txt'), 'Notes of a reviewer.\n');
  renameSync(making, folder);
  return folder;
}

/** One frame of the demo's coast, as a PPM picture. */
async function scene(): Promise<Buffer> {
  const scenes = pathToFileURL(join(repository, 'scripts', 'demo-scenes.mjs')).href;
  const { SCENES, drawFrame } = (await import(/* @vite-ignore */ scenes)) as {
    SCENES: { coast: unknown };
    drawFrame(scene: unknown, width: number, height: number, t: number): Buffer;
  };
  const pixels = drawFrame(SCENES.coast, SCENE.width, SCENE.height, SCENE.time);
  return Buffer.concat([Buffer.from(`P6\n${SCENE.width} ${SCENE.height}\n255\n`), pixels]);
}
