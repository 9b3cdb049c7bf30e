/**
 * Which comparisons to ask for, so that few of them give the order that all would give. First every item meets a few anchors and
 * its neighbours on random cycles: an order in O(N), always connected, and checks across the whole set. Then rounds among rank
 * neighbours, 1 to 8 places apart, each time the pairs that tell most about the order (docs/ranking.md). Anytime: `posterior`
 * may be asked after every comparison. Everything follows from the seed and the comparisons told, not from their order.
 */
import { mulberry32, shuffled } from '../random.js';
import { EdgeList, type Edge } from './edges.js';
import { acrossContents, acrossTheScale, expectedTau, metKey, mostTelling, type Known, type Pair } from './gain.js';
import { solveScale, type Scale } from './scale.js';

export type { Pair } from './gain.js';

/** Up to so many pairs in all, all are asked. */
const ALL_PAIRS_UP_TO = 60;
/** Items that every other item meets. */
const ANCHORS = 1;
/** Items of which the cheapest becomes the anchor. */
const ANCHOR_CHOICE = 8;
/** From so many comparisons on, an item stands in the scale from the start. */
const PLACED = 2;
/** Closed tours through all items, in random order. */
const CYCLES = 1;
/** A round asks for so many comparisons an item before the scale is made anew. */
const ROUND_SHARE = 0.5;
/** Most comparisons in all where no budget is given: so many times N log2 N (at 200 items 7.7 % of the pairs). */
const MOST = 1.04;
/** The order is good enough when this Kendall tau against all pairs is expected. */
export const WANTED_TAU = 0.988;

export interface ScheduleOptions {
  seed?: number;
  /** Most comparisons in all, those told from the start among them; null: as many as the precision needs, at most `mostComparisons`. */
  budget?: number | null;
  /** Kendall tau against all pairs, as expected from the posterior, at which to stop. */
  wantedTau?: number;
  allPairs?: boolean;
  /** Items that are compared with each other before all others: begun with, whatever is known of them when the rest is. */
  first?: readonly number[];
  /** What it costs to make each item ready: the anchor is a cheap one, because the others wait for it. */
  costs?: readonly number[];
  /** Items that look alike have the same number; asked once, when all are settled. null: nothing is known. */
  looks?: () => ArrayLike<number> | null;
}

/** Comparisons that the schedule will not go beyond without a budget, for `count` items. */
export function mostComparisons(count: number): number {
  const all = (count * (count - 1)) / 2;
  return all <= ALL_PAIRS_UP_TO ? all : Math.min(all, Math.ceil(MOST * count * Math.log2(count)));
}

/** Comparisons that an item has where `count` items are compared to their most. */
const usualDegree = (count: number): number => 2 * MOST * Math.log2(count);

export class Schedule {
  /** The order in which items are best made ready. */
  readonly order: Int32Array;
  readonly edges: EdgeList;
  private readonly state: Uint8Array;
  /** Items that stand in the scale from the start: they need no anchors. */
  private readonly placed: Uint8Array;
  /** Comparisons among items that were placed from the start, and how many of all the middle one of these had. */
  private readonly settledBefore: number;
  private readonly degreeBefore: number;
  private readonly first: readonly Pair[];
  private readonly tours: readonly (readonly number[])[];
  private readonly asked = new Set<number>();
  private readonly budget: number;
  private readonly wantedTau: number;
  private readonly allPairs: boolean;
  private settled = 0;
  private left: number;
  private turns = 0;
  private latest: Scale | null = null;
  private finished = false;
  private readonly looks: () => ArrayLike<number> | null;
  private alike: ArrayLike<number> | null | undefined;

  /** `known` are comparisons that cost nothing: they are taken as told. */
  constructor(
    readonly count: number,
    options: ScheduleOptions = {},
    known: Iterable<Edge> = [],
  ) {
    this.edges = new EdgeList(count);
    for (const edge of known) this.take(edge);
    const items = Array.from({ length: count }, (_, item) => item);
    const mixed = shuffled(items, mulberry32(options.seed ?? 1));
    this.first = (options.first ?? []).flatMap((j, k, first) => first.slice(0, k).map((i): Pair => [i, j]));
    const sure = this.edges.sorted(); // what is known, and what of the first is as good as known
    for (const [i, j] of this.first) if (sure.find(i, j) < 0) sure.push({ i, j, margin: 0, stdDev: 1 });
    const degrees = sure.degrees();
    // Items that met most others before are the anchors again: then only what is new has to be compared.
    mixed.sort((x, y) => degrees[y]! - degrees[x]!);
    this.order = Int32Array.from(cheapFirst(mixed, degrees, options.costs));
    const parts = sure.parts();
    const main = this.order.length > 0 ? parts[this.order[0]!] : -1;
    this.placed = Uint8Array.from(degrees, (degree, item) => Number(degree >= PLACED && parts[item] === main));
    this.settledBefore = sure.within(this.order.filter((item) => this.placed[item])).size;
    this.degreeBefore = middle(degrees.filter((_, item) => this.placed[item]));
    this.tours = Array.from({ length: CYCLES }, (_, turn) => shuffled(mixed, mulberry32(turn + 2)));
    this.state = new Uint8Array(count);
    this.left = count;
    this.allPairs = (options.allPairs ?? false) || (count * (count - 1)) / 2 <= ALL_PAIRS_UP_TO;
    this.budget = options.budget ?? Infinity;
    this.looks = options.looks ?? (() => null);
    this.wantedTau = options.wantedTau ?? WANTED_TAU;
  }

  /** Tells that an item is ready to be compared, or that it never will be. Each item once. */
  settle(item: number, ready: boolean): void {
    this.state[item] = ready ? READY : OUT;
    this.settled++;
    if (!ready) this.left--;
  }

  /** What a comparison that was asked for said. */
  add(edge: Edge): void {
    this.take(edge);
  }

  /** A comparison that was asked for and could not be made: it is not asked for again. */
  giveUp([i, j]: Pair): void {
    this.asked.add(this.key(i, j));
  }

  /** How many comparisons there are to be in all, as far as is known. */
  get expected(): number {
    const all = (this.left * (this.left - 1)) / 2;
    const most = Math.min(this.budget, this.allPairs ? all : this.most);
    return this.finished ? this.edges.size : Math.max(this.edges.size, most);
  }

  /**
   * A budget that was asked for may go beyond the usual: for a surer order. Without one, new items get as many comparisons as in a
   * run of their own, also where the others were compared more than is usual.
   */
  private get most(): number {
    const all = (this.left * (this.left - 1)) / 2;
    if (this.budget !== Infinity || this.left < 2) return Math.min(all, this.budget);
    const { fresh } = this;
    const amongFresh = fresh ** 2 / (2 * this.left); // of two new items a comparison counts for both
    const wanted = this.settledBefore + Math.ceil(usualDegree(this.left) * (fresh - amongFresh));
    return Math.min(all, Math.max(mostComparisons(this.left), fresh > 0 ? wanted : 0));
  }

  /** How many items join a set that is mostly known from before; 0 where there is no such set. */
  private get fresh(): number {
    let fresh = 0;
    for (let item = 0; item < this.count; item++) if (!this.placed[item] && this.state[item] !== OUT) fresh++;
    return 2 * fresh <= this.left ? fresh : 0;
  }

  get done(): boolean {
    return this.finished;
  }

  /** The scale of what was compared so far; items without a comparison have score 0 and say nothing. */
  posterior(options: { rough?: boolean; intervals?: boolean } = {}): Scale {
    const start = options.rough ? this.latest?.scores : undefined;
    return solveScale(this.count, this.edges.sorted(), { ...options, trust: 'equal', ...(start ? { start } : {}) });
  }

  /**
   * The next comparisons to make, all of ready items; those asked for before are not repeated. Empty: either `done`, or more items
   * have to be settled first.
   */
  next(): Pair[] {
    if (this.finished) return [];
    // A budget that does not reach for all of them must not depend on which clips were ready first.
    if (this.settled < this.count && this.budget < this.firstWanted()) return [];
    const first = this.ask(this.allPairs ? this.everyPair() : this.firstPairs());
    if (first.length > 0 || this.settled < this.count) return first;
    const more = this.allPairs ? [] : this.telling();
    this.finished = more.length === 0;
    return more;
  }

  /** How many comparisons are asked for without looking at the scale, at most. */
  private firstWanted(): number {
    return this.allPairs ? (this.count * (this.count - 1)) / 2 : this.first.length + (ANCHORS + CYCLES) * this.count;
  }

  private everyPair(): Pair[] {
    const ready = [...this.order].filter((item) => this.state[item] === READY);
    return ready.flatMap((i, k) => ready.slice(0, k).map((j): Pair => [j, i]));
  }

  /** Anchors and cycles, as far as their items are ready; two items that were placed before are left alone. */
  private firstPairs(): Pair[] {
    const anchors: number[] = [];
    for (const item of this.order) {
      if (anchors.length === ANCHORS || this.state[item] === WAITING) break;
      if (this.state[item] === READY) anchors.push(item);
    }
    const pairs = this.first.filter((pair) => pair.every((item) => this.state[item] === READY));
    const consider = (item: number, other: number): void => {
      if (this.state[item] !== READY || this.state[other] !== READY) return;
      if (!this.placed[item] || !this.placed[other]) pairs.push([item, other]);
    };
    for (const anchor of anchors) for (const item of this.order) consider(anchor, item);
    for (const tour of this.tours) tour.forEach((item, k) => consider(item, tour[(k + 1) % tour.length]!));
    return pairs;
  }

  /** A round among rank neighbours; empty once the order is good enough, or the most was asked. */
  private telling(): Pair[] {
    const room = this.most - this.edges.size;
    if (room <= 0 || this.left < 3) return [];
    this.latest = this.posterior({ rough: this.count > ROUGH_FROM, intervals: false });
    const ready = this.order.filter((item) => this.state[item] === READY);
    const known = { ...this.latest, items: ready, degrees: this.edges.degrees() };
    const thin = this.thin(ready, known.degrees);
    if (thin !== null) {
      const pairs = this.round(known, room, ([i, j]) => thin.has(i) || thin.has(j));
      if (pairs.length > 0) return pairs;
    }
    return expectedTau(known) < this.wantedTau ? this.round(known, room, () => true) : [];
  }

  /** Items that are new and were compared less often than those from before; null: none. */
  private thin(ready: Int32Array, degrees: Int32Array): Set<number> | null {
    if (this.fresh === 0) return null;
    const least = Math.min(this.degreeBefore, Math.ceil(usualDegree(this.left)));
    const items = ready.filter((item) => !this.placed[item] && degrees[item]! < least);
    return items.length > 0 ? new Set(items) : null;
  }

  /** A round of at most `room` pairs, all of them `wanted`. */
  private round(known: Known, room: number, wanted: (pair: Pair) => boolean): Pair[] {
    const size = Math.min(room, Math.ceil(ROUND_SHARE * this.left));
    const taken = (i: number, j: number) => this.asked.has(this.key(i, j)) || !wanted([i, j]);
    const content = this.contents(known.items);
    if (content !== null) {
      const within = this.ask(this.chains(known.items, content).slice(0, room));
      if (within.length > 0) return within;
      const random = mulberry32(this.edges.size);
      const pairs = this.ask(acrossContents(known, size, content, this.met(content), random, taken));
      if (pairs.length > 0) return pairs;
    }
    const turn = this.turns++;
    // Every other round goes across the whole scale: neighbours alone would only tell local steps.
    const near = turn % 2 === 0 ? mostTelling(known, size, turn >> 1, taken) : [];
    const pairs = near.length > 0 ? near : acrossTheScale(known, size, mulberry32(this.edges.size), taken);
    return this.ask(pairs);
  }

  /** What each item shows: by comparisons, and by looks where they are known. null: nearly all show something else, or all the same. */
  private contents(ready: Int32Array): Int32Array | null {
    if (this.alike === undefined) this.alike = this.looks();
    const content = this.edges.contents();
    if (this.alike !== null) joinAlike(content, this.alike, ready);
    const kinds = new Set(ready.map((item) => content[item]!)).size;
    return kinds > 1 && LEAST_CLIPS * kinds <= ready.length ? content : null;
  }

  /** Comparisons that tell that clips show the same, where only their looks do: a chain through each content. */
  private chains(ready: Int32Array, content: Int32Array): Pair[] {
    const told = this.edges.contents();
    const last = new Map<number, number>();
    const pairs: Pair[] = [];
    for (const item of ready) {
      const before = last.get(content[item]!);
      if (before !== undefined && told[before] !== told[item]) pairs.push([before, item]);
      last.set(content[item]!, item);
    }
    return pairs;
  }

  /** How often each item met each content. */
  private met(content: Int32Array): Map<number, number> {
    const met = new Map<number, number>();
    const { i, j, size } = this.edges;
    const add = (item: number, other: number): void => {
      const key = metKey(item, content[other]!, this.count);
      met.set(key, (met.get(key) ?? 0) + 1);
    };
    for (let k = 0; k < size; k++) {
      add(i[k]!, j[k]!);
      add(j[k]!, i[k]!);
    }
    return met;
  }

  /** Leaves out what was asked before, and what the budget does not allow. */
  private ask(pairs: Pair[]): Pair[] {
    const room = Math.max(0, this.budget - this.asked.size);
    const fresh: Pair[] = [];
    for (const [i, j] of pairs) {
      if (fresh.length >= room) break;
      const key = this.key(i, j);
      if (i === j || this.asked.has(key)) continue;
      this.asked.add(key);
      fresh.push([i, j]);
    }
    return fresh;
  }

  private take(edge: Edge): void {
    if (this.edges.find(edge.i, edge.j) >= 0) return;
    this.edges.push(edge);
    this.asked.add(this.key(edge.i, edge.j));
  }

  private key(i: number, j: number): number {
    return i < j ? i * this.count + j : j * this.count + i;
  }
}

/** Items in their order, with the cheapest of the first few before them, of those that are as good an anchor as the first. */
function cheapFirst(items: number[], degrees: Int32Array, costs: readonly number[] | undefined): number[] {
  const few = items.slice(0, ANCHOR_CHOICE).filter((item) => degrees[item] === degrees[items[0]!]);
  if (!costs || few.length === 0) return items;
  const cheapest = few.reduce((best, item) => (costs[item]! < costs[best]! ? item : best));
  return [cheapest, ...items.filter((item) => item !== cheapest)];
}

/** The middle of some numbers, 0 of none. */
function middle(values: Int32Array): number {
  return values.toSorted()[values.length >> 1] ?? 0;
}

/** Joins the contents of items that look alike; each is named by its smallest item. */
function joinAlike(content: Int32Array, alike: ArrayLike<number>, items: Int32Array): void {
  const count = content.length;
  const links = new EdgeList(count);
  const first = new Map<number, number>();
  for (const item of items) {
    links.push({ i: item, j: content[item]!, margin: 0, stdDev: 1, same: true });
    const other = first.get(alike[item]!);
    if (other === undefined) first.set(alike[item]!, item);
    else links.push({ i: item, j: other, margin: 0, stdDev: 1, same: true });
  }
  content.set(links.contents());
}

/** Contents count where they have at least so many clips on average. */
const LEAST_CLIPS = 2;
/** From so many items on, rounds make do with a rough scale. */
const ROUGH_FROM = 1000;
const WAITING = 0;
const READY = 1;
const OUT = 2;
