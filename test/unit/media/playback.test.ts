import { readdirSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { keepWithin, markUsed } from '../../../src/engine/media/copies.js';
import { proxy } from '../../../src/engine/media/playback.js';
import { clip, copyAs, media, onPath, packaged, scratch, shownTimes, source, X264 } from './clips.js';
import { HDR10, tone } from './inputs.js';

const HOUR = 3_600_000;
/** A file of the folder, last used so many hours ago. */
function used(folder: string, name: string, bytes: number, hours: number): string {
  writeFileSync(join(folder, name), Buffer.alloc(bytes));
  const then = new Date(Date.now() - hours * HOUR);
  utimesSync(join(folder, name), then, then);
  return name;
}

describe('a copy for playback', () => {
  it('is H.264 with the same frames, at the shown size, with sound, made once', async () => {
    const path = clip(
      'mkv',
      ...source('320x180', '25', 2),
      ...tone(2),
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
      const { path: copy } = await engine.proxy(facts, folder, { onProgress: (s) => shares.push(s) });
      const made = await engine.probe(copy);
      expect(made).toMatchObject({
        codec: 'h264',
        displayWidth: 640,
        displayHeight: 180,
        audio: { codec: 'mp3', channels: 1 },
      });
      expect(shownTimes(copy)).toHaveLength(50);
      expect(shares.at(-1)).toBe(1);
      const first = statSync(copy).mtimeMs;
      expect((await engine.proxy(facts, folder, {})).path).toBe(copy);
      expect(statSync(copy).mtimeMs).toBe(first);
      expect(readdirSync(folder)).toHaveLength(1);
    }
  });

  it.skipIf(process.platform === 'win32')(
    'keeps sound as FLAC where there is no MP3 encoder, and several channels as two',
    async () => {
      const path = clip('mkv', ...source('64x64', '25', 1), ...tone(1), '-ac', '6', '-c:v', 'mpeg4', '-c:a', 'flac');
      const facts = await media.probe(path);
      // A program in front of ffmpeg that hides the encoder from the list.
      const ffmpegPath = join(scratch(), 'ffmpeg');
      const hide = `[ "$2" = -encoders ] && exec "${onPath.ffmpegPath}" "$@" | grep -v libmp3lame || exec "${onPath.ffmpegPath}" "$@"`;
      writeFileSync(ffmpegPath, `#!/bin/bash\nset -o pipefail\n${hide}\n`, { mode: 0o755 });
      const { path: copy, note } = await proxy({ ...onPath, ffmpegPath }, facts, scratch(), {});
      expect((await media.probe(copy)).audio).toMatchObject({ codec: 'flac', channels: 2 });
      expect(note).toBe('H.264 copy made for playback, with sound');
    },
  );

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

describe('the folder of copies', () => {
  const bound = { bytes: 1000, files: 3, recent: HOUR };

  it('loses the least recently used files until it is within its bound', async () => {
    const few = scratch();
    [5, 2, 4, 3, 6].forEach((hours) => used(few, `${hours}`, 10, hours));
    await keepWithin(few, bound);
    expect(readdirSync(few).sort()).toEqual(['2', '3', '4']);
    const small = scratch();
    [5, 2, 4].forEach((hours) => used(small, `${hours}`, 500, hours));
    await keepWithin(small, bound);
    expect(readdirSync(small).sort()).toEqual(['2', '4']);
  });

  it('keeps what was used just now, also by another window, and what this one shows, however old', async () => {
    const folder = scratch();
    const names = [0, 0.1, 0.5, 0.9, 7, 8].map((hours) => used(folder, `${hours}`, 900, hours));
    await markUsed(join(folder, '8'));
    utimesSync(join(folder, '8'), new Date(0), new Date(0)); // shown since long ago
    await keepWithin(folder, bound);
    expect(readdirSync(folder).sort()).toEqual(names.filter((n) => n !== '7').sort());
  });

  it('is brought within its bound by each new copy and each use of one, which stay', async () => {
    const folder = scratch();
    const facts = await media.probe(clip('mp4', ...source('64x64', '25', 1), ...X264));
    used(folder, 'old.mp4', 5000, 2);
    used(folder, 'left by a crash.part', 5000, 3);
    const { path: copy } = await proxy(onPath, facts, folder, {}, bound);
    expect(readdirSync(folder)).toEqual([basename(copy)]);
    used(folder, 'old.mp4', 5000, 2);
    const long = new Date(Math.floor((Date.now() - 9 * HOUR) / 1000) * 1000); // whole seconds: times are set as a double
    utimesSync(copy, long, long);
    expect((await proxy(onPath, facts, folder, {}, bound)).path).toBe(copy);
    expect(readdirSync(folder)).toEqual([basename(copy)]);
    expect(statSync(copy)).toMatchObject({ mtimeMs: long.getTime() });
    expect(Date.now() - statSync(copy).atimeMs).toBeLessThan(HOUR);
  });

  it('that does not exist is no error', async () => {
    await expect(keepWithin(join(scratch(), 'none'), bound)).resolves.toBeUndefined();
  });
});

describe('a thumbnail', () => {
  it('is a JPEG of the wanted width, also of HDR, of the last moment, and beyond the end', async () => {
    const sdr = clip('mp4', ...source('320x180', '25', 2), ...X264);
    const hdr = clip('mkv', ...source('320x180', '25', 1), ...HDR10);
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
