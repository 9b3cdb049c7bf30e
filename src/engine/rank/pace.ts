/** How often a running ranking speaks, and how fast it goes. Nothing here decides what is asked. */
import type { RankProgress, RankStage } from '../../protocol/index.js';

/** A table is told at most so often, milliseconds. */
const EVERY_MS = 300;
/** Telling it takes at most this share of the time: a table of thousands of rows is told less often. */
const SHARE_OF_TIME = 0.05;

export class Pace {
  private readonly began = performance.now();
  private last = -Infinity;
  private cost = 0;
  private begunWith = { settled: 0, compared: 0 };
  private settled = 0;
  private compared = 0;
  private compareBegan: number | null = null;

  /** `tell` is called when it is time to. */
  constructor(private readonly tell: () => void) {}

  /** What was there from before does not count as speed. */
  begin(settled: number, compared: number): void {
    this.begunWith = { settled, compared };
    [this.settled, this.compared] = [settled, compared];
  }

  /** So much is done; tells it if it is time. */
  tick(settled: number, compared = this.compared): void {
    if (compared > this.compared) this.compareBegan ??= performance.now();
    [this.settled, this.compared] = [settled, compared];
    if (performance.now() - this.last >= Math.max(EVERY_MS, this.cost / SHARE_OF_TIME)) this.now();
  }

  now(): void {
    const start = performance.now();
    this.tell();
    this.last = performance.now();
    this.cost = this.last - start;
  }

  /** Clips or comparisons a second, and seconds left, of so many clips and comparisons in all. */
  outlook(stage: RankStage, clips: number, expected: number): Pick<RankProgress, 'rate' | 'secondsLeft'> {
    const now = performance.now();
    const encodes = rateOf(this.settled - this.begunWith.settled, now - this.began);
    const compares = rateOf(this.compared - this.begunWith.compared, now - (this.compareBegan ?? now));
    if (stage === 'done') return { rate: null, secondsLeft: 0 };
    const left = (count: number, rate: number | null) => (count <= 0 ? 0 : rate === null ? null : count / rate);
    const encodeLeft = left(clips - this.settled, encodes);
    const compareLeft = left(expected - this.compared, compares);
    const known = encodeLeft !== null && compareLeft !== null;
    return {
      rate: stage === 'encode' ? encodes : compares,
      secondsLeft: known ? encodeLeft + compareLeft : null,
    };
  }
}

/** A second; null where it is too early to say. */
const rateOf = (count: number, milliseconds: number): number | null =>
  count > 1 && milliseconds > EVERY_MS ? (count / milliseconds) * 1000 : null;
