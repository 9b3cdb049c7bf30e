/**
 * The references of an open document, kept while it is edited. The text is cut into stretches at boundaries of its format; an edit
 * reads the stretches it touches anew, and those behind only as long as it changes how they begin. A pass is bounded in time: what it
 * did not reach keeps its former references, moved along, until `advance` is called.
 */
import type { Reference, ReferenceFormat } from '../../protocol/index.js';
import type { Reader, State } from './reader.js';
import { READERS } from './readers/index.js';

/** `start` and `end`: UTF-16 offsets in the text as it is before this change and after those before it in the list. */
export interface TextChange {
  start: number;
  end: number;
  text: string;
}

export interface IndexLimits {
  /** UTF-16 code units of the document that are read; what follows is not. */
  units: number;
  references: number;
  /** Milliseconds of one pass. A pass ends with the stretch it is in. */
  pass: number;
  /** Code units from one remembered boundary to the next, at least. */
  stretch: number;
}
export const INDEX_LIMITS: IndexLimits = { units: 8 * 2 ** 20, references: 20_000, pass: 25, stretch: 4096 };

interface Stretch {
  at: number;
  state: State;
  /** Offsets count from `at`. */
  references: Reference[];
  /** Not read since its text or its state changed. */
  stale: boolean;
}

export class ReferenceIndex {
  readonly #reader: Reader;
  readonly #limits: IndexLimits;
  #text = '';
  #cut = false;
  #stretches: Stretch[] = [];
  #absolute: Reference[] | null = null;

  constructor(format: ReferenceFormat, limits: Partial<IndexLimits> = {}) {
    this.#reader = READERS[format];
    this.#limits = { ...INDEX_LIMITS, ...limits };
  }

  /** By `start`, without overlaps. The same array until something changes. */
  get references(): readonly Reference[] {
    return (this.#absolute ??= this.#stretches.flatMap(({ at, references }) =>
      references.map((r) => ({ ...r, start: at + r.start, end: at + r.end })),
    ));
  }

  /** Whether `references` may lack some, or tell of former ones: the document is beyond the limits, or `advance` has work left. */
  get truncated(): boolean {
    return this.#cut || this.#stretches.some(({ stale }) => stale);
  }

  /** A new document. */
  set(text: string): void {
    this.#cut = text.length > this.#limits.units;
    this.#text = this.#cut ? text.slice(0, this.#limits.units) : text;
    this.#stretches = [{ at: 0, state: this.#reader.start, references: [], stale: true }];
    this.advance();
  }

  /** Changes in the order in which they are made. */
  edit(changes: readonly TextChange[]): void {
    for (const { start, end, text } of changes) this.#replace(start, end, text);
    this.advance();
  }

  /** Reads on, for one pass, where the last one ran out of time. Whether something is left for another one. */
  advance(): boolean {
    const deadline = performance.now() + this.#limits.pass;
    const stretches = this.#stretches;
    this.#absolute = null;
    let before = 0;
    let isOver = false;
    for (let k = 0; k < stretches.length; k++) {
      if (stretches[k]!.stale) {
        if (before >= this.#limits.references) {
          stretches.splice(k + 1);
          stretches[k]!.references = [];
          return false;
        }
        if (isOver) return true;
        this.#readStretch(k);
        isOver = performance.now() > deadline;
      }
      before += stretches[k]!.references.length;
    }
    return false;
  }

  /** The text changed, and the stretches it touches are one, not read yet. */
  #replace(from: number, to: number, text: string): void {
    const start = Math.min(Math.max(from, 0), this.#text.length);
    const end = Math.min(Math.max(to, start), this.#text.length);
    if (this.#cut && from > this.#text.length) return;
    this.#text = this.#text.slice(0, start) + text + this.#text.slice(end);
    if (this.#text.length > this.#limits.units) return this.set(this.#text);
    const stretches = this.#stretches;
    const first = Math.max(lastAtOrBefore(stretches, start - 1), 0);
    const last = Math.max(lastAtOrBefore(stretches, end), first);
    const moved = text.length - (end - start);
    const joined = stretches[first]!;
    const kept: Reference[] = [];
    for (let k = first; k <= last; k++) {
      const { at, references } = stretches[k]!;
      for (const r of references) {
        if (at + r.end <= start) kept.push(shifted(r, at - joined.at));
        else if (at + r.start >= end) kept.push(shifted(r, at - joined.at + moved));
      }
    }
    stretches.splice(first, last - first + 1, { ...joined, references: kept, stale: true });
    for (let k = first + 1; k < stretches.length; k++) stretches[k]!.at += moved;
  }

  /** Reads one stretch up to a boundary, and sees whether what follows begins there as it did. */
  #readStretch(k: number): void {
    const stretches = this.#stretches;
    const stretch = stretches[k]!;
    const end = stretches[k + 1]?.at ?? this.#text.length;
    const until = Math.max(Math.min(stretch.at + this.#limits.stretch, end), stretch.at + 1);
    const references: Reference[] = [];
    let read = stretch.at;
    const stop = this.#reader.read(this.#text, stretch.at, stretch.state, until, (r) => {
      if (r.start < read) return;
      read = r.end;
      references.push(shifted(r, -stretch.at));
    });
    let next = k + 1;
    while (next < stretches.length && stretches[next]!.at < stop.at) next++;
    const passed = stretches[next - 1]!;
    const following = stretches[next];
    const rest: Stretch[] = [];
    if (following?.at === stop.at) {
      following.stale ||= following.state !== stop.state;
      following.state = stop.state;
    } else if (stop.at < this.#text.length) {
      const former = passed.references.map((r) => shifted(r, passed.at - stop.at)).filter((r) => r.start >= 0);
      rest.push({ ...stop, references: former, stale: true });
    }
    stretches.splice(k + 1, next - k - 1, ...rest);
    stretches[k] = { ...stretch, references, stale: false };
  }
}

const shifted = (r: Reference, by: number): Reference => ({ ...r, start: r.start + by, end: r.end + by });

/** Index of the last stretch that begins at or before `offset`; -1: none. */
function lastAtOrBefore(stretches: readonly Stretch[], offset: number): number {
  let [low, high] = [0, stretches.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (stretches[middle]!.at <= offset) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}
