// Widths, wrapping and harmless names.
import { describe, expect, it } from 'vitest';
import { padEnd, printable, shorten, textWidth, wrapped, Wrapper } from '../../../src/cli/terminal.js';

describe('text for a terminal', () => {
  it('counts wide characters as two columns and colours and combining marks as none', () => {
    expect(textWidth('\x1b[1mabc\x1b[0m')).toBe(3);
    expect(textWidth('\u6620\u50cf')).toBe(4);
    expect(textWidth('e\u0301')).toBe(1);
    expect(padEnd('\u6620', 4)).toBe('\u6620  ');
  });

  it('shortens in the middle', () => {
    expect(shorten('abcdefghij', 7)).toBe('abc\u2026hij');
    expect(shorten('short', 7)).toBe('short');
  });

  it('shows control characters and text direction marks instead of obeying them', () => {
    expect(printable('a\x07\x9b\n\u202egpj.mp4')).toBe('a\\x07\\x9b\\n\\u202egpj.mp4');
  });

  it('wraps the same whether the text comes whole or letter by letter', () => {
    const text = 'one two three four five six\nseven eight';
    let pieces = '';
    const wrapper = new Wrapper((piece) => (pieces += piece), 16);
    for (const c of text) wrapper.push(c);
    wrapper.end();
    expect(pieces).toBe(wrapped(text, 16));
    expect(pieces).toBe('  one two three\n  four five six\n  seven eight\n');
  });

  it('writes a finished word at once', () => {
    let out = '';
    const wrapper = new Wrapper((piece) => (out += piece), 40);
    wrapper.push('streams as it ');
    expect(out).toBe('  streams as it');
  });
});
