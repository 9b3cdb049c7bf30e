/**
 * What was asked so far, one CSV row a pair, written the moment it is known: a run that is stopped or killed goes on where it
 * was. Rows name clips as the label file does. A pair that failed is asked again by the next run; its file may be there by then.
 */
import { appendFileSync, closeSync, ftruncateSync, openSync, readFileSync } from 'node:fs';
import { VersusqError } from '../../protocol/index.js';
import { splitCsv } from './tables.js';

export interface AskedPair {
  a: string;
  b: string;
  /** > 0: A looks better; null where the pair failed */
  margin: number | null;
  stdDev: number | null;
  /** hash of the model package */
  model: string;
  /** comparison size, "1920x1080" */
  size: string;
  /** code of the error */
  error: string;
}

const COLUMNS = ['a', 'b', 'margin', 'std_dev', 'model', 'size', 'error'] as const;

export interface PairsLog {
  /** Rows of earlier runs. */
  readonly earlier: readonly AskedPair[];
  add(pair: AskedPair): void;
  close(): void;
}

/** Keeps nothing. */
export const noLog = (): PairsLog => ({ earlier: [], add: () => undefined, close: () => undefined });

/** The log at `path`, made where there is none. Error `usage`: it can't be written, or it is another kind of file. */
export function openPairsLog(path: string): PairsLog {
  let file: number;
  let text: string;
  try {
    file = openSync(path, 'a+');
    text = readFileSync(path, 'utf8');
  } catch (cause) {
    throw new VersusqError('usage', `Can't keep the pairs in ${path}: its folder must exist and be writable.`, {
      path,
      cause,
    });
  }
  const write = (text: string): void => {
    try {
      appendFileSync(file, text);
    } catch (cause) {
      throw new VersusqError('usage', `Can't write on in ${path}. Make room and run the command again.`, {
        path,
        cause,
      });
    }
  };
  try {
    // A row that a killed run left half written goes.
    const whole = text.slice(0, text.lastIndexOf('\n') + 1);
    const earlier = rowsOf(whole, path);
    if (whole.length < text.length) ftruncateSync(file, Buffer.byteLength(whole));
    if (whole === '') write(`${COLUMNS.join(',')}\n`);
    return { earlier, add: (pair) => write(rowOf(pair)), close: () => closeSync(file) };
  } catch (error) {
    closeSync(file);
    throw error;
  }
}

function rowsOf(text: string, path: string): AskedPair[] {
  const [header, ...rows] = splitCsv(text, path);
  if (header && header.join() !== COLUMNS.join()) {
    throw new VersusqError('usage', `${path} is no list of pairs of versusq bench. Give --out another name.`, { path });
  }
  const number = (cell: string | undefined): number | null => (cell ? Number(cell) : null);
  return rows.map(([a = '', b = '', margin, stdDev, model = '', size = '', error = '']) => ({
    a,
    b,
    margin: number(margin),
    stdDev: number(stdDev),
    model,
    size,
    error,
  }));
}

function rowOf(pair: AskedPair): string {
  const { a, b, margin, stdDev, model, size, error } = pair;
  const quoted = (cell: string): string => (/[",\r\n]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell);
  return `${[a, b, String(margin ?? ''), String(stdDev ?? ''), model, size, error].map(quoted).join(',')}\n`;
}
