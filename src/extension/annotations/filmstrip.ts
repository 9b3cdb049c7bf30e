/** A few small pictures of a clip for its hover: made one after the other, within a moment, and kept for the last clips. */
import type * as vscode from 'vscode';
import type { ClipFacts } from '../../protocol/index.js';
import { spreadTimes } from '../rank/thumbnails.js';
import type { EngineWorker } from '../services.js';

/** Pictures of a clip, and their width in pixels. */
const [COUNT, WIDTH] = [3, 120];
/** A hover waits so long for pictures, milliseconds. */
const WAIT_MS = 1500;
/** Clips whose pictures are kept; about 15 kB each. */
const CLIPS_KEPT = 50;
/** VS Code cuts a hover's text at 100,000 characters. */
const LONGEST = 90_000;

export class Filmstrip {
  private readonly kept = new Map<string, string[]>();

  constructor(private readonly worker: EngineWorker) {}

  /** Data URIs; fewer where they take too long or can't be made. Of a clip never read, its beginning. */
  async of(path: string, facts: ClipFacts | null, token: vscode.CancellationToken): Promise<readonly string[]> {
    const key = `${path}\0${facts?.hash ?? ''}`;
    const kept = this.kept.get(key);
    if (kept !== undefined && facts !== null) return kept;
    const abort = new AbortController();
    const late = setTimeout(() => abort.abort(), WAIT_MS);
    const cancelled = token.onCancellationRequested(() => abort.abort());
    const pictures: string[] = [];
    try {
      for (const time of facts === null ? [0] : spreadTimes(facts, COUNT)) {
        const request = { path, time, width: WIDTH };
        pictures.push((await this.worker.request('thumbnail', request, { signal: abort.signal })).dataUri);
      }
      if (facts !== null) this.keep(key, pictures);
    } catch {
      // too late, or no picture can be made of it: the words stand alone
    } finally {
      clearTimeout(late);
      cancelled.dispose();
    }
    return pictures.join('').length > LONGEST ? [] : pictures;
  }

  private keep(key: string, pictures: string[]): void {
    this.kept.delete(key);
    this.kept.set(key, pictures);
    if (this.kept.size > CLIPS_KEPT) this.kept.delete(this.kept.keys().next().value ?? '');
  }
}
