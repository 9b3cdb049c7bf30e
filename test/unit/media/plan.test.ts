import { describe, expect, it } from 'vitest';
import { burstStep, burstTimes, comparisonSize, decodeMode, placesAt } from '../../../src/engine/media/index.js';
import { makePlan } from '../../../src/engine/media/plan.js';
import type { ClipFacts } from '../../../src/protocol/index.js';

const shown = (displayWidth: number, displayHeight: number) => ({ displayWidth, displayHeight });

const factsOf = (more: Partial<ClipFacts>): ClipFacts =>
  ({ fps: 25, duration: 8, start: 0, width: 640, height: 360, colour: { hdr: false }, ...more }) as ClipFacts;

describe('sample plan', () => {
  it('takes the size of the largest clip, even, of 144 to 2160 lines', () => {
    expect(comparisonSize([shown(640, 360), shown(1920, 1080)])).toEqual({ width: 1920, height: 1080 });
    expect(comparisonSize([shown(321, 241)])).toEqual({ width: 320, height: 240 });
    expect(comparisonSize([shown(16, 16)])).toEqual({ width: 144, height: 144 });
    expect(comparisonSize([shown(7680, 4320)])).toEqual({ width: 3840, height: 2160 });
    expect(comparisonSize([shown(1080, 1920)])).toEqual({ width: 1080, height: 1920 });
    expect(comparisonSize([shown(320, 100)])).toEqual({ width: 460, height: 144 });
  });

  it('spaces bursts by powers of two, at most twelve, each whole inside the clip', () => {
    expect(burstStep(10)).toBe(1);
    expect(burstTimes(10, 30)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
    expect(burstTimes(2, 25)).toEqual([0, 0.25, 0.5, 0.75, 1, 1.25, 1.5, 1.75]);
    expect(burstTimes(0.16, 25)).toEqual([0]);
    expect(burstTimes(0.1, 25)).toEqual([0]);
    expect(burstTimes(7200, 24)).toHaveLength(8);
    expect(burstTimes(3, 25)).toHaveLength(12);
  });

  it('nests the grids of different lengths, so that clips of nearly equal length share burst times', () => {
    const coarse = burstTimes(13, 25);
    const fine = new Set(burstTimes(11.9, 25));
    expect(coarse.filter((t) => t < 11).every((t) => fine.has(t))).toBe(true);
  });

  it('looks at other places in the next burst, on a grid of 16 pixels, inside the frame', () => {
    const size = { width: 1920, height: 1080 };
    expect(placesAt(0, size)).toEqual([[64, 176], [336, 1136], [608, 656], [880, 1616]]); // prettier-ignore
    expect(placesAt(0.25, size)).not.toEqual(placesAt(0, size));
    for (const t of [0, 0.25, 1, 5.75, 1024])
      for (const [row, column] of placesAt(t, size)) {
        expect(row % 16 === 0 && column % 16 === 0).toBe(true);
        expect(row >= 0 && row + 128 <= 1080 && column >= 0 && column + 128 <= 1920).toBe(true);
      }
    for (const [row, column] of placesAt(0, { width: 144, height: 144 }))
      expect([row, column].every((x) => x >= 0 && x <= 16)).toBe(true);
    for (const [row, column] of placesAt(0, { width: 138, height: 138 }))
      expect([row, column].every((x) => x % 2 === 0 && x <= 10)).toBe(true);
  });

  it('of a clip that plays faster looks at the moments and places of the other', () => {
    const size = { width: 640, height: 360 };
    const film = factsOf({ fps: 24, duration: 10 });
    const fast = { ...film, fps: 25, duration: 9.6, start: 1 };
    const [slow, pal] = [
      makePlan(film, size, { duration: 10 }),
      makePlan(fast, size, { duration: 10, speed: 25 / 24 }),
    ];
    expect(pal.bursts.map((b) => b.places)).toEqual(slow.bursts.map((b) => b.places));
    expect(pal.bursts.map((b) => b.share)).toEqual(slow.bursts.map((b) => b.share));
    for (const [k, { time }] of slow.bursts.entries()) expect(pal.bursts[k]!.time).toBeCloseTo(1 + time * 0.96, 9);
    expect(pal.duration).toBeCloseTo(9.6, 9);
    expect(pal.key).not.toBe(makePlan(fast, size, { duration: 9.6 }).key);
  });

  it('of HDR that this ffmpeg can not tone map is another: what it showed is never taken for the other picture', () => {
    const size = { width: 640, height: 360 };
    const keyOf = (toneMapped: boolean) =>
      makePlan(factsOf({ colour: { hdr: true, toneMapped } as ClipFacts['colour'] }), size).key;
    expect(keyOf(false)).not.toBe(keyOf(true));
  });

  it('decodes short clips whole and long ones in windows', () => {
    const at = (duration: number, width = 1920, height = 1080, fps = 30) =>
      decodeMode({ duration, width, height, fps });
    expect(at(10)).toBe('whole');
    expect(at(30)).toBe('whole');
    expect(at(31)).toBe('windows');
    expect(at(100, 640, 360)).toBe('whole');
    expect(at(130, 640, 360)).toBe('windows');
    expect(at(10, 3840, 2160, 60)).toBe('whole');
    expect(at(20, 64, 64, 1000)).toBe('windows');
    expect(at(7200)).toBe('windows');
  });
});
