// Missing frames and varying rates, by made-up presentation times. What changes across a gap grows with what is missing in it,
// unless the clip was stored so.
import { describe, expect, it } from 'vitest';
import { findDrops } from '../../../src/engine/media/drops.js';

/** `steps`: gaps between the frames, in steps of `seconds`. `lost`: motion goes on across a gap. */
function found(steps: number[], seconds: number, lost: boolean) {
  const times = [0];
  for (const gap of steps) times.push(Math.round((times.at(-1)! + gap * seconds) * 1000) / 1000); // as Matroska rounds them
  const difference = [0, ...steps.map((gap, i) => (lost ? 2 + gap : 3) + 0.4 * Math.sin(i * i))];
  const n = times.length;
  return findDrops(n, Float64Array.from(times), new Float32Array(n).fill(1), Float64Array.from(difference));
}
/** Gaps of a steady clip of which the frames remain that `kept` says so. */
function remaining(frames: number, kept: (n: number) => boolean): number[] {
  const places = Array.from({ length: frames }, (_, n) => n).filter(kept);
  return places.slice(1).map((n, k) => n - places[k]!);
}
/** A sequence without rhythm, 0..1. */
const chance = (n: number) => (((Math.sin(12.9898 * (n + 1)) * 43758.5453) % 1) + 1) % 1;

describe('frames missing by their times', () => {
  it.each([
    ['every fifth', (n: number) => n % 5 !== 4, '1 of 5 frames missing', 40],
    ['every third', (n: number) => n % 3 !== 2, '1 of 3 frames missing', 66],
    ['two of seven', (n: number) => n % 7 !== 2 && n % 7 !== 6, '2 of 7 frames missing', 57],
  ])('are counted and named where %s is missing', (_, kept, rhythm, frames) => {
    for (const seconds of [1 / 24, 1 / 25, 1001 / 30000, 1 / 60]) {
      const drops = found(remaining(200, kept), seconds, true);
      expect(drops).toMatchObject({ variable: false, rhythm, events: [] });
      expect(Math.abs(drops.frames - frames)).toBeLessThanOrEqual(1);
      expect(drops.step).toBeCloseTo(seconds, 3);
    }
  });

  it('are events where a rhythm is broken', () => {
    const drops = found(
      remaining(200, (n) => n % 5 !== 4 && (n < 101 || n > 110)),
      1 / 25,
      true,
    );
    expect(drops.rhythm).toBe('1 of 5 frames missing');
    expect(drops.events.map(({ frames }) => frames)).toEqual([10]);
    expect(drops.frames).toBe(47);
  });

  it('are events where there is no rhythm, many or few', () => {
    for (const share of [0.1, 0.3, 0.45]) {
      const steps = remaining(300, (n) => chance(n) >= share);
      const drops = found(steps, 1 / 30, true);
      expect(drops).toMatchObject({ variable: false, rhythm: null });
      expect(drops.frames).toBe(steps.reduce((sum, gap) => sum + gap - 1, 0));
      expect(drops.events).toHaveLength(steps.filter((gap) => gap > 1).length);
    }
  });

  it('are not found where every second one is: that is half the rate', () => {
    expect(
      found(
        remaining(200, (n) => n % 2 === 0),
        1 / 25,
        true,
      ),
    ).toMatchObject({ frames: 0, variable: false });
  });

  it.each([
    [
      'a phone in the dark, of 30 and 22 frames a second',
      Array.from({ length: 200 }, (_, n) => (chance(n) < 0.5 ? 1 : 1.35)),
      1 / 30,
      true,
    ],
    [
      'a phone that halves its rate for a while',
      Array.from({ length: 200 }, (_, n) => (n % 100 < 60 ? 1 : 2)),
      1 / 30,
      true,
    ],
    ['a camera without any clock', Array.from({ length: 200 }, (_, n) => 0.6 + chance(n)), 1 / 30, true],
    ['film on the times of 60 frames a second', Array.from({ length: 200 }, (_, n) => 2 + (n % 2)), 1 / 60, true],
    [
      'a screen recording that stores what changes',
      Array.from({ length: 200 }, (_, n) => 1 + Math.floor(6 * chance(n) ** 3)),
      1 / 60,
      false,
    ],
    ['3:2 pulldown stored without its repeats', remaining(200, (n) => n % 5 !== 4), 1 / 30, false],
  ])('are not found in %s', (_, steps, seconds, moves) => {
    expect(found(steps, seconds, moves)).toMatchObject({ frames: 0, variable: true, events: [], rhythm: null });
  });
});
