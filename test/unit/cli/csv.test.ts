// RFC 4180, with names that try hard.
import { describe, expect, it } from 'vitest';
import { parsePairs } from '../../../src/cli/csv.js';
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
});
