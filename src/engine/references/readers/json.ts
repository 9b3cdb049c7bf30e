/**
 * JSON, with comments (JSONC), one value a line (JSON Lines), timelines (OTIO) and notebooks: only strings matter, keys and values
 * alike, so depth costs nothing. A tokenizer of our own, because it has to begin anywhere and its strings need a way back to the
 * document; jsonc-parser's scanner gives the value of a string without one.
 */
import type { Reader } from '../reader.js';
import { readPlace, type Found } from '../words.js';
import { rewrite, written, type Written } from '../written.js';
import { hasEnding } from '../names.js';

const [QUOTE, SLASH, BACKSLASH, STAR, LINE_FEED] = [34, 47, 92, 42, 10];

export const jsonReader = stringReader((piece, found) => readPlace(piece, {}, found));

/** Strings and comments of JSON; each string, escapes undone, goes to `readString`. */
export function stringReader(readString: (piece: Written, found: Found) => void): Reader {
  return {
    start: 0,
    read(text, state, until, found) {
      let i = 0;
      while (i < text.length) {
        const c = text.charCodeAt(i);
        if (c === QUOTE) {
          const end = endOfString(text, i + 1);
          const raw = text.slice(i + 1, end);
          if (hasEnding(raw) || raw.includes('\\u')) readString(unescaped(written(raw, i + 1)), found);
          i = end + (text.charCodeAt(end) === QUOTE ? 1 : 0);
        } else if (c === SLASH) i = endOfComment(text, i);
        else i++;
        if (i >= until) break;
      }
      return { at: i, state };
    },
  };
}

function endOfString(text: string, from: number): number {
  for (let i = from; i < text.length; i++) {
    const c = text.charCodeAt(i);
    if (c === QUOTE || c === LINE_FEED) return i;
    if (c === BACKSLASH && text.charCodeAt(i + 1) !== LINE_FEED) i++;
  }
  return text.length;
}

function endOfComment(text: string, slash: number): number {
  const next = text.charCodeAt(slash + 1);
  if (next !== SLASH && next !== STAR) return slash + 1;
  const end = text.indexOf(next === SLASH ? '\n' : '*/', slash + 2);
  if (end < 0) return text.length;
  return next === SLASH ? end : end + 2;
}

const CONTROLS: Record<string, string> = { n: '\n', r: '\r', t: '\t', b: '\b', f: '\f' };
const unescaped = (piece: Written): Written =>
  rewrite(piece, /\\(?:u[0-9a-f]{4}|[^])/gi, (escape) =>
    escape.length === 6
      ? String.fromCharCode(parseInt(escape.slice(2), 16))
      : (CONTROLS[escape.charAt(1)] ?? escape.charAt(1)),
  );
