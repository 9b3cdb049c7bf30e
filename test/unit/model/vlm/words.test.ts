import { describe, expect, it } from 'vitest';
import { frameSize } from '../../../../src/engine/media/frames.js';
import { comparisonSize, makePlan } from '../../../../src/engine/media/plan.js';
import type { ClipFacts } from '../../../../src/protocol/index.js';
import { mirror, oneDigit, reasoningOf, settled } from '../../../../src/engine/model/vlm/words.js';

describe('words of a vision-language model', () => {
  it('are mirrored as training mirrors them', () => {
    const text = '<think>Video A has noise, Video\nB has not. A sharp B roll.</think><answer>B</answer><margin>';
    const turned = '<think>Video B has noise, Video\nA has not. A sharp B roll.</think><answer>A</answer><margin>';
    expect(mirror(text)).toBe(turned);
    expect(mirror(turned)).toBe(text);
    expect(mirror('Video Anna, Video B\u00e9, aVideo A, <answer>tie')).toBe(
      'Video Anna, Video B\u00e9, aVideo A, <answer>tie',
    );
  });

  it('stream only as far as no later token can change them', () => {
    expect(settled('Video A')).toBe('Video');
    expect(settled('Video A is bl')).toBe('Video A is');
    expect(settled('dark </thi')).toBe('dark');
    expect(settled('one')).toBe('');
    expect(reasoningOf('<think> dark\n</think><answer>A')).toBe('dark');
  });

  it('give times the digit that Python gives them', () => {
    // f"{t:.1f}" of each
    const python = {
      0.25: '0.2',
      0.75: '0.8',
      1.25: '1.2',
      0.35: '0.3',
      2.5: '2.5',
      0.05: '0.1',
      90.15: '90.2',
      3: '3.0',
    };
    for (const [time, text] of Object.entries(python)) expect(oneDigit(Number(time)), time).toBe(text);
  });
});

describe('frames of a vision-language model', () => {
  const sampling = { count: 6, square: 32, pixels: 448 * 448, leastPixels: 256 * 256 };

  it('have the sizes of the processor that the model was trained with', () => {
    // smart_resize of transformers after the scaling of vlm_data.sample_frames
    expect(frameSize({ width: 1920, height: 1080 }, sampling)).toEqual({ width: 608, height: 320 });
    expect(frameSize({ width: 1080, height: 1920 }, sampling)).toEqual({ width: 320, height: 608 });
    expect(frameSize({ width: 640, height: 480 }, sampling)).toEqual({ width: 512, height: 384 });
    expect(frameSize({ width: 320, height: 180 }, sampling)).toEqual({ width: 352, height: 192 });
  });

  it('lie in the middles of equal parts of the common time', () => {
    const facts = {
      displayWidth: 1920,
      displayHeight: 1080,
      width: 1920,
      height: 1080,
      fps: 25,
      duration: 12,
      start: 1,
      colour: { hdr: false },
    } as ClipFacts;
    const size = comparisonSize([facts], sampling);
    const plan = makePlan(facts, size, { frames: sampling, offset: 3, duration: 6 });
    expect(plan).toMatchObject({ whole: true, size: { width: 608, height: 320 }, origin: 4, duration: 6 });
    expect(plan.bursts.map((b) => b.time)).toEqual([4.5, 5.5, 6.5, 7.5, 8.5, 9.5]);
    expect(plan.key).not.toBe(makePlan(facts, size, { offset: 3, duration: 6 }).key);
  });
});
