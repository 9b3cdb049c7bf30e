/** Asks the engine all that the rules are judged on. A clip that fails stops no other; what concerns all (no ffmpeg) does. */
import { dirname } from 'node:path';
import type { CheckEvent, ClipFacts, WorkerEvent } from '../../../protocol/index.js';
import { Slots } from '../../compare/jobs.js';
import type { Size } from '../../media/types.js';
import { placeOf } from '../../rank/clips.js';
import type { Engine } from '../../types.js';
import { Answers, type Questions } from './evidence.js';

export type GateEngine = Pick<Engine, 'probe' | 'comparePairs' | 'rank'>;

export interface GatherOptions {
  signal: AbortSignal;
  onEvent: (event: WorkerEvent | CheckEvent) => void;
  /** Clips that are read anew. */
  anew: ReadonlySet<string>;
  /** The size at which clips are compared. */
  sizeOf(facts: ClipFacts[]): Size;
}

/** ffprobe processes at once. */
const PROBES_AT_ONCE = 4;

type Pair = Questions['pairs'][number];
interface Batch {
  pairs: Pair[];
  fresh: boolean;
  glanceOnly: boolean;
}

export async function gather(engine: GateEngine, questions: Questions, options: GatherOptions): Promise<Answers> {
  const { signal, onEvent, anew } = options;
  const answers = new Answers();
  const of = questions.pairs.length;
  let done = 0;
  if (of > 0) onEvent({ type: 'check', done, of });
  for (const { pairs, fresh, glanceOnly } of await batchesOf(engine, questions.pairs, options)) {
    await engine.comparePairs(pairs, {
      signal,
      fresh,
      glanceOnly,
      onEvent,
      onResult: ({ index, result }) => {
        answers.tellPair(pairs[index]!, result);
        onEvent({ type: 'check', done: ++done, of });
      },
    });
  }
  for (const set of questions.sets) {
    const folder = dirname(set[0]!);
    const retry = set.filter((path) => anew.has(path));
    const ranking = await engine.rank(folder, set, { signal, onEvent, retry });
    const byPlace = placesOf(folder, set);
    for (const { path, score, interval95, facts, error } of ranking.clips) {
      const clip = byPlace(path);
      if (facts?.timeline) answers.tellTimeline(clip, facts.timeline);
      answers.tellScore(
        set,
        clip,
        error ? { error } : score !== null && interval95 ? { value: { score, interval95 } } : null,
      );
    }
  }
  return answers;
}

/**
 * Pairs of one size together: then each is looked at as `compare` looks at it alone, so that a gate and the panel that it opens
 * show one margin, and a clip is decoded once for all its pairs of that size.
 */
async function batchesOf(
  engine: GateEngine,
  pairs: readonly Pair[],
  { signal, anew, sizeOf }: GatherOptions,
): Promise<Batch[]> {
  const slots = new Slots(PROBES_AT_ONCE);
  const paths = [...new Set(pairs.flatMap(({ a, b }) => [a, b]))];
  const facts = new Map<string, ClipFacts>();
  await Promise.all(
    paths.map((path) =>
      slots.run(async () => {
        const known = await engine.probe(path, { signal }).catch(() => null); // told by the comparison
        if (known) facts.set(path, known);
      }, signal),
    ),
  );
  const batches = new Map<string, Batch>();
  for (const pair of pairs) {
    const [a, b] = [facts.get(pair.a), facts.get(pair.b)];
    const size = a && b ? sizeOf([a, b]) : null;
    const fresh = anew.has(pair.a) || anew.has(pair.b);
    const glanceOnly = pair.a === pair.b;
    const name = `${size?.width}x${size?.height} ${fresh} ${glanceOnly}`;
    const batch = batches.get(name) ?? { pairs: [], fresh, glanceOnly };
    batch.pairs.push(pair);
    batches.set(name, batch);
  }
  return [...batches.values()];
}

/** A ranking tells its clips relative to the folder. */
function placesOf(folder: string, set: readonly string[]): (place: string) => string {
  const known = new Map(set.map((path) => [placeOf(folder, path), path]));
  return (place) => known.get(place) ?? place;
}
