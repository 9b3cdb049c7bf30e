/** A ranking while it runs: one schedule, fed by two loops beside each other: clips through the decoder, comparisons. */
import { setImmediate } from 'node:timers/promises';
import type { RankOptions, RankRow, RankStage, WorkerEvent } from '../../protocol/index.js';
import { throwIfCancelled } from '../compare/jobs.js';
import type { PairResult } from '../compare/result.js';
import {
  encodeItem,
  isCommon,
  knownLook,
  settledBefore,
  type ClipsRun,
  type RankClip,
  type RankItem,
} from './clips.js';
import { alike, groupsOf, SAME_CONTENT, type Likeness, type Look } from './groups.js';
import { knownMargins, makeMargin, type MarginRun } from './margins.js';
import { Pace } from './pace.js';
import type { Answers } from './ranking.js';
import { makeRows } from './rows.js';
import { mostComparisons, Schedule } from './schedule.js';
import { Tally } from './tally.js';

/** Clips on their way through decoder and encoder at once; one more than decoders, so that none of them waits. */
const ENCODES_AT_ONCE = 3;

/** A comparison of this run, by the contents of its clips and the size at which they were looked at. */
export interface Made {
  hashes: [string, string];
  plan: string;
  result: PairResult;
}

/** The ranking while it runs: one schedule, fed by two loops that run beside each other. */
export class RankRun {
  readonly schedule: Schedule;
  readonly answers: Answers = { known: true, device: 'cpu', deviceNote: null };
  readonly reference: string | null;
  /** Nothing had to be decoded. */
  cached = true;
  inconsistency = 0;
  /** What was compared in this run. */
  readonly made: Made[] = [];
  /** Ends with the first comparison. */
  readonly compared: Promise<void>;
  private tellCompared: () => void = () => {};
  private readonly tally: Tally;
  private readonly pace: Pace;
  private readonly byContent: boolean;
  private encoded = 0;
  private settled = 0;
  private furthest = 0;
  private wake: () => void = () => {};

  constructor(
    private readonly run: ClipsRun & MarginRun,
    private readonly clips: RankClip[],
    private readonly items: readonly RankItem[],
    private readonly options: Partial<RankOptions>,
    private readonly emit: (event: WorkerEvent) => void,
    /** Compared earlier in this run; null: this is only the first table, while the other clips are still probed. */
    private readonly before: readonly Made[] | null,
  ) {
    this.compared = new Promise((resolve) => (this.tellCompared = resolve));
    this.byContent = options.grouping === 'content';
    this.tally = new Tally(items.length, this.byContent);
    const known = this.knownEdges();
    const { budget = null, allPairs = false } = options;
    this.schedule = new Schedule(items.length, { budget, allPairs, looks: () => alike(this.looks()) }, known);
    this.reference = clips.find(({ path }) => path === options.reference)?.place ?? null;
    this.pace = new Pace(() => this.tell(this.settled < items.length ? 'encode' : 'compare', true));
    run.signal.addEventListener('abort', () => this.wake(), { once: true });
    this.groupClips();
  }

  /** Both loops, to the end. */
  async work(): Promise<void> {
    this.recall();
    await Promise.all([this.run.join(this.encodeAll()), this.run.join(this.compareAll())]);
  }

  /** All rows where every clip was read before and no comparison is wanted that is not known; else null. Computes nothing. */
  stored(): RankRow[] | null {
    this.recall();
    const pairs = this.schedule.next();
    return pairs.length === 0 && this.schedule.done ? this.finish() : null;
  }

  /** Settles the clips that were read before, all at once, so that a table known from before is there at once. */
  private recall(): void {
    this.items.forEach((item, k) => {
      const before = settledBefore(this.run, item);
      if (before !== null) this.settle(k, before);
    });
    this.pace.begin(this.settled, this.schedule.edges.size);
    this.pace.now();
  }

  /** Every item that is not settled through decoder and encoder, in the order in which comparisons want them. */
  private async encodeAll(): Promise<void> {
    const waiting = [...this.schedule.order].filter((k) =>
      this.items[k]!.clips.some(({ state }) => state === 'waiting'),
    );
    let next = 0;
    const worker = async (): Promise<void> => {
      while (next < waiting.length) {
        const k = waiting[next++]!;
        this.cached = false;
        this.settle(k, await this.run.join(encodeItem(this.run, this.items[k]!)));
        this.pace.tick(this.settled);
      }
    };
    await Promise.all(Array.from({ length: ENCODES_AT_ONCE }, worker));
  }

  /** Comparisons until the schedule is done; where it waits for clips, so does this. */
  private async compareAll(): Promise<void> {
    for (;;) {
      const pairs = this.schedule.next();
      if (this.schedule.done) return;
      if (pairs.length === 0) {
        await new Promise<void>((resolve) => (this.wake = resolve));
        throwIfCancelled(this.run.signal);
        continue;
      }
      for (const [a, b] of pairs) {
        await setImmediate(); // lets a cancellation in
        throwIfCancelled(this.run.signal);
        await this.compare(Math.min(a, b), Math.max(a, b));
        this.pace.tick(this.settled, this.schedule.edges.size);
      }
    }
  }

  /** The last word: scale and intervals from all comparisons, whatever order they came in. */
  finish() {
    this.groupClips();
    return this.tell('done', true);
  }

  private async compare(i: number, j: number): Promise<void> {
    try {
      const result = await makeMargin(this.run, this.items[i]!, this.items[j]!);
      this.answers.known = false;
      this.made.push({ hashes: [this.items[i]!.facts.hash, this.items[j]!.facts.hash], plan: this.plan(i), result });
      this.schedule.add(this.take(i, j, result));
      this.tellCompared();
    } catch (error) {
      if (this.run.signal.aborted || isCommon(error)) throw error;
      this.schedule.giveUp([i, j]); // a clip that was deleted since: its other comparisons still count
    }
  }

  /** All that is known of these clips: compared in this run, or, unless everything is to be fresh, stored. */
  private *knownEdges() {
    const taken = new Set<string>();
    const numbers = new Map(this.items.map(({ facts }, k) => [facts.hash, k]));
    for (const { hashes, plan, result } of this.before ?? []) {
      const [i = -1, j = -1] = hashes.map((hash) => numbers.get(hash) ?? -1);
      if (i < 0 || j < 0 || plan !== this.plan(i)) continue;
      taken.add(`${i} ${j}`);
      this.answers.known = false;
      yield this.take(i, j, result);
    }
    if (this.run.fresh) return;
    for (const { i, j, result } of knownMargins(this.run.store, this.items, this.run.modelHash)) {
      if (!taken.has(`${i} ${j}`)) yield this.take(i, j, result);
    }
  }

  /** Names the size at which the item is looked at. */
  private plan(item: number): string {
    const { size } = this.items[item]!.plan;
    return `${size.width}x${size.height}`;
  }

  private take(i: number, j: number, { glance, device, deviceNote }: PairResult) {
    this.tally.add(i, j, glance);
    this.answers.device = device;
    this.answers.deviceNote = deviceNote;
    return { i, j, margin: glance.margin, stdDev: glance.stdDev, same: glance.sameContent >= SAME_CONTENT };
  }

  private settle(item: number, ready: boolean): void {
    this.settled++;
    if (ready) this.encoded += this.items[item]!.clips.length;
    this.schedule.settle(item, ready);
    this.wake();
  }

  private groupClips(): void {
    const places = this.clips.map(({ place }) => place);
    const likeness = this.byContent ? this.likeness() : { looks: [], pairs: [] };
    groupsOf(this.options.grouping ?? 'none', places, likeness).forEach((group, k) => {
      const clip = this.clips[k]!;
      clip.group = clip.state === 'failed' && this.byContent ? null : group;
    });
  }

  /** What every item shows; of items read before, out of the store. */
  private looks(): (Look | null)[] {
    return this.items.map((item) => (item.look ??= knownLook(this.run, item)));
  }

  private likeness(): Likeness {
    this.looks();
    const numbers = new Map(this.clips.map((clip, k) => [clip, k]));
    const files = this.items.map(({ clips }) => clips.map((clip) => numbers.get(clip)!));
    return {
      looks: this.clips.map(({ item }) => this.items[item]?.look ?? null),
      pairs: [
        ...this.tally.likeness.map(({ i, j, sameContent }) => ({ i: files[i]![0]!, j: files[j]![0]!, sameContent })),
        ...files.flatMap(([first, ...copies]) => copies.map((j) => ({ i: first!, j, sameContent: 1 }))),
      ],
    };
  }

  /** Sends the table as it stands. */
  private tell(stage: RankStage, intervals: boolean) {
    const scale = this.schedule.posterior({ intervals, rough: stage !== 'done' });
    const { edges } = this.schedule;
    this.inconsistency = scale.inconsistency;
    const rows = makeRows(this.clips, { edges, scale, tally: this.tally }, this.reference);
    const compared = edges.size > 0 || stage === 'done';
    const share = (this.settled + edges.size) / Math.max(1, this.items.length + this.schedule.expected);
    this.furthest = stage === 'done' ? 1 : Math.max(this.furthest, Math.min(0.99, share));
    const only = this.before === null;
    if (!only) this.emit({ type: 'progress', station: 'rank', clip: null, path: null, share: this.furthest });
    this.emit({
      type: 'rankRows',
      rows,
      progress: {
        stage: only ? 'probe' : stage,
        clips: this.clips.length,
        encoded: this.encoded,
        failed: this.clips.filter(({ state }) => state === 'failed').length,
        comparisons: edges.size,
        expected: only ? mostComparisons(this.clips.length) : this.schedule.expected,
        ...this.pace.outlook(stage, this.items.length, this.schedule.expected),
        inconsistency: compared ? scale.inconsistency : null,
      },
    });
    return rows;
  }
}
