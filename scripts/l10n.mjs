// What the extension says to people, and its translations: what is missing, what nobody uses any more, which placeholders differ.
// usage: node scripts/l10n.mjs            tells, one line each; exit code 1 where something is to be done
//        node scripts/l10n.mjs --write    adds new strings to the English files, makes keys of texts that stand outright in
//                                         package.json, takes out dead ones, sorts; then tells what is left to translate
// Four places, each with its files: package.json (package.nls*.json), pages of the walkthrough (page.nls.de.md beside page.md), the
// extension host (l10n/bundle.l10n*.json, which VS Code reads), and what panels show: their own words and the sentences of the engine
// (l10n/words*.json, read with the first panel).
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { keyFor, manifestTexts } from './l10n/manifest.mjs';
import { plainWords, sentencesIn, stringsIn, unmarkedErrors } from './l10n/read-source.mjs';

const ROOT = resolve(dirname(fileURLToPath(import.meta.url)), '..');
/** Translations beside English. */
export const LANGUAGES = ['de'];
const HOST = ['src/extension'];
const PANELS = ['src/webview'];
/** Whose sentences reach the panels; what only the command says stays English. */
const SENTENCES = ['src/protocol', 'src/engine', 'src/extension', 'src/webview'];
const COMMAND_ONLY = /^src\/engine\/(bench|report)\/|^src\/engine\/csv\.ts$/;
/** A sentence is recognised by what stands between its values: so many letters at least. */
const LEAST_LETTERS = 6;

const read = (path) => (existsSync(join(ROOT, path)) ? JSON.parse(readFileSync(join(ROOT, path), 'utf8')) : {});
const save = (path, value) => writeFileSync(join(ROOT, path), `${JSON.stringify(value, null, 2)}\n`);
const named = (start, language) => `${start}${language === null ? '' : `.${language}`}.json`;
const bundlePath = (language) => named('l10n/bundle.l10n', language);
const wordsPath = (language) => named('l10n/words', language);
const nlsPath = (language) => named('package.nls', language);

/** [name, text] of the sources in some folders. */
function sourcesIn(folders) {
  return folders.flatMap((folder) =>
    readdirSync(join(ROOT, folder), { recursive: true })
      .map((name) => relative(ROOT, join(ROOT, folder, name)).replaceAll('\\', '/'))
      .filter((name) => name.endsWith('.ts') && !COMMAND_ONLY.test(name))
      .sort()
      .map((name) => [name, readFileSync(join(ROOT, name), 'utf8')]),
  );
}

/** Strings of the extension host, and calls whose string can't be read. */
export function collectStrings() {
  const all = sourcesIn(HOST).map(([name, text]) => stringsIn(text, name));
  return {
    strings: [...new Set(all.flatMap(({ strings }) => strings))].sort(),
    unreadable: all.flatMap(({ unreadable }) => unreadable),
  };
}

/** What panels say: { panels, sentences } in English, as l10n/words.json holds it, and what is wrong in the sources. */
export function collectWords() {
  const found = [];
  const panels = {};
  for (const [name, text] of sourcesIn(PANELS)) {
    const { strings, unreadable } = stringsIn(text, name, 't');
    found.push(...unreadable.map((place) => `${place}: t and plural take their strings as literals`));
    found.push(...plainWords(text, name).map(([place, words]) => `${place}: give it to t: ${JSON.stringify(words)}`));
    for (const string of strings) panels[string.other ?? string] = string;
  }
  const sources = sourcesIn(SENTENCES);
  for (const [name, text] of sources)
    found.push(...unmarkedErrors(text, name).map((place) => `${place}: mark the sentence with say`));
  const texts = [...new Set(sources.flatMap(([name, text]) => sentencesIn(text, name)))].sort();
  for (const text of texts) {
    const letters = text.replace(/\{\d+\}/g, '').match(/\p{L}/gu)?.length ?? 0;
    const vague = text.includes('{') && (letters < LEAST_LETTERS || /\}\{/.test(text));
    if (vague) found.push(`${JSON.stringify(text)}: too little of it is fixed to recognise it by`);
  }
  const sentences = Object.fromEntries(texts.map((text) => [text, text]));
  return { words: { panels: sorted(panels), sentences }, found };
}

const sorted = (bag) => Object.fromEntries(Object.entries(bag).sort(([x], [y]) => (x < y ? -1 : 1)));

/** '{0}' and so on, sorted, so that word order may differ. */
export const placeholders = (text) => (text.match(/\{\d+\}/g) ?? []).sort().join(' ');

/** What is wrong with the wording of a text in a language, or null. `english`: a text, or { one, other }. */
export function wordingTrouble(wording, english, language) {
  if (!wording) return 'missing';
  if (typeof english === 'string')
    return placeholders(String(wording)) === placeholders(english) ? null : 'other placeholders in';
  if (typeof wording !== 'object') return 'a wording for each plural category is needed of';
  const { pluralCategories } = new Intl.PluralRules(language).resolvedOptions();
  const missing = pluralCategories.filter((name) => !wording[name]);
  if (missing.length > 0) return `missing for "${missing.join('", "')}"`;
  const wanted = placeholders(english.other);
  return Object.values(wording).every((text) => placeholders(text) === wanted) ? null : 'other placeholders in';
}

/** Pages of walkthroughs that lack a translation: VS Code shows page.nls.de.md in the place of page.md. */
export function untranslatedPages(manifest, isThere = (path) => existsSync(join(ROOT, path))) {
  const steps = (manifest.contributes?.walkthroughs ?? []).flatMap(({ steps }) => steps);
  const pages = steps.flatMap(({ media }) => media.markdown ?? []);
  const wanted = pages.flatMap((page) => LANGUAGES.map((language) => page.replace(/\.md$/, `.nls.${language}.md`)));
  return wanted.filter((page) => !isThere(page)).map((page) => `${page}: missing`);
}

/** Everything that is to be done, in sentences. */
export function problems() {
  const { strings, unreadable } = collectStrings();
  const { words, found: inWords } = collectWords();
  const manifest = read('package.json');
  const { keys, plain } = manifestTexts(manifest);
  const found = [
    ...unreadable.map((place) => `${place}: l10n.t takes its string as a literal`),
    ...plain.map(([place, text]) => `package.json ${place}: write it as %key%: ${JSON.stringify(text)}`),
    ...inWords,
    ...untranslatedPages(manifest),
  ];
  const compare = (path, there, wanted, language) => {
    for (const [key, english] of Object.entries(wanted)) {
      const trouble = wordingTrouble(Object.hasOwn(there, key) ? there[key] : null, english, language ?? 'en');
      if (trouble !== null) found.push(`${path}: ${trouble} ${JSON.stringify(key)}`);
    }
    for (const key of Object.keys(there))
      if (!Object.hasOwn(wanted, key)) found.push(`${path}: nobody uses ${JSON.stringify(key)}`);
  };
  const nls = read(nlsPath(null));
  for (const language of [null, ...LANGUAGES]) {
    const bundle = read(bundlePath(language));
    compare(bundlePath(language), bundle, Object.fromEntries(strings.map((text) => [text, text])), language);
    const texts = read(nlsPath(language));
    compare(nlsPath(language), texts, Object.fromEntries(keys.map((key) => [key, nls[key] ?? ''])), language);
    const there = read(wordsPath(language));
    for (const part of ['panels', 'sentences']) compare(wordsPath(language), there[part] ?? {}, words[part], language);
  }
  return found;
}

function write() {
  const manifest = read('package.json');
  const nls = read(nlsPath(null));
  const { plain } = manifestTexts(manifest, (path, owner, text) => {
    const key = keyFor(path, owner);
    nls[key] = text;
    return `%${key}%`;
  });
  if (plain.length > 0) {
    save('package.json', manifest);
    save(nlsPath(null), nls);
  }
  const { strings } = collectStrings();
  const { words } = collectWords();
  /** English as it is now, or what there is of a translation, in the order of the English. */
  const kept = (english, before, language) =>
    Object.fromEntries(
      Object.entries(english).flatMap(([key, text]) => {
        const wording = language === null ? text : before?.[key];
        return wording === undefined ? [] : [[key, wording]];
      }),
    );
  const bundle = Object.fromEntries(strings.map((text) => [text, text]));
  for (const language of [null, ...LANGUAGES]) {
    save(bundlePath(language), kept(bundle, read(bundlePath(language)), language));
    const before = read(wordsPath(language));
    const parts = ['panels', 'sentences'].map((part) => [part, kept(words[part], before[part], language)]);
    save(wordsPath(language), Object.fromEntries(parts));
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  if (process.argv.includes('--write')) write();
  const found = problems();
  for (const line of found) console.log(line);
  console.log(found.length === 0 ? 'Every string has its translation.' : `${found.length} to do.`);
  process.exitCode = found.length === 0 ? 0 : 1;
}
