/**
 * A data set's clips to scores, by pairs: asks the engine for the margins of few pairs a clip (schedule.ts), puts them on one
 * scale (../rank/scale.ts), and keeps every margin in the log the moment it is known, so that nothing is asked twice. A clip
 * that fails costs the others nothing.
 */
import type { Comparison, ErrorData, Provenance } from '../../protocol/index.js';
import { VersusqError } from '../../protocol/index.js';
import { solveScale, type Edge } from '../rank/scale.js';
import type { Engine, JobOptions } from '../types.js';
import type { BenchClip } from './join.js';
import type { AskedPair, PairsLog } from './pairs-log.js';
import { mulberry32 } from '../random.js';
import { connectedParts, PairSet, randomCycles, rankNeighbours, stages, type Pair } from './schedule.js';

export const DEFAULT_PAIRS_PER_CLIP = 4;

export interface BenchOptions extends JobOptions {
  pairsPerClip: number;
  seed: number;
  log: PairsLog;
  /** After every pair: how many margins are known or failed, and how many will be at least. */
  onPair?: (done: number, planned: number) => void;
}

export interface ScoredClips {
  /** Clips with a score, in the order given; margin units, mean 0. */
  clips: (BenchClip & { score: number })[];
  failed: (BenchClip & { error: ErrorData })[];
  /** Margins used, by numbers of `clips`. */
  edges: Edge[];
  asked: number;
  /** Of the edges, how many came from the log. */
  resumed: number;
  inconsistency: number;
  /** Sizes at which pairs were compared; more than one: the log mixes runs over different clips. */
  sizes: string[];
  /** Of the last comparison of this run; null where all came from the log. */
  provenance: Provenance | null;
}

/** Errors: what concerns all clips alike (`ffmpeg/*`, `model/*`, `cancelled`), `usage` for a log of another model. */
export async function scoreClips(
  engine: Pick<Engine, 'comparePairs'>,
  clips: readonly BenchClip[],
  options: BenchOptions,
): Promise<ScoredClips> {
  const run = new BenchRun(engine, clips, options);
  const random = mulberry32(options.seed);
  const { cycles, rounds } = stages(options.pairsPerClip);
  run.planned = Math.min(run.taken.room, options.pairsPerClip * clips.length);
  await run.ask(randomCycles(clips.length, cycles, random, run.taken));
  for (let turn = 0; turn < rounds; turn++) {
    const wanted = Math.ceil((run.planned - run.taken.size) / (rounds - turn));
    if (wanted > 0) await run.ask(rankNeighbours(run.orderSoFar(), wanted, turn, run.taken));
  }
  await run.connect();
  return run.result();
}

/** Bound of the search for pairs that connect what failures left apart. */
const LINKS_PER_CLIP = 2;

/** Trouble that concerns every clip alike. */
const isCommon = ({ code }: ErrorData): boolean => code === 'cancelled' || /^(?:model|ffmpeg|device)\//.test(code);

class BenchRun {
  readonly taken: PairSet;
  planned = 0;
  private readonly known = new Map<string, AskedPair>();
  private readonly edges: Edge[] = [];
  private readonly failures = new Map<number, ErrorData>();
  private readonly sizes = new Set<string>();
  private readonly numberOf: Map<string, number>;
  private asked = 0;
  private resumed = 0;
  private model: string | null = null;
  private provenance: Provenance | null = null;

  constructor(
    private readonly engine: Pick<Engine, 'comparePairs'>,
    private readonly clips: readonly BenchClip[],
    private readonly options: BenchOptions,
  ) {
    this.taken = new PairSet(clips.length);
    this.numberOf = new Map(clips.map(({ path }, i) => [path, i]));
    for (const pair of options.log.earlier) {
      if (pair.margin !== null) this.known.set(keyOf(pair.a, pair.b), pair);
    }
  }

  /** Margins of the pairs, from the log or from the engine. Pairs of clips that failed before are left out. */
  async ask(pairs: readonly Pair[]): Promise<void> {
    const wanted = pairs.filter(([i, j]) => !this.failures.has(i) && !this.failures.has(j));
    const open = wanted.filter((pair) => !this.recall(pair));
    if (open.length === 0) return;
    const files = open.map(([i, j]) => ({ a: this.clips[i]!.path, b: this.clips[j]!.path }));
    const { signal, onEvent } = this.options;
    // An error thrown inside onResult (a full disk) must end the job, wherever the engine calls it from.
    const stop = new AbortController();
    let fault: unknown = null;
    const job = this.engine.comparePairs(files, {
      oneSize: true,
      glanceOnly: true,
      signal: signal ? AbortSignal.any([signal, stop.signal]) : stop.signal,
      ...(onEvent ? { onEvent } : {}),
      onResult: ({ index, result }) => {
        if (fault !== null) return;
        try {
          this.receive(open[index]!, result);
        } catch (error) {
          fault = error;
          stop.abort();
        }
      },
    });
    await job.catch((error: unknown) => {
      if (fault === null) throw error;
    });
    if (fault !== null) throw VersusqError.from(fault);
  }

  /** Clips by the scores so far, the lowest first; those without a margin are left out. */
  orderSoFar(): number[] {
    const { scores } = solveScale(this.clips.length, this.edges, { intervals: false });
    const placed = new Set(this.goodPairs().flat());
    return [...placed].sort((i, j) => scores[i]! - scores[j]! || i - j);
  }

  /** Asks for pairs between parts of the graph that failed pairs left apart, until it hangs together or nothing helps. */
  async connect(): Promise<void> {
    for (let tries = 0; tries < LINKS_PER_CLIP * this.clips.length; tries++) {
      const parts = connectedParts(this.clips.length, this.goodPairs());
      const alive = parts.flatMap((_, i) => (this.failures.has(i) ? [] : [i]));
      const first = alive[0];
      const apart = alive.find((i) => parts[i] !== parts[first!]);
      if (first === undefined || apart === undefined) return;
      const pair = this.untaken(
        alive.filter((i) => parts[i] === parts[first]),
        alive.filter((i) => parts[i] === parts[apart]),
      );
      if (!pair) return;
      await this.ask([pair]);
    }
  }

  result(): ScoredClips {
    const members = this.largestPart();
    const place = new Map(members.map((i, k) => [i, k]));
    const edges = this.edges
      .filter(({ i, j }) => place.has(i) && place.has(j))
      .map((e) => ({ ...e, i: place.get(e.i)!, j: place.get(e.j)! }));
    const { scores, inconsistency } = solveScale(members.length, edges, { intervals: false });
    return {
      clips: members.map((i, k) => ({ ...this.clips[i]!, score: scores[k]! })),
      failed: this.clips.flatMap((clip, i) =>
        place.has(i) ? [] : [{ ...clip, error: this.failures.get(i) ?? unplaced(clip) }],
      ),
      edges,
      asked: this.asked,
      resumed: this.resumed,
      inconsistency,
      sizes: [...this.sizes].sort(),
      provenance: this.provenance,
    };
  }

  /** Takes the pair's margin from the log; false where the log has none. */
  private recall([i, j]: Pair): boolean {
    const [a, b] = [this.clips[i]!.name, this.clips[j]!.name];
    const row = this.known.get(keyOf(a, b));
    if (!row || row.margin === null) return false;
    this.expectModel(row.model);
    const sign = row.a === a ? 1 : -1;
    this.edges.push({ i, j, margin: sign * row.margin, stdDev: row.stdDev ?? 0 });
    this.sizes.add(row.size);
    this.resumed++;
    this.told();
    return true;
  }

  private receive([i, j]: Pair, result: Comparison | { error: ErrorData }): void {
    const [a, b] = [this.clips[i]!.name, this.clips[j]!.name];
    if ('error' in result) {
      const { error } = result;
      if (isCommon(error)) throw VersusqError.fromData(error);
      const culprit = error.path === undefined ? undefined : this.numberOf.get(error.path);
      if (culprit !== undefined) this.failures.set(culprit, error);
      const model = this.model ?? '';
      this.options.log.add({ a, b, margin: null, stdDev: null, model, size: '', error: error.code });
    } else {
      const { margin, stdDev, alignment, provenance } = result;
      const size = `${alignment.comparisonSize.width}x${alignment.comparisonSize.height}`;
      this.expectModel(provenance.model.hash);
      this.options.log.add({ a, b, margin, stdDev, model: provenance.model.hash, size, error: '' });
      this.edges.push({ i, j, margin, stdDev });
      this.sizes.add(size);
      this.provenance = provenance;
    }
    this.asked++;
    this.told();
  }

  private expectModel(hash: string): void {
    this.model ??= hash;
    if (hash === this.model) return;
    throw new VersusqError(
      'usage',
      'The pairs kept from an earlier run are those of another model. Give --out another name, or that model to --model.',
    );
  }

  private told(): void {
    const done = this.asked + this.resumed;
    this.options.onPair?.(done, Math.max(done, this.planned));
  }

  /** Pairs with a margin whose clips did not fail later. */
  private goodPairs(): Pair[] {
    return this.edges.flatMap(({ i, j }): Pair[] => (this.failures.has(i) || this.failures.has(j) ? [] : [[i, j]]));
  }

  /** A pair between the two groups that was not asked for yet. */
  private untaken(here: readonly number[], there: readonly number[]): Pair | null {
    for (const i of here) for (const j of there) if (this.taken.take(i, j)) return [i, j];
    return null;
  }

  /** Clips of the largest connected part that has margins. */
  private largestPart(): number[] {
    const members = this.clips.map((): number[] => []);
    connectedParts(this.clips.length, this.goodPairs()).forEach((part, i) => members[part]!.push(i));
    const largest = members.reduce((x, y) => (y.length > x.length ? y : x), []);
    return largest.length > 1 ? largest : [];
  }
}

/** Names can't hold a NUL. */
const keyOf = (a: string, b: string): string => (a < b ? `${a}\0${b}` : `${b}\0${a}`);

const unplaced = ({ path }: BenchClip): ErrorData => ({
  code: 'internal',
  message: `${path} could not be compared with any of the clips that have a score.`,
  path,
});
