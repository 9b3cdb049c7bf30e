// What the benchmarks share: clips made once and kept in the temporary folder, timed programs with their peak memory, medians.
import { spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { clearInterval, setInterval } from 'node:timers';
import { fileURLToPath } from 'node:url';
import { findFfmpeg } from '../../scripts/demo-clips.mjs';
import { drawFrame, SCENES } from '../../scripts/demo-scenes.mjs';

export const FFMPEG = findFfmpeg();
const CLI = fileURLToPath(new URL('../../dist/cli.cjs', import.meta.url));
const [WIDTH, HEIGHT, RATE] = [1920, 1080, 30];
/** The still that the camera moves over, pixels. */
const STILL = [2560, 1440];
const SECONDS = 10;
/** How often memory is looked at, ms. */
const MEMORY_EVERY = 20;

const key = createHash('sha256')
  .update(readFileSync(fileURLToPath(import.meta.url)))
  .digest('hex')
  .slice(0, 12);
const FOLDER = join(tmpdir(), `versusq-bench-${key}`);

/** 1080p30 H.264, a camera moving over a textured still; `grain` is film grain of a few luma codes. Gives the path. */
export function clip(name, { crf, grain }) {
  const path = join(FOLDER, `${name}.mp4`);
  if (existsSync(path)) return path;
  mkdirSync(FOLDER, { recursive: true });
  const noise = grain > 0 ? `,noise=alls=${grain}:allf=t:all_seed=7` : '';
  const move = `crop=${WIDTH}:${HEIGHT}:x='(in_w-out_w)*(t/${SECONDS})':y='(in_h-out_h)*(0.5+0.5*sin(t))'`;
  const still = drawFrame(SCENES.coast, STILL[0], STILL[1], 1);
  const from = ['-f', 'rawvideo', '-pix_fmt', 'rgb24', '-s', STILL.join('x'), '-i', '-'];
  const graph = `format=yuv420p,loop=loop=-1:size=1,setpts=N/${RATE}/TB,fps=${RATE},${move}${noise}`;
  const to = [
    '-frames:v',
    String(SECONDS * RATE),
    '-c:v',
    'libx264',
    '-preset',
    'veryfast',
    '-crf',
    String(crf),
    '-pix_fmt',
    'yuv420p',
  ];
  make(['-r', String(RATE), ...from, '-vf', graph, ...to], path, still);
  return path;
}

/** The clip over and over until `seconds`, without encoding. */
export function longClip(name, source, seconds) {
  const path = join(FOLDER, `${name}.mp4`);
  if (existsSync(path)) return path;
  make(['-stream_loop', String(Math.ceil(seconds / SECONDS) - 1), '-i', source, '-c', 'copy'], path);
  return path;
}

function make(args, path, input) {
  const part = path.replace(/\.mp4$/, '.part.mp4');
  const { status, stderr } = spawnSync(FFMPEG, ['-v', 'error', '-y', ...args, part], { input, encoding: 'utf8' });
  if (status !== 0) throw new Error(`ffmpeg could not make ${path}: ${stderr}`);
  renameSync(part, path);
}

/** Runs a program to its end: seconds it took, seconds until the last it wrote (`answered`), what it wrote, its largest resident memory in MB (Linux; else NaN). */
export async function timed(command, args, env = {}) {
  const began = performance.now();
  const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'pipe'], env: { ...process.env, ...env } });
  let [out, err, peak, answered] = ['', '', Number.NaN, Number.NaN];
  child.stdout.on('data', (data) => {
    out += data;
    answered = (performance.now() - began) / 1000;
  });
  child.stderr.on('data', (data) => (err += data));
  const watch = setInterval(() => {
    try {
      const found = /VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${child.pid}/status`, 'utf8'));
      if (found) peak = Number(found[1]) / 1024;
    } catch {
      // Gone, or not Linux: the last value stands.
    }
  }, MEMORY_EVERY);
  const code = await new Promise((done) => child.on('close', done));
  clearInterval(watch);
  if (code !== 0) throw new Error(`${command} ${args.join(' ')} failed (exit ${code}): ${err.slice(-2000)}`);
  return { seconds: (performance.now() - began) / 1000, answered, out, peak };
}

/** A fresh `versusq` process on the CPU. */
export const versusq = (args, env) => timed(process.execPath, [CLI, ...args, '--device', 'cpu'], env);

/** An empty store of its own, removed afterwards. */
export async function withStore(work) {
  const folder = join(FOLDER, `store-${process.pid}-${Math.floor(performance.now())}`);
  mkdirSync(folder, { recursive: true });
  try {
    return await work({ VERSUSQ_HOME: folder });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

export function median(values) {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}
export const fixed = (value, digits = 2) => (Number.isFinite(value) ? value.toFixed(digits) : 'not measured');
/** "yes", "NO", or "?" where nothing was measured. */
export const holds = (value, limit) => (Number.isFinite(value) ? (value <= limit ? 'yes' : 'NO') : '?');
