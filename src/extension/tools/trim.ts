/**
 * The JSON of the command line, made to fit a language model's context: still `versusq.comparison/1` and `versusq.ranking/1`, with
 * rounded numbers, bounded lists, and without what a reader of words has no use for. Pure.
 */
import type { ClipFacts, Comparison, Ranking } from '../../protocol/index.js';

/** Decimals that are kept: margins are told with one, times to the millisecond. */
const DECIMALS = 3;
/** Events of a time line that are kept, of each clip. */
const MOST_EVENTS = 20;
/** Clips of a ranking that are told where the caller names no budget. */
const MOST_CLIPS = 60;
/** Tokens that a clip of a ranking takes in JSON, about: 250 characters at 4 characters a token, rounded up. */
const TOKENS_A_CLIP = 70;
/** Fewer clips would not show both ends of a ranking. */
const LEAST_CLIPS = 6;

export function comparisonForModel(comparison: Comparison): Comparison {
  return rounded({ ...comparison, a: factsForModel(comparison.a), b: factsForModel(comparison.b) });
}

export function factsForModel(facts: ClipFacts): ClipFacts {
  const { timeline } = facts;
  return rounded({
    ...facts,
    timeline: timeline === null ? null : { ...timeline, events: timeline.events.slice(0, MOST_EVENTS) },
  });
}

/** Without the clips' facts, and of a long ranking only both ends. `tokenBudget`: what the answer may take, if told. */
export function rankingForModel(ranking: Ranking, tokenBudget?: number): Ranking {
  const most =
    tokenBudget === undefined
      ? MOST_CLIPS
      : Math.max(LEAST_CLIPS, Math.min(MOST_CLIPS, Math.floor(tokenBudget / TOKENS_A_CLIP)));
  const clips = ranking.clips.map((clip) => ({
    ...clip,
    facts: null,
    error: clip.error === null ? null : { code: clip.error.code, message: clip.error.message },
  }));
  const half = Math.ceil(most / 2);
  const kept = clips.length <= most ? clips : [...clips.slice(0, half), ...clips.slice(clips.length - (most - half))];
  return rounded({ ...ranking, clips: kept });
}

/** The same value with numbers of at most DECIMALS decimals. */
export function rounded<T>(value: T): T {
  return JSON.parse(JSON.stringify(value), (_key, part: unknown) =>
    typeof part === 'number' ? Number(part.toFixed(DECIMALS)) : part,
  ) as T;
}
