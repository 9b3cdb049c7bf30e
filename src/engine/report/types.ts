/**
 * What a report is made of. Whoever asks for a report gathers this first (thumbnails included), so that `reportHtml` is a pure
 * function of it.
 */
import type { Claim, ClipFacts, Comparison, ErrorData, Ranking } from '../../protocol/index.js';

export type { Claim, ClipFacts, Comparison, ErrorData, Ranking };
export type Span2 = [number, number];

/** One moment of both clips. Images are `data:image/...;base64,` URIs; null where a frame could not be had. */
export interface MomentPictures {
  /** seconds on A's time line */
  time: number;
  a: string | null;
  b: string | null;
  /** The claim whose region is outlined, or null. */
  claim: Claim | null;
}

export interface ReportComparison {
  comparison: Comparison;
  pictures: MomentPictures[];
}

export interface ReportFailure {
  a: string;
  b: string;
  error: ErrorData;
}

export interface ReportData {
  title: string;
  /** When it was made, as it shall be printed. */
  generated: string;
  versusq: string;
  ranking: { ranking: Ranking; pictures: ReadonlyMap<string, string> } | null;
  comparisons: ReportComparison[];
  failures: ReportFailure[];
}
