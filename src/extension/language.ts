/**
 * The window's language for what VS Code's own `l10n.t` does not reach: sentences of the engine, figures, and the words that a
 * panel is handed. Read from `l10n/words.<language>.json` when it is first needed, so that activation never waits for it.
 */
import * as vscode from 'vscode';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { intervalText, signed } from '../engine/report/words.js';
import { Language, readLanguage, type LanguageData } from '../protocol/index.js';

let folder: string | null = null;
let data: LanguageData | null | undefined;
let language: Language | undefined;

/** Where the extension lies: told once, before anything is asked here. */
export function languageFrom(extensionFolder: string): void {
  folder = extensionFolder;
  data = language = undefined;
}

/** What a panel is handed; null: it is English. */
export function languageData(): LanguageData | null {
  return (data ??= read());
}

const current = (): Language => (language ??= new Language(languageData()));

/** A sentence of the engine, or of an error, in the window's language. */
export const sentence = (english: string): string => current().sentence(english);
/** "+2,6", and "+2,1 bis +3,1", where that is how figures are written. */
export const figure = (value: number): string => current().figure(signed(value));
export function interval([low, high]: readonly [number, number]): string {
  return current().name === 'en' ? intervalText([low, high]) : vscode.l10n.t('{0} to {1}', figure(low), figure(high));
}
/** A figure that is written already. */
export const decimals = (written: string): string => current().figure(written);
/** Figures within a text: "25 fps  1.4 Mb/s". */
export const figures = (text: string): string =>
  text.replace(/(?<![\w.])\d+\.\d+(?=[ \u00a0](?:fps|Mb\/s|MB|GB|s)\b)/g, (found) => current().figure(found));

/** "de-at" takes the words of "de" where it has none of its own. */
function read(): LanguageData | null {
  if (folder === null) return null;
  const name = vscode.env.language;
  if (!/^[a-z]{2,3}(-[a-z0-9]+)*$/i.test(name)) return null;
  for (const language of new Set([name.toLowerCase(), name.toLowerCase().split('-')[0]!])) {
    try {
      const words: unknown = JSON.parse(readFileSync(join(folder, 'l10n', `words.${language}.json`), 'utf8'));
      return readLanguage({ language, words });
    } catch {
      // No translation, or none that can be read: English.
    }
  }
  return null;
}
