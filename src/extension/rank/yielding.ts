/**
 * Rankings without a table (a chat agent asked). The worker runs the model for one request at a time, and a reviewer who compares
 * two clips must not wait for the end of one: it is interrupted, and asked again afterwards; what it computed is in the store. Pure.
 */
import { VersusqError, say } from '../../protocol/index.js';

export class YieldingRuns {
  private readonly running = new Set<AbortController>();
  private readonly waiting = new Set<() => void>();
  /** How many comparisons go before the runs. */
  private giving = 0;

  /** Does the work, from its beginning again after each interruption. Errors: those of the work, `cancelled` by the signal. */
  async run<T>(work: (signal: AbortSignal) => Promise<T>, signal: AbortSignal): Promise<T> {
    for (;;) {
      await this.untilFree(signal);
      const turn = new AbortController();
      this.running.add(turn);
      try {
        return await work(AbortSignal.any([signal, turn.signal]));
      } catch (error) {
        if (signal.aborted || !turn.signal.aborted) throw error;
      } finally {
        this.running.delete(turn);
      }
    }
  }

  /** Interrupts the runs until the given function is called. */
  giveWay(): () => void {
    this.giving++;
    for (const turn of this.running) turn.abort();
    return () => {
      this.giving--;
      if (this.giving === 0) for (const goOn of [...this.waiting]) goOn();
    };
  }

  private async untilFree(signal: AbortSignal): Promise<void> {
    while (this.giving > 0 && !signal.aborted) {
      await new Promise<void>((resolve) => {
        const goOn = (): void => {
          this.waiting.delete(goOn);
          signal.removeEventListener('abort', goOn);
          resolve();
        };
        this.waiting.add(goOn);
        signal.addEventListener('abort', goOn, { once: true });
      });
    }
    if (signal.aborted) throw new VersusqError('cancelled', say`Cancelled.`);
  }
}
