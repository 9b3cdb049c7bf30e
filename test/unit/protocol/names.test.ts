/** What names of encodes tell: the content they are of, and the family they belong to. */
import { describe, expect, test } from 'vitest';
import { nameGroups, stemOf, withoutAmount } from '../../../src/protocol/names.js';

/** Name, the content, the name without how much was given. */
const NAMES: [name: string, content: string, family: string][] = [
  ['coast_x264_crf20.mp4', 'coast', 'coast_x264_crf#'],
  ['coast_crf20_x264.mp4', 'coast', 'coast_crf#_x264'],
  ['coast_crf20_x265.mp4', 'coast', 'coast_crf#_x265'],
  ['coast_x264_crf20_1080p.mp4', 'coast', 'coast_x264_crf#_1080p'],
  ['coast_av1.mkv', 'coast', 'coast_av1'],
  ['coast_av1_crf35.mkv', 'coast', 'coast_av1_crf#'],
  ['coast_h264_2500k.mp4', 'coast', 'coast_h264_#k'],
  ['coast.h.264.2500kbps.mp4', 'coast', 'coast.h.264.#kbps'],
  ['coast-hevc-4.5Mbps.mp4', 'coast', 'coast-hevc-#Mbps'],
  ['coast 1080p 8M.mov', 'coast', 'coast 1080p #M'],
  ['coast_1920x1080_libvpx-vp9_q31.webm', 'coast', 'coast_1920x1080_libvpx-vp9_q#'],
  ['coast_vp8_cq-10_30fps.webm', 'coast', 'coast_vp8_cq-#_30fps'],
  ['coast_x265_10bit_crf18.5_slow.mkv', 'coast', 'coast_x265_10bit_crf#_slow'],
  ['coast.crf23.10bit.mkv', 'coast', 'coast.crf#.10bit'],
  ['coast.crf20.1080p.x265.mkv', 'coast', 'coast.crf#.1080p.x265'],
  ['coast_qp32_v2.mp4', 'coast', 'coast_qp#_v2'],
  ['coast_v2_qp32.mp4', 'coast_v2', 'coast_v2_qp#'],
  ['coast_libsvtav1_preset6_crf30.mp4', 'coast', 'coast_libsvtav1_preset6_crf#'],
  ['coast_mpeg2_15mbit.ts', 'coast', 'coast_mpeg2_#mbit'],
  ['coast_prores422.mov', 'coast', 'coast_prores422'],
  ['coast_4k_60fps_br20000.mp4', 'coast', 'coast_4k_60fps_br#'],
  ['coast_720p50_rate_3.mp4', 'coast', 'coast_720p50_rate_#'],
  ['big_buck_bunny_1080p_h265_800_kbps.mp4', 'big_buck_bunny', 'big_buck_bunny_1080p_h265_#_kbps'],
  ['1080p_coast_crf20.mp4', 'coast', '1080p_coast_crf#'],
  ['scene10_take3_x264crf28.mp4', 'scene10_take3', 'scene10_take3_x264crf#'],
  ['Coast (2160p) [x265 CRF 22].mkv', 'Coast', 'Coast (2160p) [x265 CRF #]'],
  ['coast_23.976fps_yuv420p10le_hdr10_crf16.mkv', 'coast', 'coast_23.976fps_yuv420p10le_hdr10_crf#'],
  ['shot010_h264_nvenc_cq28_2pass.mp4', 'shot010', 'shot010_h264_nvenc_cq#_2pass'],
];

describe('the name of an encode', () => {
  test.each(NAMES)('%s', (name, content, family) => {
    expect(nameGroups([`films/${name}`])).toEqual([content]);
    expect(withoutAmount(stemOf(`films/${name}`))).toBe(family);
  });

  test('without quality or rate is of the family without its last number that tells nothing else', () => {
    expect(withoutAmount('coast_x264_20')).toBe('coast_x264_#');
    expect(withoutAmount('coast 3 1080p')).toBe('coast # 1080p');
    expect(withoutAmount('coast')).toBe('coast');
  });
});

describe('groups by name', () => {
  test('take in the original, whose name tells nothing of an encode', () => {
    const paths = ['coast_x264_crf20.mp4', 'coast.mp4', 'coast_original.mov', 'big_coast_crf20.mp4', 'big_coast.mp4'];
    expect(nameGroups(paths)).toEqual(['coast', 'coast', 'coast', 'big_coast', 'big_coast']);
  });

  test('cut other names before their last part where others share the rest', () => {
    expect(nameGroups(['a/sea_best.mp4', 'b/sea_worst.mp4', 'sky_best.mp4', 'one.mp4'])).toEqual([
      'sea',
      'sea',
      'sky_best',
      'one',
    ]);
  });

  test('are those of the folder where names tell nothing but the encode', () => {
    expect(nameGroups(['coast/x264_crf20.mp4', 'coast/1080p.mp4', 'crf30.mp4'])).toEqual(['coast', 'coast', '.']);
  });

  test('have names of their own for hidden files and names without an extension', () => {
    expect([stemOf('a.b/.hidden'), stemOf('a.b/c'), stemOf('c.d.mp4')]).toEqual(['.hidden', 'c', 'c.d']);
  });
});
