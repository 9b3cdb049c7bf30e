/**
 * The clips of a ranking by path, as the table shows them: facts and rows of the host brought together, each once. Entries are
 * replaced, never changed, so that what is drawn can be compared by identity. Rows keep the host's order: best first.
 */
import type { AttributeName, ClipFacts, ErrorData } from '../../../protocol/index.js';
import type { PairMargin, RankRow } from '../../../protocol/rank.js';
import type { TableClip } from '../../../protocol/table.js';
import { difference, overlap, type Estimate } from './intervals.js';

/** The clip one rank above, within the group where there are groups. */
export interface Above {
  path: string;
  /** This clip's score less the other's, so 0 or below. */
  margin: Estimate;
  /** The intervals of the two overlap: the order of the two is not sure. */
  tie: boolean;
}

export type EntryStatus = 'waiting' | 'measured' | 'ranked' | 'failed' | 'excluded';

export interface Entry {
  path: string;
  /** File name, and the folder it is in ('' for the ranked folder itself). */
  name: string;
  folder: string;
  /** Lower case, for the filter. */
  lower: string;
  /** Place in the host's order. */
  position: number;
  status: EntryStatus;
  rank: number | null;
  rankInGroup: number | null;
  group: string | null;
  estimate: Estimate | null;
  toReference: Estimate | null;
  above: Above | null;
  wins: number;
  losses: number;
  ties: number;
  mainDefect: AttributeName | null;
  facts: ClipFacts | null;
  error: ErrorData | null;
}

export class TableData {
  private built: ReadonlyMap<string, Entry> = new Map();
  /** Many messages may come before the next look: entries are made when they are asked for. */
  private changed = false;
  private readonly clips = new Map<string, TableClip>();
  private rows: readonly RankRow[] = [];
  private excluded: ReadonlySet<string> = new Set();

  setClips(clips: readonly TableClip[], reset: boolean): void {
    if (reset) this.clips.clear();
    for (const clip of clips) this.clips.set(clip.path, clip);
    this.changed = true;
  }

  setRows(rows: readonly RankRow[]): void {
    this.rows = rows;
    this.changed = true;
  }

  setExcluded(paths: readonly string[]): void {
    if (paths.length === this.excluded.size && paths.every((p) => this.excluded.has(p))) return;
    this.excluded = new Set(paths);
    this.changed = true;
  }

  /** Every clip by path; in the host's order where it has told one. */
  get entries(): ReadonlyMap<string, Entry> {
    if (this.changed) this.rebuild();
    return this.built;
  }

  /** One walk over rows and clips, linear in their number. */
  private rebuild(): void {
    this.changed = false;
    const before = this.built;
    const entries = new Map<string, Entry>();
    const last = new Map<string, Entry>();
    for (const row of this.rows) {
      const above = row.rank === null ? undefined : last.get(row.rankInGroup === null ? '' : (row.group ?? ''));
      const entry = this.entry(row.path, row, entries.size, above, before.get(row.path));
      entries.set(row.path, entry);
      if (row.rank !== null) last.set(row.rankInGroup === null ? '' : (row.group ?? ''), entry);
    }
    for (const path of this.clips.keys())
      if (!entries.has(path)) entries.set(path, this.entry(path, null, entries.size, undefined, before.get(path)));
    for (const path of this.excluded)
      if (!entries.has(path)) entries.set(path, this.entry(path, null, entries.size, undefined, before.get(path)));
    this.built = entries;
  }

  private entry(
    path: string,
    row: RankRow | null,
    position: number,
    above: Entry | undefined,
    before: Entry | undefined,
  ): Entry {
    const clip = this.clips.get(path);
    const slash = path.lastIndexOf('/');
    const estimate = estimateOf(row);
    const error = clip?.error ?? null;
    const left = this.excluded.has(path);
    return {
      path,
      name: before?.name ?? path.slice(slash + 1),
      folder: before?.folder ?? path.slice(0, Math.max(0, slash)),
      lower: before?.lower ?? path.toLowerCase(),
      position,
      status: left ? 'excluded' : error ? 'failed' : (row?.status ?? 'waiting'),
      rank: row?.rank ?? null,
      rankInGroup: row?.rankInGroup ?? null,
      group: row?.group ?? null,
      estimate,
      toReference: row?.toReference ? { value: row.toReference.margin, interval95: row.toReference.interval95 } : null,
      above: above?.estimate && estimate ? aboveOf(estimate, above.path, above.estimate) : null,
      wins: row?.wins ?? 0,
      losses: row?.losses ?? 0,
      ties: row?.ties ?? 0,
      mainDefect: row?.mainDefect ?? null,
      facts: clip?.facts ?? null,
      error,
    };
  }
}

function estimateOf(row: RankRow | null): Estimate | null {
  if (row === null || row.score === null) return null;
  return { value: row.score, interval95: row.interval95 ?? [row.score, row.score] };
}

function aboveOf(own: Estimate, path: string, other: Estimate): Above {
  return { path, margin: difference(own, other), tie: overlap(own, other) };
}

/** Direct margins by ordered pair of paths, both ways round. */
export function pairIndex(pairs: readonly PairMargin[]): Map<string, PairMargin> {
  const index = new Map<string, PairMargin>();
  for (const p of pairs) {
    index.set(pairKey(p.a, p.b), p);
    index.set(pairKey(p.b, p.a), { a: p.b, b: p.a, margin: -p.margin, stdDev: p.stdDev });
  }
  return index;
}
export const pairKey = (a: string, b: string): string => `${a}\n${b}`;
