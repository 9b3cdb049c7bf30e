/**
 * The prompt of two clips: its tokens and their positions of three axes (time, row, column). Text counts on in all three; a frame
 * stands at one time and spreads over rows and columns, and what follows counts on from its longer side (Qwen3-VL).
 */
import type { VlmManifest } from './manifest.js';
import { oneDigit, type Words } from './words.js';

export interface Prompt {
  tokens: number[];
  /** [3, S], row-major */
  positions: number[];
  /** position of what follows */
  next: number;
}

/** `times`: of the frames of both clips, seconds; `rows`, `columns`: visual tokens of a frame. */
export function promptOf(
  { prompt }: VlmManifest,
  words: Words,
  times: readonly [ArrayLike<number>, ArrayLike<number>],
  rows: number,
  columns: number,
): Prompt {
  let text = prompt.text.replaceAll(prompt.image, prompt.image.repeat(rows * columns));
  times.forEach((own, side) =>
    Array.from(own, (time, k) => (text = text.replaceAll(`{${'ab'[side]}${k}}`, oneDigit(time)))),
  );
  const tokens = words.tokens(text);
  const axes: [number[], number[], number[]] = [[], [], []];
  let next = 0;
  for (let n = 0; n < tokens.length;) {
    const image = tokens[n] === prompt.imageToken;
    const [height, width] = image ? [rows, columns] : [1, 1];
    for (let k = 0; k < height * width; k++) {
      axes[0].push(next);
      axes[1].push(next + Math.floor(k / width));
      axes[2].push(next + (k % width));
    }
    n += height * width;
    next += Math.max(height, width);
  }
  return { tokens, positions: axes.flat(), next };
}
