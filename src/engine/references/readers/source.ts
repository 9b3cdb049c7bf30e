/**
 * String literals of programming languages, of all that quote with `"`, `'`, a backtick, or three of a kind over several lines. A
 * tokenizer of our own: it knows no language, so that it reads every one; what it must know is where strings begin and end.
 */
import { hasEnding } from '../names.js';
import { statefulLineReader, type State } from '../reader.js';
import { readPlace, type Found } from '../words.js';
import { rewrite, written, type Written } from '../written.js';

/** The state: the three quotes that a string of several lines ends with, or 0. */
export const sourceReader = statefulLineReader(0, readSourceLine);

export function readSourceLine(line: string, at: number, found: Found, state: State): State {
  if (!hasEnding(line) && !line.includes('"""') && !line.includes("'''") && !line.includes('\\u')) return state;
  let open = String(state || '');
  for (let i = 0; i < line.length;) {
    if (open !== '') {
      const close = line.indexOf(open, i);
      const end = close < 0 ? line.length : close;
      readPlace(unescaped(written(line.slice(i, end), at + i)), {}, found);
      if (close < 0) return open;
      i = close + 3;
      open = '';
      continue;
    }
    const quote = line.charAt(i);
    if (quote !== '"' && quote !== "'" && quote !== '`') {
      i++;
      continue;
    }
    const before = line.slice(Math.max(0, i - 4), i);
    if (quote !== '`' && line.startsWith(quote.repeat(3), i)) {
      open = quote.repeat(3);
      i += 3;
      continue;
    }
    const isRaw = quote === '`' || RAW_PREFIX.test(before);
    const end = quote === "'" && isNoQuote(line, i, before) ? -1 : endOfString(line, i + 1, quote, isRaw);
    if (end < 0) {
      i++;
      continue;
    }
    const piece = written(line.slice(i + 1, end), at + i + 1);
    readPlace(isRaw ? piece : unescaped(piece), {}, found);
    i = end + 1;
  }
  return open === '' ? 0 : open;
}

/** Python `r"`, C# `@"`, Rust `r#"`, C++ `R"`: a backslash is a backslash. */
const RAW_PREFIX = /(?:^|\W)(?:[bBfFuU]?[rR]|[rR][bBfF])#{0,2}$|@\$?$|\$@$/;
const PREFIX = /(?:^|\W)(?:[bBfFuULrR]|[bBfFuU][rR]|[rR][bBfF]|u8)$/;
const WORD = /[\p{L}\p{N}_]$/u;

/** An apostrophe (`it's`), or the lifetime of a reference in Rust (`&'a str`). */
function isNoQuote(line: string, i: number, before: string): boolean {
  return (
    (WORD.test(before) && !PREFIX.test(before)) || (/[&<]$/.test(before) && /^'\w+[^\w'.]/.test(line.slice(i, i + 32)))
  );
}

/** -1: not on this line. */
function endOfString(line: string, from: number, quote: string, isRaw: boolean): number {
  if (isRaw) return line.indexOf(quote, from);
  for (let i = from; i < line.length; i++) {
    const c = line.charAt(i);
    if (c === quote) return i;
    if (c === '\\') i++;
  }
  return -1;
}

const CONTROLS: Record<string, string> = { n: '\n', r: '\r', t: '\t', 0: '\0' };
const ESCAPE = /\\(?:x[\da-fA-F]{2}|u[\da-fA-F]{4}|u\{[\da-fA-F]{1,6}\}|U[\da-fA-F]{8}|[^])/g;

/** Escapes as C, JavaScript and Python have them; one that none of them has stays as it is, as in Python. */
function unescaped(piece: Written): Written {
  if (!piece.text.includes('\\')) return piece;
  return rewrite(piece, ESCAPE, (escape) => {
    const code = escape.charAt(1);
    if (escape.length > 2) {
      const point = parseInt(escape.slice(2).replace(/[{}]/g, ''), 16);
      return point <= 0x10ffff ? String.fromCodePoint(point) : escape;
    }
    return CONTROLS[code] ?? (/["'`\\/]/.test(code) ? code : escape);
  });
}
