import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { FRAGMENTS, type FrameBurst } from '../../../src/engine/media/index.js';
import {
  clip,
  cut,
  decodeAll,
  fragmentOf,
  media,
  packaged,
  plain,
  shownTimes,
  source,
  wholeOf,
  X264,
  turned,
  VARIABLE,
} from './clips.js';
import { HDR10 } from './inputs.js';

/** The 4 times of the burst that begins at the frame nearest to `time`. */
function expected(times: number[], time: number): number[] {
  let first = times.reduce((best, t, i) => (Math.abs(t - time) < Math.abs(times[best]! - time) - 1e-9 ? i : best), 0);
  first = Math.min(first, times.length - 4);
  return times.slice(first, first + 4);
}
const close = (a: ArrayLike<number>, b: number[], within = 6e-4) =>
  a.length === b.length && b.every((t, i) => Math.abs(a[i]! - t) < within);

const kinds: Record<string, () => string> = {
  'MP4 with B-frames and a start other than 0': () =>
    clip(
      'mp4',
      ...source('320x180', '30000/1001', 3, 'setpts=PTS+0.5/TB'),
      '-c:v',
      'libx264',
      '-bf',
      '3',
      '-pix_fmt',
      'yuv420p',
    ),
  Matroska: () => clip('mkv', ...source('320x180', '24000/1001', 3), ...X264),
  'MPEG-TS with open groups': () =>
    clip(
      'ts',
      ...source('320x180', '25', 3),
      '-c:v',
      'libx264',
      '-x264-params',
      'open-gop=1:keyint=12:bframes=3',
      '-pix_fmt',
      'yuv420p',
    ),
  'a variable frame rate': () =>
    clip(
      'mp4',
      ...source('320x180', '30', 4, "select='not(between(n,20,26))*(lt(n,60)+gt(mod(n,3),0))'"),
      ...VARIABLE,
      ...X264,
    ),
  'a rate that falls to a third': () =>
    clip('mkv', ...source('320x180', '30', 4, "setpts='if(lt(N,30),N/30,1+(N-30)/10)/TB'"), ...VARIABLE, ...X264),
  'a rate that falls to a tenth': () =>
    clip('mkv', ...source('320x180', '30', 2, "setpts='if(lt(N,30),N/30,1+(N-30)/3)/TB'"), ...VARIABLE, ...X264),
  'ten frames a second, where bursts overlap': () => clip('mp4', ...source('320x180', '10', 2), ...X264),
};

describe.each(Object.entries(kinds))('bursts and time line of %s', (_, make) => {
  it('stand at exact frames, whole with ffmpeg of the PATH and of the package, and in windows', async () => {
    const path = make();
    const times = shownTimes(path);
    for (const engine of [media, await packaged()]) {
      const { plan, bursts, line } = await decodeAll(engine, path);
      expect(close(line.times, times), `${[...line.times]} ${times}`).toBe(true);
      expect(line.luma.length).toBe(line.frames * 160 * 90);
      expect([...line.valid].reduce((s, v) => s + v, 0)).toBe(line.frames - 1);
      expect(bursts.map((b) => b.index)).toEqual(plan.bursts.map((_, k) => k));
      for (const b of bursts)
        expect(close(b.times, expected(times, plan.bursts[b.index]!.time)), `burst ${b.index}: ${b.times}`).toBe(true);

      if (engine !== media) continue;
      const far = await decodeAll(engine, path, { mode: 'windows' });
      expect(far.bursts.map((b) => b.times.map((t) => t.toFixed(3)))).toEqual(
        bursts.map((b) => b.times.map((t) => t.toFixed(3))),
      );
      expect(far.bursts.map((b) => Buffer.from(b.y).equals(bursts[b.index]!.y))).toEqual(bursts.map(() => true));
      expect(far.line.frames).toBeGreaterThan(0);
    }
  });
});

describe('fragments', () => {
  it.each([
    ['25', 2],
    ['10', 2], // bursts share frames
    ['2', 6], // up to all of them
  ])('are the decoded pixels at the places of the plan, %s frames a second', async (rate, seconds) => {
    const size = { width: 320, height: 180 };
    const path = clip('mkv', ...source('320x180', rate, seconds), '-c:v', 'ffv1', '-pix_fmt', 'yuv420p');
    const raw = execFileSync(
      media.ffmpeg.ffmpegPath,
      ['-v', 'error', '-i', path, '-f', 'rawvideo', '-pix_fmt', 'yuv420p', '-'],
      { maxBuffer: 2 ** 28 },
    );
    const bytes = (size.width * size.height * 3) / 2;
    const { plan, bursts } = await decodeAll(media, path, { size });
    expect(bursts.length).toBe(plan.bursts.length);
    for (const burst of bursts)
      burst.times.forEach((time, k) => {
        const frame = raw.subarray(Math.round(time * Number(rate)) * bytes);
        const chroma = { width: 160, height: 90 };
        const own = { width: FRAGMENTS.width / 2, height: FRAGMENTS.height / 2 };
        const where = `burst ${burst.index}, frame ${k}`;
        plan.bursts[burst.index]!.places.forEach(([row, column], place) => {
          const luma = cut(frame, size, 0, row, column, 128, 128);
          expect(Buffer.compare(fragmentOf(burst, place, k), luma), where).toBe(0);
          for (const [plane, start] of [
            [burst.u, size.width * size.height],
            [burst.v, size.width * size.height * 1.25],
          ] as const) {
            const expected = cut(frame.subarray(start), chroma, 0, row / 2, column / 2, 64, 64);
            expect(Buffer.compare(cut(plane, own, k, 0, place * 64, 64, 64), expected), where).toBe(0);
          }
        });
        const off = Array.from(wholeOf(burst, k), (value, i) => {
          const at = 2 * Math.floor(i / 160) * size.width + 2 * (i % 160);
          const four = [at, at + 1, at + size.width, at + size.width + 1];
          return Math.abs(value - four.reduce((sum, x) => sum + frame[x]!, 0) / 4);
        });
        expect(Math.max(...off), where).toBeLessThanOrEqual(1);
      });
  });
});

describe('decoded pictures', () => {
  it('keep their code values: 8 and 10 bit, limited and full range, odd and tiny sizes', async () => {
    const flat = (format: string) => {
      const scale = format.includes('10') ? 4 : 1;
      const filters = `format=${format},lutyuv=y=${100 * scale}:u=${128 * scale}:v=${128 * scale}`;
      // FFV1 knows no full range of its own; lossless H.264 does.
      const codec = format === 'yuvj420p' ? ['-c:v', 'libx264', '-qp', '0', '-pix_fmt', format] : ['-c:v', 'ffv1'];
      const size = format === 'yuvj420p' ? '322x242' : '321x241';
      return clip('mkv', '-f', 'lavfi', '-i', `color=c=black:s=${size}:r=25:d=1`, '-vf', filters, ...codec);
    };
    for (const engine of [media, await packaged()])
      for (const format of ['yuv420p', 'yuvj420p', 'yuv422p', 'yuv444p10le', 'gray']) {
        const { bursts, line } = await decodeAll(engine, flat(format), { size: { width: 320, height: 240 } });
        const [first] = bursts as [FrameBurst];
        expect([first.y.length, first.u.length, first.v.length]).toEqual([4 * 512 * 218, 4 * 256 * 109, 4 * 256 * 109]);
        const wrong = (plane: Uint8Array, value: number) => plane.filter((x) => Math.abs(x - value) > 1).length;
        const fragments = [0, 1, 2, 3].map((place) => wrong(fragmentOf(first, place), 100));
        const rest = [wrong(wholeOf(first), 100), wrong(first.u, 128), wrong(first.v, 128), wrong(line.luma, 100)];
        expect([format, ...fragments, ...rest]).toEqual([format, 0, 0, 0, 0, 0, 0, 0, 0]);
      }
    const tiny = await decodeAll(media, clip('mp4', ...source('16x16', '25', 1), ...X264));
    expect(tiny.plan.size).toEqual({ width: 144, height: 144 });
    expect(tiny.bursts.length).toBe(tiny.plan.bursts.length);
  });

  it('are turned as a player turns them, and scaled up to the size of the comparison', async () => {
    const left = [
      '-f',
      'lavfi',
      '-i',
      'color=c=black:s=320x180:r=25:d=1',
      '-vf',
      'drawbox=x=0:y=0:w=160:h=180:color=white:t=fill',
      ...X264,
    ];
    const path = turned(clip('mp4', ...left));
    const { bursts, plan, facts } = await decodeAll(media, path, { size: { width: 360, height: 640 } });
    expect(plan.size).toEqual({ width: 360, height: 640 });
    const row = (r: number) => wholeOf(bursts[0]!)[r * 160 + 80]!;
    // The white left half becomes the upper half by 90 degrees clockwise, the lower one by 270.
    const [bright, dark] = facts.rotation === 90 ? [15, 75] : [75, 15];
    expect(row(bright)).toBeGreaterThan(200);
    expect(row(dark)).toBeLessThan(40);
  });

  it('of HDR are tone mapped to BT.709', async () => {
    const hdr = clip('mkv', ...source('320x180', '25', 1), ...HDR10);
    const { bursts, facts, line } = await decodeAll(media, hdr);
    expect(bursts).toHaveLength(4);
    expect(line.frames).toBe(25);
    expect([...media.colourMatrix(facts)].slice(0, 4)).toEqual(
      [...media.colourMatrix({ ...facts, colour: { ...facts.colour, hdr: false, matrix: 'bt709' } })].slice(0, 4),
    );
  });

  it('of 8K are cut at the comparison size', async () => {
    const path = clip(
      'mp4',
      '-f',
      'lavfi',
      '-i',
      'color=c=gray:s=7680x4320:r=25',
      '-frames:v',
      '5',
      '-c:v',
      'libx264',
      '-preset',
      'ultrafast',
      '-pix_fmt',
      'yuv420p',
    );
    const { bursts, plan } = await decodeAll(media, path);
    expect(plan.size).toEqual({ width: 3840, height: 2160 });
    expect(bursts[0]!.y.length).toBe(4 * 512 * 218);
    expect(plan.bursts[0]!.places.at(-1)).toEqual([1824, 3296]);
  });
});

describe('a decode', () => {
  it('waits for the reader of each burst', async () => {
    const facts = await media.probe(plain());
    let busy = 0;
    let most = 0;
    for (const mode of ['whole', 'windows'] as const) {
      const plan = { ...media.plan(facts, { width: 320, height: 180 }), mode };
      await media.decode(facts, plan, {
        onBurst: async () => {
          most = Math.max(most, ++busy);
          await sleep(20);
          busy--;
        },
      });
    }
    expect(most).toBe(1);
  });

  it('that is cancelled ends ffmpeg within a second and leaves nothing behind', async () => {
    const path = clip('mp4', '-stream_loop', '40', '-i', plain(), '-c', 'copy');
    const facts = await media.probe(path);
    const before = temporary();
    for (const mode of ['whole', 'windows'] as const) {
      const stop = new AbortController();
      const plan = { ...media.plan(facts, { width: 3840, height: 2160 }), mode };
      let asked = 0;
      const job = media.decode(facts, plan, {
        signal: stop.signal,
        onBurst: async () => {
          asked ||= Date.now();
          stop.abort();
          await sleep(1);
        },
      });
      await expect(job).rejects.toMatchObject({ code: 'cancelled' });
      expect(Date.now() - asked).toBeLessThan(1000);
      expect(running(path)).toEqual([]);
    }
    expect(temporary()).toEqual(before);
  });

  it('that is cancelled before it starts does not start', async () => {
    const facts = await media.probe(plain());
    const job = media.decode(facts, media.plan(facts, { width: 320, height: 180 }), {
      signal: AbortSignal.abort(),
      onBurst: () => undefined,
    });
    await expect(job).rejects.toMatchObject({ code: 'cancelled' });
    await expect(media.probe(plain(), AbortSignal.abort())).rejects.toMatchObject({ code: 'cancelled' });
  });

  it('whose reader fails ends with that failure and without ffmpeg', async () => {
    const path = clip('mp4', '-stream_loop', '40', '-i', plain(), '-c', 'copy');
    const facts = await media.probe(path);
    const plan = media.plan(facts, { width: 320, height: 180 });
    const job = media.decode(
      facts,
      { ...plan, mode: 'whole' },
      { onBurst: () => Promise.reject(new Error('reader broke')) },
    );
    await expect(job).rejects.toThrow(/reader broke|could not be decoded/);
    expect(running(path)).toEqual([]);
  });
});

/** Folders of luma that this process's decodes have not removed. */
const temporary = () => readdirSync(tmpdir()).filter((n) => /^versusq-luma-/.test(n) && n.includes(`-${process.pid}-`));

/** Command lines of processes that name the file (Linux; elsewhere the decode's own end is the proof). */
function running(path: string): string[] {
  if (process.platform !== 'linux') return [];
  return readdirSync('/proc')
    .filter((p) => /^\d+$/.test(p) && p !== String(process.pid))
    .map((p) => {
      try {
        return readFileSync(`/proc/${p}/cmdline`, 'utf8');
      } catch {
        return '';
      }
    })
    .filter((line) => line.includes(path));
}
