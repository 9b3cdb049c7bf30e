/** CSV (RFC 4180; another separator may be asked for): quoted fields may hold commas, line breaks and doubled quotes; CRLF or LF; a byte order mark is passed over. */
import { VersusqError } from '../protocol/index.js';

/** Rows of fields. Rows that are wholly empty are left out. Error `usage`: a quote that never ends, or text after one. */
export function parseCsv(text: string, separator = ','): string[][] {
  const rows: string[][] = [];
  let row: string[] = [];
  let field = '';
  let i = text.startsWith('\ufeff') ? 1 : 0;
  let line = 1;
  const endRow = (): void => {
    row.push(field);
    if (row.length > 1 || field !== '') rows.push(row);
    row = [];
    field = '';
  };
  while (i < text.length) {
    const c = text.charAt(i);
    if (c === '"' && field === '') {
      const opened = line;
      for (i++; ; i++) {
        if (i >= text.length) throw new VersusqError('usage', `the quote that opens in line ${opened} never closes`);
        if (text[i] === '\n') line++;
        if (text[i] !== '"') field += text.charAt(i);
        else if (text[i + 1] === '"') field += text.charAt(i++);
        else break;
      }
      i++;
      if (i < text.length && ![separator, '\r', '\n'].includes(text.charAt(i))) {
        throw new VersusqError('usage', `text after a closing quote in line ${line}`);
      }
      continue;
    }
    if (c === separator) {
      row.push(field);
      field = '';
    } else if (c === '\n' || (c === '\r' && text[i + 1] === '\n')) {
      if (c === '\r') i++;
      line++;
      endRow();
    } else {
      field += c;
    }
    i++;
  }
  if (field !== '' || row.length > 0) endRow();
  return rows;
}
