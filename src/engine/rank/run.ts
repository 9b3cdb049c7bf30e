/** A ranking while it runs: one schedule, fed by two loops beside each other: clips through the decoder, comparisons. */
import { setImmediate } from 'node:timers/promises';
import {
  isOtherContent,
  type RankOptions,
  type RankRow,
  type RankStage,
  type WorkerEvent,
} from '../../protocol/index.js';
import { throwIfCancelled } from '../compare/jobs.js';
import type { PairResult } from '../compare/result.js';
import {
  encodeItem,
  isCommon,
  knownLook,
  outcomeBefore,
  settleClips,
  type ClipsRun,
  type Outcome,
  type RankClip,
  type RankItem,
} from './clips.js';
import { alike, areLookedAt, groupsOf, type Likeness, type Look } from './groups.js';
import { knownMargins, makeMargin, type MarginRun } from './margins.js';
import { Pace } from './pace.js';
import type { Answers } from './ranking.js';
import { makeRows } from './rows.js';
import { mostComparisons, Schedule } from './schedule.js';
import { Tally } from './tally.js';

/** Clips on their way through decoder and encoder at once; one more than decoders, so that none of them waits. */
const ENCODES_AT_ONCE = 3;

/** A comparison of this run, by the contents of its clips. */
interface Made {
  hashes: [string, string];
  result: PairResult;
}

/** The first few clips of a ranking, and what was compared of them at the size at which they were looked at. */
export interface First {
  hashes: readonly string[];
  plan: string | null;
  made: readonly Made[];
}

export const NOTHING_FIRST: First = { hashes: [], plan: null, made: [] };

/** The ranking while it runs: one schedule, fed by two loops that run beside each other. */
export class RankRun {
  readonly schedule: Schedule;
  readonly answers: Answers = { known: true, device: 'cpu', deviceNote: null };
  readonly reference: string | null;
  /** Nothing had to be decoded. */
  cached = true;
  inconsistency = 0;
  /** Ends with the first comparison. */
  readonly compared: Promise<void>;
  private tellCompared: () => void = () => {};
  private comparing: Promise<void> = Promise.resolve();
  private handedOver = false;
  /** What was compared, where another run goes on with it. */
  private readonly made: Made[] = [];
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
    /** The few that were begun with; null: these are they, while the other clips are still probed. */
    private readonly first: First | null,
  ) {
    this.compared = new Promise((resolve) => (this.tellCompared = resolve));
    this.byContent = options.grouping === 'content';
    this.tally = new Tally(items.length, this.byContent);
    const known = this.knownEdges();
    const { budget = null, allPairs = false } = options;
    const looks = () => (areLookedAt(items.length) ? alike(this.looks()) : null);
    const scheduled = {
      budget,
      allPairs,
      looks,
      first: [...this.numbersOf(this.first).values()],
      costs: items.map(decodeCost),
    };
    this.schedule = new Schedule(items.length, scheduled, known);
    this.reference = clips.find(({ path }) => path === options.reference)?.place ?? null;
    this.pace = new Pace(() => this.handedOver || this.tell(this.settled < items.length ? 'encode' : 'compare', true));
    run.signal.addEventListener('abort', () => this.wake(), { once: true });
    this.groupClips({ looks: false });
  }

  /** Both loops, to the end. */
  async work(): Promise<void> {
    this.recall();
    this.comparing = this.run.join(this.compareAll());
    await Promise.all([this.run.join(this.encodeAll()), this.comparing]);
  }

  /** Begins nothing more and ends with the comparison under way. A clip under way goes on, for who asks for it next. */
  async handOver(): Promise<First> {
    this.handedOver = true;
    this.wake();
    await this.comparing;
    const hashes = this.items.map(({ facts }) => facts.hash);
    return { hashes, plan: this.items.length > 0 ? this.plan(0) : null, made: this.made };
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
      const before = outcomeBefore(this.run, item);
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
      while (next < waiting.length && !this.handedOver) {
        const k = waiting[next++]!;
        this.cached = false;
        const outcome = await this.run.join(encodeItem(this.run, this.items[k]!));
        if (this.handedOver) return;
        this.settle(k, outcome);
        this.pace.tick(this.settled);
      }
    };
    await Promise.all(Array.from({ length: ENCODES_AT_ONCE }, worker));
  }

  /** Comparisons until the schedule is done; where it waits for clips, so does this. */
  private async compareAll(): Promise<void> {
    for (;;) {
      const pairs = this.schedule.next();
      if (this.schedule.done || this.handedOver) return;
      if (pairs.length === 0) {
        await new Promise<void>((resolve) => (this.wake = resolve));
        throwIfCancelled(this.run.signal);
        continue;
      }
      for (const [a, b] of pairs) {
        await setImmediate(); // lets a cancellation in
        throwIfCancelled(this.run.signal);
        if (this.handedOver) return;
        await this.compare(Math.min(a, b), Math.max(a, b));
        this.pace.tick(this.settled, this.schedule.edges.size);
      }
    }
  }

  /** The last word: scale and intervals from all comparisons, whatever order they came in. */
  finish() {
    this.groupClips({ looks: true });
    return this.tell('done', true);
  }

  private async compare(i: number, j: number): Promise<void> {
    try {
      const result = await makeMargin(this.run, this.items[i]!, this.items[j]!);
      this.answers.known = false;
      if (this.first === null)
        this.made.push({ hashes: [this.items[i]!.facts.hash, this.items[j]!.facts.hash], result });
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
    const numbers = this.numbersOf(this.first);
    for (const { hashes, result } of this.first?.made ?? []) {
      const [i, j] = hashes.map((hash) => numbers.get(hash));
      if (i === undefined || j === undefined) continue;
      taken.add(`${i} ${j}`);
      this.answers.known = false;
      yield this.take(i, j, result);
    }
    if (this.run.fresh) return;
    for (const { i, j, result } of knownMargins(this.run.store, this.items, this.run.modelHash)) {
      if (!taken.has(`${i} ${j}`)) yield this.take(i, j, result);
    }
  }

  /** Items of the first few by their hashes; none where the other clips made the size another. */
  private numbersOf(first: First | null): Map<string, number> {
    if (first === null || this.items.length === 0 || first.plan !== this.plan(0)) return new Map();
    const few = new Set(first.hashes);
    const numbers = this.items.map(({ facts }, k) => [facts.hash, k] as const);
    return new Map(numbers.filter(([hash]) => few.has(hash)));
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
    return { i, j, margin: glance.margin, stdDev: glance.stdDev, same: !isOtherContent(glance) };
  }

  /** A failure among the first few is told by the ranking of all, to whom the clip is one of its items whenever it fails. */
  private settle(k: number, outcome: Outcome): void {
    const item = this.items[k]!;
    const ready = !('failure' in outcome);
    if (ready || this.first !== null) settleClips(this.run, item, outcome);
    this.settled++;
    if (ready) this.encoded += item.clips.length;
    this.schedule.settle(k, ready);
    this.wake();
  }

  /** Without looks, which cost the reading of all tokens, clips of one content are those whose comparison told so. */
  private groupClips({ looks }: { looks: boolean }): void {
    const places = this.clips.map(({ place }) => place);
    const likeness = this.byContent ? this.likeness(looks) : { looks: [], pairs: [] };
    groupsOf(this.options.grouping ?? 'none', places, likeness).forEach((group, k) => {
      const clip = this.clips[k]!;
      clip.group = clip.state === 'failed' && this.byContent ? null : group;
    });
  }

  /** What every item shows; of items read before, out of the store. */
  private looks(): (Look | null)[] {
    return this.items.map((item) => (item.look ??= knownLook(this.run, item)));
  }

  private likeness(withLooks: boolean): Likeness {
    const numbers = new Map(this.clips.map((clip, k) => [clip, k]));
    const files = this.items.map(({ clips }) => clips.map((clip) => numbers.get(clip)!));
    const looks = withLooks && areLookedAt(this.clips.length) ? this.looks() : [];
    return {
      looks: looks.length > 0 ? this.clips.map(({ item }) => looks[item] ?? null) : [],
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
    const only = this.first === null;
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

/** Pixels to decode: what a clip costs, as far as its facts tell. */
const decodeCost = ({ facts }: RankItem): number =>
  facts.width * facts.height * (facts.frames ?? facts.fps * facts.duration);
