/**
 * Where a vision-language model looks: whole frames at the middles of equal parts of the clip, at a size its patches divide. The
 * same arithmetic as training (vlm_data.sample_frames, and the resizing of Qwen's processor), so that what it sees is what it learned from.
 */
import type { FrameSampling, SamplePlan, Size } from './types.js';

/**
 * Size of the frames of clips whose comparison size is `size`: scaled down to `pixels` at its own shape, both sides to the nearest
 * multiple of `square`; never fewer than `leastPixels`.
 */
export function frameSize({ width, height }: Size, { square, pixels, leastPixels }: FrameSampling): Size {
  const scale = Math.min(1, Math.sqrt(pixels / (width * height)));
  const [w, h] = [Math.trunc(width * scale), Math.trunc(height * scale)];
  const squares = (side: number, round: (x: number) => number) => Math.max(1, round(side / square)) * square;
  const near = { width: squares(w, toEven), height: squares(h, toEven) };
  if (near.width * near.height >= leastPixels) return near;
  const up = Math.sqrt(leastPixels / (w * h));
  return { width: squares(w * up, Math.ceil), height: squares(h * up, Math.ceil) };
}

/** To the nearest, halves to even, as Python rounds: 16:9 at 448 x 448 pixels is 10.5 squares of 32 high. */
const toEven = (x: number): number => (x % 1 === 0.5 ? 2 * Math.round(x / 2) : Math.round(x));

/** The sampled frames of a clip as bursts of one frame; `plain` is the plan of the same part of the clip for bursts. */
export function framePlan(plain: SamplePlan, { count }: FrameSampling): SamplePlan {
  const { origin, duration } = plain;
  const shares = Array.from({ length: count }, (_, k) => (k + 0.5) / count);
  return {
    ...plain,
    key: `frames${count}/${plain.key}`,
    step: duration / count,
    bursts: shares.map((share) => ({ time: origin + share * duration, share, places: [] })),
    whole: true,
  };
}
