/** Asks the engine all that the rules are judged on. A clip that fails stops no other; what concerns all (no ffmpeg) does. */
import { dirname } from 'node:path';
import type { CheckEvent, WorkerEvent } from '../../../protocol/index.js';
import { placeOf } from '../../rank/clips.js';
import type { Engine } from '../../types.js';
import { Answers, type Questions } from './evidence.js';

export type GateEngine = Pick<Engine, 'comparePairs' | 'rank'>;

export interface GatherOptions {
  signal: AbortSignal;
  onEvent: (event: WorkerEvent | CheckEvent) => void;
  /** Clips that are read anew. */
  anew: ReadonlySet<string>;
}

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
  for (const { pairs, fresh, glanceOnly } of batchesOf(questions.pairs, anew)) {
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

/** Pairs that are asked alike, together: a clip is then decoded once for all of them. */
function batchesOf(pairs: readonly Pair[], anew: ReadonlySet<string>): Batch[] {
  const batches = new Map<string, Batch>();
  for (const pair of pairs) {
    const fresh = anew.has(pair.a) || anew.has(pair.b);
    const glanceOnly = pair.a === pair.b;
    const name = `${fresh} ${glanceOnly}`;
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
