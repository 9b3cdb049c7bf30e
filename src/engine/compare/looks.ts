/** Where the engine's model looks: what every plan and comparison size of an engine is made by. */
import type { ClipFacts } from '../../protocol/index.js';
import type { MediaEngine, SamplePlan, Size } from '../media/types.js';
import type { EngineParts, ModelHead } from './parts.js';

export interface Looks {
  /** The model gives a margin without writing; else the considered one is the only one. */
  glances: boolean;
  /** One size for all clips of a comparison. */
  size(facts: ClipFacts[]): Size;
  plan(
    media: MediaEngine,
    facts: ClipFacts,
    size: Size,
    options?: { offset: number; duration: number; speed: number },
  ): SamplePlan;
}

export function looksOf(parts: Pick<EngineParts, 'comparisonSize'>, { frames }: ModelHead): Looks {
  if (!frames) return { glances: true, size: (facts) => parts.comparisonSize(facts), plan: planned };
  return {
    glances: false,
    size: (facts) => parts.comparisonSize(facts, frames),
    plan: (media, facts, size, options) => media.plan(facts, size, { ...options, frames }),
  };
}

const planned: Looks['plan'] = (media, facts, size, options) => media.plan(facts, size, options);
