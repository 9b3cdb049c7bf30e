/**
 * The order that is drawn, against the one that is wanted. What the person arranged is drawn at once; what the host sends waits
 * until the pointer is still (hold.ts), then the rows slide there, and the row that `anchor` names keeps its place on the screen
 * as far as the list can be scrolled.
 */
import { Hold } from './view/hold.js';
import type { Item } from './view/order.js';
import { placesOf, sameOrder, scrollFor, slide, type Places } from './slide.js';

export interface OrderHost {
  /** Ask again with `want`. */
  askAgain(): void;
  /** Pixels that the list is scrolled. */
  readonly offset: number;
  /** First and last index that is drawn. */
  drawn(): readonly [number, number];
  /** Key of the row that must not move. */
  anchor(): string | null;
}

export class LiveOrder {
  shown: readonly Item[] = [];
  private readonly hold = new Hold();
  private waiting: ReturnType<typeof setTimeout> | null = null;
  private before: Places = new Map();
  /** Pixels; where to scroll once the rows are drawn. */
  private target: number | null = null;

  constructor(private readonly host: OrderHost) {}

  dispose(): void {
    if (this.waiting !== null) clearTimeout(this.waiting);
  }

  pointerMoved(): void {
    this.hold.moved(performance.now());
  }

  pointerLeft(): void {
    this.hold.left();
    this.host.askAgain();
  }

  /** While a menu is open nothing moves. */
  set held(value: boolean) {
    this.hold.held = value;
    if (!value) this.host.askAgain();
  }

  scrollTo(top: number): void {
    this.target = top;
  }

  /** Draws the wanted order: now if the person arranged it, else as soon as it may be. */
  want(items: readonly Item[], byPerson: { toTop: boolean } | null): void {
    if (this.waiting !== null) clearTimeout(this.waiting);
    this.waiting = null;
    if (this.shown === items) return;
    if (byPerson || this.shown.length === 0 || sameOrder(this.shown, items)) {
      if (byPerson?.toTop && this.shown.length > 0) this.target ??= 0;
      this.shown = items;
      return;
    }
    const wait = this.hold.wait(performance.now());
    if (wait > 0) {
      if (wait < Infinity) this.waiting = setTimeout(() => this.host.askAgain(), wait);
      return;
    }
    const { offset: scroll } = this.host;
    this.before = placesOf(this.shown, ...this.host.drawn(), scroll);
    const anchor = this.host.anchor();
    const keep = anchor === null ? null : scrollFor(anchor, this.shown, items, scroll);
    if (keep !== null && keep !== scroll) this.target = keep;
    this.shown = items;
  }

  /** To be called when the rows are drawn. */
  settle(scroller: HTMLElement, rows: Iterable<HTMLElement>): void {
    if (this.target !== null && this.shown.length > 0) {
      scroller.scrollTop = this.target;
      this.target = null;
    }
    if (this.before.size === 0) return;
    slide(rows, this.shown, this.before, scroller.scrollTop);
    this.before = new Map();
  }
}
