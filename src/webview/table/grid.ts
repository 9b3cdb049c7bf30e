/**
 * <vq-table-grid>: the rows. Only those on the screen (and the one with the focus) are in the document; the grid itself has the
 * focus and names its row by aria-activedescendant. New values are drawn at once; a new order as live-order.ts allows, with the
 * row under the pointer, or else the one with the focus, staying where it is.
 */
import { LitElement, html, type PropertyValues } from 'lit';
import { customElement, property, query } from 'lit/decorators.js';
import { guard } from 'lit/directives/guard.js';
import { repeat } from 'lit/directives/repeat.js';
import { VirtualizerController, defaultRangeExtractor, type Range } from '@tanstack/lit-virtual';
import { t } from '../language.js';
import { base } from '../parts/styles.js';
import { cssom } from '../parts/cssom.js';
import { WidthController } from '../parts/width.js';
import { gridStyles, headStyles } from './grid-styles.js';
import { head } from './head.js';
import { Pictures, SCRUB_COUNT } from './pictures.js';
import { LiveOrder, type OrderHost } from './live-order.js';
import { ROW_HEIGHT, clipRow, groupRow } from './rows.js';
import { COLUMNS, tracksOf, type ColumnId } from './view/columns.js';
import type { Entry } from './view/data.js';
import type { Axis } from './view/intervals.js';
import { ArrangeEvent, CommandEvent, TableIntent } from './view/keys.js';
import { FIRST_SORT, type Item, type Sort } from './view/order.js';
import { NO_SELECTION, choose, moveTo, type How, type Move, type Selection } from './view/selection.js';

const HEAD_HEIGHT = 44;
const OVERSCAN = 6;
const MOVES: Record<string, Move> = {
  ArrowUp: 'up',
  ArrowDown: 'down',
  PageUp: 'page-up',
  PageDown: 'page-down',
  Home: 'home',
  End: 'end',
};

/** Bubbling event: the person selected something, or moved the focus. */
export class SelectEvent extends Event {
  static readonly type = 'vq-select';
  constructor(readonly selection: Selection) {
    super(SelectEvent.type, { bubbles: true, composed: true });
  }
}

@customElement('vq-table-grid')
export class Grid extends LitElement implements OrderHost {
  static override styles = [base, gridStyles, headStyles];
  @property({ attribute: false }) entries: ReadonlyMap<string, Entry> = new Map();
  /** The order that is wanted. */
  @property({ attribute: false }) items: readonly Item[] = [];
  /** Changes when the person arranged the rows anew: then nothing waits. */
  @property({ attribute: false }) arrangement = { toTop: false };
  @property({ attribute: false }) columns: readonly ColumnId[] = [];
  @property({ attribute: false }) axis: Axis = { domain: [0, 1], ticks: [] };
  @property({ attribute: false }) sort: Sort = FIRST_SORT;
  @property({ attribute: false }) selection: Selection = NO_SELECTION;
  @property({ attribute: false }) reference: string | null = null;
  @query('.scroller') private readonly scroller!: HTMLElement;
  private readonly size = new WidthController(this);
  private readonly order = new LiveOrder(this);
  private pointer: { x: number; y: number } | null = null;
  private scrub: { path: string; share: number } | null = null;
  private pool = 32;
  private headColumn: ColumnId = 'rank';
  private readonly pictures = new Pictures(
    (path, count) => this.dispatchEvent(new TableIntent({ type: 'needThumbnails', path, count })),
    () => this.pathsOnScreen(),
  );
  private readonly virtual = new VirtualizerController<HTMLElement, HTMLElement>(this, {
    count: 0,
    getScrollElement: () => this.scroller ?? null,
    estimateSize: () => ROW_HEIGHT,
    overscan: OVERSCAN,
    scrollMargin: HEAD_HEIGHT,
    scrollPaddingStart: HEAD_HEIGHT,
    rangeExtractor: (range) => this.withFocus(range),
  });

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.pictures.dispose();
    this.order.dispose();
  }

  showPictures(path: string, pictures: readonly string[]): void {
    this.pictures.set(path, pictures);
    this.requestUpdate();
  }

  forgetPictures(): void {
    this.pictures.forget();
    this.pictures.seen();
  }

  /** While a menu is open nothing moves. */
  set held(value: boolean) {
    this.order.held = value;
  }

  askAgain(): void {
    this.requestUpdate('items');
  }

  drawn(): readonly [number, number] {
    const { startIndex, endIndex } = this.virtual.getVirtualizer().range ?? { startIndex: 0, endIndex: -1 };
    return [startIndex - OVERSCAN, endIndex + OVERSCAN];
  }

  anchor(): string | null {
    return this.keyUnderPointer() ?? this.focusOnScreen();
  }

  private get shown(): readonly Item[] {
    return this.order.shown;
  }

  /** -1: none, or not in the list. */
  private get focusIndex(): number {
    const { focus } = this.selection;
    return focus === null ? -1 : this.shown.findIndex((i) => i.key === focus);
  }

  override focus(): void {
    this.scroller.focus({ preventScroll: true });
  }

  get offset(): number {
    return this.scroller?.scrollTop ?? 0;
  }
  /** Pixels; taken once the rows are there. */
  set offset(top: number) {
    this.order.scrollTo(top);
  }

  /** Where the row with the focus is on the screen, for a menu of it. */
  focusedRow(): DOMRect | null {
    return this.renderRoot.querySelector('.row.focused')?.getBoundingClientRect() ?? null;
  }

  private withFocus(range: Range): number[] {
    const indexes = defaultRangeExtractor(range);
    const at = this.focusIndex;
    if (at < 0 || (at >= indexes[0]! && at <= indexes.at(-1)!)) return indexes;
    return at < indexes[0]! ? [at, ...indexes] : [...indexes, at];
  }

  protected override willUpdate(changed: PropertyValues<this>): void {
    if (changed.has('items') || changed.has('arrangement'))
      this.order.want(this.items, changed.has('arrangement') ? this.arrangement : null);
    const virtual = this.virtual.getVirtualizer();
    if (virtual.options.count !== this.shown.length)
      virtual.setOptions({ ...virtual.options, count: this.shown.length });
  }

  protected override updated(): void {
    this.order.settle(this.scroller, this.renderRoot.querySelectorAll<HTMLElement>('.body > .row'));
    this.pictures.seen();
  }

  protected override render(): unknown {
    const virtual = this.virtual.getVirtualizer();
    const drawn = virtual.getVirtualItems();
    while (this.pool < drawn.length) this.pool *= 2;
    const [from, to] = this.drawn();
    const focus = this.focusIndex;
    const { tracks, least } = tracksOf(this.columns, this.size.width);
    const reachable = this.columns.includes(this.headColumn) ? this.headColumn : this.columns[0]!;
    return html`<div
      class="scroller"
      role="grid"
      tabindex="0"
      aria-label=${t('Clips by quality')}
      aria-rowcount=${this.shown.length + 1}
      aria-colcount=${COLUMNS.length}
      aria-multiselectable="true"
      aria-activedescendant=${focus < 0 ? '' : `row-${focus}`}
      ${cssom({ '--columns': tracks, '--least': `${least}px` })}
      @keydown=${this.keyed}
      @scroll=${this.scrolled}
    >
      ${guard([this.columns, this.sort, this.axis, reachable], () =>
        head({ columns: this.columns, sort: this.sort, axis: this.axis, reachable }, (id) => this.sortBy(id)),
      )}
      <div
        class="body wide"
        role="rowgroup"
        ${cssom({ height: `${this.shown.length * ROW_HEIGHT}px` })}
        @click=${this.clicked}
        @dblclick=${this.doubleClicked}
        @contextmenu=${this.menuAsked}
        @pointermove=${this.moved}
        @pointerdown=${this.moved}
        @pointerleave=${this.left}
      >
        ${repeat(
          drawn,
          // Elements are used again while the list scrolls: one for every `pool`th row, and one for a focus far away.
          ({ index }) => (index >= from && index <= to ? index % this.pool : -1),
          ({ index }) => this.row(index, index === focus),
        )}
      </div>
    </div>`;
  }

  private row(index: number, focused: boolean): unknown {
    const item = this.shown[index];
    if (!item) return '';
    if (item.kind === 'group') return guard([item, index, focused], () => groupRow(item, index, focused));
    const entry = this.entries.get(item.path);
    if (!entry) return '';
    const look = {
      index,
      selected: this.selection.selected.has(item.path),
      focused,
      columns: this.columns,
      axis: this.axis,
      reference: this.reference === item.path,
      picture: this.pictures.at(item.path, this.scrub?.path === item.path ? this.scrub.share : 0),
    };
    return guard([entry, ...Object.values(look)], () => clipRow(entry, look));
  }

  private sortBy(id: ColumnId): void {
    this.headColumn = id;
    this.dispatchEvent(new ArrangeEvent({ what: 'sort', column: id }));
  }

  private select(index: number, how: How): void {
    const selection = choose(this.selection, this.shown, index, how);
    this.dispatchEvent(new SelectEvent(selection));
    this.virtual.getVirtualizer().scrollToIndex(index);
  }

  private command(command: CommandEvent['command'], paths: readonly string[] | null = null): void {
    this.dispatchEvent(new CommandEvent(command, paths));
  }

  private readonly keyed = (event: KeyboardEvent): void => {
    if (event.target !== this.scroller) return this.keyedInHead(event);
    const focus = this.focusIndex;
    const item = this.shown[focus];
    const move = MOVES[event.key];
    if (move && !event.altKey && this.shown.length > 0) {
      const page = Math.max(1, Math.floor((this.scroller.clientHeight - HEAD_HEIGHT) / ROW_HEIGHT) - 1);
      const to = moveTo(this.selection, this.shown, move, page);
      this.select(to, event.shiftKey ? 'extend' : event.ctrlKey || event.metaKey ? 'focus-only' : 'only');
    } else if (item?.kind === 'group' && [' ', 'Enter', 'ArrowLeft', 'ArrowRight'].includes(event.key)) {
      const fold = event.key === 'ArrowLeft' || (event.key !== 'ArrowRight' && !item.folded);
      if (fold !== item.folded) this.fold(item.name);
    } else if (event.key === ' ' && item) {
      this.select(focus, 'toggle');
    } else return;
    event.preventDefault();
    event.stopPropagation();
  };

  private keyedInHead(event: KeyboardEvent): void {
    const by = event.key === 'ArrowRight' ? 1 : event.key === 'ArrowLeft' ? -1 : 0;
    if (event.key === 'Enter' || event.key === ' ') event.stopPropagation();
    if (by === 0) return;
    const heads = [...this.renderRoot.querySelectorAll<HTMLElement>('.head button')];
    const next = heads[heads.indexOf(event.target as HTMLElement) + by];
    event.preventDefault();
    if (!next) return;
    this.headColumn = next.dataset['column'] as ColumnId;
    next.focus();
    this.requestUpdate();
  }

  private fold(group: string): void {
    this.dispatchEvent(new ArrangeEvent({ what: 'fold', group }));
  }

  private indexOf(event: Event): number {
    const row = (event.composedPath()[0] as Element).closest<HTMLElement>('.row');
    return row ? Number(row.dataset['index']) : -1;
  }

  private readonly clicked = (event: MouseEvent): void => {
    const index = this.indexOf(event);
    const item = this.shown[index];
    if (!item) return;
    const button = (event.composedPath()[0] as Element).closest<HTMLElement>('[data-act]');
    if (button && item.kind === 'row') {
      if (button.dataset['act'] === 'retry') return this.command('retry', [item.path]);
      return this.openMenu(index, button.getBoundingClientRect());
    }
    this.select(index, event.shiftKey ? 'extend' : event.ctrlKey || event.metaKey ? 'toggle' : 'only');
    if (item.kind === 'group') this.fold(item.name);
  };

  private readonly doubleClicked = (event: MouseEvent): void => {
    const item = this.shown[this.indexOf(event)];
    if (item?.kind === 'row' && !(event.composedPath()[0] as Element).closest('[data-act]'))
      this.command('open', [item.path]);
  };

  /** By the pointer only: the menu key and Shift+F10 are handled with the other keys. */
  private readonly menuAsked = (event: MouseEvent): void => {
    event.preventDefault();
    const index = this.indexOf(event);
    if (this.shown[index]?.kind === 'row') this.openMenu(index, new DOMRect(event.clientX, event.clientY));
  };

  private openMenu(index: number, place: DOMRect): void {
    const item = this.shown[index]!;
    this.select(index, this.selection.selected.has(item.key) ? 'focus-only' : 'only');
    this.menuPlace = place;
    this.command('row-menu');
  }

  /** Where the next menu belongs, if the pointer asked for it; taken once. */
  private menuPlace: DOMRect | null = null;
  takeMenuPlace(): DOMRect | null {
    const place = this.menuPlace ?? this.focusedRow();
    this.menuPlace = null;
    return place;
  }

  private readonly moved = (event: PointerEvent): void => {
    this.pointer = { x: event.clientX, y: event.clientY };
    this.order.pointerMoved();
    const target = event.composedPath()[0] as Element;
    const cell = target.closest<HTMLElement>('[data-scrub]');
    const path = cell?.closest<HTMLElement>('.row')?.dataset['path'];
    if (cell && path !== undefined) {
      const { left, width } = cell.getBoundingClientRect();
      this.pictures.want(path, SCRUB_COUNT);
      this.scrub = { path, share: Math.min(0.999, Math.max(0, (event.clientX - left) / width)) };
      this.requestUpdate();
    } else if (this.scrub) {
      this.scrub = null;
      this.requestUpdate();
    }
  };

  private readonly left = (): void => {
    this.pointer = null;
    this.scrub = null;
    this.order.pointerLeft();
  };

  private readonly scrolled = (): void => {
    if (this.pointer) this.order.pointerMoved();
    this.pictures.seen();
    this.dispatchEvent(new Event('vq-scrolled', { bubbles: true, composed: true }));
  };

  private keyUnderPointer(): string | null {
    if (!this.pointer) return null;
    const { top } = this.scroller.getBoundingClientRect();
    const index = Math.floor((this.pointer.y - top - HEAD_HEIGHT + this.offset) / ROW_HEIGHT);
    return this.shown[index]?.key ?? null;
  }

  private focusOnScreen(): string | null {
    if (!this.matches(':focus-within')) return null;
    const index = this.focusIndex;
    const top = index * ROW_HEIGHT - this.offset;
    return index >= 0 && top > -ROW_HEIGHT && top < this.scroller.clientHeight ? this.selection.focus : null;
  }

  private pathsOnScreen(): string[] {
    if (!this.scroller) return [];
    const from = Math.floor(this.offset / ROW_HEIGHT);
    const to = from + Math.ceil((this.scroller.clientHeight - HEAD_HEIGHT) / ROW_HEIGHT);
    const shown = this.columns.includes('thumbnail') ? this.shown.slice(from, to + 1) : [];
    return shown.flatMap((i) => (i.kind === 'row' && this.entries.get(i.path)?.status !== 'failed' ? [i.path] : []));
  }
}
