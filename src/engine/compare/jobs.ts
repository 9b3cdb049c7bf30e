/**
 * Small tools of a job: one signal for all its parts, a queue that runs one thing at a time, a bound on how many run at once,
 * and progress that speaks only when there is something new. After `runJob` ends, nothing it started is still running.
 */
import { VersusqError, type WorkerEvent, say } from '../../protocol/index.js';

export function throwIfCancelled(signal: AbortSignal | undefined): void {
  if (signal?.aborted) throw new VersusqError('cancelled', say`Cancelled.`);
}

/**
 * Runs `work` with a signal that ends with the caller's. Whatever `work` passes to `join` is waited for, and where one part
 * fails the others are cancelled first, so that no ffmpeg outlives its job. A cancelled job rejects with `cancelled`.
 */
export async function runJob<T>(
  outer: AbortSignal | undefined,
  work: (signal: AbortSignal, join: <P>(part: Promise<P>) => Promise<P>) => Promise<T>,
): Promise<T> {
  throwIfCancelled(outer);
  const controller = new AbortController();
  const forward = () => controller.abort();
  outer?.addEventListener('abort', forward, { once: true });
  const parts: Promise<unknown>[] = [];
  const join = <P>(part: Promise<P>): Promise<P> => {
    parts.push(settled(part));
    return part;
  };
  try {
    return await work(controller.signal, join);
  } catch (error) {
    controller.abort();
    await Promise.all(parts);
    if (outer?.aborted) throw new VersusqError('cancelled', say`Cancelled.`, { cause: error });
    throw VersusqError.from(error);
  } finally {
    outer?.removeEventListener('abort', forward);
  }
}

/** Ends when the part does, and holds nothing of what it gave. */
const settled = (part: Promise<unknown>): Promise<void> =>
  part.then(
    () => undefined,
    () => undefined,
  );

/** At most `size` pieces of work at once, begun in the order they were asked for. `new Slots(1)` is a queue. */
export class Slots {
  private running = 0;
  private readonly waiting: (() => void)[] = [];

  constructor(private readonly size: number) {}

  async run<T>(work: () => Promise<T> | T, signal?: AbortSignal): Promise<T> {
    if (this.running >= this.size) await new Promise<void>((resolve) => this.waiting.push(resolve));
    else this.running++;
    try {
      throwIfCancelled(signal);
      return await work();
    } finally {
      const next = this.waiting.shift();
      if (next) next();
      else this.running--;
    }
  }
}

/** A share is told again only when it grew by this much. */
const SHARE_STEP = 0.01;

/** Wraps an event listener: equal or hardly grown progress of one station and clip is not repeated. */
export function sparing(onEvent: ((event: WorkerEvent) => void) | undefined): (event: WorkerEvent) => void {
  const last = new Map<string, number | null>();
  return (event) => {
    if (event.type === 'progress') {
      const key = `${event.station} ${event.clip} ${event.path}`;
      const before = last.get(key);
      const now = event.share;
      const hardly = now !== null && typeof before === 'number' && now > before && now < before + SHARE_STEP && now < 1;
      if (now === before || hardly) return;
      last.set(key, now);
    }
    onEvent?.(event);
  };
}
