// Makes the folder of real clips that the ranking benchmark measures: 20 of the clips of SOURCES, evenly through their sorted names,
// each as 3 s at 540 lines in ten states: five rates of H.264, two of HEVC, soft, noisy, half size and up again.
//   node test/bench/rank-clips.mjs SOURCES OUT     then RANK_CLIPS=OUT npm run bench -- rank
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, renameSync } from 'node:fs';
import { join, parse } from 'node:path';
import { FFMPEG } from './tools.mjs';

const CONTENTS = 20;
const SECONDS = 3;
const SIZE = 'scale=960:540:force_original_aspect_ratio=decrease:force_divisible_by=2:flags=lanczos,setsar=1';
const h264 = (crf) => ['-c:v', 'libx264', '-preset', 'veryfast', '-crf', String(crf)];
const hevc = (crf) => [
  '-c:v',
  'libx265',
  '-preset',
  'veryfast',
  '-x265-params',
  'log-level=error',
  '-crf',
  String(crf),
];
/** Name of a state: filter behind the scaling, encoder. */
const STATES = {
  h264_18: ['null', h264(18)],
  h264_24: ['null', h264(24)],
  h264_30: ['null', h264(30)],
  h264_36: ['null', h264(36)],
  h264_42: ['null', h264(42)],
  hevc_26: ['null', hevc(26)],
  hevc_36: ['null', hevc(36)],
  soft: ['gblur=sigma=1.6', h264(18)],
  noisy: ['noise=alls=14:allf=t:all_seed=7', h264(18)],
  half: [
    "scale='trunc(iw/4)*2':'trunc(ih/4)*2':flags=area,scale=960:540:force_original_aspect_ratio=decrease:force_divisible_by=2:flags=bicubic",
    h264(18),
  ],
};

const [sources, out] = process.argv.slice(2);
if (!sources || !out) throw new Error('usage: node test/bench/rank-clips.mjs SOURCES OUT');
const files = readdirSync(sources)
  .filter((name) => /\.(mp4|mkv|webm|mov|avi)$/i.test(name))
  .sort();
if (files.length < CONTENTS) throw new Error(`${sources}: ${files.length} clips, ${CONTENTS} are needed`);
mkdirSync(out, { recursive: true });
for (let k = 0; k < CONTENTS; k++) {
  const file = files[Math.floor((k * files.length) / CONTENTS)];
  for (const [state, [filter, encoder]] of Object.entries(STATES)) {
    const target = join(out, `${parse(file).name}-${state}.mp4`);
    if (existsSync(target)) continue;
    const part = target.replace(/\.mp4$/, '.part.mp4');
    const args = ['-v', 'error', '-y', '-t', String(SECONDS), '-i', join(sources, file), '-an', '-pix_fmt', 'yuv420p'];
    const { status, stderr } = spawnSync(FFMPEG, [...args, '-vf', `${SIZE},${filter}`, ...encoder, part], {
      encoding: 'utf8',
    });
    if (status !== 0) throw new Error(`ffmpeg could not make ${target}: ${stderr}`);
    renameSync(part, target);
  }
}
