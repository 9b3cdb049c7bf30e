/**
 * Sends the newest state at most every `interval` milliseconds: the first request goes out at once, later ones are joined
 * into one. The last state is always sent, so a receiver that hears whole states ends with the truth.
 */
export class Pace {
  private timer: NodeJS.Timeout | null = null;
  private last = -Infinity;
  private stopped = false;

  constructor(
    private readonly interval: number,
    private readonly send: () => void,
    private readonly now: () => number = () => performance.now(),
  ) {}

  request(): void {
    if (this.stopped || this.timer !== null) return;
    const wait = this.last + this.interval - this.now();
    if (wait <= 0) this.fire();
    else this.timer = setTimeout(() => this.fire(), wait);
  }

  /** Sends now, and takes the place of what was waiting. */
  flush(): void {
    if (!this.stopped) this.fire();
  }

  dispose(): void {
    this.stopped = true;
    if (this.timer !== null) clearTimeout(this.timer);
    this.timer = null;
  }

  private fire(): void {
    if (this.timer !== null) clearTimeout(this.timer);
    this.timer = null;
    this.last = this.now();
    this.send();
  }
}
