/**
 * Two clips -> answer and considered margin. Written once, in the canonical order of the content hashes; read once more, mirrored,
 * in the other order; the margin is half the difference (docs/model-package.md, "Kind vlm").
 */
import { stopIfCancelled } from '../decoding.js';
import { flip, plain, spreadsOf } from '../margins.js';
import type { Graphs } from '../sessions.js';
import type { ClipTokens, Glance, Reasoned } from '../types.js';
import { Conversation } from './language.js';
import type { VlmManifest } from './manifest.js';
import { mirror, reasoningOf, settled, type Words } from './words.js';
import { readable, write, type Answer } from './writing.js';

/** An answer in canonical order, and the margins of both orders. */
export interface Judged {
  answer: Answer;
  orders: [number, number];
  seconds: number;
}

/** `clips` in canonical order. `onText` gets pieces of the reasoning, mirrored where the caller's order is the other one. */
export async function judge(
  graphs: Graphs,
  manifest: VlmManifest,
  words: Words,
  clips: readonly [ClipTokens, ClipTokens],
  options: { swapped: boolean; signal?: AbortSignal | undefined; onText: (piece: string) => void },
): Promise<Judged> {
  const began = performance.now();
  let told = '';
  const tell = (reasoning: string) => {
    const shown = options.swapped ? mirror(reasoning) : reasoning;
    if (shown.length > told.length) options.onText(shown.slice(told.length));
    told = shown;
  };
  const answer = await write(new Conversation(graphs, manifest, words, clips), manifest, words, {
    signal: options.signal,
    onText: (text) => tell(settled(reasoningOf(text))),
  });
  tell(reasoningOf(answer.text));
  const seconds = (performance.now() - began) / 1000;
  stopIfCancelled(options.signal);
  const other = new Conversation(graphs, manifest, words, [clips[1], clips[0]]);
  const { margin } = await other.take(readable(manifest, words, mirror(answer.text)));
  return { answer, orders: [answer.margin, margin], seconds };
}

const NO_SPREAD_OF_ITS_OWN = 0; // the head gives no log_sd: the calibration's scale is the spread

function marginOf(manifest: VlmManifest, { orders }: Judged, swapped: boolean) {
  const margin = (orders[0] - orders[1]) / 2;
  return {
    margin: swapped ? flip(margin) : plain(margin),
    ...spreadsOf(manifest.margin.calibration.considered, NO_SPREAD_OF_ITS_OWN, orders),
  };
}

const otherSide = { a: 'b', b: 'a', tie: 'tie' } as const;

/** The answer in the caller's order. */
export function reasonedOf(manifest: VlmManifest, judged: Judged, swapped: boolean): Reasoned {
  const { answer, seconds } = judged;
  const [own, turned] = [reasoningOf(answer.text), reasoningOf(mirror(answer.text))];
  return {
    ...marginOf(manifest, judged, swapped),
    reasoning: swapped ? turned : own,
    mirrored: swapped ? own : turned,
    claims: [],
    choice: swapped ? otherSide[answer.choice] : answer.choice,
    tokens: answer.tokens.length,
    tokensPerSecond: answer.tokens.length / seconds,
  };
}

/** What stands in the place of a glance: the considered margin, which is the only one. */
export function glanceOf(manifest: VlmManifest, judged: Judged, swapped: boolean): Omit<Glance, 'sameContent'> {
  const [ab, ba] = judged.orders.map(plain) as [number, number];
  return {
    ...marginOf(manifest, judged, swapped),
    raw: swapped ? [ba, ab] : [ab, ba],
    attributes: [],
    segments: [],
  };
}

/** How alike the frames of two clips look: mean correlation of their small pictures, 0..1. No calibrated probability. */
export function likeness(a: ClipTokens, b: ClipTokens): number {
  const size = a.thumbs.length / a.count;
  let sum = 0;
  for (let k = 0; k < a.count; k++) {
    const [x, y] = [a, b].map((clip) => centred(clip.thumbs.subarray(k * size, (k + 1) * size))) as [
      number[],
      number[],
    ];
    sum += x.reduce((total, value, i) => total + value * y[i]!, 0);
  }
  return Math.min(1, Math.max(0, sum / a.count));
}

/** Mean 0 and length 1; a flat picture stays near 0, so that grain alone is no likeness. */
function centred(values: Float32Array): number[] {
  const mean = values.reduce((a, b) => a + b, 0) / values.length;
  const moved = Array.from(values, (v) => v - mean);
  const length = Math.hypot(...moved) + 1;
  return moved.map((v) => v / length);
}
