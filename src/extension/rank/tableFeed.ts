/**
 * Which messages a table needs: facts once a clip, rows and state when they have changed, and everything whole for a table that
 * is there anew. Pure; whoever sends them sets the pace.
 */
import type { RankRow, RankTableState, TableClip, ToTable } from '../../protocol/index.js';

/** Clips in one message. */
const CLIPS_AT_ONCE = 500;

/** The truth, asked when messages are made. */
export interface TableTruth {
  readonly table: RankTableState;
  readonly rows: RankRow[];
  readonly clips: ReadonlyMap<string, TableClip>;
}

/** What may have changed in the truth; clips, also those that are gone, by their relative paths. */
export interface TableChange {
  table?: true;
  rows?: true;
  clips?: readonly string[];
}

export class TableFeed {
  private table = false;
  private rows = false;
  private readonly clips = new Set<string>();

  constructor(private readonly truth: TableTruth) {}

  changed({ table, rows, clips }: TableChange): void {
    this.table ||= table === true;
    this.rows ||= rows === true;
    for (const path of clips ?? []) this.clips.add(path);
  }

  /** Everything, for a table that knows nothing. */
  whole(): ToTable[] {
    const { table, rows, clips } = this.truth;
    this.taken();
    return [{ type: 'state', state: table }, ...clipMessages([...clips.values()], true), { type: 'rows', rows }];
  }

  /** What has changed since the last messages; empty where nothing has. */
  next(): ToTable[] {
    const messages: ToTable[] = [];
    if (this.table) messages.push({ type: 'state', state: this.truth.table });
    const known = this.truth.clips;
    const clips = [...this.clips].map((path) => known.get(path)).filter((clip) => clip !== undefined);
    // A table keeps what it was told of a clip until it is told to forget, and that is only said of all of them.
    if (clips.length < this.clips.size) messages.push(...clipMessages([...known.values()], true));
    else if (clips.length > 0) messages.push(...clipMessages(clips, false));
    if (this.rows) messages.push({ type: 'rows', rows: this.truth.rows });
    this.taken();
    return messages;
  }

  private taken(): void {
    this.table = this.rows = false;
    this.clips.clear();
  }
}

function clipMessages(clips: TableClip[], reset: boolean): ToTable[] {
  const messages: ToTable[] = [];
  for (let i = 0; i < Math.max(1, clips.length); i += CLIPS_AT_ONCE) {
    messages.push({ type: 'clips', clips: clips.slice(i, i + CLIPS_AT_ONCE), reset: reset && i === 0 });
  }
  return messages;
}
