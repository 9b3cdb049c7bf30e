/**
 * The references of an open document, kept while it is edited. The text is cut into stretches at boundaries of its format; an edit
 * reads the stretches it touches anew, and those behind only as long as it changes how they begin. A pass is bounded in time: what it
 * did not reach keeps its former references, moved along, until `advance` is called.
 */
import type { Reference, ReferenceFormat } from '../../protocol/index.js';
import { shifted, type Reader, type State, type Stop } from './reader.js';
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
  /** Milliseconds of one pass of `set` and `advance`, and of `edit`. A pass ends with the stretch it is in. */
  pass: number;
  edit: number;
  /** Code units from one remembered boundary to the next, at least. */
  stretch: number;
}
export const INDEX_LIMITS: IndexLimits = { units: 8 * 2 ** 20, references: 20_000, pass: 25, edit: 4, stretch: 4096 };

/** The text is kept in stretches too: an edit copies none of the others. */
interface Stretch {
  at: number;
  text: string;
  state: State;
  /** Offsets count from `at`. */
  references: Reference[];
  /** Not read since its text or its state changed. */
  stale: boolean;
}

export class ReferenceIndex {
  readonly #reader: Reader;
  readonly #limits: IndexLimits;
  /** There is more of the document than the limits let in. */
  #cut = false;
  #stretches: Stretch[];
  #absolute: Reference[] | null = null;

  constructor(format: ReferenceFormat, limits: Partial<IndexLimits> = {}) {
    this.#reader = READERS[format];
    this.#limits = { ...INDEX_LIMITS, ...limits };
    this.#stretches = [{ at: 0, text: '', state: this.#reader.start, references: [], stale: false }];
  }

  /** By `start`, without overlaps. The same array until something changes. */
  get references(): readonly Reference[] {
    if (this.#absolute) return this.#absolute;
    const absolute: Reference[] = [];
    for (const { at, references } of this.#stretches) for (const r of references) absolute.push(shifted(r, at));
    return (this.#absolute = absolute);
  }

  /** Whether `references` may lack some, or tell of former ones: the document is beyond the limits, or `advance` has work left. */
  get truncated(): boolean {
    return this.#cut || this.#stretches.some(({ stale }) => stale);
  }

  /** A new document. */
  set(text: string): void {
    this.#cut = false;
    this.#stretches = [{ at: 0, text, state: this.#reader.start, references: [], stale: true }];
    this.#keepWithinUnits();
    this.advance();
  }

  /** Changes in the order in which they are made. */
  edit(changes: readonly TextChange[]): void {
    for (const change of changes) this.#replace(change);
    this.#keepWithinUnits();
    this.#readOn(this.#limits.edit);
  }

  /** Reads on, for one pass, where the last one ran out of time. Whether something is left for another one. */
  advance(): boolean {
    return this.#readOn(this.#limits.pass);
  }

  #readOn(milliseconds: number): boolean {
    const deadline = performance.now() + milliseconds;
    const stretches = this.#stretches;
    this.#absolute = null;
    let before = 0;
    let isOver = false;
    for (let k = 0; k < stretches.length; k++) {
      if (stretches[k]!.stale) {
        if (before >= this.#limits.references) {
          const rest = stretches.splice(k + 1);
          stretches[k]!.text += rest.map(({ text }) => text).join('');
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

  get #length(): number {
    const { at, text } = this.#stretches.at(-1)!;
    return at + text.length;
  }

  /** The text changes, and the stretches that it touches become one, not read yet. */
  #replace({ start: from, end: to, text: put }: TextChange): void {
    if (this.#cut && from > this.#length) return;
    const start = Math.min(Math.max(from, 0), this.#length);
    const end = Math.min(Math.max(to, start), this.#length);
    const stretches = this.#stretches;
    // the one before is read again too: where it ends may depend on the unit that follows
    const first = Math.max(lastAtOrBefore(stretches, start - 1), 0);
    const last = Math.max(lastAtOrBefore(stretches, end), first);
    const moved = put.length - (end - start);
    const touched = stretches.slice(first, last + 1);
    const { at, state } = touched[0]!;
    const former = touched.map(({ text }) => text).join('');
    const references: Reference[] = [];
    for (const stretch of touched) {
      for (const r of stretch.references) {
        const there = shifted(r, stretch.at - at);
        if (there.end <= start - at) references.push(there);
        else if (there.start >= end - at) references.push(shifted(there, moved));
      }
    }
    const text = former.slice(0, start - at) + put + former.slice(end - at);
    stretches.splice(first, touched.length, { at, text, state, references, stale: true });
    for (let k = first + 1; k < stretches.length; k++) stretches[k]!.at += moved;
  }

  /** What lies behind the limit is dropped. */
  #keepWithinUnits(): void {
    const { units } = this.#limits;
    if (this.#length <= units) return;
    this.#cut = true;
    this.#stretches.splice(Math.max(lastAtOrBefore(this.#stretches, units - 1), 0) + 1);
    const last = this.#stretches.at(-1)!;
    last.text = last.text.slice(0, units - last.at);
    last.references = last.references.filter((r) => r.end <= last.text.length);
    last.stale = true;
  }

  /** Reads one stretch up to a boundary, and sees whether what follows begins there as it did. */
  #readStretch(k: number): void {
    const stretches = this.#stretches;
    const stretch = stretches[k]!;
    const { window, stop, references } = this.#readFrom(k);
    const at = stretch.at + stop.at;
    let next = k + 1;
    while (next < stretches.length && stretches[next]!.at < at) next++;
    const passed = stretches[next - 1]!;
    const following = stretches[next];
    const rest: Stretch[] = [];
    if (following?.at === at) {
      following.stale ||= following.state !== stop.state;
      following.state = stop.state;
    } else if (at < this.#length) {
      const former = passed.references.map((r) => shifted(r, passed.at - at)).filter((r) => r.start >= 0);
      const text = passed.text.slice(at - passed.at);
      rest.push({ at, text, state: stop.state, references: former, stale: true });
    }
    const read = { ...stretch, text: window.slice(0, stop.at), references, stale: false };
    stretches.splice(k, next - k, read, ...rest);
  }

  /** Where the next boundary is may only show further on: then more of the text is looked at, twice as much each time. */
  #readFrom(k: number): { window: string; stop: Stop; references: Reference[] } {
    const stretches = this.#stretches;
    const { text, state } = stretches[k]!;
    const until = Math.max(Math.min(this.#limits.stretch, text.length), 1);
    let window = text;
    let next = k + 1;
    const grow = (by: number): void => {
      for (const wanted = window.length + by; window.length < wanted && next < stretches.length;) {
        window += stretches[next++]!.text;
      }
    };
    if (until === text.length) grow(1);
    for (;;) {
      const references: Reference[] = [];
      let read = 0;
      const stop = this.#reader.read(window, state, until, (r) => {
        if (r.start < read) return;
        read = r.end;
        references.push(r);
      });
      if (stop.at < window.length || next === stretches.length) return { window, stop, references };
      grow(window.length);
    }
  }
}

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
