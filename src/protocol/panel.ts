/**
 * Host <-> compare panel. The host holds the truth and sends whole states; the panel sends intents. What the person arranged
 * (volume side, loop, speed, play head) is the panel's own and is kept with `setState`.
 */
import { Type, type Static } from '@sinclair/typebox';
import type { ClipFacts, Comparison } from './comparison.js';
import type { ErrorData } from './errors.js';
import type { Station } from './worker.js';

export interface PlayableMedia {
  /** A URI the panel may load; null while there is none yet. */
  uri: string | null;
  /** original: the file itself. proxy: a copy made for playback. */
  source: 'original' | 'proxy';
  /** proxy in the making: 0..1, or null. */
  proxyShare: number | null;
  /** Why it can't be played, or what the proxy is. */
  note: string | null;
}

export interface ClipState {
  path: string;
  /** Shortest path that tells the two apart. */
  name: string;
  facts: ClipFacts | null;
  media: PlayableMedia;
}

export type RunState =
  | { status: 'idle' }
  | { status: 'working'; station: Station; clip: 'a' | 'b' | null; share: number | null; since: number }
  | { status: 'done' }
  | { status: 'failed'; error: ErrorData };

/** Everything the compare panel shows, whole. */
export interface ComparePanelState {
  a: ClipState;
  b: ClipState;
  run: RunState;
  /** The latest comparison: first a glance, then the considered one. */
  comparison: Comparison | null;
  /** The reasoning so far, while it is written. */
  reasoning: string;
  /** Names of files that changed since the comparison, or empty. */
  stale: string[];
  /** Shown when the model does not run where it was asked to. */
  deviceNote: string | null;
  /** What troubles the store, in the window's language; null: nothing. */
  storeNote: string | null;
}

export type ToPanel = { type: 'state'; state: ComparePanelState };

const side = Type.Union([Type.Literal('a'), Type.Literal('b')]);
/** What a panel may send; the host validates it against this schema. */
export const FromPanel = Type.Union([
  Type.Object({ type: Type.Literal('ready') }),
  Type.Object({ type: Type.Literal('run'), fresh: Type.Boolean({ description: 'ignore what the store holds' }) }),
  Type.Object({ type: Type.Literal('cancel') }),
  Type.Object({ type: Type.Literal('swap') }),
  Type.Object({ type: Type.Literal('needProxy'), side, reason: Type.String({ maxLength: 500 }) }),
  Type.Object({ type: Type.Literal('copyJson') }),
  Type.Object({ type: Type.Literal('saveReport') }),
  Type.Object({ type: Type.Literal('copyDetails') }),
  Type.Object({ type: Type.Literal('openSetting'), setting: Type.String({ pattern: '^versusq\\.[a-zA-Z]+$' }) }),
  Type.Object({ type: Type.Literal('reveal'), side }),
  /** In-step figures for tests and the status line: time difference in seconds, last second. */
  Type.Object({ type: Type.Literal('playback'), differenceMs: Type.Number(), playing: Type.Boolean() }),
]);
export type FromPanel = Static<typeof FromPanel>;
