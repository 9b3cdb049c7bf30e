/**
 * Host <-> worker (a forked process, JSON over IPC). One request, any number of events, one answer; every request can be
 * cancelled; a lost worker rejects all its requests with `worker/crashed`.
 */
import type { ClipFacts, Comparison, Ranking } from './comparison.js';
import type { DEVICES, DoctorReport } from './doctor.js';
import type { ErrorData } from './errors.js';
import type { CheckEvent, CheckRequest, GateCheck } from './gates.js';
import type { ClipQuality } from './quality.js';
import type { PairMargin, RankEvent, RankRequest } from './rank.js';

/** Stations of the way of the data, the same words in code, logs, documents and progress texts. */
export const STATIONS = ['probe', 'plan', 'decode', 'encode', 'compare', 'explain', 'proxy', 'rank'] as const;
export type Station = (typeof STATIONS)[number];
export type DeviceName = 'auto' | (typeof DEVICES)[number];

/** Settings that the host or the CLI gives the engine once, at its start. */
export interface EngineSettings {
  ffmpegPath: string | null;
  modelPath: string | null;
  device: DeviceName;
  /** Folder of the store and proxies; null keeps nothing. */
  storePath: string | null;
}

/** damaged: set aside, and a fresh one begun. full: no room. unusable: it can't be opened, read or written. */
export interface StoreTrouble {
  kind: 'damaged' | 'full' | 'unusable';
  /** What happened, and what to do: a sentence or two each. */
  message: string;
  remedy: string;
}

export interface ProxyInfo {
  path: string;
  /** What the proxy is, for the panel: "H.264 copy made for playback". */
  note: string;
}

/** Method name -> [parameters, result]. */
export interface WorkerMethods {
  start: [EngineSettings, { versusq: string }];
  probe: [{ path: string }, ClipFacts];
  compare: [{ a: string; b: string; glanceOnly?: boolean; fresh?: boolean }, Comparison];
  /** What the store holds of a pair (considered, else at a glance); null: nothing. Computes nothing. */
  storedComparison: [{ a: string; b: string }, Comparison | null];
  rank: [RankRequest, Ranking];
  /** What is known (stored) of the pairs of these clips: at most 60, absolute paths. */
  rankPairs: [{ folder: string; paths: string[] }, PairMargin[]];
  /** Judges a `.versusq.json`. */
  check: [CheckRequest, GateCheck];
  /** What the store knows of these clips: at most 500, absolute paths. */
  quality: [{ paths: string[] }, ClipQuality[]];
  proxy: [{ path: string }, ProxyInfo];
  thumbnail: [{ path: string; time: number; width: number }, { dataUri: string }];
  doctor: [Record<string, never>, DoctorReport];
}
export type WorkerMethod = keyof WorkerMethods;

export type WorkerEvent =
  /** `share` 0..1 of this station for this clip (null: not known yet). */
  | { type: 'progress'; station: Station; clip: 'a' | 'b' | null; path: string | null; share: number | null }
  | { type: 'facts'; side: 'a' | 'b'; facts: ClipFacts }
  | { type: 'glance'; comparison: Comparison }
  /** The next piece of the reasoning, as it is written. */
  | { type: 'reasoning'; text: string }
  | RankEvent
  | CheckEvent;

export type ToWorker =
  { type: 'request'; id: number; method: WorkerMethod; params: unknown } | { type: 'cancel'; id: number };
export type FromWorker =
  /** Of no request: results are computed without the store, or are no longer kept. */
  | { type: 'storeTrouble'; trouble: StoreTrouble }
  | { type: 'event'; id: number; event: WorkerEvent }
  | { type: 'result'; id: number; result: unknown }
  | { type: 'error'; id: number; error: ErrorData };
