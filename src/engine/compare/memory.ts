/**
 * Encoded clips that were just used, least recently used first out, bounded by bytes. It spares a batch the way through the
 * store, and is all there is where no store is kept.
 */
import type { TimelineFacts } from '../../protocol/index.js';
import type { ClipTokens } from '../model/types.js';

/** Bound in bytes; a clip takes about 4.5 MB with its details. The worker is to stay under 1.2 GB resident. */
const MEMORY_BYTES = 448 * 2 ** 20;
/** What details take against the crops that they are made of; counted before they are there. */
const DETAIL_PER_CROP_BYTE = 4.65;

export interface EncodedClip {
  tokens: ClipTokens;
  timeline: TimelineFacts;
}

export class TokenMemory {
  private readonly clips = new Map<string, { clip: EncodedClip; bytes: number }>();
  private total = 0;

  constructor(private readonly maxBytes = MEMORY_BYTES) {}

  get(key: string): EncodedClip | undefined {
    const entry = this.clips.get(key);
    if (!entry) return undefined;
    this.clips.delete(key); // a Map keeps the order of insertion: the last is the latest used
    this.clips.set(key, entry);
    return entry.clip;
  }

  put(key: string, clip: EncodedClip): void {
    this.drop(key);
    const bytes = sizeOf(clip.tokens);
    this.clips.set(key, { clip, bytes });
    this.total += bytes;
    for (const oldest of this.clips.keys()) {
      if (this.total <= this.maxBytes || oldest === key) break;
      this.drop(oldest);
    }
  }

  clear(): void {
    this.clips.clear();
    this.total = 0;
  }

  private drop(key: string): void {
    this.total -= this.clips.get(key)?.bytes ?? 0;
    this.clips.delete(key);
  }
}

function sizeOf(tokens: ClipTokens): number {
  let bytes = tokens.detail === null ? DETAIL_PER_CROP_BYTE * tokens.crops.byteLength : 0;
  for (const value of Object.values(tokens)) if (ArrayBuffer.isView(value)) bytes += value.byteLength;
  return bytes;
}
