import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { loadModel } from '../../../src/engine/model/index.js';
import { flip, stdDevOf } from '../../../src/engine/model/margins.js';
import { commonShares, matchBursts, matchFrames } from '../../../src/engine/model/matching.js';
import { readManifest, shippedModelFolder, type Manifest } from '../../../src/engine/model/package.js';
import type { LoadedModel, PairInput } from '../../../src/engine/model/types.js';
import { ATTRIBUTES } from '../../../src/protocol/index.js';
import { madeUpClip, turned } from './helpers.js';

let model: LoadedModel;
let manifest: Manifest;
beforeAll(async () => {
  manifest = (await readManifest(shippedModelFolder())).manifest;
  model = await loadModel({ folder: null, device: 'cpu' });
});
afterAll(() => model.dispose());

const pairOf = (seedA: number, seedB: number, countA = 3, countB = 3): PairInput => ({
  a: madeUpClip(manifest, seedA, countA),
  b: madeUpClip(manifest, seedB, countB),
  hashA: `hash-${seedA}`,
  hashB: `hash-${seedB}`,
  offset: 0,
  durationSeconds: 12,
});

describe('a glance', () => {
  it('at the pair turned round is the exact negative, for any clips', async () => {
    for (const [a, b, ka, kb] of [
      [1, 2, 3, 3],
      [4, 3, 2, 4],
      [9, 8, 1, 1],
      [5, 7, 5, 2],
    ] as const) {
      const pair = pairOf(a, b, ka, kb);
      const [one, two] = [await model.glance(pair), await model.glance(turned(pair))];
      expect(one.margin).toBe(flip(two.margin));
      expect(one.raw).toEqual([two.raw[1], two.raw[0]]);
      expect(one.stdDev).toBe(two.stdDev);
      expect(one.matched).toBe(two.matched);
      expect(one.attributes.map((x) => x.margin)).toEqual(two.attributes.map((x) => flip(x.margin)));
      expect(one.segments).toEqual(two.segments.map((s) => ({ ...s, margin: flip(s.margin) })));
      expect(one.margin).not.toBe(0);
    }
  });

  it('is the antisymmetric half of both orders', async () => {
    const { margin, raw } = await model.glance(pairOf(1, 2));
    expect(margin).toBeCloseTo((raw[0] - raw[1]) / 2, 4);
  });

  it('at a clip and itself is exactly 0, in every part, and never a negative zero', async () => {
    const pair = { ...pairOf(6, 6), hashB: 'hash-6' };
    const { margin, attributes, segments } = await model.glance(pair);
    for (const value of [margin, ...attributes.map((x) => x.margin), ...segments.map((s) => s.margin)]) {
      expect(Object.is(value, 0)).toBe(true);
    }
  });

  it('gives the same bits again, also from another instance', async () => {
    const other = await loadModel({ folder: null, device: 'cpu' });
    expect(await other.glance(pairOf(1, 2))).toEqual(await model.glance(pairOf(1, 2)));
    await other.dispose();
  });

  it('has one margin for each attribute, in their order, and one for each burst', async () => {
    const { attributes, segments, matched } = await model.glance(pairOf(1, 2, 4, 4));
    expect(attributes.map((x) => x.attribute)).toEqual([...ATTRIBUTES]);
    expect(segments.map((s) => s.share)).toEqual([0, 1 / 12, 2 / 12, 3 / 12]);
    expect(matched).toBe(4);
  });

  it('that was cancelled before it began does nothing', async () => {
    const cancelled = { ...pairOf(1, 2), signal: AbortSignal.abort() };
    await expect(model.glance(cancelled)).rejects.toMatchObject({ code: 'cancelled' });
  });
});

describe('the standard deviation', () => {
  it('holds floor, calibrated spread and the disagreement of the two orders', () => {
    const calibration = { scale: 2, floor: 0.3 };
    expect(stdDevOf(calibration, Math.log(0.2), [1, -1])).toBeCloseTo(0.5, 12);
    expect(stdDevOf(calibration, Math.log(0.2), [1, 1])).toBeCloseTo(Math.hypot(0.5, 1), 12);
  });
});

describe('time lines of two clips', () => {
  const line = (count: number, step: number, start = 0) => ({
    ...madeUpClip(manifest, 1, 2),
    seriesTimes: Float64Array.from({ length: count }, (_, i) => start + i * step),
  });
  const range = (from: number, to: number) => Array.from({ length: to - from }, (_, i) => from + i);

  it('lie side by side frame by frame, also by an offset and with rounded times', () => {
    expect(matchFrames(line(100, 0.04), line(100, 0.04), 0)).toEqual({ a: range(0, 100), b: range(0, 100) });
    expect(matchFrames(line(100, 0.04), line(100, 0.04003, 0.7), 0.7)).toEqual({ a: range(0, 100), b: range(0, 100) });
  });

  it('without the end of one beside the midst of the other: what an end tells lacks a neighbour', () => {
    expect(matchFrames(line(100, 0.04), line(101, 0.04), 0)?.b).toEqual(range(0, 99));
    // B lacks the first frame of A and goes on for one more
    expect(matchFrames(line(100, 0.04), line(100, 0.04, 0.04), 0)).toEqual({ a: range(2, 99), b: range(1, 98) });
  });

  it('do not where frames are missing, at another rate, or over another stretch', () => {
    const holes = line(100, 0.04);
    holes.seriesTimes = holes.seriesTimes.filter((_, i) => i % 10 !== 5);
    expect(matchFrames(line(100, 0.04), holes, 0)).toBeNull();
    expect(matchFrames(line(100, 0.04), line(200, 0.02), 0)).toBeNull();
    expect(matchFrames(line(100, 0.04), line(100, 0.04), 1)).toBeNull();
    expect(matchFrames(line(1, 0.04), line(1, 0.04), 0)).toBeNull();
  });
});

describe('bursts of two clips', () => {
  const clip = (count: number, options = {}) => madeUpClip(manifest, 1, count, options);

  it('at the same times and places are matched', () => {
    expect(matchBursts(clip(3), clip(3), 0)).toEqual({ a: [0, 1, 2], b: [0, 1, 2], aligned: true });
  });

  it('of grids of different steps are matched where they meet', () => {
    const [fine, coarse] = [clip(8, { step: 1 }), clip(4, { step: 2 })];
    const places = fine.cells.length / 8;
    for (const [i, j] of [
      [0, 0],
      [2, 1],
      [4, 2],
      [6, 3],
    ] as const) {
      // the plan's places depend on the time alone
      coarse.cells.set(fine.cells.subarray(i * places, (i + 1) * places), j * places);
    }
    expect(matchBursts(fine, coarse, 0)).toEqual({ a: [0, 2, 4, 6], b: [0, 1, 2, 3], aligned: true });
  });

  it('are matched by the offset between the clips', () => {
    const late = clip(3);
    late.times = late.times.map((t) => t + 0.7);
    expect(matchBursts(clip(3), late, 0.7).aligned).toBe(true);
    expect(matchBursts(clip(3), late, 0).aligned).toBe(false);
  });

  it('a quarter of a frame apart are the same moment, further apart what moves is elsewhere', () => {
    const later = (by: number) => {
      const b = clip(3);
      b.times = b.times.map((t) => t + by);
      return matchBursts(clip(3), b, 0).aligned;
    };
    expect(later(0.009)).toBe(true);
    expect(later(0.015)).toBe(false);
  });

  it('at other places are not compared pixel by pixel', () => {
    const moved = clip(3);
    moved.cells = moved.cells.map((x) => x + 0.01);
    expect(matchBursts(clip(3), moved, 0)).toEqual({ a: [0, 1, 2], b: [0, 1, 2], aligned: false });
  });

  it('that do not match are picked evenly from both', () => {
    expect(matchBursts(clip(2, { step: 0.37 }), clip(8, { step: 1 }), 0.5)).toEqual({
      a: [0, 1],
      b: [2, 6],
      aligned: false,
    });
  });

  it('of clips with a single burst each match', () => {
    expect(matchBursts(clip(1), clip(1), 0).aligned).toBe(true);
  });

  it('stand at shares of the common time line', () => {
    expect(commonShares(clip(3, { duration: 12 }), 12)).toEqual([0, 1 / 12, 2 / 12]);
    const half = commonShares(clip(3, { duration: 24 }), 12);
    half.forEach((share, k) => expect(share).toBeCloseTo(k / 12, 12));
    expect(commonShares(clip(3, { duration: 12.05 }), 12)).toEqual([0, 1 / 12.05, 2 / 12.05]);
    expect(commonShares(clip(1), 12)).toEqual([0]);
  });
});
