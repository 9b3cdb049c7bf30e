/**
 * A few small pictures of a clip for its hover. A hover waits a moment for them; what comes later is there for the next one. A
 * hover that is given up ends its pictures.
 */
import type * as vscode from 'vscode';
import type { ClipFacts } from '../../protocol/index.js';
import { spreadTimes } from '../rank/thumbnails.js';
import type { EngineWorker } from '../services.js';

/** Pictures of a clip, and their width in pixels. */
const [COUNT, WIDTH] = [3, 120];
/** A hover waits so long for pictures, milliseconds. */
const WAIT_MS = 1200;
/** Clips whose pictures are kept; about 15 kB each. */
const CLIPS_KEPT = 50;
/** VS Code cuts a hover's text at 100,000 characters. */
const LONGEST = 90_000;

interface Strip {
  pictures: string[];
  done: Promise<void>;
}

export class Filmstrip {
  private readonly kept = new Map<string, Strip>();

  constructor(private readonly worker: EngineWorker) {}

  /** Data URIs; fewer where they take too long or can't be made. Of a clip never read, its beginning. */
  async of(path: string, facts: ClipFacts | null, token: vscode.CancellationToken): Promise<readonly string[]> {
    const key = `${path}\0${facts?.hash ?? ''}`;
    const strip = this.kept.get(key) ?? this.begin(key, path, facts, token);
    let late: NodeJS.Timeout | undefined;
    await Promise.race([strip.done, new Promise((resolve) => (late = setTimeout(resolve, WAIT_MS)))]);
    clearTimeout(late);
    return strip.pictures.join('').length > LONGEST ? [] : [...strip.pictures];
  }

  private begin(key: string, path: string, facts: ClipFacts | null, token: vscode.CancellationToken): Strip {
    const abort = new AbortController();
    const cancelled = token.onCancellationRequested(() => abort.abort());
    const pictures: string[] = [];
    const make = async (): Promise<void> => {
      try {
        for (const time of facts === null ? [0] : spreadTimes(facts, COUNT)) {
          const request = { path, time, width: WIDTH };
          pictures.push((await this.worker.request('thumbnail', request, { signal: abort.signal })).dataUri);
        }
      } catch {
        this.kept.delete(key); // no picture can be made of it, or nobody waits any more: the words stand alone
      } finally {
        cancelled.dispose();
      }
    };
    const strip = { pictures, done: make() };
    this.kept.set(key, strip);
    if (this.kept.size > CLIPS_KEPT) this.kept.delete(this.kept.keys().next().value ?? '');
    return strip;
  }
}
