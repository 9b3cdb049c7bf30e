/** The answers to all questions of a check, as far as they are stored: nothing is decoded and no model is asked. */
import { dirname } from 'node:path';
import { VersusqError } from '../../../protocol/index.js';
import type { EngineContext } from '../../compare/context.js';
import { StoredClips } from '../../compare/stored-clips.js';
import { storedRanking } from '../../rank/stored.js';
import { Answers, type Questions } from './evidence.js';

/** Errors: `cancelled`. Without ffmpeg or model nothing is known. */
export async function recall(context: EngineContext, questions: Questions, signal: AbortSignal): Promise<Answers> {
  const answers = new Answers();
  const stored = new StoredClips(context);
  try {
    for (const { a, b } of questions.pairs) {
      signal.throwIfAborted();
      const known = await stored.comparison(a, b);
      if (known) answers.tellPair({ a, b }, known);
      const line = known ? null : await stored.timeline(a);
      if (line && 'value' in line) answers.tellTimeline(a, line.value);
    }
    for (const set of questions.sets) {
      signal.throwIfAborted();
      const known = await storedRanking(context, stored, dirname(set[0]!), set, signal);
      for (const { path: place, score, interval95 } of known?.rows ?? []) {
        const clip = known!.clips.get(place)!;
        if (clip.facts?.timeline) answers.tellTimeline(clip.path, clip.facts.timeline);
        if (clip.error) answers.tellScore(set, clip.path, { error: clip.error });
        else if (score !== null && interval95) answers.tellScore(set, clip.path, { value: { score, interval95 } });
      }
    }
  } catch (error) {
    const { code } = VersusqError.from(error);
    if (!/^(?:ffmpeg|model)\//.test(code)) throw error; // a check that computes tells this
  }
  return answers;
}
