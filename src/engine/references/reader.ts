/**
 * How a format is read: from any boundary on, with what is known there (the state), to the next boundary. A boundary is a place
 * before which nothing depends on what follows but one code unit; so an edit is read from the boundary before it to the first one
 * after it where the state is what it was.
 */
import type { Reference } from '../../protocol/index.js';
import { newEnding } from './names.js';
import type { Found } from './words.js';

export type State = string | number;

export interface Stop {
  at: number;
  state: State;
}

export interface Reader {
  /** The state at the beginning of a text. */
  start: State;
  /** Reads `text`, which begins at a boundary, to the first boundary at or behind `until` (at least 1), or to the end. */
  read(text: string, state: State, until: number, found: Found): Stop;
}

/** Written out: spreading makes objects that cost ten times as much to copy, and each is copied at each edit. */
export const shifted = ({ start, end, name, kind, lead }: Reference, by: number): Reference =>
  lead === undefined
    ? { start: start + by, end: end + by, name, kind }
    : { start: start + by, end: end + by, name, kind, lead };

/** A line without its line break, and where it begins in the text. */
type ReadLine = (line: string, at: number, found: Found, state: State) => State | void;

const FIRST_LINE = 'first line';

/** Lines that know nothing of each other, but what the first one says (`begin`): only those with a name in them are looked at. */
export function lineReader(readLine: ReadLine, begin: (firstLine: string) => State = () => 0): Reader {
  const ending = newEnding();
  return {
    start: FIRST_LINE,
    read(text, before, until, found) {
      const at = endOfLine(text, until);
      const block = text.slice(0, at);
      const state = before === FIRST_LINE ? begin(block.slice(0, contentEnd(block, 0))) : before;
      ending.lastIndex = 0;
      for (let match = ending.exec(block); match; match = ending.exec(block)) {
        const start = block.lastIndexOf('\n', match.index) + 1;
        const end = contentEnd(block, start);
        readLine(block.slice(start, end), start, found, state);
        ending.lastIndex = end;
      }
      return { at, state };
    },
  };
}

/** Lines of which each says how the next one is read. */
export function statefulLineReader(start: State, readLine: (...of: Parameters<ReadLine>) => State): Reader {
  return {
    start,
    read(text, state, until, found) {
      const at = endOfLine(text, until);
      const block = text.slice(0, at);
      for (let i = 0; i < block.length;) {
        const end = contentEnd(block, i);
        state = readLine(block.slice(i, end), i, found, state);
        const next = block.indexOf('\n', end);
        i = next < 0 ? block.length : next + 1;
      }
      return { at, state };
    },
  };
}

/** The first beginning of a line at or behind `until`. */
function endOfLine(text: string, until: number): number {
  const line = text.indexOf('\n', until - 1);
  return line < 0 ? text.length : line + 1;
}

function contentEnd(block: string, start: number): number {
  const line = block.indexOf('\n', start);
  const end = line < 0 ? block.length : line;
  return end > start && block.charAt(end - 1) === '\r' ? end - 1 : end;
}
