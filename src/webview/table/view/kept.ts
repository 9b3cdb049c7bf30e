/**
 * What the person arranged, kept by the host over hiding and reload. Sort, filter and columns are taken over to another folder;
 * selection and folded groups belong to their own.
 */
import { COLUMNS, FIRST_SHOWN, column, type ColumnId } from './columns.js';
import { FIRST_SORT, type Sort } from './order.js';

export interface TableView {
  sort: Sort;
  filter: string;
  columns: ColumnId[];
  /** names of groups that are folded */
  folded: string[];
  selected: string[];
  focus: string | null;
  /** names of plots that are open */
  plots: string[];
  /** What families of encodes are told apart by, and the two that are compared. */
  families: { by: 'codec' | 'name'; a: string; b: string };
  /** pixels from the top */
  scroll: number;
}
export interface KeptTable {
  version: 1;
  folder: string;
  view: TableView;
}

/** A selection larger than this is not kept. */
const MOST_KEPT = 1000;

export const initialTableView = (): TableView => ({
  sort: FIRST_SORT,
  filter: '',
  columns: [...FIRST_SHOWN],
  folded: [],
  selected: [],
  focus: null,
  plots: [],
  families: { by: 'name', a: '', b: '' },
  scroll: 0,
});

export const keep = (folder: string, view: TableView): KeptTable => ({
  version: 1,
  folder,
  view: { ...view, selected: view.selected.length > MOST_KEPT ? [] : view.selected },
});

/** The kept view for this folder; the first one for anything else, however broken. */
export function restoreTable(kept: unknown, folder: string): TableView {
  const view = initialTableView();
  if (!isBag(kept) || kept['version'] !== 1 || !isBag(kept['view'])) return view;
  const { sort, filter, columns, folded, selected, focus, plots, families, scroll } = kept['view'];
  if (isBag(sort) && isColumn(sort['column']) && column(sort['column']).key)
    view.sort = { column: sort['column'], descending: sort['descending'] === true };
  if (typeof filter === 'string') view.filter = filter;
  const known = Array.isArray(columns) ? columns.filter(isColumn) : [];
  if (known.length > 0) view.columns = COLUMNS.filter((c) => c === 'name' || known.includes(c));
  view.plots = texts(plots);
  if (isBag(families)) {
    const { by, a, b } = families;
    view.families = { by: by === 'codec' ? 'codec' : 'name', a: text(a), b: text(b) };
  }
  if (kept['folder'] !== folder) return view;
  view.folded = texts(folded);
  view.selected = texts(selected);
  view.focus = typeof focus === 'string' ? focus : null;
  view.scroll = typeof scroll === 'number' && scroll >= 0 && Number.isFinite(scroll) ? scroll : 0;
  return view;
}

const isBag = (v: unknown): v is Record<string, unknown> => typeof v === 'object' && v !== null;
const isColumn = (v: unknown): v is ColumnId => COLUMNS.some((c) => c === v);
const text = (v: unknown): string => (typeof v === 'string' ? v : '');
const texts = (v: unknown): string[] => (Array.isArray(v) ? v.filter((t) => typeof t === 'string') : []);
