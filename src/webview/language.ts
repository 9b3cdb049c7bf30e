/**
 * The language of a page: what its elements say, they say through `t` and `plural`, with the syntax of `vscode.l10n.t`. The words
 * come with the page (page-language.ts); without any it is English. Some tables are made while modules load, so the language
 * has to be set before them.
 */
import { Language, type LanguageData, type Value } from '../protocol/l10n.js';

let current = new Language();

export function speak(data: LanguageData | null): void {
  current = new Language(data);
}

export const isEnglish = (): boolean => current.name === 'en';
export const t = (text: string, ...values: readonly Value[]): string => current.t(text, ...values);
/** `{0}` is the number: plural(n, '{0} clip', '{0} clips'). */
export const plural = (n: number, one: string, other: string, ...values: readonly Value[]): string =>
  current.plural(n, one, other, ...values);
/** A sentence of the engine or the host, which comes in English. */
export const sentence = (english: string): string => current.sentence(english);
/** A figure with so many decimals, and one that is written already, with the language's decimal separator. */
export const fixed = (value: number, digits: number): string => current.number(value, digits);
export const figure = (written: string): string => current.figure(written);
/** A number that a person typed: with a point, or as the language writes it. */
export const typed = (text: string): number => Number(text.replace('\u2212', '-').replace(current.separator, '.'));
