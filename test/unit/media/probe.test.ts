import { execSync } from 'node:child_process';
import { chmodSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { fileError } from '../../../src/engine/media/input.js';
import { contentHash } from '../../../src/engine/media/index.js';
import {
  clip,
  copyAs,
  decodeAll,
  media,
  packaged,
  plain,
  scratch,
  seriesOf,
  shownTimes,
  source,
  turned,
  VARIABLE,
  X264,
} from './clips.js';
import type { VersusqError } from '../../../src/protocol/index.js';
import { HDR10, tone } from './inputs.js';

const code = (promise: Promise<unknown>) =>
  promise.then(
    () => 'no error',
    (e: { code?: string }) => e.code ?? String(e),
  );

describe('facts of a clip', () => {
  it('tells size, rate, length, start, format and sound', async () => {
    const path = clip('mp4', ...source('320x180', '30000/1001', 2), ...tone(2), ...X264, '-c:a', 'aac');
    const facts = await media.probe(path);
    expect(facts).toMatchObject({
      container: 'mp4',
      codec: 'h264',
      width: 320,
      height: 180,
      displayWidth: 320,
      displayHeight: 180,
    });
    expect(facts).toMatchObject({
      rotation: 0,
      variableFrameRate: false,
      frames: 60,
      pixelFormat: 'yuv420p',
      bitDepth: 8,
      chroma: '4:2:0',
    });
    expect(facts).toMatchObject({
      interlaced: false,
      timeline: null,
      warnings: [],
      audio: { codec: 'aac', channels: 1, sampleRate: 44100 },
    });
    expect(facts.fps).toBeCloseTo(29.97, 3);
    expect(facts.duration).toBeCloseTo(2.002, 3);
    expect(facts.start).toBe(0);
    expect(facts.hash).toBe(await contentHash(path));
  });

  it.each(['mkv', 'ts', 'webm', 'avi', 'mpg'])('finds the true start and length in %s', async (ending) => {
    const encoder = {
      mkv: X264,
      ts: X264,
      webm: ['-c:v', 'libvpx', '-deadline', 'realtime'],
      avi: ['-c:v', 'mpeg4'],
      mpg: ['-c:v', 'mpeg2video'],
    }[ending]!;
    const path = clip(ending, ...source('320x180', '25', 2), ...encoder);
    for (const engine of [media, await packaged()]) {
      const facts = await engine.probe(path);
      const times = shownTimes(path);
      expect(facts.start).toBeCloseTo(times[0]!, 2);
      expect(Math.abs(facts.duration - (times.at(-1)! - times[0]! + 0.04))).toBeLessThan(0.045);
      expect(facts.variableFrameRate).toBe(false);
    }
  });

  it('turns width and height with the rotation, and stretches by the sample aspect ratio', async () => {
    const path = turned(plain());
    expect(await media.probe(path)).toMatchObject({ width: 320, height: 180, displayWidth: 180, displayHeight: 320 });
    const wide = clip('mpg', ...source('720x576', '25', 1, 'setsar=16/15'), '-c:v', 'mpeg2video');
    expect(await media.probe(wide)).toMatchObject({ displayWidth: 768, displayHeight: 576 });
  });

  it('knows a variable frame rate, interlacing, depth, range and HDR', async () => {
    const variable = clip(
      'mp4',
      ...source('320x180', '30', 3, "select='not(between(mod(n,30),10,18))'"),
      ...VARIABLE,
      ...X264,
    );
    expect((await media.probe(variable)).variableFrameRate).toBe(true);
    const fields = clip(
      'mpg',
      ...source('320x240', '25', 1),
      '-c:v',
      'mpeg2video',
      '-flags',
      '+ildct+ilme',
      '-vf',
      'setfield=tff',
    );
    expect((await media.probe(fields)).interlaced).toBe(true);
    const full = clip(
      'mp4',
      ...source('320x180', '25', 1),
      '-c:v',
      'libx264',
      '-preset',
      'ultrafast',
      '-pix_fmt',
      'yuvj420p',
    );
    expect((await media.probe(full)).colour.range).toBe('full');
    const hdr = clip('mkv', ...source('320x180', '25', 1), ...HDR10);
    expect(await media.probe(hdr)).toMatchObject({
      bitDepth: 10,
      colour: { hdr: true, primaries: 'bt2020', transfer: 'smpte2084', matrix: 'bt2020nc' },
    });
    expect((await media.probe(hdr)).warnings.join()).toMatch(/^HDR: /);
  });

  it('tells that more than 8 bits are compared at 8', async () => {
    const deep = clip('mkv', ...source('320x180', '25', 1), '-pix_fmt', 'yuv420p10le', '-c:v', 'ffv1');
    expect(await media.probe(deep)).toMatchObject({
      bitDepth: 10,
      warnings: ['Compared at 8 of its 10 bits a sample: finer steps are not seen.'],
    });
  });

  it('is the same for the same bytes under another name, and another for a changed byte', async () => {
    const dir = scratch();
    const big = Buffer.alloc(9 * 2 ** 20, 7);
    writeFileSync(join(dir, 'a'), big);
    writeFileSync(join(dir, 'b'), big);
    big[big.length - 1] = 8;
    writeFileSync(join(dir, 'c'), big);
    const [a, b, c] = await Promise.all(['a', 'b', 'c'].map((n) => contentHash(join(dir, n))));
    expect(a).toMatch(/^[0-9a-f]{32}$/);
    expect(a).toBe(b);
    expect(a).not.toBe(c);
  });
});

describe('bad input', () => {
  const dir = scratch();
  const file = (name: string, content: string | Buffer) => {
    writeFileSync(join(dir, name), content);
    return join(dir, name);
  };

  it.each([
    ['an empty file', () => file('zero.mp4', ''), 'media/not-a-video'],
    ['text renamed to .mp4', () => file('text.mp4', 'just some words\n'.repeat(500)), 'media/not-a-video'],
    ['text with the name of a box', () => file('free.mp4', 'The free encoders\n'.repeat(99)), 'media/not-a-video'],
    [
      'text in one-byte letters',
      () => file('wide.mp4', Buffer.from('Thé wide café\n'.repeat(99), 'latin1')),
      'media/not-a-video',
    ],
    [
      'text in UTF-16',
      () => file('utf16.mp4', Buffer.from('\uFEFFfree skip\n'.repeat(99), 'utf16le')),
      'media/not-a-video',
    ],
    ['text that begins like a GIF', () => file('gif.mp4', 'GIF89a is a format\n'.repeat(40)), 'media/not-a-video'],
    [
      'random bytes',
      () => file('noise.mp4', Buffer.from(Array.from({ length: 50_000 }, (_, i) => (i * 7919 * (i % 251)) % 256))),
      'media/not-a-video',
    ],
    ['a missing file', () => join(dir, 'missing.mp4'), 'media/not-found'],
    [
      'a folder',
      () => (mkdirSync(join(dir, 'folder.mp4'), { recursive: true }), join(dir, 'folder.mp4')),
      'media/not-a-video',
    ],
    ['sound only', () => copyAs(clip('m4a', ...tone(1)), join(dir, 'sound.mp4')), 'media/not-a-video'],
    ['a video that ends before its index', () => copyAs(plain(), join(dir, 'noindex.mp4'), 0.5), 'media/truncated'],
    ['one frame', () => clip('mp4', ...source('64x64', '25', 1), '-frames:v', '1', ...X264), 'media/too-short'],
    ['three frames', () => clip('mkv', ...source('64x64', '25', 1), '-frames:v', '3', ...X264), 'media/too-short'],
    ['an ffconcat list', () => file('list.mp4', `ffconcat version 1.0\nfile '${plain()}'\n`), 'media/protocol-refused'],
    ['an HLS list', () => file('hls.mp4', `#EXTM3U\n#EXTINF:2,\n${plain()}\n`), 'media/protocol-refused'],
    ['a web address', () => 'https://example.org/a.mp4', 'media/protocol-refused'],
    [
      'a picture with more than 8192 columns',
      () => clip('mkv', ...source('8200x64', '5', 1), '-c:v', 'ffv1'),
      'media/too-large',
    ],
  ])('%s has an error of its own that names the file', async (_, make, expected) => {
    const path = make();
    for (const engine of [media, await packaged()]) {
      const error = await engine.probe(path).then(
        () => ({ message: 'no error' }),
        (e: unknown) => e as { message: string },
      );
      expect(error).toMatchObject({ code: expected, path });
      expect(error.message).toContain(path.split('/').at(-1));
    }
  });

  it('sound with a cover picture is no video', async () => {
    const cover = clip(
      'm4a',
      ...tone(1),
      ...source('64x64', '1', 1),
      '-map',
      '0',
      '-map',
      '1',
      '-frames:v',
      '1',
      '-c:v',
      'mjpeg',
      '-disposition:v',
      'attached_pic',
    );
    await expect(media.probe(cover)).rejects.toThrow(/cover picture/);
  });

  it('a file that may not be read says so', async () => {
    const locked = copyAs(plain(), join(dir, 'locked.mp4'));
    chmodSync(locked, 0);
    // The superuser may read everything: there, the refusal of the file system is given by hand.
    const refused =
      process.getuid?.() === 0 ? Promise.reject(fileError({ code: 'EACCES' }, locked)) : media.probe(locked);
    expect(await code(refused)).toBe('media/no-permission');
  });

  it('a file cut short that still shows frames is compared, with a warning', async () => {
    const front = clip('mp4', ...source('320x180', '25', 4), ...X264, '-g', '25', '-movflags', '+faststart');
    const cut = copyAs(front, join(dir, 'cut.mp4'), 0.6);
    const { facts, bursts, plan, line } = await decodeAll(media, cut);
    expect(facts.warnings.join()).toMatch(/ends early/);
    expect(facts.duration).toBeLessThan(3.5);
    expect(bursts).toHaveLength(plan.bursts.length);
    expect(line.frames).toBeLessThan(95);
  });

  it('a file cut short neither varies its rate nor misses the frames that were cut', async () => {
    // Two pictures of three are coded behind one that is shown later: at the cut, gaps remain.
    const coded = ['-c:v', 'libx264', '-preset', 'medium', '-bf', '8', '-b_strategy', '0', '-movflags', '+faststart'];
    const path = clip('mp4', ...source('320x180', '25', 3, 'noise=alls=20:allf=t'), ...coded);
    const bytes = readFileSync(path);
    for (const share of [0.4, 0.45, 0.5, 0.55]) {
      const cut = file('gaps.mp4', bytes.subarray(0, Math.floor(share * bytes.length)));
      const { facts, line } = await decodeAll(media, cut);
      expect(facts.warnings.join()).toMatch(/ends early/);
      expect(facts.variableFrameRate).toBe(false);
      expect(media.timelineFacts(seriesOf(line), line, facts).droppedFrames).toBe(0);
    }
  });

  it('a transport stream that breaks off inside a packet ends early, a whole one does not', async () => {
    const whole = clip('ts', ...source('320x180', '25', 3), ...X264);
    expect((await media.probe(whole)).warnings).toEqual([]);
    const bytes = readFileSync(whole);
    const half = 188 * Math.floor(bytes.length / 376) + 90;
    expect((await media.probe(file('half.ts', bytes.subarray(0, half)))).warnings).toEqual(['The file ends early.']);
  });

  it('the first pictures of a longer video are cut short, not too short', async () => {
    const front = clip('mp4', ...source('320x180', '25', 4), ...X264, '-movflags', '+faststart');
    const bytes = readFileSync(front);
    const stump = file('stump.mp4', bytes.subarray(0, bytes.indexOf('mdat') + 6000));
    await expect(media.probe(stump)).rejects.toMatchObject({ code: 'media/truncated' });
    await expect(media.probe(stump)).rejects.toThrow('ends after its first frames');
  });

  it.each([
    ['h264', X264],
    ['hevc', ['-c:v', 'libx265', '-preset', 'ultrafast', '-x265-params', 'log-level=error']],
    ['mjpeg', ['-c:v', 'mjpeg']],
    ['m2v', ['-c:v', 'mpeg2video']],
  ])('a bare stream (.%s) is called one, with a command that gives it times', async (ending, encoder) => {
    const path = copyAs(clip(ending, ...source('320x180', '25', 1), ...encoder), join(dir, `it's bare.${ending}`));
    for (const engine of [media, await packaged()]) {
      const error = await engine.probe(path).catch((e: unknown) => e as VersusqError);
      expect(error).toMatchObject({ code: 'media/not-a-video', path });
      expect((error as VersusqError).message).toContain('is a bare stream without times');
    }
    const { message } = (await media.probe(path).catch((e: unknown) => e)) as VersusqError;
    execSync(message.slice(message.indexOf('ffmpeg -framerate')), { cwd: dir, stdio: 'ignore' });
    expect(await media.probe(`${path}.mkv`)).toMatchObject({ fps: 25, variableFrameRate: false });
  });

  it.each([
    ['png', 'picture.png'],
    ['jpg', 'picture.jpg'],
    ['png', 'renamed.mp4'],
  ])('a still picture (.%s, named %s) is called one', async (ending, name) => {
    const made = clip(ending, ...source('64x64', '25', 1), '-frames:v', '1', '-update', '1');
    await expect(media.probe(copyAs(made, join(dir, name)))).rejects.toThrow('is a still picture, not a video');
  });

  it('a file that vanishes between probe and decode is not found', async () => {
    const gone = copyAs(plain(), join(dir, 'gone.mp4'));
    const facts = await media.probe(gone);
    const { rmSync } = await import('node:fs');
    rmSync(gone);
    const plan = media.plan(facts, { width: 320, height: 180 });
    expect(await code(media.decode(facts, plan, { onBurst: () => undefined }))).toBe('media/not-found');
  });

  it.each([
    'http:x.mp4',
    'concat:a|b',
    'subfile,,start,0,end,9,,:x.mp4',
    '-dash.mp4',
    '-y',
    'pipe:0',
    'a b\'c"d.mp4',
    'new\nline.mp4',
    '%03d%s.mp4',
    'ha#sh?.mp4',
    'ünï 日本.mp4',
    '[x],y;z=1.mp4',
  ])('the name %j is only a name', async (name) => {
    const path = copyAs(plain(), join(dir, name));
    const { facts, bursts } = await decodeAll(media, path);
    expect(facts.path).toBe(path);
    expect(bursts).toHaveLength(8);
  });
});
