/**
 * The language graph, call by call: what was seen of both clips stays, keys and values of the past are fed back as they came out.
 */
import type { Tensor } from 'onnxruntime-node';
import { asTensor, type Graphs, type Tensors } from '../sessions.js';
import type { ClipTokens } from '../types.js';
import { joined, seenNames } from './clip-encoder.js';
import type { VlmManifest } from './manifest.js';
import { promptOf } from './prompt.js';
import type { Words } from './words.js';

/** A text that is being read or written behind the prompt of one order of two clips. */
export class Conversation {
  private readonly seen: Tensors;
  private readonly prompt: ReturnType<typeof promptOf>;
  private past: Tensors | null = null;
  private next: number;

  constructor(
    private readonly graphs: Graphs,
    private readonly manifest: VlmManifest,
    words: Words,
    clips: readonly [ClipTokens, ClipTokens],
  ) {
    const [rows, columns] = [clips[0].cells[0]!, clips[0].cells[1]!];
    this.prompt = promptOf(manifest, words, [clips[0].times, clips[1].times], rows, columns);
    this.next = this.prompt.next;
    const names = seenNames(manifest);
    const part = (clip: ClipTokens, i: number) => {
      const length = clip.tokens.length / names.length;
      return clip.tokens.subarray(i * length, (i + 1) * length);
    };
    const { width } = manifest.dimensions;
    this.seen = Object.fromEntries(
      names.map((name, i) => {
        const values = joined(clips.map((clip) => part(clip, i)));
        return [name, asTensor(graphs.runtime, 'float32', values, [values.length / width, width])];
      }),
    );
  }

  /** Takes tokens (behind the prompt, at the first call); gives logits and margin behind the last of them. */
  async take(tokens: readonly number[]): Promise<{ logits: Float32Array; margin: number }> {
    const { runtime } = this.graphs;
    const first = this.past === null;
    const own = tokens.map((_, i) => this.next + i);
    const all = first ? [...this.prompt.tokens, ...tokens] : tokens;
    const length = this.prompt.tokens.length;
    const axis = (n: number) => (first ? this.prompt.positions.slice(n * length, (n + 1) * length) : []);
    const positions = [0, 1, 2].flatMap((n) => [...axis(n), ...own]);
    const out = await this.graphs.run('language', {
      tokens: asTensor(runtime, 'int64', all, [1, all.length]),
      positions: asTensor(runtime, 'int64', positions, [3, all.length]),
      ...this.seen,
      ...(this.past ?? this.nothing()),
    });
    this.next += tokens.length;
    this.past = this.pairs((name) => out[name.replace('past', 'present')]!);
    return { logits: out['logits']!.data as Float32Array, margin: (out['margin']!.data as Float32Array)[0]! };
  }

  private nothing(): Tensors {
    const { heads, head } = this.manifest.dimensions;
    return this.pairs(() => asTensor(this.graphs.runtime, 'float32', [], [1, heads, 0, head]));
  }

  private pairs(make: (name: string) => Tensor): Tensors {
    const names = Array.from({ length: this.manifest.dimensions.layers }, (_, i) => [
      `past_key_${i}`,
      `past_value_${i}`,
    ]).flat();
    return Object.fromEntries(names.map((name) => [name, make(name)]));
  }
}
