// RFC 4180, with names that try hard.
import { describe, expect, it } from 'vitest';
import { parsePairs, textOf } from '../../../src/cli/csv.js';
import { parseCsv } from '../../../src/engine/csv.js';

describe('a CSV file', () => {
  it('keeps commas, quotes, line breaks and blanks of quoted fields', () => {
    expect(parseCsv('a,b\r\n"x, ""y"".mp4"," two\nlines.mp4 "\r\n')).toEqual([
      ['a', 'b'],
      ['x, "y".mp4', ' two\nlines.mp4 '],
    ]);
  });

  it('reads LF and CRLF, a byte order mark, empty lines and a last line without its end', () => {
    expect(parseCsv('\ufeffa,b\n\n1,2\r\n\r\n3,4')).toEqual([
      ['a', 'b'],
      ['1', '2'],
      ['3', '4'],
    ]);
  });

  it('keeps empty fields, also at the end of a line and of the file', () => {
    expect(parseCsv('a,,c\n1,"",\n,')).toEqual([
      ['a', '', 'c'],
      ['1', '', ''],
      ['', ''],
    ]);
  });

  it('keeps a quote in the middle of an unquoted field', () => {
    expect(parseCsv('5" screen.mp4,b')).toEqual([['5" screen.mp4', 'b']]);
  });

  it('refuses a quote that never closes and text after a closing quote, with the line', () => {
    expect(() => parseCsv('a,b\n"x,y\nz')).toThrow('line 2');
    expect(() => parseCsv('a,b\n"x"y,z')).toThrow('line 2');
  });
});

describe('a list of pairs', () => {
  it('finds the columns a and b wherever they stand, and leaves out the others', () => {
    expect(parsePairs('note, B ,who,A\nn,right.mp4,w,left.mp4')).toEqual([{ a: 'left.mp4', b: 'right.mp4' }]);
  });

  it.each([
    ['', 'columns a and b'],
    ['x,y\n1,2', 'x, y'],
    ['a,b\n', 'no pairs'],
    ['a,b\n1,\n', 'column b'],
  ])('refuses %j and says why', (text, why) => {
    expect(() => parsePairs(text)).toThrow(why);
  });

  it('passes over blank rows, and tells of an incomplete one in its place', () => {
    const rows = parsePairs('a,b,note\n1,2,\n,,\n , ,\t\nx.mp4,\n, ,only a note\n3,4,');
    expect(rows.map(({ a, b, error }) => [a, b, error?.code, error?.message])).toEqual([
      ['1', '2', undefined, undefined],
      ['x.mp4', '', 'usage', 'pair 2 has no name in column b'],
      ['', ' ', 'usage', 'pair 3 has no name in the columns a and b'],
      ['3', '4', undefined, undefined],
    ]);
  });

  it.each([
    ['semicolons', 'b;note;a\r\n"r;1.mp4";x;left, 2.mp4\r\n'],
    ['tabs', 'b\tnote\ta\nr;1.mp4\tx\tleft, 2.mp4\n'],
    ['a separator in quotes', '"b";"n,ote";"a"\n"r;1.mp4";x;"left, 2.mp4"\n'],
  ])('is read with %s between its columns', (_, text) => {
    expect(parsePairs(text)).toEqual([{ a: 'left, 2.mp4', b: 'r;1.mp4' }]);
  });
});

describe('the bytes of a list', () => {
  it('may be UTF-8 or UTF-16 with a byte order mark', () => {
    const text = 'a,b\nfür.mp4,日本.mp4\n';
    const swapped = Buffer.from('\ufeff' + text, 'utf16le').swap16();
    const all = [Buffer.from(text), Buffer.from('\ufeff' + text), Buffer.from('\ufeff' + text, 'utf16le'), swapped];
    for (const bytes of all) expect(parsePairs(textOf(bytes))).toEqual([{ a: 'für.mp4', b: '日本.mp4' }]);
  });

  it('are refused in another encoding, with what to do', () => {
    expect(() => textOf(Buffer.from('a,b\nfür.mp4,x.mp4\n', 'latin1'))).toThrow('save it as "CSV UTF-8"');
  });
});
