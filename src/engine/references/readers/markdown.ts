/**
 * Markdown (CommonMark and tables), and the cells of notebooks: destinations of links and pictures, code spans, cells of tables,
 * words. A tokenizer of our own, because it begins at any line, and because markdown-it tells where blocks stand but not where in a
 * line a destination does.
 */
import { decodeHTML } from 'entities';
import { hasEnding, MAX_NAME } from '../names.js';
import { statefulLineReader, type State } from '../reader.js';
import { readPlace, readWords, type Found } from '../words.js';
import { part, rewrite, written, type Written } from '../written.js';
import { stringReader } from './json.js';

/** The state: the fence that is open (its marks), `<!--` in a comment, or 0. */
export const markdownReader = statefulLineReader(0, readLine);

/** Strings of a notebook are lines of Markdown, of code, or of output: in the first two a backslash is written twice. */
export const notebookReader = stringReader((string, found) => {
  const piece = rewrite(string, /\\\\/g, () => '\\');
  for (const { index, 0: line } of piece.text.matchAll(/[^\r\n]+/g)) {
    readInline(part(piece, index, index + line.length), found);
  }
});

const COMMENT = '<!--';
const FENCE = /^[\s>]{0,64}(?:[-*+]\s+)?(`{3,}(?=[^`]*$)|~{3,})/;

function readLine(line: string, at: number, found: Found, state: State): State {
  const mark = FENCE.exec(line)?.[1];
  if (state !== 0 && state !== COMMENT) {
    const open = String(state);
    if (mark?.startsWith(open) && line.trim().endsWith(mark)) return 0;
    if (hasEnding(line)) readWords(written(line, at), { prose: true }, found);
    return state;
  }
  if (mark !== undefined && state === 0) {
    if (hasEnding(line)) readWords(written(line, at), { prose: true }, found);
    return mark;
  }
  let isComment = state === COMMENT;
  for (let i = 0; i < line.length;) {
    const next = line.indexOf(isComment ? '-->' : COMMENT, i);
    const end = next < 0 ? line.length : next;
    if (!isComment && hasEnding(line)) readBlock(part(written(line, at), i, end), found);
    if (next < 0) break;
    i = end + (isComment ? 3 : 4);
    isComment = !isComment;
  }
  return isComment ? COMMENT : 0;
}

function readBlock(piece: Written, found: Found): void {
  const definition = /^ {0,3}\[[^[\]]{1,999}\]:\s*/.exec(piece.text);
  if (
    definition &&
    readDestination(
      piece,
      definition[0].length,
      Math.min(piece.text.length, definition[0].length + MAX_NAME + 256),
      found,
    ) !== 'none'
  )
    return;
  if (!piece.text.trimStart().startsWith('|')) return readInline(piece, found);
  for (const { index, 0: cell } of piece.text.matchAll(/(?:[^|\\]|\\[^]?)+/g)) {
    const inside = part(piece, index, index + cell.length);
    if (/[`[<*]/.test(cell)) readInline(inside, found);
    else readPlace(inside, { prose: true }, found);
  }
}

function readInline(piece: Written, found: Found): void {
  const { text } = piece;
  const words = (start: number, end: number): void => {
    if (end > start) readWords(part(piece, start, end), { prose: true }, found);
  };
  let read = 0;
  for (let link = text.indexOf(']('); link >= 0; link = text.indexOf('](', Math.max(read, link + 2))) {
    const close = endOfDestination(text, link + 2);
    if (close < 0) continue;
    const targets: Parameters<Found>[0][] = [];
    const what = readDestination(piece, link + 2, close, (reference) => targets.push(reference));
    if (what === 'none') continue;
    const label = startOfLabel(text, read, link);
    words(read, label);
    targets.forEach(found);
    read = close + 1;
  }
  words(read, text.length);
}

/** The `)` that ends the destination and title from `start` on; -1: none. Parentheses nest 32 deep, as in CommonMark. */
function endOfDestination(text: string, start: number): number {
  let depth = 0;
  let isAngled = false;
  const last = Math.min(text.length, start + MAX_NAME + 256);
  for (let i = start; i < last; i++) {
    const c = text.charAt(i);
    if (c === '\\') i++;
    else if (isAngled) {
      if (c === '>') isAngled = false;
      else if (c === '<') return -1;
    } else if (c === '<' && text.slice(start, i).trim() === '') isAngled = true;
    else if (c === '(') {
      if (++depth > 32) return -1;
    } else if (c === ')' && --depth < 0) return i;
  }
  return -1;
}

/** The `[` of the label that ends before `close`. */
function startOfLabel(text: string, from: number, close: number): number {
  let depth = 0;
  for (let i = close - 1; i >= from; i--) {
    const c = text.charAt(i);
    if (c === ']') depth++;
    else if (c === '[' && depth-- === 0) return i;
  }
  return close;
}

/** What stands between `start` and `end`, without a title: a video here, one elsewhere, or none. */
function readDestination(piece: Written, start: number, end: number, found: Found): 'here' | 'elsewhere' | 'none' {
  const whole = piece.text.slice(start, end);
  const angled = /^\s*<([^<>]*)>/.exec(whole);
  const bare = /^\s*((?:(?!\s+(?:"[^"]*"|'[^']*'|\([^()]*\))\s*$)[^])*)/.exec(whole)!;
  const content = (angled ?? bare)[1]!.trimEnd();
  const from = start + (angled ?? bare)[0].indexOf(content);
  let destination = part(piece, from, from + content.length);
  if (!hasEnding(destination.text)) return 'none';
  destination = rewrite(destination, /\\[!-/:-@[-`{-~]/g, (escape) => escape.charAt(1));
  destination = rewrite(destination, /&(?:#\d{1,7}|#x[\da-f]{1,6}|[a-z]\w{0,31});/gi, (entity) => decodeHTML(entity));
  let what: 'here' | 'elsewhere' = 'elsewhere';
  readPlace(destination, { uri: true, prose: true }, (reference) => {
    what = 'here';
    found(reference);
  });
  return what;
}
