/** All references of a text at once. */
import type { Reference, ReferenceFormat } from '../../protocol/index.js';
import { READERS } from './readers/index.js';

/** By `start`, without overlaps. Never throws; linear in the length of the text. */
export function findReferences(text: string, format: ReferenceFormat): Reference[] {
  const references: Reference[] = [];
  const reader = READERS[format];
  let read = 0;
  reader.read(text, reader.start, Math.max(text.length, 1), (reference) => {
    if (reference.start < read) return;
    read = reference.end;
    references.push(reference);
  });
  return references;
}
