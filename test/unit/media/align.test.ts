import { describe, expect, it } from 'vitest';
import { findOffset } from '../../../src/engine/media/align.js';
import { clip, decodeAll, media, seriesOf, X264 } from './clips.js';

/** A value that wanders smoothly between random ones, four a second: content that never repeats. */
function wander(t: number, seed: number): number {
  const at = (k: number) => {
    const x = Math.sin(k * 127.1 + seed * 311.7) * 43758.5453;
    return x - Math.floor(x);
  };
  const k = Math.floor(t * 4);
  const part = t * 4 - k;
  return at(k) + (at(k + 1) - at(k)) * (3 - 2 * part) * part * part;
}
const level = (t: number) => 100 + 60 * wander(t, 1);
const change = (t: number) => 0.5 + 6 * wander(t, 2);
function line(options: {
  fps: number;
  seconds: number;
  from?: number;
  speed?: number;
  start?: number;
  noise?: number;
}) {
  const n = Math.floor(options.fps * options.seconds);
  const times = Float64Array.from({ length: n }, (_, i) => (options.start ?? 0) + i / options.fps);
  const series = new Float32Array(n * 4);
  let seed = 7;
  const random = () => ((seed = (seed * 16807) % 2147483647) / 2147483647 - 0.5) * 2 * (options.noise ?? 0);
  for (let i = 0; i < n; i++) {
    const t = (options.from ?? 0) + (i / options.fps) * (options.speed ?? 1);
    series.set([Math.max(0.1, change(t) + random()), 0, level(t) + 3 * random(), 0], i * 4);
  }
  return { series, times };
}

describe('alignment of two time lines', () => {
  it('leaves equal clips where they are, also with noise, other rates and other start times', () => {
    const a = line({ fps: 25, seconds: 8, noise: 0.3 });
    expect(findOffset(a, a)).toMatchObject({ offset: 0, rate: 1 });
    expect(findOffset(a, line({ fps: 30, seconds: 8, noise: 0.3, start: 1.4 }))).toMatchObject({ offset: 0, rate: 1 });
  });

  it.each([0.48, -0.6, 2.5, -3])('finds an offset of %f s: the frame of A at t is at t + offset of B', (offset) => {
    const a = line({ fps: 25, seconds: 9, from: 10, noise: 0.2 });
    const b = line({ fps: 24, seconds: 9, from: 10 - offset, noise: 0.2 });
    const found = findOffset(a, b);
    expect(found.rate).toBe(1);
    expect(Math.abs(found.offset - offset)).toBeLessThan(0.03);
    expect(Math.abs(findOffset(b, a).offset + offset)).toBeLessThan(0.03);
  });

  it.each([1, -1, 2])('finds %i frames of slow content, where they change little', (frames) => {
    const slow = { fps: 25, seconds: 4, speed: 0.3, noise: 0.01 };
    const a = line({ ...slow, from: 10 });
    const b = line({ ...slow, from: 10 + (frames / 25) * slow.speed });
    expect(findOffset(a, b).offset).toBeCloseTo(-frames / 25, 2);
    expect(findOffset(b, a).offset).toBeCloseTo(frames / 25, 2);
  });

  it('does not invent an offset between different contents, still pictures or parts of long clips', () => {
    const a = line({ fps: 25, seconds: 8 });
    expect(findOffset(a, line({ fps: 25, seconds: 8, from: 500 })).offset).toBe(0);
    const still = { times: a.times, series: new Float32Array(a.series.length).fill(1) };
    expect(findOffset(still, still)).toEqual({ offset: 0, rate: 1, score: 0 });
    const parts = { series: a.series, times: a.times.map((t, i) => t + (i > 100 ? 60 : 0)) };
    expect(findOffset(parts, a)).toEqual({ offset: 0, rate: 1, score: 0 });
    expect(findOffset({ series: new Float32Array(8), times: new Float64Array(2) }, a).offset).toBe(0);
  });

  it('does not choose among the offsets of content that repeats itself', async () => {
    const blinking = async (from: number) => {
      const light = `geq=lum='60+150*gt(sin(2*PI*(T+${from})),0.3)+20*sin(2*PI*(T+${from})+X/40)':cb=128:cr=128`;
      const picture = 'color=gray:s=160x90:r=25:d=6,format=yuv420p,noise=alls=3:allf=t';
      const { line } = await decodeAll(media, clip('mp4', '-f', 'lavfi', '-i', picture, '-vf', light, ...X264));
      return { series: seriesOf(line), times: line.times };
    };
    const [a, b] = [await blinking(0), await blinking(0.32)];
    expect(findOffset(a, b)).toMatchObject({ offset: 0, rate: 1 });
    expect(findOffset(b, a)).toMatchObject({ offset: 0, rate: 1 });
  });

  it('finds film that plays 25 instead of 24 pictures a second', () => {
    const film = line({ fps: 24, seconds: 10 });
    const fast = line({ fps: 25, seconds: 9.6, speed: 25 / 24 });
    expect(findOffset(film, fast)).toMatchObject({ rate: 25 / 24, offset: 0 });
    expect(findOffset(fast, film)).toMatchObject({ rate: 24 / 25, offset: 0 });
  });
});
