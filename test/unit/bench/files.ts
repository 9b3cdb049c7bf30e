/** Miniatures of published data sets: label files in their layouts and empty files that stand for videos. */
import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { deflateSync } from 'node:zlib';
import { DATASETS, type Dataset } from '../../../src/engine/bench/datasets.js';

export const scratch = (): string => mkdtempSync(join(tmpdir(), 'versusq-bench-'));

export const dataset = (id: string): Dataset => DATASETS.find((set) => set.id === id)!;

/** Writes files below `folder` (made where there is none) and gives it. */
export function put(files: Record<string, string | Uint8Array>, folder = scratch()): string {
  for (const [name, content] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), content);
  }
  return folder;
}

export const videos = (...names: string[]): Record<string, string> => Object.fromEntries(names.map((n) => [n, '']));

export const annotations = (scores: Record<string, string | number>): string =>
  JSON.stringify({
    annotations: Object.entries(scores).map(([image_id, score]) => ({ image_id, ann_type: 'score', score })),
  });

/** A variable of a MAT-file: numbers or strings, as a column. */
export type MatColumn = { name: string; numbers?: number[]; strings?: string[] };

export interface MatOptions {
  compress?: boolean;
  bigEndian?: boolean;
}

/** A MATLAB 5 file with one N x 1 variable a column: doubles, or a cell array of strings. */
export function matFile(columns: MatColumn[], { compress = false, bigEndian = false }: MatOptions = {}): Buffer {
  const u32 = (...values: number[]): Buffer => {
    const bytes = Buffer.alloc(4 * values.length);
    values.forEach((v, i) => (bigEndian ? bytes.writeUInt32BE(v, 4 * i) : bytes.writeUInt32LE(v, 4 * i)));
    return bytes;
  };
  const tag = (type: number, data: Buffer): Buffer => {
    // Up to 4 bytes stand inside the tag, as MATLAB writes them.
    if (data.length > 0 && data.length <= 4) {
      return Buffer.concat([u32((data.length << 16) | type), data, Buffer.alloc(4 - data.length)]);
    }
    return Buffer.concat([u32(type, data.length), data, Buffer.alloc((8 - (data.length % 8)) % 8)]);
  };
  const array = (matClass: number, dims: number[], name: string, content: Buffer): Buffer =>
    tag(14, Buffer.concat([tag(6, u32(matClass, 0)), tag(5, u32(...dims)), tag(1, Buffer.from(name)), content]));
  const doubles = (values: number[]): Buffer => {
    const bytes = Buffer.alloc(8 * values.length);
    values.forEach((v, i) => (bigEndian ? bytes.writeDoubleBE(v, 8 * i) : bytes.writeDoubleLE(v, 8 * i)));
    return bytes;
  };
  const letters = (text: string): Buffer => {
    const bytes = Buffer.from(text, 'utf16le');
    return bigEndian ? bytes.swap16() : bytes;
  };
  const variable = ({ name, numbers, strings }: MatColumn): Buffer => {
    if (numbers) return array(6, [numbers.length, 1], name, tag(9, doubles(numbers)));
    const cells = (strings ?? []).map((text) => array(4, [1, text.length], '', tag(4, letters(text))));
    return array(1, [cells.length, 1], name, Buffer.concat(cells));
  };
  const header = Buffer.alloc(128, ' ');
  header.write('MATLAB 5.0 MAT-file, made by a test');
  header.write(bigEndian ? '\x01\x00MI' : '\x00\x01IM', 124, 'latin1');
  const packed = (element: Buffer): Buffer => {
    const data = deflateSync(element);
    return Buffer.concat([u32(15, data.length), data]);
  };
  return Buffer.concat([header, ...columns.map(variable).map((element) => (compress ? packed(element) : element))]);
}
