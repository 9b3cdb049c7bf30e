/**
 * A piece of a document with its escapes undone, and the way back: which code units of the document each of its own stands for.
 */

export interface Written {
  /** The piece as it reads. */
  text: string;
  /** Offset of the piece in the document, where nothing was rewritten. */
  at: number;
  /** By code unit of `text`: first and one behind the last code unit of the document; null: `at + index`. */
  map: { starts: number[]; ends: number[] } | null;
}

export const written = (text: string, at: number): Written => ({ text, at, map: null });

/** Where the units from `start` up to `end` of the piece stand in the document. `start < end`. */
export function whereIn({ at, map }: Written, start: number, end: number): { start: number; end: number } {
  return map ? { start: map.starts[start]!, end: map.ends[end - 1]! } : { start: at + start, end: at + end };
}

/** A part of a piece. */
export function part({ text, at, map }: Written, start: number, end: number): Written {
  return {
    text: text.slice(start, end),
    at: at + start,
    map: map && { starts: map.starts.slice(start, end), ends: map.ends.slice(start, end) },
  };
}

/** With every match of `pattern` (global) replaced. The same piece where there is none. */
export function rewrite(from: Written, pattern: RegExp, replacement: (match: string) => string): Written {
  pattern.lastIndex = 0;
  let match = pattern.exec(from.text);
  if (!match) return from;
  const starts: number[] = [];
  const ends: number[] = [];
  let text = '';
  let read = 0;
  const keep = (until: number): void => {
    text += from.text.slice(read, until);
    for (let i = read; i < until; i++) {
      const { start, end } = whereIn(from, i, i + 1);
      starts.push(start);
      ends.push(end);
    }
  };
  for (; match; match = pattern.exec(from.text)) {
    keep(match.index);
    const { start, end } = whereIn(from, match.index, match.index + match[0].length);
    const put = replacement(match[0]);
    text += put;
    for (let i = 0; i < put.length; i++) {
      starts.push(start);
      ends.push(end);
    }
    read = match.index + match[0].length;
  }
  keep(from.text.length);
  return { text, at: from.at, map: { starts, ends } };
}

/**
 * Terminal colours and links (ECMA-48 CSI, OSC), marks of writing direction, zero-width spaces, byte order marks: nobody sees them
 * in a name.
 */
const UNSEEN =
  // eslint-disable-next-line no-control-regex
  /\u001b\[[0-?]{0,64}[ -/]{0,8}[@-~]|\u001b\][^\u0007\u001b\n]{0,4096}(?:\u0007|\u001b\\)|[\u200b\u200e\u200f\u061c\u202a-\u202e\u2060\u2066-\u2069\ufeff]/g;
// eslint-disable-next-line no-control-regex
const MAY_BE_UNSEEN = /[\u001b\u200b\u200e\u200f\u061c\u202a-\u202e\u2060\u2066-\u2069\ufeff]/;

export function withoutUnseen(from: Written): Written {
  return MAY_BE_UNSEEN.test(from.text) ? rewrite(from, UNSEEN, () => '') : from;
}
