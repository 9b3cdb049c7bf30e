/**
 * <vq-menu>: one menu at a time, at a place on the screen: arrows, Home, End, first letters, Esc; focus goes back to where it was.
 * A native popover: it lies above everything and a click beside it closes it.
 */
import { LitElement, css, html, nothing } from 'lit';
import { customElement, query, state } from 'lit/decorators.js';
import { base } from '../parts/styles.js';
import '../parts/icon.js';

export interface MenuItem {
  label: string;
  /** Key that does the same, as it is printed. */
  key?: string;
  /** A choice that can be on or off; the menu stays open. */
  checked?: boolean;
  disabled?: boolean;
  /** A line above it. */
  apart?: boolean;
  run(): void;
}
export interface MenuContent {
  name: string;
  items: readonly MenuItem[];
}

@customElement('vq-menu')
export class Menu extends LitElement {
  static override styles = [
    base,
    css`
      [popover] {
        position: fixed;
        inset: auto;
        min-width: 180px;
        max-width: calc(100vw - 16px);
        max-height: calc(100vh - 16px);
        margin: 0;
        padding: 4px;
        overflow: auto;
        border: 1px solid var(--vscode-contrastBorder, var(--vscode-widget-border));
        border-radius: 4px;
        background: var(--vscode-menu-background, var(--vscode-editorWidget-background));
        color: var(--vscode-menu-foreground, var(--vscode-editorWidget-foreground));
        box-shadow: 0 2px 8px var(--vscode-widget-shadow, transparent);
        font: inherit;
      }
      button {
        display: grid;
        grid-template-columns: 16px minmax(0, 1fr) auto;
        gap: 8px;
        align-items: center;
        width: 100%;
        min-height: 24px;
        margin: 0;
        padding: 0 8px 0 4px;
        border: 0;
        border-radius: 2px;
        background: none;
        color: inherit;
        font: inherit;
        text-align: start;
        cursor: pointer;
      }
      button:focus {
        outline: 1px solid var(--vscode-contrastActiveBorder, transparent);
        outline-offset: -1px;
        background: var(--vscode-menu-selectionBackground, var(--vscode-list-activeSelectionBackground));
        color: var(--vscode-menu-selectionForeground, var(--vscode-list-activeSelectionForeground, inherit));
      }
      button[aria-disabled='true'] {
        opacity: 0.5;
        cursor: default;
      }
      .key {
        padding-inline-start: 16px;
      }
      hr {
        height: 1px;
        margin: 4px 0;
        border: 0;
        background: var(--vq-line);
      }
    `,
  ];
  @state() private content: MenuContent | null = null;
  @query('[popover]') private readonly box!: HTMLElement;
  private back: HTMLElement | null = null;
  private make: (() => MenuContent) | null = null;
  private closed: (() => void) | null = null;

  /** Opens at the lower left of `place`, or above it where there is no room. `back` gets the focus afterwards. */
  async show(make: () => MenuContent, place: DOMRect, back: HTMLElement | null, closed?: () => void): Promise<void> {
    this.make = make;
    this.content = make();
    this.back = back;
    this.closed = closed ?? null;
    await this.updateComplete;
    if (!this.box.matches(':popover-open')) this.box.showPopover();
    const { offsetWidth: width, offsetHeight: height } = this.box;
    const below = place.bottom + 2;
    const top = below + height > innerHeight - 8 ? Math.max(8, place.top - height - 2) : below;
    this.box.style.left = `${Math.max(8, Math.min(place.left, innerWidth - width - 8))}px`;
    this.box.style.top = `${top}px`;
    this.buttons[0]?.focus();
  }

  private get buttons(): HTMLElement[] {
    return [...this.renderRoot.querySelectorAll<HTMLElement>('button')];
  }

  protected override render(): unknown {
    return html`<div
      popover
      role="menu"
      aria-label=${this.content?.name ?? ''}
      @keydown=${this.keyed}
      @toggle=${this.toggled}
    >
      ${this.content?.items.map((item) => this.item(item))}
    </div>`;
  }

  private item(item: MenuItem): unknown {
    return html`${item.apart ? html`<hr />` : nothing}<button
        role=${item.checked === undefined ? 'menuitem' : 'menuitemcheckbox'}
        aria-checked=${item.checked === undefined ? nothing : String(item.checked)}
        aria-disabled=${item.disabled ? 'true' : nothing}
        tabindex="-1"
        @click=${() => this.choose(item)}
        @pointerenter=${(e: Event) => (e.target as HTMLElement).focus()}
      >
        ${item.checked ? html`<vq-icon name="check"></vq-icon>` : html`<span></span>`}<span class="ellipsis"
          >${item.label}</span
        ><span class="key quiet">${item.key ?? ''}</span>
      </button>`;
  }

  private choose(item: MenuItem): void {
    if (item.disabled) return;
    if (item.checked === undefined) this.close();
    item.run();
    if (item.checked !== undefined) this.content = this.make?.() ?? null;
  }

  /** The focus goes back at once: `toggle` comes later, and a key pressed in between would be lost in the closed menu. */
  private close(): void {
    this.back?.focus();
    this.box.hidePopover();
  }

  private readonly toggled = (event: Event): void => {
    if ((event as ToggleEvent).newState === 'open') return;
    const lost = this.matches(':focus-within') || document.activeElement === document.body;
    if (lost) this.back?.focus();
    this.closed?.();
    this.closed = null;
  };

  private readonly keyed = (event: KeyboardEvent): void => {
    const { buttons } = this;
    const at = buttons.indexOf(this.shadowRoot!.activeElement as HTMLElement);
    event.stopPropagation();
    const to = {
      ArrowDown: (at + 1) % buttons.length,
      ArrowUp: (at - 1 + buttons.length) % buttons.length,
      Home: 0,
      End: buttons.length - 1,
    }[event.key];
    if (event.key === 'Tab' || event.key === 'Escape') this.close();
    else if (to !== undefined) buttons[to]?.focus();
    else if (event.key.length === 1 && event.key !== ' ') this.focusLetter(event.key.toLowerCase(), at);
    else return;
    event.preventDefault();
  };

  private focusLetter(letter: string, after: number): void {
    const { buttons } = this;
    const order = [...buttons.slice(after + 1), ...buttons.slice(0, after + 1)];
    order.find((b) => b.textContent?.trim().toLowerCase().startsWith(letter))?.focus();
  }
}
