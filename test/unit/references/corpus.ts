/**
 * Manifests with what must be found in them. In a file of the corpus each name stands in brackets: `⟦as written⟧`, or
 * `⟦as written=>name⟧` where escapes hide it. The brackets are taken out before the text is read.
 */
import { readdirSync, readFileSync } from 'node:fs';
import type { Reference, ReferenceFormat } from '../../../src/protocol/index.js';
import { formatOf } from '../../../src/engine/references/index.js';

export interface Manifest {
  name: string;
  format: ReferenceFormat;
  text: string;
  expected: Reference[];
}

const FOLDER = new URL('./corpus/', import.meta.url);

/** `review.md.txt` is read as `review.md`. */
export function corpus(): Manifest[] {
  return readdirSync(FOLDER)
    .sort()
    .map((file) => {
      const name = file.replace(/\.txt$/, '');
      return { name, format: formatOf(name)!, ...unmarked(readFileSync(new URL(file, FOLDER), 'utf8')) };
    });
}

export function unmarked(marked: string): Pick<Manifest, 'text' | 'expected'> {
  const expected: Reference[] = [];
  let text = '';
  let read = 0;
  for (const { index, 0: all, 1: inner = '' } of marked.matchAll(/⟦([^⟧]*)⟧/g)) {
    text += marked.slice(read, index);
    const [written = '', name = written] = inner.split('=>');
    expected.push({ start: text.length, end: text.length + written.length, name, kind: kindOf(name) });
    text += written;
    read = index + all.length;
  }
  return { text: text + marked.slice(read), expected };
}

export function kindOf(name: string): Reference['kind'] {
  if (name.startsWith('file:')) return 'uri';
  return /[*?]|\{.*,.*\}/.test(name) ? 'glob' : 'path';
}

export interface Score {
  hits: number;
  wrong: Reference[];
  missed: Reference[];
}

/** A reference counts where place, name and kind are right. */
export function score(found: readonly Reference[], expected: readonly Reference[]): Score {
  const key = (r: Reference) => JSON.stringify([r.start, r.end, r.name, r.kind]);
  const [f, e] = [new Set(found.map(key)), new Set(expected.map(key))];
  return {
    hits: expected.filter((r) => f.has(key(r))).length,
    wrong: found.filter((r) => !e.has(key(r))),
    missed: expected.filter((r) => !f.has(key(r))),
  };
}

export const precision = ({ hits, wrong }: Score): number => hits / Math.max(1, hits + wrong.length);
export const recall = ({ hits, missed }: Score): number => hits / Math.max(1, hits + missed.length);
export const together = (scores: readonly Score[]): Score => ({
  hits: scores.reduce((sum, s) => sum + s.hits, 0),
  wrong: scores.flatMap((s) => s.wrong),
  missed: scores.flatMap((s) => s.missed),
});
