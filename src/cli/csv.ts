/** Pairs from a CSV file, as spreadsheets save it. The first row names the columns; `a` and `b` are used, others ignored. */
import { parseCsv } from '../engine/csv.js';
import { VersusqError } from '../protocol/index.js';

/** A row of a list. `a` or `b` is empty where `error` is given. */
export interface PairRow {
  a: string;
  b: string;
  /** Why this row is no pair: a name is missing. Code `usage`. */
  error?: VersusqError;
}

/**
 * Rows in the order of the file, without those whose cells are all blank. Error `usage`: no columns a and b, or no row with both
 * names.
 */
export function parsePairs(text: string): PairRow[] {
  const [header, ...rows] = parseCsv(text, separatorOf(text));
  const names = (header ?? []).map((name) => name.trim().toLowerCase());
  const [columnA, columnB] = [names.indexOf('a'), names.indexOf('b')];
  if (columnA < 0 || columnB < 0) {
    throw new VersusqError(
      'usage',
      `the first row must name the columns a and b; it has: ${names.join(', ') || 'nothing'}`,
    );
  }
  const pairs = rows
    .filter((row) => row.some((cell) => cell.trim() !== ''))
    .map((row, i) => pairOf(row[columnA] ?? '', row[columnB] ?? '', i + 1));
  if (pairs.length === 0) throw new VersusqError('usage', 'there are no pairs below the first row');
  if (pairs.every(({ error }) => error)) throw pairs[0]!.error!;
  return pairs;
}

function pairOf(a: string, b: string, number: number): PairRow {
  const missing = [a, b].map((name) => name.trim() === '');
  if (!missing.includes(true)) return { a, b };
  const columns = missing[0] && missing[1] ? 'the columns a and b' : `column ${missing[0] ? 'a' : 'b'}`;
  return { a, b, error: new VersusqError('usage', `pair ${number} has no name in ${columns}`) };
}

/** What stands between the columns of the first row: a comma, or else the semicolon or tab that spreadsheets write. */
function separatorOf(text: string): string {
  const first = /[^\r\n]+/.exec(text)?.[0].replace(/"[^"]*"/g, '') ?? '';
  return [',', ';', '\t'].find((separator) => first.includes(separator)) ?? ',';
}

const ENCODINGS: readonly [string, readonly number[]][] = [
  ['utf-16le', [0xff, 0xfe]],
  ['utf-16be', [0xfe, 0xff]],
];

/** The text of a file: UTF-8, or UTF-16 with its byte order mark. Error `usage`: it is neither. */
export function textOf(bytes: Uint8Array): string {
  const [encoding] = ENCODINGS.find(([, mark]) => mark.every((byte, i) => bytes[i] === byte)) ?? ['utf-8'];
  try {
    return new TextDecoder(encoding, { fatal: true }).decode(bytes);
  } catch (cause) {
    throw new VersusqError('usage', 'the list is not UTF-8: save it as "CSV UTF-8"', { cause });
  }
}
