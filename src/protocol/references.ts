/**
 * A clip named in a text: where, and as what. Offsets are UTF-16 code units of the document, as VS Code counts them.
 */

/** How a text is read. `source`: string literals of a programming language; `edl`: CMX 3600 edit lists. */
export const REFERENCE_FORMATS = [
  'markdown',
  'json',
  'jsonl',
  'yaml',
  'csv',
  'tsv',
  'xml',
  'mpd',
  'edl',
  'm3u',
  'ffconcat',
  'html',
  'notebook',
  'source',
  'text',
] as const;
export type ReferenceFormat = (typeof REFERENCE_FORMATS)[number];

export interface Reference {
  /** First and one behind the last code unit of the name as written, without quotes. */
  start: number;
  end: number;
  /** The name with the format's escapes undone: a path, a `file:` URI, or a glob pattern. */
  name: string;
  kind: 'path' | 'uri' | 'glob';
  /**
   * In running text: the words right before `start`, as written, that belong to the name where there is such a file (`my take 2.mp4`).
   * Where there is none, the name is what it is without them.
   */
  lead?: string;
}

/**
 * What a reference leads to. `refused`: outside the folders that may be followed, or another scheme than `file:`. `taken`: so many
 * code units at the end of the lead belong to the name. `truncated`: a pattern may name more files than these.
 */
export type ReferenceTarget =
  | { kind: 'files'; paths: string[]; taken?: number; truncated?: true }
  | { kind: 'missing'; looked: string[] }
  | { kind: 'refused'; reason: string };
