import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createClipEncoder } from '../../../src/engine/model/clip-encoder.js';
import { mulberry32 } from '../../../src/engine/random.js';
import { asTensor } from '../../../src/engine/model/sessions.js';
import { MAX_FRAMES, runTimeline, spreadWindows } from '../../../src/engine/model/timeline.js';
import { FRAGMENTS } from '../../../src/engine/media/fragments.js';
import type { TimelineLuma } from '../../../src/engine/media/types.js';
import { openShipped, type OpenPackage } from './helpers.js';

const IDENTITY = Float32Array.of(1, 0, 0, 0, 0, 1, 0, -128, 0, 0, 1, -128);
let opened: OpenPackage;
beforeAll(async () => {
  opened = await openShipped();
});
afterAll(() => opened.graphs.dispose());

function timelineOf(frames: number, seed = 3): TimelineLuma {
  const random = mulberry32(seed);
  const size = 160 * 90;
  const luma = new Uint8Array(frames * size);
  for (let f = 0; f < frames; f++) luma.fill(Math.floor(60 + 100 * random()), f * size, (f + 1) * size);
  return {
    luma,
    frames,
    times: Float64Array.from({ length: frames }, (_, f) => 100 + f / 25),
    valid: new Float32Array(frames).fill(1),
    covered: 1,
  };
}

function burst(index: number, seed: number) {
  const random = mulberry32(seed);
  const noise = (n: number) => Uint8Array.from({ length: n }, () => Math.floor(random() * 256));
  const { width, height } = FRAGMENTS;
  const times = [0, 1, 2, 3].map((f) => index + f / 25);
  return { index, times, y: noise(4 * width * height), u: noise(width * height), v: noise(width * height) };
}
const SIZE = { width: 321, height: 241 };

describe('a clip encoder', () => {
  it('gives tokens of the shapes that model.json names, bursts in order of time', async () => {
    const { graphs, manifest } = opened;
    const { input, dimensions: d } = manifest;
    const encoder = createClipEncoder(graphs, manifest, IDENTITY, SIZE);
    const places: [number, number][] = [
      [0, 0],
      [16, 32],
      [64, 96],
      [112, 192],
    ];
    for (const index of [1, 0]) await encoder.addBurst(burst(index, index), { time: index, share: index / 2, places });
    const clip = await encoder.finish(timelineOf(30));
    const n = 2 * input.places;
    expect(clip.count).toBe(2);
    expect([...clip.times]).toEqual([0, 1]);
    expect([...clip.shares]).toEqual([0, 0.5]);
    expect(clip.tokens).toHaveLength(n * d.token);
    expect(clip.measurements).toHaveLength(n * d.measurements);
    expect(clip.crops).toHaveLength(n * input.crop ** 2);
    expect(clip.thumbs).toHaveLength(2 * input.thumb[0] * input.thumb[1]);
    expect(clip.summary).toHaveLength(d.timeline);
    expect(clip.series).toHaveLength(30 * 4);
    expect(clip.seriesTimes).toHaveLength(30);
    expect(clip.cells[2]).toBeCloseTo((16 + 64) / 241, 6);
    expect(clip.cells[3]).toBeCloseTo((32 + 64) / 321, 6);
    for (const array of [clip.tokens, clip.measurements, clip.summary, clip.series])
      expect(array.every(Number.isFinite)).toBe(true);
  });

  it('keeps the luma of the first frame at each place as crops', async () => {
    const { graphs, manifest } = opened;
    const encoder = createClipEncoder(graphs, manifest, IDENTITY, SIZE);
    const frames = burst(0, 9);
    await encoder.addBurst(frames, {
      time: 0,
      share: 0,
      places: [
        [0, 0],
        [16, 32],
        [64, 96],
        [64, 128],
      ],
    });
    const { crops } = await encoder.finish(timelineOf(8));
    const side = manifest.input.crop;
    for (const [row, column] of [
      [0, 0],
      [5, 77],
      [127, 127],
    ] as const) {
      const seen = crops[side * side + row * side + column];
      expect(seen).toBe(frames.y[row * FRAGMENTS.width + side + column]);
    }
  });

  it('refuses a clip without bursts', async () => {
    const encoder = createClipEncoder(opened.graphs, opened.manifest, IDENTITY, SIZE);
    await expect(encoder.finish(timelineOf(8))).rejects.toMatchObject({ code: 'media/too-short' });
  });
});

describe('the time line', () => {
  const run = (timeline: TimelineLuma) => {
    const { graphs, manifest } = opened;
    return runTimeline(graphs, manifest, timeline, asTensor(graphs.runtime, 'float32', IDENTITY, [3, 4]));
  };
  const part = (whole: TimelineLuma, from: number, to: number): TimelineLuma => ({
    luma: whole.luma.subarray(from * 14400, to * 14400),
    frames: to - from,
    times: whole.times.slice(from, to),
    valid: whole.valid.slice(from, to),
    covered: 1,
  });

  it('of a long clip is run in pieces that give the series of the whole', async () => {
    const long = timelineOf(MAX_FRAMES + 40);
    const { series, summary } = await run(long);
    expect(series).toHaveLength(long.frames * 4);
    expect(summary).toHaveLength(opened.manifest.dimensions.timeline);
    // A stretch across the seam, run by itself, away from its own ends.
    const [from, to] = [MAX_FRAMES - 30, MAX_FRAMES + 30];
    const alone = (await run(part(long, from, to))).series;
    for (let f = 3; f < to - from - 3; f++) {
      for (let c = 0; c < 4; c++) expect(series[(from + f) * 4 + c]).toBeCloseTo(alone[f * 4 + c]!, 3);
    }
  });

  it('tells how much each frame differs from the one before', async () => {
    const { luma, ...rest } = timelineOf(6);
    const { series } = await run({ luma, ...rest });
    for (let f = 1; f < 6; f++) {
      expect(series[f * 4]).toBeCloseTo(Math.abs(luma[f * 14400]! - luma[(f - 1) * 14400]!), 2);
      expect(series[f * 4 + 2]).toBeCloseTo(luma[f * 14400]!, 2);
    }
  });

  it('is summed up over stretches from its first to its last frame, as many frames as one run takes', () => {
    for (const frames of [MAX_FRAMES + 1, 5000, 216000]) {
      const picks = spreadWindows(frames);
      expect(picks).toHaveLength(MAX_FRAMES);
      expect([picks[0], picks.at(-1)]).toEqual([0, frames - 1]);
      expect(picks.every((f, i) => i === 0 || f > picks[i - 1]!)).toBe(true);
    }
  });

  it('without frames is refused', async () => {
    await expect(run(part(timelineOf(2), 0, 0))).rejects.toMatchObject({ code: 'media/too-short' });
  });
});
