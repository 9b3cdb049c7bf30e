/**
 * Prefix -> reasoning, claims, choice and considered margin. The text is written once, for the canonical order, and mirrored;
 * the considered margin is read at its end in both orders (docs/model-package.md).
 */
import { isOtherContent } from '../../protocol/index.js';
import { readClaims, mirrorClaims } from './claims.js';
import { readMargin, stopIfCancelled, write } from './decoding.js';
import { flip, plain, spreadsOf } from './margins.js';
import type { Manifest } from './package.js';
import type { PairOutput } from './pair.js';
import type { Graphs } from './sessions.js';
import type { Reasoned } from './types.js';
import type { Choice, Vocabulary } from './vocabulary.js';

export interface ReasonOptions {
  /** the caller's order is not the canonical one */
  swapped: boolean;
  /** both clips are the same bytes: the margin is 0 whatever is written */
  identical: boolean;
  /** length of the common part, seconds */
  duration: number;
  /** where the common part begins in A and in B of the caller, seconds */
  from: readonly [number, number];
  signal?: AbortSignal | undefined;
  /** pieces of the text in the caller's order, as they are written */
  onText: (text: string) => void;
}

/** Error: cancelled. */
export async function reason(
  graphs: Graphs,
  manifest: Manifest,
  vocabulary: Vocabulary,
  pair: PairOutput,
  options: ReasonOptions,
): Promise<Reasoned> {
  const { swapped, identical, duration, from } = options;
  const shown = (ids: readonly number[], forCaller: boolean) =>
    vocabulary.words(
      proseOf(vocabulary, forCaller === swapped ? vocabulary.mirror(ids) : ids),
      duration,
      from[forCaller ? 0 : 1],
    );
  const began = performance.now();
  let text = '';
  const written = await write(graphs, manifest, vocabulary, pair.prefixes[0], !isOtherContent(pair), {
    signal: options.signal,
    onToken: (ids) => {
      const longer = shown(ids, true);
      if (longer.length > text.length) options.onText(longer.slice(text.length));
      text = longer;
    },
  });
  const seconds = (performance.now() - began) / 1000;
  stopIfCancelled(options.signal);
  const other = await readMargin(graphs, manifest, pair.prefixes[1], vocabulary.mirror(written.ids));
  const orders: [number, number] = [written.margin, other.margin];
  const margin = identical ? 0 : (orders[0] - orders[1]) / 2;
  const logSd = (written.logSd + other.logSd) / 2;
  const claims = readClaims(vocabulary, written.ids, written.probabilities, pair.attributes);
  const choice = identical ? 'tie' : choiceOf(vocabulary, swapped ? vocabulary.mirror(written.ids) : written.ids);
  const tokens = written.ids.length - 1;
  return {
    margin: swapped ? flip(margin) : plain(margin),
    ...spreadsOf(manifest.margin.calibration.considered, logSd, orders),
    reasoning: text,
    mirrored: shown(written.ids, false),
    claims: swapped ? mirrorClaims(claims) : claims,
    choice,
    tokens,
    tokensPerSecond: tokens / seconds,
  };
}

/** The words between <prose> and <better:...>. */
function proseOf(vocabulary: Vocabulary, ids: readonly number[]): readonly number[] {
  const kinds = ids.map((id) => vocabulary.meaning(id).kind);
  const start = kinds.indexOf('prose');
  const end = kinds.indexOf('better');
  return start < 0 ? [] : ids.slice(start + 1, end < 0 ? undefined : end);
}

function choiceOf(vocabulary: Vocabulary, ids: readonly number[]): Choice {
  for (const id of ids) {
    const meaning = vocabulary.meaning(id);
    if (meaning.kind === 'better') return meaning.choice;
  }
  return 'tie';
}
