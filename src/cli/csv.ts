/** Pairs from a CSV file. The first row names the columns; `a` and `b` are used, others ignored. */
import { parseCsv } from '../engine/csv.js';
import { VersusqError } from '../protocol/index.js';

/** Pairs in the order of the file. Error `usage`: no columns a and b, no pairs, or a pair with an empty name. */
export function parsePairs(text: string): { a: string; b: string }[] {
  const [header, ...rows] = parseCsv(text);
  const names = (header ?? []).map((name) => name.trim().toLowerCase());
  const [columnA, columnB] = [names.indexOf('a'), names.indexOf('b')];
  if (columnA < 0 || columnB < 0) {
    throw new VersusqError(
      'usage',
      `the first row must name the columns a and b; it has: ${names.join(', ') || 'nothing'}`,
    );
  }
  if (rows.length === 0) throw new VersusqError('usage', 'there are no pairs below the first row');
  return rows.map((row, i) => {
    const [a, b] = [row[columnA] ?? '', row[columnB] ?? ''];
    if (a === '' || b === '')
      throw new VersusqError('usage', `pair ${i + 1} has no name in column ${a === '' ? 'a' : 'b'}`);
    return { a, b };
  });
}
