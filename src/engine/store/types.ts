/** The store as the engine sees it: what it keeps, and the one that keeps nothing. */
import type { ClipFacts, ErrorData, TimelineFacts } from '../../protocol/index.js';
import { NOTHING_KNOWN, type QualityStore } from './quality.js';

export interface StoredTokens {
  /** `serialiseTokens` of the model */
  bytes: Uint8Array;
  timeline: TimelineFacts;
}

export interface Store {
  /** Facts of the file at `path` if its signature is unchanged; `path` in the facts is the one given. */
  fileFacts(path: string, signature: string): ClipFacts | null;
  putFile(path: string, signature: string, facts: ClipFacts): void;
  tokens(key: string): StoredTokens | null;
  timeline(key: string): TimelineFacts | null;
  putTokens(key: string, tokens: StoredTokens): void;
  /**
   * Room for the tokens of so many clips, beyond the bound where need be, until the function given is called: a ranking that
   * lost them again would decode its clips over and over.
   */
  reserve(clips: number): () => void;
  /** JSON of what the model said of a pair, in canonical order. */
  margin(key: string): unknown;
  putMargin(key: string, result: unknown): void;
  /** All margins whose key begins so: one read for all pairs of a clip. */
  marginsFrom(prefix: string): { key: string; result: unknown }[];
  /** Why a clip could not be read, where that was kept. */
  failure(key: string): ErrorData | null;
  /** null: it can be read after all. */
  putFailure(key: string, error: ErrorData | null): void;
  /** Rankings and comparisons as they ended, by clip. */
  readonly quality: QualityStore;
  /** For `doctor`: where it is and what was wrong, if anything. */
  status(): { ok: boolean; found: string; remedy: string | null };
  close(): void;
}

/** Remembers nothing. */
export const NO_STORE: Store = {
  fileFacts: () => null,
  putFile: () => {},
  tokens: () => null,
  timeline: () => null,
  putTokens: () => {},
  reserve: () => () => {},
  margin: () => null,
  putMargin: () => {},
  marginsFrom: () => [],
  failure: () => null,
  putFailure: () => {},
  quality: NOTHING_KNOWN,
  status: () => ({ ok: true, found: 'switched off: every comparison starts anew', remedy: null }),
  close: () => {},
};
