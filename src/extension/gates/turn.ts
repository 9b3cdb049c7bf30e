/**
 * Long work that makes room for a comparison the reviewer waits for: it is aborted, and begun again when the comparison is done.
 * What it had computed is stored by then, so that little is done twice.
 */
import { VersusqError, say } from '../../protocol/index.js';

export class Turn {
  private giving = 0;
  private running: AbortController | null = null;
  private waiting: (() => void)[] = [];

  /** Error `cancelled` when the signal fires; all others are the work's own. */
  async run<T>(signal: AbortSignal, work: (signal: AbortSignal) => Promise<T>): Promise<T> {
    for (;;) {
      if (this.giving > 0 && !signal.aborted) await this.turn(signal);
      if (signal.aborted) throw new VersusqError('cancelled', say`Cancelled.`);
      const own = (this.running = new AbortController());
      try {
        return await work(AbortSignal.any([signal, own.signal]));
      } catch (error) {
        if (signal.aborted || !own.signal.aborted) throw error;
      } finally {
        this.running = null;
      }
    }
  }

  /** The work stops until the given function is called. */
  giveWay(): () => void {
    this.giving++;
    this.running?.abort();
    return () => {
      if (--this.giving === 0) for (const go of this.waiting.splice(0)) go();
    };
  }

  private turn(signal: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      this.waiting.push(resolve);
      signal.addEventListener('abort', () => resolve(), { once: true });
    });
  }
}
