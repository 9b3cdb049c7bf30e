/**
 * What is known of a clip without computing anything: read from the store, for annotations, hovers, badges and gates.
 */
import type { AttributeName, ClipFacts } from './comparison.js';
import type { ErrorData } from './errors.js';

/** missing: no such file. unknown: nothing is stored of this content. measured: read, but neither ranked nor compared. */
export type QualityState = 'missing' | 'unknown' | 'measured' | 'compared' | 'ranked' | 'failed';

/** The clip's place in the latest ranking of a folder (or set of clips) that holds it. */
export interface QualityRanking {
  /** Places and scores with the same id come from one ranking; only those stand in one order. */
  id: string;
  /** Absolute path of the ranked folder. */
  folder: string;
  rank: number;
  /** Clips with a rank in that ranking. */
  of: number;
  /** Margin units, mean 0. */
  score: number;
  interval95: [number, number];
  /** Absolute path of the reference clip, and the margin against it; null without one. */
  toReference: { reference: string; margin: number; interval95: [number, number] } | null;
  mainDefect: AttributeName | null;
  /** ISO 8601. */
  finished: string;
}

/** The latest comparison with this clip in it. `margin` is from this clip's side: above 0 it looks better than the other. */
export interface QualityComparison {
  other: string;
  margin: number;
  interval95: [number, number];
  /** From this clip's side: `a` is this clip. */
  verdict: 'a' | 'b' | 'tie';
  kind: 'glance' | 'considered';
  /** First sentence of the model's reasoning; empty for a glance. */
  reason: string;
  /** ISO 8601. */
  finished: string;
}

/** What the present model said; what an earlier one said counts as nothing. */
export interface ClipQuality {
  /** Absolute. */
  path: string;
  state: QualityState;
  ranking: QualityRanking | null;
  comparison: QualityComparison | null;
  facts: ClipFacts | null;
  error: ErrorData | null;
}
