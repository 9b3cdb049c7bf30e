/**
 * Which names of a document belong together: names that follow each other closely are a list, two are a pair. Pure.
 */
import type { Reference, ReferenceFormat } from '../../protocol/index.js';

/** So many lines two names of one list lie apart at most: entries of structured formats take several lines each. */
const APART = 3;
const APART_STRUCTURED = 12;
const STRUCTURED: ReadonlySet<ReferenceFormat> = new Set<ReferenceFormat>([
  'json',
  'yaml',
  'xml',
  'mpd',
  'edl',
  'html',
]);

/** The files of longer lists are looked at when they are to be ranked, not before. */
export const LONGEST_LIST = 500;

export interface Group {
  references: Reference[];
  /** How many different names. */
  names: number;
  /** Lines on which exactly two of them stand, by the index of the first; empty where the group is a single pair. */
  pairs: number[];
}

/** Groups of two names or more. `lineOf` gives the line of an offset. */
export function groupsOf(
  references: readonly Reference[],
  format: ReferenceFormat,
  lineOf: (offset: number) => number,
): Group[] {
  const apart = STRUCTURED.has(format) ? APART_STRUCTURED : APART;
  const groups: Group[] = [];
  let run: Reference[] = [];
  let lines: number[] = [];
  const close = (): void => {
    const group = groupOf(run, lines);
    if (group !== null) groups.push(group);
    [run, lines] = [[], []];
  };
  for (const reference of references) {
    const line = lineOf(reference.start);
    if (run.length > 0 && line - lines.at(-1)! > apart) close();
    run.push(reference);
    lines.push(line);
  }
  close();
  return groups;
}

function groupOf(references: Reference[], lines: number[]): Group | null {
  const names = new Set(references.map(written)).size;
  const pattern = references.some(({ kind }) => kind === 'glob');
  if (names < 2 && !pattern) return null;
  const pairs: number[] = [];
  for (let i = 0; i + 1 < references.length; i++) {
    const alone = lines[i] === lines[i + 1] && lines[i - 1] !== lines[i] && lines[i + 2] !== lines[i];
    if (alone && written(references[i]!) !== written(references[i + 1]!)) pairs.push(i);
  }
  return { references, names, pairs: references.length === 2 ? [] : pairs };
}

/** With the words that may belong to it: of `take a final.mp4` and `take b final.mp4` the last word is the same. */
const written = ({ lead = '', name }: Reference): string => lead + name;

/** The group that holds the reference that begins there. */
export function groupAt(groups: readonly Group[], start: number): Group | null {
  return groups.find(({ references }) => references[0]!.start <= start && start <= references.at(-1)!.start) ?? null;
}
