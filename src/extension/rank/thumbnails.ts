/**
 * Pictures of clips for the table, at times spread over each clip: few at a time, the latest asked for first, the last clips'
 * pictures kept. Pure; frames come from the function it is given.
 */
import type { ClipFacts } from '../../protocol/index.js';

/** Clips whose pictures are made at the same time. */
const AT_ONCE = 2;
/** Clips whose pictures are kept. */
const CLIPS_KEPT = 200;
/** Pixels. */
export const THUMBNAIL_WIDTH = 192;

/** Gives a frame as data URI; seconds on the clip's time line. */
export type GetFrame = (facts: ClipFacts, time: number, signal: AbortSignal) => Promise<string>;

interface Wanted {
  path: string;
  facts: ClipFacts;
  count: number;
}

export class Thumbnails {
  private readonly kept = new Map<string, string[]>();
  /** The last is made first. */
  private readonly waiting = new Map<string, Wanted>();
  private readonly making = new Set<string>();
  private readonly abort = new AbortController();

  constructor(
    private readonly getFrame: GetFrame,
    private readonly made: (path: string, pictures: string[]) => void,
  ) {}

  /** `path` names the clip in the answer. */
  want(path: string, facts: ClipFacts, count: number): void {
    const key = keyOf({ path, facts, count });
    const kept = this.kept.get(key);
    if (kept !== undefined) {
      this.keep(key, kept);
      return this.made(path, kept);
    }
    if (this.making.has(key)) return;
    this.waiting.delete(key);
    this.waiting.set(key, { path, facts, count });
    this.makeNext();
  }

  dispose(): void {
    this.abort.abort();
    this.waiting.clear();
    this.kept.clear();
  }

  private makeNext(): void {
    while (this.making.size < AT_ONCE) {
      const next = [...this.waiting].at(-1);
      if (next === undefined) return;
      this.waiting.delete(next[0]);
      void this.make(...next);
    }
  }

  private async make(key: string, { path, facts, count }: Wanted): Promise<void> {
    this.making.add(key);
    const { signal } = this.abort;
    const pictures: string[] = [];
    let complete = true;
    for (const time of spreadTimes(facts, count)) {
      if (signal.aborted) return;
      try {
        pictures.push(await this.getFrame(facts, time, signal));
      } catch {
        complete = false;
      }
    }
    if (signal.aborted) return;
    this.making.delete(key);
    if (complete) this.keep(key, pictures);
    this.made(path, pictures);
    this.makeNext();
  }

  /** As the latest used; the one that was not used for longest goes. */
  private keep(key: string, pictures: string[]): void {
    this.kept.delete(key);
    this.kept.set(key, pictures);
    if (this.kept.size > CLIPS_KEPT) this.kept.delete(this.kept.keys().next().value ?? '');
  }
}

/** The middles of `count` equal parts of the clip, seconds on its time line. */
export function spreadTimes({ start, duration }: ClipFacts, count: number): number[] {
  return Array.from({ length: count }, (_, i) => start + (duration * (i + 0.5)) / count);
}

/** By content: a clip that was replaced gets new pictures. */
const keyOf = ({ path, facts, count }: Wanted): string => [path, facts.hash, count].join('\0');
