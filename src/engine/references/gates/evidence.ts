/**
 * What rules are judged on, by clip: a comparison with the reference, a score among the clips of the rule, the facts of the time
 * line. Computed (gather.ts) or as far as stored (stored.ts); both ask the engine the same questions, so that editor and command
 * judge the same numbers. Paths are absolute.
 */
import type { Comparison, ErrorData, TimelineFacts } from '../../../protocol/index.js';

/** null: not known, because nothing was to be computed. */
export type Answer<T> = { value: T } | { error: ErrorData } | null;

/** The clip is A, its reference B. */
export type AgainstReference = Pick<Comparison, 'margin' | 'interval95' | 'attributes' | 'claims'>;

export interface Score {
  score: number;
  interval95: [number, number];
}

export interface Evidence {
  comparison(clip: string, reference: string): Answer<AgainstReference>;
  timeline(clip: string): Answer<TimelineFacts>;
  /** Among the clips of this set. */
  score(set: readonly string[], clip: string): Answer<Score>;
}

/** What has to be asked to judge all rules. */
export interface Questions {
  /** Clip and reference; a clip against itself where only its time line is wanted. */
  pairs: { a: string; b: string }[];
  sets: string[][];
}

/** Answers by the names of their questions. */
export class Answers implements Evidence {
  private readonly pairs = new Map<string, Answer<Comparison>>();
  private readonly sets = new Map<string, Map<string, Answer<Score>>>();
  private readonly timelines = new Map<string, TimelineFacts>();
  /** Why a clip can't be read, whatever it was asked for. */
  private readonly failures = new Map<string, ErrorData>();

  get failed(): Iterable<[string, ErrorData]> {
    return this.failures;
  }

  comparison(clip: string, reference: string): Answer<AgainstReference> {
    return this.pairs.get(pairName(clip, reference)) ?? null;
  }

  timeline(clip: string): Answer<TimelineFacts> {
    const value = this.timelines.get(clip);
    if (value !== undefined) return { value };
    const error = this.failures.get(clip);
    return error === undefined ? null : { error };
  }

  score(set: readonly string[], clip: string): Answer<Score> {
    return this.sets.get(setName(set))?.get(clip) ?? null;
  }

  tellPair({ a, b }: { a: string; b: string }, answer: Comparison | { error: ErrorData }): void {
    if ('error' in answer) {
      this.pairs.set(pairName(a, b), answer);
      this.failures.set(answer.error.path ?? a, answer.error);
      return;
    }
    this.pairs.set(pairName(a, b), { value: answer });
    if (answer.a.timeline) this.timelines.set(a, answer.a.timeline);
  }

  tellScore(set: readonly string[], clip: string, answer: Answer<Score>): void {
    const scores = this.sets.get(setName(set)) ?? new Map<string, Answer<Score>>();
    scores.set(clip, answer);
    this.sets.set(setName(set), scores);
    if (answer !== null && 'error' in answer) this.failures.set(clip, answer.error);
  }

  tellTimeline(clip: string, timeline: TimelineFacts): void {
    this.timelines.set(clip, timeline);
  }
}

const pairName = (a: string, b: string): string => `${a}\0${b}`;
const setName = (set: readonly string[]): string => set.join('\0');
