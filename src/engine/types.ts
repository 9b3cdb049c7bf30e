/**
 * The engine as the command and the worker see it. `createEngine(settings)` in engine.ts makes one; it finds ffmpeg, loads the
 * model and opens the store only when first needed, and keeps them.
 */
import type {
  CheckRequest,
  ClipFacts,
  ClipQuality,
  Comparison,
  DoctorReport,
  EngineSettings,
  ErrorData,
  GateCheck,
  PairMargin,
  ProxyInfo,
  Ranking,
  RankOptions,
  StoreTrouble,
  WorkerEvent,
} from '../protocol/index.js';

export interface JobOptions {
  signal?: AbortSignal;
  onEvent?: (event: WorkerEvent) => void;
}
export interface CompareOptions extends JobOptions {
  /** Margin without reasoning. */
  glanceOnly?: boolean;
  /** Ignore what the store holds; results are still kept. */
  fresh?: boolean;
}
export interface BatchOptions extends CompareOptions {
  /** All pairs at the size of the largest clip of the list, so that each clip is decoded once and margins add up to one scale. */
  oneSize?: boolean;
}
export interface PairResult {
  index: number;
  result: Comparison | { error: ErrorData };
}

export interface Engine {
  probe(path: string, options?: JobOptions): Promise<ClipFacts>;
  compare(a: string, b: string, options?: CompareOptions): Promise<Comparison>;
  /** What the store holds of a pair; null: nothing, and nothing is computed. */
  storedComparison(a: string, b: string, options?: JobOptions): Promise<Comparison | null>;
  /** Results in the order of the pairs; each clip is decoded once a size; a pair that fails does not stop the others. */
  comparePairs(
    pairs: { a: string; b: string }[],
    options: BatchOptions & { onResult: (r: PairResult) => void },
  ): Promise<void>;
  /** One order of the given clips; paths in the answer are relative to `folder`. Clips that fail are listed with their error. */
  rank(folder: string, paths: string[], options?: JobOptions & Partial<RankOptions>): Promise<Ranking>;
  /** What the store knows of the pairs of these clips. */
  rankPairs(folder: string, paths: string[], options?: JobOptions): Promise<PairMargin[]>;
  /** Judges the rules of a `.versusq.json`. Error `usage`: the file is wrong; clips that fail are told in the answer. */
  check(request: CheckRequest, options?: JobOptions): Promise<GateCheck>;
  /** What the store knows of clips (absolute paths, at most 500), in their order; nothing is computed. */
  quality(paths: string[], options?: JobOptions): Promise<ClipQuality[]>;
  proxy(path: string, options?: JobOptions): Promise<ProxyInfo>;
  thumbnail(path: string, time: number, width: number, options?: JobOptions): Promise<{ dataUri: string }>;
  doctor(): Promise<DoctorReport>;
  dispose(): Promise<void>;
}
/** `onTrouble` is told what troubles the store; without it the trouble goes to stderr. */
export type CreateEngine = (settings: EngineSettings, onTrouble?: (trouble: StoreTrouble) => void) => Engine;
