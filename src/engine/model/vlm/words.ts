/**
 * Texts of a vision-language model: its own tokenizer, how an answer looks from the other side, and what of it is told while it is
 * still being written. The rules are those of training/versusq_training/vlm.py.
 */
import { Tokenizer } from '@huggingface/tokenizers';
import { say, VersusqError } from '../../../protocol/index.js';
import type { VlmManifest } from './manifest.js';

export class Words {
  private readonly tokenizer: Tokenizer;

  /** Error: model/unsupported where the tokenizer is of a kind that is not read here: `prompt` must become tokens, each picture one. */
  constructor(tokenizerJson: Uint8Array, { text, image, imageToken }: VlmManifest['prompt']) {
    try {
      this.tokenizer = new Tokenizer(JSON.parse(new TextDecoder().decode(tokenizerJson)) as object, {});
    } catch (cause) {
      throw unreadable(String(cause), cause);
    }
    const tokens = this.tokens(text);
    if (!tokens.every((id) => Number.isInteger(id))) throw unreadable('its kind of model is not known');
    if (tokens.filter((id) => id === imageToken).length !== text.split(image).length - 1)
      throw unreadable('a picture of the prompt is not one token');
  }

  tokens(text: string): number[] {
    return this.tokenizer.encode(text, { add_special_tokens: false }).ids;
  }
  text(tokens: readonly number[]): string {
    return this.tokenizer.decode([...tokens], { skip_special_tokens: false, clean_up_tokenization_spaces: false });
  }
}

const unreadable = (why: string, cause?: unknown) =>
  new VersusqError(
    'model/unsupported',
    say`The model's tokenizer.json cannot be used: ${why}. Use a model package made for this version of VersusQ.`,
    { cause },
  );

const NAMED = /((?<![\p{L}\p{N}_])Video\s+|<answer>\s*)(A|B)(?![\p{L}\p{N}_])/gu;

/** The same text for the other order of the videos. */
export const mirror = (text: string): string =>
  text.replace(NAMED, (_, before: string, side: string) => before + (side === 'A' ? 'B' : 'A'));

/** The reasoning of an answer that may not be finished: what stands between `<think>` and `</think>`. */
export function reasoningOf(answer: string): string {
  const inside = answer.replace(/^\s*<think>/, '');
  const end = inside.indexOf('</think>');
  return (end < 0 ? inside : inside.slice(0, end)).trim();
}

/**
 * The part of an unfinished reasoning that will not change any more: the last word may grow, also into another one ("A" into
 * "Any"), and so may a tag.
 */
export const settled = (reasoning: string): string => /^([^<]*)\s[^\s<]*/su.exec(reasoning)?.[1]?.trimEnd() ?? '';

/** Seconds with one digit, as Python writes them: of two equally near digits the even one. */
export function oneDigit(seconds: number): string {
  const tied = Number.isInteger(seconds * 4) && !Number.isInteger(seconds * 2); // only odd quarters lie halfway, exactly
  if (!tied) return seconds.toFixed(1);
  const below = Math.floor(seconds * 10);
  return ((below % 2 === 0 ? below : below + 1) / 10).toFixed(1);
}
