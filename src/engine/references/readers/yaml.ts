/**
 * YAML scalars, line by line: plain, quoted, in flow collections, and the lines of block scalars. A tokenizer of our own, because it
 * begins at any line with nothing but the indentation of the block scalar it is in; it resolves no alias, so none can multiply.
 * A quoted scalar of several lines is read line by line: no name has a line break.
 */
import { hasEnding } from '../names.js';
import { statefulLineReader, type State } from '../reader.js';
import { readPlace, type Found } from '../words.js';
import { part, rewrite, written, type Written } from '../written.js';

/** The state: the least indentation of the block scalar's lines, or 0 outside of one. */
export const yamlReader = statefulLineReader(0, readLine);

const BLOCK = /(?:^|[:?-]\s|\s[!&]\S{0,64}\s)\s*[|>][+\-1-9]{0,2}\s*(?:\s#.*)?$/;

function readLine(line: string, at: number, found: Found, state: State): State {
  const indentation = line.length - line.trimStart().length;
  const isBlank = indentation === line.length;
  if (state !== 0 && (isBlank || indentation >= Number(state))) {
    if (hasEnding(line)) readPlace(written(line, at), {}, found);
    return state;
  }
  const node = nodeOf(line, indentation);
  if (hasEnding(line) || line.includes('\\')) readScalars(line, at, node.start, found);
  return BLOCK.test(line.slice(Math.max(node.start, line.length - 256))) ? node.parent + 1 : 0;
}

/** Behind the `- ` of a sequence: where the node begins, and the column of what a block scalar on this line belongs to. */
function nodeOf(line: string, indentation: number): { start: number; parent: number } {
  let start = indentation;
  let parent = indentation;
  for (
    let dash = /^[-?]\s+/.exec(line.slice(start, start + 64));
    dash;
    dash = /^[-?]\s+/.exec(line.slice(start, start + 64))
  ) {
    parent = start;
    start += dash[0].length;
  }
  return { start, parent: /^[|>!&]/.test(line.slice(start, start + 1)) ? parent : start };
}

function readScalars(line: string, at: number, from: number, found: Found): void {
  let depth = 0;
  for (let i = from; i < line.length;) {
    const c = line.charAt(i);
    if (/\s/.test(c) || (c === ':' && i > from) || c === ',') i++;
    else if (c === '#' && (i === 0 || /\s/.test(line.charAt(i - 1)))) return;
    else if (c === '[' || c === '{') {
      depth++;
      i++;
    } else if (c === ']' || c === '}') {
      depth = Math.max(0, depth - 1);
      i++;
    } else if (c === '!' || (c === '&' && /\s/.test(line.charAt(i + 1) || 'x') === false)) {
      while (i < line.length && !/\s/.test(line.charAt(i))) i++;
    } else if (c === '"' || c === "'") i = readQuoted(line, at, i, c, found);
    else i = readPlain(line, at, i, depth > 0, found);
  }
}

/** Where to go on. */
function readQuoted(line: string, at: number, start: number, quote: string, found: Found): number {
  let end = start + 1;
  for (; end < line.length; end++) {
    const c = line.charAt(end);
    if (quote === '"' && c === '\\') end++;
    else if (c === quote) {
      if (quote === "'" && line.charAt(end + 1) === quote) end++;
      else break;
    }
  }
  end = Math.min(end, line.length);
  const piece = part(written(line, at), start + 1, end);
  readPlace(quote === "'" ? rewrite(piece, /''/g, () => "'") : unescaped(piece), {}, found);
  return end + 1;
}

function readPlain(line: string, at: number, start: number, inFlow: boolean, found: Found): number {
  let end = start + 1;
  for (; end < line.length; end++) {
    const c = line.charAt(end);
    if (c === ':' && /^\s?$/.test(line.charAt(end + 1))) break;
    if (c === '#' && /\s/.test(line.charAt(end - 1))) break;
    if (inFlow && /[,[\]{}]/.test(c)) break;
  }
  // the last line but one of a flow collection that began further up
  const text = line.slice(start, end).replace(/[\s,\]}]+$/, '');
  readPlace(written(text, at + start), {}, found);
  return end;
}

const CONTROLS: Record<string, string> = {
  n: '\n',
  r: '\r',
  t: '\t',
  b: '\b',
  f: '\f',
  0: '\0',
  e: '\u001b',
  _: '\u00a0',
};
const unescaped = (piece: Written): Written =>
  rewrite(piece, /\\(?:x[\da-fA-F]{2}|u[\da-fA-F]{4}|U[\da-fA-F]{8}|[^])/g, (escape) => {
    if (escape.length === 2) return CONTROLS[escape.charAt(1)] ?? escape.charAt(1);
    const point = parseInt(escape.slice(2), 16);
    return point <= 0x10ffff ? String.fromCodePoint(point) : '\0';
  });
