/**
 * The language of reasons, from the package's tokenizer.json: what each token means, how a text looks from the other side, and
 * how its words are shown. How words join is the tokenizer's own rule (its decoder), never ours.
 */
import { Tokenizer } from '@huggingface/tokenizers';
import { ATTRIBUTES, VersusqError, type AttributeName, say } from '../../protocol/index.js';

/** Time bins of a clip, severity steps and region names in the special tokens (docs/model-package.md). */
export const TIME_BINS = 8;
export const SEVERITIES = 5;
export const REGION_NAMES = [
  'whole',
  'left',
  'right',
  'top',
  'bottom',
  'top-left',
  'top-right',
  'bottom-left',
  'bottom-right',
  'centre',
] as const;
export type RegionName = (typeof REGION_NAMES)[number];
export type Choice = 'a' | 'b' | 'tie';

export type Meaning =
  | { kind: 'claim' | 'prose' | 'margin' | 'bos' | 'eos' | 'pad' }
  | { kind: 'side'; side: 'a' | 'b' }
  | { kind: 'attribute'; attribute: AttributeName }
  | { kind: 'severity'; level: number }
  | { kind: 'bin'; bin: number }
  | { kind: 'at'; bin: number }
  | { kind: 'region'; region: RegionName }
  | { kind: 'better'; choice: Choice }
  | { kind: 'word' };
export type Kind = Meaning['kind'];

const steps = (count: number, from: number) => Array.from({ length: count }, (_, i) => i + from);
const SPECIAL: readonly [string, Meaning][] = [
  ...(['claim', 'prose', 'margin', 'bos', 'eos', 'pad'] as const).map((kind) => entry(kind, { kind })),
  ...(['a', 'b'] as const).map((side) => entry(side, { kind: 'side', side })),
  ...ATTRIBUTES.map((attribute) => entry(attribute, { kind: 'attribute', attribute })),
  ...steps(SEVERITIES, 1).map((level) => entry(`s${level}`, { kind: 'severity', level })),
  ...steps(TIME_BINS + 1, 0).map((bin) => entry(`t${bin}`, { kind: 'bin', bin })),
  ...steps(TIME_BINS + 1, 0).map((bin) => entry(`at${bin}`, { kind: 'at', bin })),
  ...REGION_NAMES.map((region) => entry(`r:${region}`, { kind: 'region', region })),
  ...(['a', 'b', 'tie'] as const).map((choice) => entry(`better:${choice}`, { kind: 'better', choice })),
];
function entry(name: string, meaning: Meaning): [string, Meaning] {
  return [`<${name}>`, meaning];
}

/** The part of tokenizer.json that is read beside the tokenizer itself. */
interface TokenizerFile {
  decoder?: { type?: string; replacement?: string } | null;
}

export class Vocabulary {
  private readonly tokenizer: Tokenizer;
  private readonly meanings: Meaning[];
  private readonly mirrors = new Map<number, number>();
  /** What stands for the space before a word in the token of that word. */
  private readonly space: string;

  /** Error: model/unsupported where tokens are missing that carry the structure, or words join by another rule. */
  constructor(
    tokenizerJson: Uint8Array,
    readonly size: number,
  ) {
    const file = JSON.parse(new TextDecoder().decode(tokenizerJson)) as TokenizerFile;
    if (file.decoder?.type !== 'Metaspace' || !file.decoder.replacement) {
      throw unsupported(say`its words are not joined by a Metaspace decoder`);
    }
    this.space = file.decoder.replacement;
    this.tokenizer = new Tokenizer(file, {});
    this.meanings = Array.from({ length: size }, () => ({ kind: 'word' }));
    for (const [token, meaning] of SPECIAL) this.meanings[this.id(token)] = meaning;
    for (const [one, other] of [
      ['<a>', '<b>'],
      ['<better:a>', '<better:b>'],
    ] as const) {
      this.mirrors.set(this.id(one), this.id(other));
      this.mirrors.set(this.id(other), this.id(one));
    }
  }

  /** Error: model/unsupported where there is no such token. */
  id(token: string): number {
    const id = this.tokenizer.token_to_id(token);
    if (id === undefined || id >= this.size) throw unsupported(say`it has no token ${token}`);
    return id;
  }

  meaning(id: number): Meaning {
    return this.meanings[id] ?? { kind: 'pad' };
  }

  /** Ids whose meaning passes the test, in order. */
  idsWhere(test: (meaning: Meaning) => boolean): number[] {
    return this.meanings.flatMap((meaning, id) => (test(meaning) ? [id] : []));
  }

  /** The same text seen from the other side: <a> and <b>, <better:a> and <better:b> change places. */
  mirror(ids: readonly number[]): number[] {
    return ids.map((id) => this.mirrors.get(id) ?? id);
  }

  /** Words of `ids` as text; times count from `start` seconds and last `duration`. A longer list only adds to the text. */
  words(ids: readonly number[], duration: number, start = 0): string {
    const tokens = ids.flatMap((id) => {
      const meaning = this.meaning(id);
      if (meaning.kind === 'word') return [this.tokenizer.id_to_token(id) ?? ''];
      if (meaning.kind === 'side') return [this.space + meaning.side.toUpperCase()];
      if (meaning.kind === 'at') return [this.space + clockTime(start + (meaning.bin / TIME_BINS) * duration)];
      return [];
    });
    return this.tokenizer.decoder?.decode(tokens) ?? '';
  }
}

/** Seconds as `m:ss.s`. */
export function clockTime(seconds: number): string {
  const tenths = Math.round(seconds * 10);
  return `${Math.floor(tenths / 600)}:${((tenths % 600) / 10).toFixed(1).padStart(4, '0')}`;
}

const unsupported = (why: string) =>
  new VersusqError(
    'model/unsupported',
    say`The model's tokenizer.json cannot be used: ${why}. Use a model package made for this version of VersusQ.`,
  );
