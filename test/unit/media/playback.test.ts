import { readdirSync, statSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { clip, copyAs, media, packaged, scratch, shownTimes, source, X264 } from './clips.js';
import { join } from 'node:path';

describe('a copy for playback', () => {
  it('is H.264 with the same frames, at the shown size, with sound, made once', async () => {
    const path = clip(
      'mkv',
      ...source('320x180', '25', 2),
      '-f',
      'lavfi',
      '-i',
      'sine=d=2',
      '-vf',
      'setsar=2/1',
      '-c:v',
      'mpeg4',
      '-c:a',
      'flac',
    );
    for (const engine of [media, await packaged()]) {
      const folder = scratch();
      const facts = await engine.probe(path);
      const shares: number[] = [];
      const copy = await engine.proxy(facts, folder, { onProgress: (s) => shares.push(s) });
      const made = await engine.probe(copy);
      expect(made).toMatchObject({ codec: 'h264', displayWidth: 640, displayHeight: 180, audio: { codec: 'aac' } });
      expect(shownTimes(copy)).toHaveLength(50);
      expect(shares.at(-1)).toBe(1);
      const first = statSync(copy).mtimeMs;
      expect(await engine.proxy(facts, folder, {})).toBe(copy);
      expect(statSync(copy).mtimeMs).toBe(first);
      expect(readdirSync(folder)).toHaveLength(1);
    }
  });

  it('leaves nothing behind when it is cancelled', async () => {
    const path = clip(
      'mp4',
      '-stream_loop',
      '100',
      '-i',
      clip('mp4', ...source('320x180', '25', 2), ...X264),
      '-c',
      'copy',
    );
    const folder = scratch();
    const facts = await media.probe(path);
    const stop = new AbortController();
    const job = media.proxy(facts, folder, { signal: stop.signal, onProgress: () => stop.abort() });
    await expect(job).rejects.toMatchObject({ code: 'cancelled' });
    expect(readdirSync(folder)).toEqual([]);
  });
});

describe('a thumbnail', () => {
  it('is a JPEG of the wanted width, also of HDR, of the last moment, and beyond the end', async () => {
    const sdr = clip('mp4', ...source('320x180', '25', 2), ...X264);
    const hdr = clip(
      'mkv',
      ...source('320x180', '25', 1),
      '-pix_fmt',
      'yuv420p10le',
      '-c:v',
      'ffv1',
      '-color_primaries',
      'bt2020',
      '-color_trc',
      'smpte2084',
      '-colorspace',
      'bt2020nc',
    );
    for (const engine of [media, await packaged()])
      for (const path of [sdr, hdr]) {
        const facts = await engine.probe(path);
        for (const time of [0, 0.5, facts.duration, 99]) {
          const jpeg = await engine.thumbnail(facts, time, 160);
          expect([jpeg[0], jpeg[1], jpeg.at(-2), jpeg.at(-1)]).toEqual([0xff, 0xd8, 0xff, 0xd9]);
          expect(sizeOf(jpeg)).toEqual([160, 90]);
        }
      }
  });

  it('of a file without pictures is an error of that file', async () => {
    const dir = scratch();
    const facts = await media.probe(clip('mp4', ...source('320x180', '25', 2), ...X264));
    const cut = copyAs(facts.path, join(dir, 'cut.mp4'), 0.3);
    await expect(media.thumbnail({ ...facts, path: cut }, 1, 160)).rejects.toMatchObject({
      code: 'media/truncated',
      path: cut,
    });
  });
});

/** [width, height] of a JPEG, from its frame header. */
function sizeOf(jpeg: Uint8Array): [number, number] {
  const view = new DataView(jpeg.buffer, jpeg.byteOffset, jpeg.byteLength);
  for (let at = 2; at < jpeg.length;) {
    const marker = view.getUint16(at);
    if (marker >= 0xffc0 && marker <= 0xffc2) return [view.getUint16(at + 7), view.getUint16(at + 5)];
    at += 2 + view.getUint16(at + 2);
  }
  return [0, 0];
}
