/**
 * How long reading the clips will still take, from the share that is done: said only once enough is done to tell, else null.
 * Comparing and writing the reasons come after it and have no shares; they take seconds whatever the clips' length.
 */
import type { RunState } from '../../protocol/index.js';

type Working = Extract<RunState, { status: 'working' }>;
interface Pace {
  /** ms since 1970, and the share, at the first and at the latest report */
  first: { at: number; share: number };
  last: { at: number; share: number };
}

/** What must have passed, and been done in it, before a pace is believed: ms, and share. */
const ENOUGH_MS = 2000;
const ENOUGH_SHARE = 0.05;

export class TimeLeft {
  private since: number | null = null;
  /** By station and clip: A and B are read side by side, and measured while they are read. */
  private readonly paces = new Map<string, Pace>();

  /** To be called with every state of the run; `now` in ms since 1970. */
  observe(run: RunState, now: number): void {
    if (run.status !== 'working' || run.since !== this.since) this.paces.clear();
    this.since = run.status === 'working' ? run.since : null;
    if (run.status !== 'working' || run.clip === null || run.share === null || !isReading(run)) return;
    const report = { at: now, share: run.share };
    const key = `${run.station} ${run.clip}`;
    this.paces.set(key, { first: this.paces.get(key)?.first ?? report, last: report });
  }

  /** Milliseconds until the slower clip is read and measured, or null. */
  estimate(run: Working, now: number): number | null {
    if (!isReading(run)) return null;
    const left: number[] = [];
    for (const { first, last } of this.paces.values()) {
      if (last.share >= 1) continue;
      const done = last.share - first.share;
      if (last.at - first.at < ENOUGH_MS || done < ENOUGH_SHARE) return null;
      left.push(((1 - last.share) / done) * (last.at - first.at) - (now - last.at));
    }
    return left.length > 0 ? Math.max(0, ...left) : null;
  }
}

const isReading = ({ station }: Working): boolean => station === 'decode' || station === 'encode';
