/**
 * Reads MATLAB level 5 MAT-files, as `save` writes them with -v6 and -v7 ("MAT-File Format", The MathWorks): numbers, text,
 * cell arrays and structs, compressed or not, in either byte order; objects and function handles are passed over. Written
 * here because the reader on npm is under the GPL. Arrays are in MATLAB's order: the first dimension runs fastest.
 */
import { inflateSync } from 'node:zlib';
import { VersusqError } from '../../protocol/index.js';

export type MatValue =
  | { kind: 'numbers'; dims: number[]; data: Float64Array }
  /** One string a row. */
  | { kind: 'text'; dims: number[]; rows: string[] }
  | { kind: 'cells'; dims: number[]; cells: MatValue[] }
  | { kind: 'struct'; dims: number[]; elements: Map<string, MatValue>[] }
  | { kind: 'other'; dims: number[] };

/** Bytes of text and version that stand before the first variable. */
const HEADER = 128;
/** A label file is small; more than this after inflating is no label file. */
const MAX_INFLATED = 512 * 2 ** 20;
/** Cells in cells in cells: deeper than this is a broken file. */
const MAX_DEPTH = 32;

const DATA = { matrix: 14, compressed: 15, utf8: 16, utf16: 17, utf32: 18 } as const;
const CLASS = { cell: 1, struct: 2, char: 4, firstNumber: 6, lastNumber: 15 } as const;

/** Reader of one element's values by data type: bytes a value and the getter of DataView. */
const NUMBERS: Record<number, [bytes: number, read: (v: DataView, at: number, little: boolean) => number]> = {
  1: [1, (v, at) => v.getInt8(at)],
  2: [1, (v, at) => v.getUint8(at)],
  3: [2, (v, at, little) => v.getInt16(at, little)],
  4: [2, (v, at, little) => v.getUint16(at, little)],
  5: [4, (v, at, little) => v.getInt32(at, little)],
  6: [4, (v, at, little) => v.getUint32(at, little)],
  7: [4, (v, at, little) => v.getFloat32(at, little)],
  9: [8, (v, at, little) => v.getFloat64(at, little)],
  12: [8, (v, at, little) => Number(v.getBigInt64(at, little))],
  13: [8, (v, at, little) => Number(v.getBigUint64(at, little))],
  [DATA.utf8]: [1, (v, at) => v.getUint8(at)],
  [DATA.utf16]: [2, (v, at, little) => v.getUint16(at, little)],
  [DATA.utf32]: [4, (v, at, little) => v.getUint32(at, little)],
};

interface Element {
  type: number;
  data: Uint8Array;
}

/** The variables of a MAT-file by name. `path` is named in errors. Error `usage`: no MAT-file, version 7.3, cut short. */
export function readMat(bytes: Uint8Array, path: string): Map<string, MatValue> {
  const text = Buffer.from(bytes.subarray(0, 116)).toString('latin1');
  if (bytes.length >= 8 && text.startsWith('MATLAB 7.3')) {
    throw fault(
      path,
      'is a MATLAB 7.3 file (HDF5). Save it from MATLAB with -v7, or give --labels a text or JSON file',
    );
  }
  const mark = Buffer.from(bytes.subarray(126, HEADER)).toString('latin1');
  if (mark !== 'IM' && mark !== 'MI') throw fault(path, 'is no MATLAB 5 file');
  const variables = new Map<string, MatValue>();
  try {
    const reader = new Reader(mark === 'IM');
    for (const element of reader.elements(bytes.subarray(HEADER))) {
      const whole = element.type === DATA.compressed ? reader.inflate(element.data) : element;
      if (whole?.type !== DATA.matrix) continue;
      const { name, value } = reader.matrix(whole.data, 0);
      if (name !== '') variables.set(name, value);
    }
  } catch (cause) {
    if (cause instanceof VersusqError) throw cause;
    throw fault(path, 'is broken or cut short. Download it again', cause);
  }
  return variables;
}

const fault = (path: string, what: string, cause?: unknown): VersusqError =>
  new VersusqError('usage', `${path} ${what}.`, { path, cause });

class Reader {
  constructor(private readonly little: boolean) {}

  /** The elements one after the other; each begins at a multiple of 8 bytes, compressed ones excepted. */
  *elements(bytes: Uint8Array): Generator<Element> {
    let at = 0;
    while (at + 8 <= bytes.length) {
      const view = viewOf(bytes);
      const word = view.getUint32(at, this.little);
      const small = word >>> 16;
      if (small !== 0) {
        // Up to 4 bytes fit into the tag itself: length and type in its first half.
        yield { type: word & 0xffff, data: slice(bytes, at + 4, small) };
        at += 8;
        continue;
      }
      const length = view.getUint32(at + 4, this.little);
      yield { type: word, data: slice(bytes, at + 8, length) };
      at += 8 + (word === DATA.compressed ? length : Math.ceil(length / 8) * 8);
    }
  }

  inflate(data: Uint8Array): Element | undefined {
    const [first] = this.elements(inflateSync(data, { maxOutputLength: MAX_INFLATED }));
    return first;
  }

  /** An array: flags, dimensions, name, then what its class holds. */
  matrix(bytes: Uint8Array, depth: number): { name: string; value: MatValue } {
    if (depth > MAX_DEPTH) throw new RangeError('nested too deeply');
    if (bytes.length === 0) return { name: '', value: { kind: 'numbers', dims: [0, 0], data: new Float64Array() } };
    const [flags, sizes, label, ...rest] = [...this.elements(bytes)];
    if (!flags || !sizes || !label) throw new RangeError('an array without flags, sizes or name');
    const matClass = viewOf(flags.data).getUint32(0, this.little) & 0xff;
    const dims = [...this.numbers(sizes)];
    const name = Buffer.from(label.data).toString('latin1');
    return { name, value: this.content(matClass, dims, rest, depth) };
  }

  private content(matClass: number, dims: number[], rest: Element[], depth: number): MatValue {
    const count = dims.reduce((product, size) => product * size, 1);
    if (matClass === CLASS.cell) {
      if (rest.length < count) throw new RangeError('a cell array without all its cells');
      return { kind: 'cells', dims, cells: rest.slice(0, count).map((e) => this.matrix(e.data, depth + 1).value) };
    }
    if (matClass === CLASS.struct) return this.struct(dims, count, rest, depth);
    const [data] = rest;
    if (matClass === CLASS.char) return { kind: 'text', dims, rows: data ? this.text(dims, data) : [] };
    if (matClass < CLASS.firstNumber || matClass > CLASS.lastNumber) return { kind: 'other', dims };
    const numbers = data ? this.numbers(data) : new Float64Array();
    if (numbers.length < count) throw new RangeError('an array without all its numbers');
    return { kind: 'numbers', dims, data: numbers };
  }

  private struct(dims: number[], count: number, rest: Element[], depth: number): MatValue {
    const [room, names, ...fields] = rest;
    if (!room || !names) throw new RangeError('a struct without field names');
    const length = this.numbers(room)[0] ?? 0;
    const labels = Array.from({ length: length > 0 ? names.data.length / length : 0 }, (_, k) =>
      Buffer.from(names.data.subarray(k * length, (k + 1) * length))
        .toString('latin1')
        .replace(/\0[^]*$/, ''),
    );
    if (fields.length < count * labels.length) throw new RangeError('a struct without all its fields');
    const field = (k: number): MatValue => this.matrix(fields[k]!.data, depth + 1).value;
    const elements = Array.from(
      { length: count },
      (_, i) => new Map(labels.map((name, k) => [name, field(i * labels.length + k)])),
    );
    return { kind: 'struct', dims, elements };
  }

  private numbers({ type, data }: Element): Float64Array {
    const kind = NUMBERS[type];
    if (!kind) throw new RangeError(`unknown data type ${type}`);
    const [bytes, read] = kind;
    const view = viewOf(data);
    return Float64Array.from({ length: Math.floor(data.length / bytes) }, (_, i) => read(view, i * bytes, this.little));
  }

  /** Characters lie column by column; a row is a string. UTF-8 is for a single row only. */
  private text(dims: number[], element: Element): string[] {
    const rows = dims[0] ?? 0;
    if (element.type === DATA.utf8 && rows <= 1) {
      return rows === 0 ? [] : [Buffer.from(element.data).toString('utf8')];
    }
    const codes = this.numbers(element);
    const columns = rows > 0 ? Math.floor(codes.length / rows) : 0;
    const letter = (row: number, column: number): string => String.fromCodePoint(codes[column * rows + row]!);
    return Array.from({ length: rows }, (_, row) =>
      Array.from({ length: columns }, (_, column) => letter(row, column)).join(''),
    );
  }
}

const viewOf = (bytes: Uint8Array): DataView => new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);

function slice(bytes: Uint8Array, from: number, length: number): Uint8Array {
  if (from + length > bytes.length) throw new RangeError('an element is cut short');
  return bytes.subarray(from, from + length);
}
