/**
 * What leaves src/engine/model: clips as tokens, pairs as margins, reasoning as text. Shapes: docs/model-package.md.
 */
import type { AttributeName, Claim, DeviceName, DoctorReport } from '../../protocol/index.js';
import type { FrameBurst, PlannedBurst, SamplePlan, TimelineLuma } from '../media/types.js';

/**
 * One clip, encoded: all that a pair needs, so that no second decode is ever made. Kept in the store as bytes. What a
 * vision-language model puts into the same arrays: vlm/clip-encoder.ts.
 */
export interface ClipTokens {
  /** bursts, K */
  count: number;
  times: Float64Array;
  /** burst time as share of the clip */
  shares: Float64Array;
  /** [K][P] rows and columns of the places as share of the picture: centres */
  cells: Float32Array;
  tokens: Float32Array;
  measurements: Float32Array;
  crops: Uint8Array;
  /** [K, P, DETAIL]: what the crops bring to every comparison. Made from them when first needed, and not kept in the store. */
  detail: Float32Array | null;
  thumbs: Float32Array;
  summary: Float32Array;
  /** [N, 4] of the whole time line, and its times */
  series: Float32Array;
  seriesTimes: Float64Array;
}

export interface Glance {
  margin: number;
  raw: [number, number];
  stdDev: number;
  /** Standard deviation from which the probability of the sign is read; absent: `stdDev`. */
  signStdDev?: number;
  sameContent: number;
  attributes: { attribute: AttributeName; margin: number }[];
  segments: { share: number; margin: number }[];
}

export interface Reasoned {
  margin: number;
  stdDev: number;
  /** See Glance. */
  signStdDev?: number;
  reasoning: string;
  /** The same words for the other order, where the model gives both at once. */
  mirrored?: string;
  /** claims with time as share of the clip 0..1; the caller turns shares into seconds */
  claims: Claim[];
  choice: 'a' | 'b' | 'tie';
  tokens: number;
  tokensPerSecond: number;
}

export interface ClipEncoder {
  addBurst(burst: FrameBurst, plan: PlannedBurst): Promise<void>;
  finish(timeline: TimelineLuma): Promise<ClipTokens>;
}

export interface PairInput {
  a: ClipTokens;
  b: ClipTokens;
  hashA: string;
  hashB: string;
  /** seconds: frame at t of A is at t + offset of B */
  offset: number;
  /** false: the clips show the same, but not at the same time. Absent: true. */
  inStep?: boolean;
  durationSeconds: number;
  /** Where the common part begins in A and in B, seconds: times in the reasoning count from there. Absent: 0 in both. */
  from?: readonly [number, number];
  signal?: AbortSignal;
}

export interface LoadedModel {
  readonly name: string;
  readonly version: string;
  /** sha256 over the files' hashes: names the model in the store */
  readonly hash: string;
  readonly planVersion: number;
  readonly device: Exclude<DeviceName, 'auto'>;
  readonly deviceNote: string | null;
  /** Opens what a station needs ahead of its use; what fails here fails again, and is told, where it is needed. */
  open(station: 'encode' | 'compare'): Promise<void>;
  /** false: margins are read behind a text alone, and `glance` gives the considered one of the last `explain`, or writes for it. */
  readonly glances?: false;
  /** `colour`: code values -> canonical, [3, 4]. The plan's places lie in its size, the comparison size. */
  encoder(colour: Float32Array, plan: Pick<SamplePlan, 'size' | 'origin'>): ClipEncoder;
  /** How alike two clips look, 0..1, where that is cheaper than a glance. */
  likeness?(pair: PairInput): number;
  glance(pair: PairInput): Promise<Glance & { matched: number }>;
  /** Streams text pieces through `onText`; must follow a glance of the same pair (the prefix is kept). */
  explain(pair: PairInput, onText: (text: string) => void): Promise<Reasoned>;
  dispose(): Promise<void>;
}

export type DeviceReport = DoctorReport['devices'];
