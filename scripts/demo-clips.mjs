// Makes the demo's clips: two scenes and degraded copies of them, by three encoders and by plain damage. What is there already
// is kept; a changed script or another ffmpeg makes all anew.
import { spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const SCENES_SCRIPT = fileURLToPath(new URL('demo-scenes.mjs', import.meta.url));
/** Scenes are drawn a quarter larger than the clips and scaled down, which smooths their edges. */
const DRAWN = [800, 450];
const CLIP = [640, 360];
const RATE = 25;
const FRAMES = 100;
const AT_ONCE = 2;

const X264 = ['-c:v', 'libx264', '-preset', 'veryfast'];
/** Damage, kept in nearly lossless H.264. */
const damaged = (filter) => ({ ext: 'mp4', args: ['-vf', filter, ...X264, '-crf', '14'] });
const x264 = (crf) => ({ ext: 'mp4', args: [...X264, '-crf', String(crf)] });
const x265 = (crf) => ({
  ext: 'mp4',
  needs: 'libx265',
  args: [
    '-c:v',
    'libx265',
    '-preset',
    'superfast',
    '-x265-params',
    'log-level=error',
    '-tag:v',
    'hvc1',
    '-crf',
    String(crf),
  ],
});
const vp9 = (crf) => ({
  ext: 'webm',
  needs: 'libvpx-vp9',
  args: ['-c:v', 'libvpx-vp9', '-deadline', 'realtime', '-cpu-used', '6', '-b:v', '0', '-crf', String(crf)],
});
const mpeg2 = (q) => ({ ext: 'mpg', args: ['-c:v', 'mpeg2video', '-qscale:v', String(q)] });

const blur = damaged('gblur=sigma=2.2');
const noise = damaged('noise=alls=24:allf=t');
const dark = damaged('lutyuv=y=clip((val-16)*0.45+16\\,16\\,235)');
const bright = damaged('lutyuv=y=clip((val-16)*1.5+52\\,16\\,235)');
/** Six frames of every twenty are lost; the frame before them stands. */
const dropped = damaged(`select=not(between(mod(n\\,20)\\,8\\,13)),fps=${RATE}`);

const COPIES = {
  coast: {
    'x264-crf20': x264(20),
    'x264-crf40': x264(40),
    'x265-crf24': x265(24),
    'x265-crf44': x265(44),
    'vp9-crf30': vp9(30),
    'vp9-crf60': vp9(60),
    blurred: blur,
    noisy: noise,
    'frames-dropped': dropped,
    'too-bright': bright,
  },
  city: {
    'x264-crf22': x264(22),
    'x264-crf38': x264(38),
    'mpeg2-q28': mpeg2(28),
    blurred: blur,
    'too-dark': dark,
  },
};

/** ffmpeg of the PATH, else the one that npm installed. */
export function findFfmpeg() {
  if (spawnSync('ffmpeg', ['-version']).status === 0) return 'ffmpeg';
  return createRequire(import.meta.url)('@ffmpeg-installer/ffmpeg').path;
}

/** Makes the clips in a folder; gives true when there was something to do. */
export async function makeClips(folder, say) {
  const ffmpeg = findFfmpeg();
  const text = (args) => spawnSync(ffmpeg, ['-hide_banner', ...args], { encoding: 'utf8' }).stdout;
  const scripts = [SCENES_SCRIPT, fileURLToPath(import.meta.url)].map((f) => readFileSync(f));
  const key = createHash('sha256')
    .update(Buffer.concat(scripts))
    .update(text(['-version']).split('\n')[0])
    .digest('hex');
  const stamp = join(folder, '.made');
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === key) return false;
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  const encoders = text(['-encoders']);

  say('Drawing two scenes ...');
  const source = (scene) => join(folder, `${scene}-source.mp4`);
  await Promise.all(Object.keys(COPIES).map((scene) => draw(ffmpeg, scene, source(scene))));
  const jobs = Object.entries(COPIES).flatMap(([scene, copies]) =>
    Object.entries(copies)
      .filter(([, copy]) => copy.needs === undefined || encoders.includes(` ${copy.needs} `))
      .map(([name, copy]) => [source(scene), join(folder, `${scene}-${name}.${copy.ext}`), copy.args]),
  );
  say(`Making ${jobs.length} copies, good and bad ...`);
  const workers = Array.from({ length: AT_ONCE }, async () => {
    for (let job = jobs.shift(); job; job = jobs.shift()) {
      const [from, to, args] = job;
      await ended(spawn(ffmpeg, ['-v', 'error', '-y', '-i', from, ...args, '-pix_fmt', 'yuv420p', to], OUT_ONLY));
    }
  });
  await Promise.all(workers);
  writeFileSync(stamp, key);
  return true;
}

const OUT_ONLY = { stdio: ['ignore', 'inherit', 'inherit'] };

async function draw(ffmpeg, scene, to) {
  const part = to.replace(/\.mp4$/, '.part.mp4');
  const size = DRAWN.join('x');
  const from = ['-f', 'rawvideo', '-pix_fmt', 'rgb24', '-s', size, '-r', String(RATE), '-i', '-'];
  const scale = `scale=${CLIP.join(':')}:flags=lanczos:out_color_matrix=bt709:out_range=tv,format=yuv420p`;
  const colour = ['-colorspace', 'bt709', '-color_primaries', 'bt709', '-color_trc', 'bt709', '-color_range', 'tv'];
  const encoder = spawn(ffmpeg, ['-v', 'error', '-y', ...from, '-vf', scale, ...X264, '-crf', '8', ...colour, part], {
    stdio: ['pipe', 'inherit', 'inherit'],
  });
  const painter = spawn(process.execPath, [SCENES_SCRIPT, scene, ...[...DRAWN, RATE, FRAMES].map(String)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  painter.stdout.pipe(encoder.stdin);
  encoder.stdin.on('error', () => painter.kill());
  await Promise.all([ended(painter), ended(encoder)]);
  renameSync(part, to);
}

/** Resolves when a program ends well. */
const ended = (child) =>
  new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code) =>
      code === 0 ? resolve() : reject(new Error(`${child.spawnfile} failed (exit ${code})`)),
    );
  });
