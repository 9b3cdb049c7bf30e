/**
 * Words in the language of the reader. English is the language of all that is stored, printed or sent: sentences of the engine
 * cross every border as they are, and whoever shows them to a person says them again in that person's language. What made a
 * sentence is marked with `say`, so that its template is known (scripts/l10n.mjs collects them) and the sentence can be
 * recognised: no schema holds a second wording, and what the store keeps from before is translated too.
 */

/** One wording, or one for each plural category of the language (CLDR: one, few, many, other). */
export type Wording = string | Readonly<Record<string, string>>;
export type Wordings = Readonly<Record<string, Wording>>;

/** A translation, as `l10n/words.<language>.json` holds it: English text -> wording. */
export interface Words {
  /** Of panels: what `t` and `plural` are given; a plural stands under its English "other". */
  panels: Wordings;
  /** Of sentences that the engine makes: templates of `say`. */
  sentences: Wordings;
}

/** What a page is handed; null: it is English. */
export interface LanguageData {
  /** As VS Code names it: "de", "pt-br". */
  language: string;
  words: Words;
}

export type Value = string | number;

/** Marks a sentence for people, so that its template is collected and the sentence can be translated. Gives it in English. */
export const say = (parts: TemplateStringsArray, ...values: readonly Value[]): string =>
  String.raw({ raw: parts }, ...values);

const ENGLISH = 'en';
/** A sentence may quote another one, which may quote a third; deeper ones stay as they are. */
const MOST_QUOTED = 3;
/** A figure or a time as sentences write it, alone or with its unit. */
const FIGURE = /^[+\u2212-]?(?:\d+:)?\d+\.\d+(?: (?:s|%))?$/;

interface Template {
  /** What stands before, between and behind the values. */
  literals: readonly string[];
  wording: string;
}

export class Language {
  readonly name: string;
  /** What stands between the digits of 1.5. */
  readonly separator: string;
  private readonly words: Words;
  private readonly rules: Intl.PluralRules;
  private templates: readonly Template[] | null = null;

  /** A language that Intl does not know counts as English. */
  constructor(data: LanguageData | null = null) {
    const known = data !== null && isKnown(data.language);
    this.name = known ? data.language : ENGLISH;
    this.words = known ? data.words : { panels: {}, sentences: {} };
    this.rules = new Intl.PluralRules(this.name);
    this.separator = decimalSeparator(this.name);
  }

  /** The wording of an English text, `{0}`, `{1}` ... filled in; the text itself where there is none. */
  t(text: string, ...values: readonly Value[]): string {
    const wording = own(this.words.panels, text);
    return this.filled(typeof wording === 'string' ? wording : text, values);
  }

  /** The wording for a number of things, which is `{0}`. `one` and `other` are the English ones. */
  plural(n: number, one: string, other: string, ...values: readonly Value[]): string {
    const wording = own(this.words.panels, other);
    if (typeof wording !== 'object') return this.filled(n === 1 ? one : other, [n, ...values]);
    return this.filled(own(wording, this.rules.select(n)) ?? wording['other'] ?? other, [n, ...values]);
  }

  /** A sentence that `say` made, in this language; anything else as it is. */
  sentence(english: string): string {
    return this.again(english, MOST_QUOTED);
  }

  /** A figure with so many decimals. */
  number(value: number, digits: number): string {
    return this.figure(value.toFixed(digits));
  }

  /** A figure that is written already, with this language's decimal separator. */
  figure(written: string): string {
    return this.separator === '.' ? written : written.replace(/(?<=\d)\.(?=\d)/, this.separator);
  }

  private filled(wording: string, values: readonly Value[]): string {
    return wording.replace(/\{(\d+)\}/g, (whole, index: string) => {
      const value = values[Number(index)];
      if (value === undefined) return whole;
      return typeof value === 'number' ? this.figure(String(value)) : value;
    });
  }

  private again(english: string, quoted: number): string {
    if (this.name === ENGLISH) return english;
    const whole = own(this.words.sentences, english);
    if (typeof whole === 'string') return whole;
    this.templates ??= templatesOf(this.words.sentences);
    for (const { literals, wording } of this.templates) {
      const values = valuesIn(english, literals);
      if (values === null) continue;
      return this.filled(
        wording,
        values.map((v) => (quoted > 0 ? this.again(v, quoted - 1) : v)),
      );
    }
    return FIGURE.test(english) ? this.figure(english) : english;
  }
}

/** With values, the most telling first: a sentence that two of them could have made is the more specific one's. */
function templatesOf(sentences: Wordings): Template[] {
  return Object.entries(sentences)
    .flatMap(([text, wording]) => {
      const literals = text.split(/\{\d+\}/);
      return literals.length > 1 && typeof wording === 'string' ? [{ literals, wording }] : [];
    })
    .sort((x, y) => lengthOf(y) - lengthOf(x));
}

const lengthOf = ({ literals }: Template): number => literals.reduce((sum, text) => sum + text.length, 0);

/** What stands at the places of the values, each as short as it can be; null: it is another sentence. Linear. */
function valuesIn(text: string, literals: readonly string[]): string[] | null {
  const first = literals[0]!;
  const last = literals.at(-1)!;
  if (!text.startsWith(first) || !text.endsWith(last)) return null;
  const end = text.length - last.length;
  const values: string[] = [];
  let at = first.length;
  for (const literal of literals.slice(1, -1)) {
    const next = text.indexOf(literal, at);
    if (next < 0 || next + literal.length > end) return null;
    values.push(text.slice(at, next));
    at = next + literal.length;
  }
  return at > end ? null : [...values, text.slice(at, end)];
}

/** What a page was handed, checked; null for anything else. */
export function readLanguage(data: unknown): LanguageData | null {
  if (!isBag(data) || typeof data['language'] !== 'string' || !isBag(data['words'])) return null;
  const { panels, sentences } = data['words'];
  return isWordings(panels) && isWordings(sentences)
    ? { language: data['language'], words: { panels, sentences } }
    : null;
}

const isBag = (v: unknown): v is Record<string, unknown> => typeof v === 'object' && v !== null && !Array.isArray(v);
const isWordings = (v: unknown): v is Wordings =>
  isBag(v) && Object.values(v).every((w) => typeof w === 'string' || (isBag(w) && Object.values(w).every(isText)));
const isText = (v: unknown): v is string => typeof v === 'string';

function own<T>(bag: Readonly<Record<string, T>>, key: string): T | undefined {
  return Object.hasOwn(bag, key) ? bag[key] : undefined;
}

function isKnown(language: string): boolean {
  try {
    return Intl.PluralRules.supportedLocalesOf(language).length > 0;
  } catch {
    return false;
  }
}

const decimalSeparator = (language: string): string =>
  new Intl.NumberFormat(language).formatToParts(1.5).find(({ type }) => type === 'decimal')?.value ?? '.';
