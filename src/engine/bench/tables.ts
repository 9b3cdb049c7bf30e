/**
 * Label files as rows of cells: CSV (RFC 4180), Excel sheets, MATLAB variables side by side, JSON annotations. What a column
 * means is the data set's matter (datasets.ts).
 */
import { readFile } from 'node:fs/promises';
import { VersusqError } from '../../protocol/index.js';
import { parseCsv } from '../csv.js';
import { readMat, type MatValue } from './mat.js';

/** Cells as text, '' where there is nothing; numbers keep their full precision. */
export interface Table {
  columns: string[];
  rows: string[][];
  /** What a reader calls row 0: "line 2", "row 2", "entry 1". */
  rowName(index: number): string;
}

/** Error `usage` that names the label file; `what` goes on from its name. */
export const labelFault = (path: string, what: string, cause?: unknown): VersusqError =>
  new VersusqError('usage', `${path} ${what}`, { path, cause });

export async function readBytes(path: string): Promise<Buffer> {
  try {
    return await readFile(path);
  } catch (cause) {
    throw labelFault(path, "can't be read. Check the name given to --labels.", cause);
  }
}

/** Rows of fields of a CSV file. */
export function splitCsv(text: string, path: string): string[][] {
  try {
    return parseCsv(text);
  } catch (cause) {
    throw labelFault(path, `is no CSV file: ${cause instanceof Error ? cause.message : String(cause)}.`, cause);
  }
}

/** First row: names of the columns. */
export async function readCsvTable(path: string): Promise<Table> {
  const [columns = [], ...rows] = splitCsv((await readBytes(path)).toString('utf8'), path);
  return { columns: columns.map((name) => name.trim()), rows, rowName: (i) => `line ${i + 2}` };
}

/** CSV that lies on its side: the first cell of each row names what the row holds (LIVE-YT-HFR). */
export async function readSidewaysTable(path: string): Promise<Table> {
  const lines = splitCsv((await readBytes(path)).toString('utf8'), path);
  const count = Math.max(0, ...lines.map((line) => line.length - 1));
  return {
    columns: lines.map((line) => (line[0] ?? '').trim()),
    rows: Array.from({ length: count }, (_, k) => lines.map((line) => line[k + 1] ?? '')),
    rowName: (i) => `column ${i + 2}`,
  };
}

/** A sheet of a workbook (.xlsx): the one of that name, else the first; its first row names the columns. */
export async function readSheetTable(path: string, sheetName: string): Promise<Table> {
  const bytes = await readBytes(path);
  const { default: readWorkbook } = await import('read-excel-file/universal');
  const sheets = await readWorkbook(new Blob([new Uint8Array(bytes)])).catch((cause: unknown) => {
    throw labelFault(path, 'is no Excel workbook (.xlsx), or it is cut short. Download it again.', cause);
  });
  const sheet = sheets.find(({ sheet }) => sheet === sheetName) ?? sheets[0];
  const [columns = [], ...rows] = (sheet?.data ?? []).map((row) => row.map((cell) => String(cell ?? '').trim()));
  return { columns, rows, rowName: (i) => `row ${i + 2} of sheet ${sheet?.sheet ?? ''}` };
}

/** Variables of a MATLAB file side by side: those that are lists of names or numbers. */
export async function readMatTable(path: string): Promise<Table> {
  const lists = [...readMat(await readBytes(path), path)].flatMap(([name, value]) => {
    const cells = listOf(value);
    return cells ? [{ name, cells }] : [];
  });
  const count = Math.max(0, ...lists.map(({ cells }) => cells.length));
  return {
    columns: lists.map(({ name }) => name),
    rows: Array.from({ length: count }, (_, k) => lists.map(({ cells }) => cells[k] ?? '')),
    rowName: (i) => `element ${i + 1}`,
  };
}

/** A column or row of numbers, of strings, or of cells that hold one of either; null for anything else. */
function listOf(value: MatValue): string[] | null {
  if (value.kind === 'numbers') return [...value.data].map(String);
  if (value.kind === 'text') return value.rows.map((row) => row.trimEnd());
  if (value.kind !== 'cells') return null;
  return value.cells.map((cell) => (listOf(cell) ?? [''])[0] ?? '');
}

/** `{"annotations": [{"image_id", "score"}, ...]}`, the layout of VQAThinker's lists; scores may stand in quotes. */
export async function readJsonTable(path: string): Promise<Table> {
  let content: unknown;
  try {
    content = JSON.parse((await readBytes(path)).toString('utf8'));
  } catch (cause) {
    if (cause instanceof VersusqError) throw cause;
    throw labelFault(path, 'is no JSON file, or it is cut short. Download it again.', cause);
  }
  const list = (content as { annotations?: unknown } | null)?.annotations;
  if (!Array.isArray(list)) throw labelFault(path, 'has no list "annotations" of {"image_id", "score"}.');
  const entries = list as (Record<string, unknown> | null)[];
  const columns = [...new Set(entries.flatMap((entry) => Object.keys(entry ?? {})))];
  return {
    columns,
    rows: entries.map((entry) => columns.map((name) => String(entry?.[name] ?? ''))),
    rowName: (i) => `entry ${i + 1}`,
  };
}

/** Lines `path, duration, fps, mos`: no header; the path may hold commas. Lines that begin with # are notes. */
export async function readTextTable(path: string): Promise<Table> {
  const text = (await readBytes(path)).toString('utf8').replace(/^\ufeff/, '');
  const lines = text.split(/\r?\n/).map((line, i) => ({ line: line.trim(), number: i + 1 }));
  const used = lines.filter(({ line }) => line !== '' && !line.startsWith('#'));
  const rows = used.map(({ line, number }) => {
    const fields = /^(.+),([^,]*),([^,]*),([^,]*)$/.exec(line);
    if (!fields) throw labelFault(path, `has in line ${number} not the four fields path, duration, fps, mos.`);
    return fields.slice(1);
  });
  return { columns: ['path', 'duration', 'fps', 'mos'], rows, rowName: (i) => `line ${used[i]?.number ?? i + 1}` };
}
