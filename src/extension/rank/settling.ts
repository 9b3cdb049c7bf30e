/**
 * Waits until files that were touched are whole: a clip that is still copied or encoded grows, and is told of only when it has
 * not changed for a while. Pure but for timers; it looks at files through the function it is given.
 */

/** Milliseconds between two looks at what was touched; also joins what happens at once. */
const LOOK_MS = 500;
/** A file that has not changed for so long is whole, milliseconds. */
const QUIET_MS = 2000;

export interface FileLook {
  bytes: number;
  /** Milliseconds since 1970. */
  modified: number;
}

interface Touched {
  look: FileLook | null;
  /** When it was first seen like this. */
  since: number;
}

export class Settling {
  private readonly touched = new Map<string, Touched>();
  private timer: NodeJS.Timeout | null = null;
  private stopped = false;

  /** `look` gives null for a file that is not there; `settled` is told of all that came to rest since the last look. */
  constructor(
    private readonly look: (path: string) => Promise<FileLook | null>,
    private readonly settled: (paths: string[]) => void,
    private readonly now: () => number = () => Date.now(),
  ) {}

  touch(path: string): void {
    if (this.stopped || this.touched.has(path)) return;
    this.touched.set(path, { look: null, since: 0 });
    this.timer ??= setTimeout(() => void this.lookAtAll(), LOOK_MS);
  }

  dispose(): void {
    this.stopped = true;
    if (this.timer !== null) clearTimeout(this.timer);
    this.timer = null;
  }

  private async lookAtAll(): Promise<void> {
    const looks = await Promise.all(
      [...this.touched.keys()].map(async (path) => [path, await this.look(path)] as const),
    );
    if (this.stopped) return;
    const whole = looks.filter(([path, look]) => this.isWhole(path, look)).map(([path]) => path);
    for (const path of whole) this.touched.delete(path);
    this.timer = this.touched.size > 0 ? setTimeout(() => void this.lookAtAll(), LOOK_MS) : null;
    if (whole.length > 0) this.settled(whole);
  }

  private isWhole(path: string, look: FileLook | null): boolean {
    if (look === null) return true;
    const before = this.touched.get(path);
    const now = this.now();
    if (before?.look?.bytes !== look.bytes || before.look.modified !== look.modified) {
      this.touched.set(path, { look, since: now });
      return false;
    }
    return now - look.modified >= QUIET_MS || now - before.since >= QUIET_MS;
  }
}
