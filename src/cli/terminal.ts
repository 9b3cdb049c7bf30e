/**
 * Text for a terminal: colours where they are wanted, widths, wrapping, and names made harmless (a file name may hold escape
 * sequences and line breaks).
 */
import type { Output } from './context.js';

export interface Style {
  bold(text: string): string;
  dim(text: string): string;
  a(text: string): string;
  b(text: string): string;
  good(text: string): string;
  bad(text: string): string;
  warn(text: string): string;
}

/** Colours only on a terminal that has them, and never with NO_COLOR (https://no-color.org). */
export function styleFor(output: Output, env: Record<string, string | undefined>): Style {
  const on = output.isTTY === true && !env.NO_COLOR && env.TERM !== 'dumb';
  const code = (open: string) => (text: string) => (on && text !== '' ? `\x1b[${open}m${text}\x1b[0m` : text);
  return {
    bold: code('1'),
    dim: code('2'),
    a: code('1;36'),
    b: code('1;33'),
    good: code('32'),
    bad: code('31'),
    warn: code('33'),
  };
}

/** Columns to write in: the terminal's, at most 100; 80 in a pipe. */
export const widthOf = (output: Output): number => Math.max(40, Math.min(100, output.columns || 80));

/** Strangers' text on one line: control characters as \n, \t, \x1b, ... */
export function printable(text: string): string {
  // eslint-disable-next-line no-control-regex -- these are what must not reach a terminal
  return text.replace(/[\u0000-\u001f\u007f-\u009f\u200e\u200f\u202a-\u202e\u2066-\u2069]/g, (c) => {
    const known: Record<string, string> = { '\n': '\\n', '\r': '\\r', '\t': '\\t' };
    const code = c.charCodeAt(0);
    return known[c] ?? (code < 256 ? `\\x${code.toString(16).padStart(2, '0')}` : `\\u${code.toString(16)}`);
  });
}

const WIDE =
  /[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6]|\p{Extended_Pictographic}/u;
// eslint-disable-next-line no-control-regex -- colour codes take no room
const COLOUR = /\x1b\[[0-9;]*m/g;
/** Columns a text takes; East Asian wide characters and pictographs take two, combining marks and colours none. */
export function textWidth(text: string): number {
  let width = 0;
  for (const c of text.replace(COLOUR, '')) width += /\p{Mark}/u.test(c) ? 0 : WIDE.test(c) ? 2 : 1;
  return width;
}
export const padEnd = (text: string, width: number): string => text + ' '.repeat(Math.max(0, width - textWidth(text)));
export const padStart = (text: string, width: number): string =>
  ' '.repeat(Math.max(0, width - textWidth(text))) + text;

/** Shortens in the middle, so that beginning and end of a name stay readable. */
export function shorten(text: string, width: number): string {
  if (textWidth(text) <= width) return text;
  const chars = [...text];
  const head = Math.ceil((width - 1) / 2);
  return `${chars.slice(0, head).join('')}\u2026${chars.slice(chars.length - (width - 1 - head)).join('')}`;
}

/** Writes words as they come and breaks lines at the width. `push` takes any pieces; `end` finishes the last line. */
export class Wrapper {
  private column = 0;
  private word = '';

  constructor(
    private readonly write: (text: string) => void,
    private readonly width: number,
    private readonly indent = '  ',
  ) {}

  push(text: string): void {
    for (const c of text) {
      if (c === '\n') {
        this.flush();
        this.write('\n');
        this.column = 0;
      } else if (c === ' ') {
        this.flush();
      } else {
        this.word += c;
      }
    }
  }

  end(): void {
    this.flush();
    if (this.column > 0) this.write('\n');
    this.column = 0;
  }

  private flush(): void {
    const word = printable(this.word);
    this.word = '';
    if (word === '') return;
    const length = textWidth(word);
    const start = this.column === 0;
    if (!start && this.column + 1 + length > this.width) {
      this.write(`\n${this.indent}`);
      this.column = this.indent.length;
    } else {
      this.write(start ? this.indent : ' ');
      this.column += start ? this.indent.length : 1;
    }
    this.write(word);
    this.column += length;
  }
}

/** A text, wrapped and indented, with a line break at its end. */
export function wrapped(text: string, width: number, indent = '  '): string {
  let out = '';
  const wrapper = new Wrapper((piece) => (out += piece), width, indent);
  wrapper.push(text);
  wrapper.end();
  return out;
}
