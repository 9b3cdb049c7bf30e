/** The width of an element, for what is drawn in pixels. */
import type { ReactiveController, ReactiveControllerHost } from 'lit';

/** Follows the width of its element: pixels. */
export class WidthController implements ReactiveController {
  width = 640;
  private readonly observer = new ResizeObserver((entries) => {
    const width = Math.floor(entries.at(-1)?.contentRect.width ?? 0);
    if (width <= 0 || width === this.width) return;
    this.width = width;
    this.host.requestUpdate();
  });
  constructor(private readonly host: ReactiveControllerHost & Element) {
    host.addController(this);
  }
  hostConnected(): void {
    this.observer.observe(this.host);
  }
  hostDisconnected(): void {
    this.observer.disconnect();
  }
}
