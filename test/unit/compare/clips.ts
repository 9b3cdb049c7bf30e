/** Real clips for tests, made by ffmpeg once and kept in a folder of the system's temporary folder, named by this recipe. */
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const SCENE = "mandelbrot=size=320x180:rate=25:maxiter=300,hue=b='2*sin(t*3)+sin(t*7.3)':H='t*2',format=yuv420p";
const X264 = ['-c:v', 'libx264', '-preset', 'veryfast', '-threads', '1'];
const RECIPES = {
  'clean.mp4': ['-f', 'lavfi', '-i', SCENE, '-t', '4', ...X264, '-crf', '16'],
  'poor.mp4': ['-i', 'clean.mp4', ...X264, '-crf', '40'],
  'small.mkv': ['-i', 'clean.mp4', '-vf', 'scale=160:90', ...X264, '-crf', '20'],
  'late.mp4': ['-ss', '1.2', '-i', 'clean.mp4', ...X264, '-crf', '30'],
  'next-frame.mp4': ['-i', 'clean.mp4', '-vf', 'trim=start_frame=1,setpts=PTS-STARTPTS', ...X264, '-crf', '14'],
  'film.mp4': ['-r', '24', '-i', 'clean.mp4', ...X264, '-crf', '14'],
  'long-worker.mp4': ['-i', 'long.mp4', '-c', 'copy'],
  'long.mp4': ['-f', 'lavfi', '-i', 'testsrc2=size=1280x720:rate=30', '-t', '10', ...X264, '-preset', 'ultrafast'],
} satisfies Record<string, string[]>;
export type ClipName = keyof typeof RECIPES;

const folder = join(
  tmpdir(),
  `versusq-engine-clips-${createHash('sha256').update(JSON.stringify(RECIPES)).digest('hex').slice(0, 12)}`,
);

/** Path of a clip; made if it is not there yet. */
export function realClip(name: ClipName): string {
  const path = join(folder, name);
  if (existsSync(path)) return path;
  mkdirSync(folder, { recursive: true });
  const recipe: string[] = RECIPES[name];
  for (const source of ['clean.mp4', 'long.mp4'] as const) if (recipe.includes(source)) realClip(source);
  const part = `${process.pid}-${name}`;
  execFileSync('ffmpeg', ['-v', 'error', '-y', ...recipe, part], { cwd: folder });
  renameSync(join(folder, part), path);
  return path;
}

/** Process ids of running decoders of a clip (Linux: from /proc), of all parents or of one. */
export function decodersOf(name: ClipName, parent?: number): number[] {
  return readdirSync('/proc')
    .filter((entry) => /^\d+$/.test(entry))
    .filter((pid) => {
      try {
        if (!readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes(join(folder, name))) return false;
        const stat = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').at(-1)!.split(' ');
        return stat[0] !== 'Z' && (parent === undefined || stat[1] === String(parent));
      } catch {
        return false; // ended meanwhile
      }
    })
    .map(Number);
}
