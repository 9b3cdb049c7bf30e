// Two 10 s 1080p clips in a fresh process to the glance margin, against libvmaf and against the plain decodes, run in turns so
// that a busy machine disturbs all alike; the figures are medians of ratios within a round. libvmaf mostly comes in an ffmpeg of
// its own: the glance is also measured with that one, so that both decode with the same program.
import { clip, FFMPEG, fixed, holds, median, timed, versusq } from './tools.mjs';

/** Most of libvmaf's time (2 threads) that a glance may take. */
const OF_VMAF = 0.25;
/** A glance may take this many plain decodes of both clips, and this many seconds more. */
const OF_DECODE = 1.4;
const EXTRA_SECONDS = 1;

export async function bench(say, rounds = 5) {
  const a = clip('good', { crf: 20, grain: 5 });
  const b = clip('bad', { crf: 34, grain: 5 });
  const vmaf = process.env.VMAF_FFMPEG;
  const results = [];
  for (let i = 0; i < rounds; i++) {
    const look = async (...flags) =>
      (await versusq(['compare', a, b, '--glance', '--no-store', '--json', ...flags])).answered;
    const glance = await look();
    const alike = vmaf ? await look('--ffmpeg', vmaf) : Number.NaN;
    let decode = 0;
    for (const file of [a, b]) {
      decode += (await timed(FFMPEG, ['-v', 'error', '-threads', '2', '-i', file, '-f', 'null', '-'])).seconds;
    }
    let reference = Number.NaN;
    if (vmaf) {
      const graph = ['-lavfi', '[0:v][1:v]libvmaf=n_threads=2', '-f', 'null', '-'];
      reference = (await timed(vmaf, ['-v', 'error', '-threads', '2', '-i', b, '-threads', '2', '-i', a, ...graph]))
        .seconds;
    }
    results.push({ glance, alike, decode, reference });
    say(
      `round ${i + 1}: glance ${fixed(glance)} s (${fixed(alike)} s), decodes ${fixed(decode)} s, libvmaf ${fixed(reference)} s`,
    );
  }
  const ofVmaf = median(results.map((r) => r.glance / r.reference));
  const alike = median(results.map((r) => r.alike / r.reference));
  const ofDecode = median(results.map((r) => r.glance / (OF_DECODE * r.decode + EXTRA_SECONDS)));
  const at = (name) => median(results.map((r) => r[name]));
  return [
    ['two 10 s 1080p H.264 clips, CPU', 'seconds (median)', 'against the glance', 'limit', 'holds'],
    ['glance, fresh process, nothing stored', fixed(at('glance')), '1', '', ''],
    [
      'libvmaf, 2 threads',
      vmaf ? fixed(at('reference')) : 'no VMAF_FFMPEG given',
      vmaf ? `glance is ${fixed(ofVmaf, 3)} of it` : '',
      `${OF_VMAF}`,
      holds(ofVmaf, OF_VMAF),
    ],
    [
      'glance with the ffmpeg of libvmaf',
      fixed(at('alike')),
      vmaf ? `${fixed(alike, 3)} of libvmaf` : '',
      `${OF_VMAF}`,
      holds(alike, OF_VMAF),
    ],
    [
      'both plain decodes to null',
      fixed(at('decode')),
      `glance is ${fixed(ofDecode)} of ${OF_DECODE} x decodes + ${EXTRA_SECONDS} s`,
      '1',
      holds(ofDecode, 1),
    ],
  ];
}
