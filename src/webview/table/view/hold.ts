/**
 * When a new order may be drawn. What the person does is answered at once; what the host sends waits until the pointer has been
 * still, or outside, for a moment, so that nothing moves away under a hand. Pure but for the clock handed in. Times in ms.
 */

/** So long must the pointer be still. */
export const STILL_MS = 600;

export class Hold {
  private movedAt = -Infinity;
  private inside = false;
  private busy = false;

  /** The pointer moved over the rows, pressed, or the rows were scrolled under it. */
  moved(now: number): void {
    this.inside = true;
    this.movedAt = now;
  }

  left(): void {
    this.inside = false;
  }

  /** A menu is open or a button held: nothing moves at all. */
  set held(value: boolean) {
    this.busy = value;
  }

  /** Milliseconds until the order may change; 0: now, Infinity: not before something is let go. */
  wait(now: number): number {
    if (this.busy) return Infinity;
    return this.inside ? Math.max(0, this.movedAt + STILL_MS - now) : 0;
  }
}
