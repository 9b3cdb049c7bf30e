/**
 * The decoder graph token by token: greedy, so that the same pair gives the same words, inside the grammar, with the keys and
 * values of the past fed back as they came out. Between two tokens the event loop runs, so a cancel is seen at once.
 */
import type { Tensor } from 'onnxruntime-node';
import { VersusqError, say } from '../../protocol/index.js';
import { Grammar } from './grammar.js';
import type { Manifest } from './package.js';
import { asTensor, type Graphs, type Tensors } from './sessions.js';
import type { Vocabulary } from './vocabulary.js';

export interface Written {
  /** <bos> ... <margin> */
  ids: number[];
  /** of ids[i] among the tokens that were allowed there */
  probabilities: number[];
  /** the margin read at <margin>, for the order of the prefix */
  margin: number;
  logSd: number;
}

/** Error: cancelled. `onToken` gets all ids so far after each one. */
export async function write(
  graphs: Graphs,
  manifest: Manifest,
  vocabulary: Vocabulary,
  prefix: Float32Array,
  sameContent: boolean,
  options: { signal?: AbortSignal | undefined; onToken?: (ids: readonly number[]) => void },
): Promise<Written> {
  const grammar = new Grammar(vocabulary, longest(manifest), sameContent);
  const ids = [vocabulary.id('<bos>')];
  const probabilities = [1];
  let step = await start(graphs, manifest, prefix, ids);
  while (!grammar.done) {
    stopIfCancelled(options.signal);
    const { id, probability } = greedy(step.logits, grammar.allowed());
    grammar.accept(id);
    ids.push(id);
    probabilities.push(probability);
    options.onToken?.(ids);
    step = await forward(graphs, manifest, new Float32Array(0), [id], step.past);
  }
  return { ids, probabilities, margin: step.margin, logSd: step.logSd };
}

/** Margin and spread at the end of a whole text, in one pass. */
export async function readMargin(
  graphs: Graphs,
  manifest: Manifest,
  prefix: Float32Array,
  ids: readonly number[],
): Promise<{ margin: number; logSd: number }> {
  return start(graphs, manifest, prefix, ids);
}

/** Tokens that may be written after <bos>: the package's limit, inside the decoder's positions. */
function longest({ generation, dimensions }: Manifest): number {
  const positions = dimensions.maxLength ?? Infinity;
  return Math.min(generation.maxTokens, positions - dimensions.prefix - 1);
}

interface Step {
  logits: Float32Array;
  margin: number;
  logSd: number;
  past: Tensors;
}

function start(graphs: Graphs, manifest: Manifest, prefix: Float32Array, ids: readonly number[]): Promise<Step> {
  const { layers, heads, model } = manifest.dimensions;
  const empty = (): Tensor => asTensor(graphs.runtime, 'float32', [], [1, heads, 0, model / heads]);
  const past: Tensors = {};
  for (let layer = 0; layer < layers; layer++) {
    past[`past_key_${layer}`] = empty();
    past[`past_value_${layer}`] = empty();
  }
  return forward(graphs, manifest, prefix, ids, past);
}

async function forward(
  graphs: Graphs,
  manifest: Manifest,
  prefix: Float32Array,
  ids: readonly number[],
  past: Tensors,
): Promise<Step> {
  const { layers, model } = manifest.dimensions;
  const out = await graphs.run('decoder', {
    prefix: asTensor(graphs.runtime, 'float32', prefix, [1, prefix.length / model, model]),
    tokens: asTensor(graphs.runtime, 'int64', ids, [1, ids.length]),
    ...past,
  });
  const next: Tensors = {};
  for (let layer = 0; layer < layers; layer++) {
    next[`past_key_${layer}`] = out[`present_key_${layer}`]!;
    next[`past_value_${layer}`] = out[`present_value_${layer}`]!;
  }
  return {
    logits: out['logits']!.data as Float32Array,
    margin: (out['margin']!.data as Float32Array)[0]!,
    logSd: (out['log_sd']!.data as Float32Array)[0]!,
    past: next,
  };
}

/** The most likely allowed token (the first of equals), and its probability among the allowed ones. */
export function greedy(logits: Float32Array, allowed: readonly number[]): { id: number; probability: number } {
  let id = allowed[0]!;
  for (const one of allowed) if (logits[one]! > logits[id]!) id = one;
  const sum = allowed.reduce((total, one) => total + Math.exp(logits[one]! - logits[id]!), 0);
  return { id, probability: 1 / sum };
}

export function stopIfCancelled(signal: AbortSignal | undefined): void {
  if (signal?.aborted) throw new VersusqError('cancelled', say`Cancelled.`);
}
