/**
 * Greedy writing in the form `<think>..</think><answer>A|B|tie</answer><margin>`: the reasoning is the model's own until it ends
 * it or its tokens run out; tags and choice are held to the form, as the mini's grammar does. The same pair gives the same words.
 */
import type { Choice } from '../vocabulary.js';
import { stopIfCancelled } from '../decoding.js';
import type { Conversation } from './language.js';
import { thinkingTokens, type VlmManifest } from './manifest.js';
import type { Words } from './words.js';

export interface Answer {
  tokens: number[];
  text: string;
  choice: Choice;
  /** read behind the last token, for the order of the prompt */
  margin: number;
}

/** Error: cancelled. `onText` gets the whole text so far after each token of the reasoning. */
export async function write(
  conversation: Conversation,
  manifest: VlmManifest,
  words: Words,
  options: { signal?: AbortSignal | undefined; onText?: (text: string) => void },
): Promise<Answer> {
  const { answer: form } = manifest;
  const banned = new Set(form.banned);
  const tokens: number[] = [];
  const take = async (more: readonly number[]) => {
    stopIfCancelled(options.signal);
    const read = await conversation.take(more);
    tokens.push(...more);
    return read;
  };
  let { logits } = await take(form.open);
  let stopped = false;
  for (let left = thinkingTokens(manifest); left > 0 && !stopped; left--) {
    ({ logits } = await take([best(logits, form.words, banned)]));
    const text = words.text(tokens);
    stopped = text.includes(form.stop);
    options.onText?.(text);
  }
  ({ logits } = await take([...(stopped ? [] : form.stopTokens), ...form.ask]));
  const choice = (['a', 'b', 'tie'] as const).reduce((x, y) =>
    logits[form.choices[y][0]!]! > logits[form.choices[x][0]!]! ? y : x,
  );
  const { margin } = await take([...form.choices[choice], ...form.end]);
  return { tokens, text: words.text(tokens), choice, margin };
}

/** Tokens of a text that was not written here: none that stands for a picture or a turn of the chat. */
export function readable({ answer }: VlmManifest, words: Words, text: string): number[] {
  const marks = new Set([...answer.open, ...answer.stopTokens, ...answer.ask, ...answer.end]);
  const banned = new Set(answer.banned.filter((token) => !marks.has(token)));
  return words.tokens(text).filter((token) => !banned.has(token));
}

/** The most likely token (the first of equals) below `count` that is not banned. */
function best(logits: Float32Array, count: number, banned: ReadonlySet<number>): number {
  let found = -1;
  for (let id = 0; id < count; id++) {
    if (!banned.has(id) && (found < 0 || logits[id]! > logits[found]!)) found = id;
  }
  return found;
}
