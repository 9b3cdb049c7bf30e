/**
 * <vq-rank-table>: the table of a ranked folder as a whole. The host's messages come in and go down as properties; commands,
 * selection and arrangement come up as events; intents go to the host. What the person arranged is kept with `setState`.
 */
import { LitElement, html, nothing, type PropertyValues } from 'lit';
import { customElement, query, state } from 'lit/decorators.js';
import type { PairMargin } from '../protocol/rank.js';
import type { FromTable, RankTableState } from '../protocol/table.js';
import { getHost } from './host.js';
import { t } from './language.js';
import type { KeysDialog } from './parts/keys-dialog.js';
import { cssom } from './parts/cssom.js';
import { base } from './parts/styles.js';
import { tableStyles } from './rank-table-styles.js';
import { SelectEvent, type Grid } from './table/grid.js';
import { keepsKey } from './table/focused.js';
import { MatrixEvent } from './table/plots/agreement.js';
import { plotSections } from './table/plots/sections.js';
import { GRID_EDGES, ROW_HEIGHT } from './table/rows.js';
import type { Menu, MenuContent } from './table/menu.js';
import { intentOf, isRowAction, rowMenu, targets, type RowContext } from './table/row-actions.js';
import type { Counts } from './table/state-cards.js';
import { columnsMenu, exportMenu } from './table/toolbar-menus.js';
import type { Toolbar } from './table/toolbar.js';
import { standingOf } from './table/view/agreement.js';
import { COLUMNS } from './table/view/columns.js';
import { TableData, type Entry } from './table/view/data.js';
import { parseFilter, shownWords } from './table/view/filter.js';
import { axisOf, type Axis } from './table/view/intervals.js';
import { initialTableView, keep, restoreTable, type TableView } from './table/view/kept.js';
import {
  ArrangeEvent,
  CommandEvent,
  TABLE_KEYS,
  TableIntent,
  commandOf,
  type Arranged,
  type Command,
} from './table/view/keys.js';
import { readTableMessage } from './table/view/messages.js';
import { arrange, nextSort, type Listing } from './table/view/order.js';
import { NO_SELECTION, chooseAll, pruned, type Selection } from './table/view/selection.js';
import { ActionEvent } from './view/actions.js';
import './table/index.js';

/** What the person arranged is kept so often: ms. */
const KEEP_MS = 300;

@customElement('vq-rank-table')
export class RankTable extends LitElement {
  static override styles = [base, tableStyles];
  @state() private state: RankTableState | null = null;
  @state() private view: TableView = initialTableView();
  @state() private selection: Selection = NO_SELECTION;
  @state() private entries: ReadonlyMap<string, Entry> = new Map();
  @state() private pairs: readonly PairMargin[] = [];
  @query('vq-table-grid') private readonly grid!: Grid;
  @query('vq-table-toolbar') private readonly toolbar!: Toolbar;
  @query('vq-menu') private readonly menu!: Menu;
  @query('vq-keys-dialog') private readonly keys!: KeysDialog;
  private readonly host = getHost();
  private readonly data = new TableData();
  private filter = parseFilter('');
  private listing: Listing = { items: [], paths: [] };
  /** Anew whenever the person arranged the rows. */
  private arrangement = { toTop: false };
  private axis: Axis = axisOf([]);
  private counts: Counts = { clips: 0, ranked: 0, failed: [] };
  private keeping: ReturnType<typeof setTimeout> | null = null;
  private stopListening: (() => void) | null = null;

  override connectedCallback(): void {
    super.connectedCallback();
    this.addEventListener(CommandEvent.type, (e) =>
      this.perform((e as CommandEvent).command, (e as CommandEvent).paths),
    );
    this.addEventListener(ArrangeEvent.type, (e) => this.arrange((e as ArrangeEvent).arranged));
    this.addEventListener(TableIntent.type, (e) => this.send((e as TableIntent).intent));
    this.addEventListener(SelectEvent.type, (e) => this.select((e as SelectEvent).selection));
    this.addEventListener(ActionEvent.type, (e) => this.fold(e as ActionEvent));
    this.addEventListener(MatrixEvent.type, (e) => this.send({ type: 'needPairs', paths: (e as MatrixEvent).paths }));
    this.addEventListener('vq-scrolled', () => this.keep());
    this.addEventListener('vq-to-rows', () => this.grid.focus());
    document.addEventListener('keydown', this.pressed);
    this.stopListening = this.host.onMessage((data) => this.received(data));
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    document.removeEventListener('keydown', this.pressed);
    this.stopListening?.();
  }

  protected override firstUpdated(): void {
    this.send({ type: 'ready' });
  }

  private send(intent: FromTable): void {
    this.host.postMessage(intent);
  }

  private received(data: unknown): void {
    const message = readTableMessage(data);
    switch (message?.type) {
      case 'state':
        if (this.state?.folder !== message.state.folder) this.restore(message.state.folder);
        if (this.state && this.state.grouping !== message.state.grouping) this.arrangement = { toTop: true };
        this.state = message.state;
        return this.data.setExcluded(message.state.excluded);
      case 'clips':
        if (message.reset) this.grid.forgetPictures();
        this.data.setClips(message.clips, message.reset);
        return this.requestUpdate();
      case 'rows':
        this.data.setRows(message.rows);
        return this.requestUpdate();
      case 'thumbnails':
        return this.grid.showPictures(message.path, message.pictures);
      case 'pairs':
        this.pairs = message.pairs;
    }
  }

  private restore(folder: string): void {
    this.view = restoreTable(this.host.getState(), folder);
    const { selected, focus, scroll } = this.view;
    this.selection = { selected: new Set(selected), focus, anchor: focus };
    this.filter = parseFilter(this.view.filter);
    if (scroll > 0) this.grid.offset = scroll;
  }

  /** Keeps what the person arranged, not more often than a few times a second. */
  private keep(): void {
    this.keeping ??= setTimeout(() => {
      this.keeping = null;
      if (!this.state) return;
      const { selected, focus } = this.selection;
      const view = { ...this.view, selected: [...selected], focus, scroll: this.grid.offset };
      this.host.setState(keep(this.state.folder, view));
    }, KEEP_MS);
  }

  protected override willUpdate(changed: PropertyValues<this> & Map<string, unknown>): void {
    // Rows may have come since: what they hold is worked out once a drawn frame, whatever the number of messages.
    const { entries } = this.data;
    const others = entries !== this.entries;
    this.entries = entries;
    if (others) this.takeEntries();
    if (others || changed.has('view') || changed.has('state')) this.takeOrder();
  }

  private takeEntries(): void {
    const estimates = [];
    const failed: string[] = [];
    let ranked = 0;
    for (const e of this.entries.values()) {
      if (e.estimate) estimates.push(e.estimate);
      if (e.status === 'failed') failed.push(e.path);
      if (e.rank !== null) ranked++;
    }
    const axis = axisOf(estimates);
    if (axis.domain.some((end, i) => end !== this.axis.domain[i])) this.axis = axis;
    this.counts = { clips: this.entries.size, ranked, failed };
    if (this.entries.size > 0) this.selection = pruned(this.selection, (path) => this.entries.has(path));
  }

  private takeOrder(): void {
    this.listing = arrange(this.entries.values(), {
      filter: this.filter,
      sort: this.view.sort,
      grouped: (this.state?.grouping ?? 'none') !== 'none',
      folded: new Set(this.view.folded),
    });
  }

  private arrange(arranged: Arranged): void {
    const { view } = this;
    if (arranged.what !== 'columns' && arranged.what !== 'families')
      this.arrangement = { toTop: arranged.what !== 'fold' };
    switch (arranged.what) {
      case 'sort':
        this.view = { ...view, sort: nextSort(view.sort, arranged.column) };
        break;
      case 'filter':
        this.filter = parseFilter(arranged.text);
        this.view = { ...view, filter: arranged.text };
        break;
      case 'columns': {
        const on = !view.columns.includes(arranged.column);
        const columns = COLUMNS.filter((c) => (c === arranged.column ? on : view.columns.includes(c)));
        this.view = { ...view, columns };
        break;
      }
      case 'fold':
        this.view = { ...view, folded: toggled(view.folded, arranged.group) };
        break;
      case 'families':
        this.view = { ...view, families: { by: arranged.by, a: arranged.a, b: arranged.b } };
    }
    this.keep();
  }

  private fold({ action }: ActionEvent): void {
    if (action.type !== 'fold') return;
    const others = this.view.plots.filter((p) => p !== action.section);
    this.view = { ...this.view, plots: action.folded ? others : [...others, action.section] };
    this.keep();
  }

  private select(selection: Selection): void {
    this.selection = selection;
    this.keep();
  }

  private get context(): RowContext {
    return {
      entries: this.entries,
      selection: this.selection,
      shown: this.listing.paths,
      columns: this.view.columns,
      reference: this.state?.reference ?? null,
      excluded: this.state?.excluded ?? [],
    };
  }

  private perform(command: Command, paths: readonly string[] | null = null): void {
    if (isRowAction(command)) {
      const intent = intentOf(command, this.context, paths);
      if (intent) this.send(intent);
      return;
    }
    const status = this.state?.run.status;
    switch (command) {
      case 'filter':
        return this.toolbar.focusFilter();
      case 'group':
        return this.toolbar.focusGrouping();
      case 'columns':
        return this.showMenu(
          () => columnsMenu(this.view.columns, (id) => this.arrange({ what: 'columns', column: id })),
          this.toolbar.button('columns'),
        );
      case 'export':
        return this.showMenu(
          () => exportMenu((format) => this.send({ type: 'export', format })),
          this.toolbar.button('export'),
        );
      case 'row-menu':
        return this.showRowMenu();
      case 'run':
      case 'fresh':
        return this.send({ type: 'run', fresh: command === 'fresh' });
      case 'pause':
        if (status === 'working' || status === 'paused') this.send({ type: status === 'working' ? 'pause' : 'resume' });
        return;
      case 'cancel':
        if (status === 'working' || status === 'paused') this.send({ type: 'cancel' });
        return;
      case 'keys':
        return this.keys.show();
      case 'select-all':
        return this.select(chooseAll(this.selection, this.listing.paths));
      case 'clear':
        return this.select({ ...this.selection, selected: new Set() });
    }
  }

  private showRowMenu(): void {
    const place = this.grid.takeMenuPlace();
    if (!place || targets(this.context, null).length === 0) return;
    this.grid.held = true;
    void this.menu.show(
      () => rowMenu(this.context, (action) => this.perform(action)),
      place,
      this.grid,
      () => (this.grid.held = false),
    );
  }

  private showMenu(make: () => MenuContent, button: HTMLElement): void {
    void this.menu.show(make, button.getBoundingClientRect(), button);
  }

  private readonly pressed = (event: KeyboardEvent): void => {
    const command = commandOf(event);
    if (!command || event.defaultPrevented || this.keys.open || keepsKey(event, command, this)) return;
    event.preventDefault();
    this.perform(command);
  };

  protected override render(): unknown {
    const { state: s, view, selection, listing } = this;
    const rows = listing.items.length * ROW_HEIGHT + GRID_EDGES;
    return html`<main aria-label=${t('Clips ranked by quality')} data-run=${s?.run.status ?? 'opening'}>
      <vq-table-header .state=${s} .shown=${shownWords(listing.paths.length, this.entries.size)}></vq-table-header>
      <vq-table-state .state=${s} .counts=${this.counts}></vq-table-state>
      <vq-table-toolbar
        ?hidden=${this.entries.size === 0}
        .filter=${view.filter}
        .problems=${this.filter.problems}
        .grouping=${s?.grouping ?? 'none'}
      ></vq-table-toolbar>
      <vq-table-grid
        ?hidden=${this.entries.size === 0}
        ${cssom({ '--rows': `${Math.max(rows, 3 * ROW_HEIGHT)}px` })}
        .entries=${this.entries}
        .items=${listing.items}
        .arrangement=${this.arrangement}
        .columns=${view.columns}
        .axis=${this.axis}
        .sort=${view.sort}
        .selection=${selection}
        .reference=${s?.reference ?? null}
      ></vq-table-grid>
      ${
        this.entries.size === 0
          ? nothing
          : html`<vq-table-status
                .chosen=${targets(this.context, null)}
                .provenance=${s?.provenance ?? ''}
              ></vq-table-status>
              ${plotSections({
                entries: this.entries,
                paths: listing.paths,
                axis: this.axis,
                selected: selection.selected,
                pairs: this.pairs,
                standing: s ? standingOf(s) : '',
                view,
              })}`
      }
      <vq-menu></vq-menu>
      <vq-keys-dialog .keys=${TABLE_KEYS.filter((k) => k.key !== 'contextmenu')}></vq-keys-dialog>
    </main>`;
  }
}

const toggled = (list: readonly string[], name: string): string[] =>
  list.includes(name) ? list.filter((n) => n !== name) : [...list, name];
