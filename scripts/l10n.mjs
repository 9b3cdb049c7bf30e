// The strings of the extension and their translations: what is missing, what nobody uses any more, which placeholders differ.
// usage: node scripts/l10n.mjs            tells, one line each; exit code 1 where something is to be done
//        node scripts/l10n.mjs --write    adds new strings to the English bundle, makes keys of texts that stand outright in
//                                         package.json, takes out dead ones, sorts; then tells what is left to translate
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import ts from 'typescript';

const ROOT = resolve(dirname(fileURLToPath(import.meta.url)), '..');
const SOURCES = 'src/extension';
/** Translations beside English. */
export const LANGUAGES = ['de'];
/** VS Code's names of what people see, wherever it stands in package.json. */
const SHOWN = [
  'title',
  'description',
  'markdownDescription',
  'userDescription',
  'displayName',
  'altText',
  'contextualTitle',
];
const SHOWN_LISTS = ['enumDescriptions', 'markdownEnumDescriptions'];

const read = (path) => (existsSync(join(ROOT, path)) ? JSON.parse(readFileSync(join(ROOT, path), 'utf8')) : {});
const bundlePath = (language) => `l10n/bundle.l10n${language === null ? '' : `.${language}`}.json`;
const nlsPath = (language) => `package.nls${language === null ? '' : `.${language}`}.json`;

/** Strings given to `l10n.t` in a source text, and calls whose string can't be read from the text. */
export function stringsIn(text, name = 'x.ts') {
  const source = ts.createSourceFile(name, text, ts.ScriptTarget.Latest, true);
  const found = { strings: [], unreadable: [] };
  const visit = (node) => {
    if (ts.isCallExpression(node) && /(^|\.)l10n\.t$/.test(node.expression.getText(source))) {
      const [first] = node.arguments;
      if (first && ts.isStringLiteralLike(first)) found.strings.push(first.text);
      else found.unreadable.push(`${name}:${source.getLineAndCharacterOfPosition(node.getStart()).line + 1}`);
    }
    ts.forEachChild(node, visit);
  };
  visit(source);
  return found;
}

/** The same for all files of the extension host. */
export function collectStrings() {
  const files = readdirSync(join(ROOT, SOURCES), { recursive: true }).filter((name) => /\.ts$/.test(name));
  const all = files.map((name) => {
    const path = join(ROOT, SOURCES, name);
    return stringsIn(readFileSync(path, 'utf8'), relative(ROOT, path));
  });
  return {
    strings: [...new Set(all.flatMap(({ strings }) => strings))].sort(),
    unreadable: all.flatMap(({ unreadable }) => unreadable),
  };
}

/**
 * Keys of package.json's "%key%" texts, and texts for people that are written there outright: [where, text]. `replace` may give
 * another text for such a one; it is told the place and the object it stands in.
 */
export function manifestTexts(manifest = read('package.json'), replace = (_path, _owner, text) => text) {
  const keys = new Set();
  const plain = [];
  const visit = (value, path, owner) => {
    if (typeof value === 'string') {
      const key = /^%(.+)%$/.exec(value)?.[1];
      const name = path.at(-1);
      const shown = SHOWN.includes(name) || (typeof name === 'number' && SHOWN_LISTS.includes(path.at(-2)));
      if (key !== undefined) keys.add(key);
      else if (shown && !isForModels(path) && value !== 'VersusQ') {
        plain.push([path.join('.'), value]);
        owner[name] = replace(path, owner, value);
      }
    } else if (value !== null && typeof value === 'object') {
      for (const [name, part] of Object.entries(value)) {
        visit(part, [...path, Array.isArray(value) ? Number(name) : name], value);
      }
    }
  };
  for (const part of ['description', 'capabilities', 'contributes']) visit(manifest[part], [part], manifest);
  return { keys: [...keys].sort(), plain };
}
/** What a language model reads stays English. */
const isForModels = (path) => path.includes('inputSchema');

/** '{0}' and so on, sorted, so that word order may differ. */
export const placeholders = (text) => (text.match(/\{\d+\}/g) ?? []).sort().join(' ');

/** Everything that is to be done, in sentences. */
export function problems() {
  const { strings, unreadable } = collectStrings();
  const { keys, plain } = manifestTexts();
  const found = [
    ...unreadable.map((place) => `${place}: l10n.t takes its string as a literal`),
    ...plain.map(([place, text]) => `package.json ${place}: write it as %key%: ${JSON.stringify(text)}`),
  ];
  const compare = (path, wanted, english) => {
    const there = read(path);
    for (const key of wanted) {
      if (!there[key]) found.push(`${path}: missing ${JSON.stringify(key)}`);
      else if (placeholders(there[key]) !== placeholders(english(key)))
        found.push(`${path}: other placeholders in ${JSON.stringify(key)}`);
    }
    for (const key of Object.keys(there))
      if (!wanted.includes(key)) found.push(`${path}: nobody uses ${JSON.stringify(key)}`);
  };
  const nls = read(nlsPath(null));
  for (const language of [null, ...LANGUAGES]) {
    compare(bundlePath(language), strings, (key) => key);
    compare(nlsPath(language), keys, (key) => nls[key] ?? '');
  }
  return found;
}

/** A key that says what a text is: by its command or setting, else by its place. */
function keyFor(path, owner) {
  const short = (name) => name.replace(/^versusq\./, '');
  if (owner.command !== undefined) return `command.${short(owner.command)}`;
  const setting = path.indexOf('properties');
  if (setting < 0) return path.slice(1).join('.');
  const [name, part, ...rest] = path.slice(setting + 1);
  return ['setting', short(name), ...(/[dD]escription$/.test(part) ? [] : [part]), ...rest].join('.');
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
    writeFileSync(join(ROOT, 'package.json'), `${JSON.stringify(manifest, null, 2)}\n`);
    writeFileSync(join(ROOT, nlsPath(null)), `${JSON.stringify(nls, null, 2)}\n`);
  }
  const { strings } = collectStrings();
  for (const language of [null, ...LANGUAGES]) {
    const before = read(bundlePath(language));
    const entries = strings.map((text) => [text, language === null ? text : before[text]]);
    const kept = Object.fromEntries(entries.filter(([, translation]) => translation !== undefined));
    writeFileSync(join(ROOT, bundlePath(language)), `${JSON.stringify(kept, null, 2)}\n`);
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  if (process.argv.includes('--write')) write();
  const found = problems();
  for (const line of found) console.log(line);
  console.log(found.length === 0 ? 'Every string has its translation.' : `${found.length} to do.`);
  process.exitCode = found.length === 0 ? 0 : 1;
}
