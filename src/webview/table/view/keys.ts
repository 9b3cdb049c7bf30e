/**
 * What a person can do in the rank table, and the keys that do it: one table for the key handler, the tooltips, the menus and
 * the list of keys. Keys of the list itself (arrows, Home, Space ...) work while the rows have the focus.
 */
import type { FromTable } from '../../../protocol/table.js';
import { t } from '../../language.js';
import type { ColumnId } from './columns.js';

/** On the selected rows, or the one that has the focus. */
export type RowAction =
  'open' | 'compare' | 'compare-above' | 'reveal' | 'copy-path' | 'copy-rows' | 'exclude' | 'reference' | 'retry';
export type Command =
  | RowAction
  | 'row-menu'
  | 'filter'
  | 'group'
  | 'columns'
  | 'export'
  | 'run'
  | 'fresh'
  | 'pause'
  | 'cancel'
  | 'keys'
  | 'select-all'
  | 'clear';

export interface TableKey {
  /** `KeyboardEvent.key`, lower case, with "shift+" or "ctrl+" before it; "ctrl" stands for Cmd too. */
  key: string;
  /** The key as it is printed. */
  label: string;
  words: string;
  command: Command | null;
}

const key = (name: string, label: string, words: string, command: Command | null = null): TableKey => ({
  key: name,
  label,
  words,
  command,
});

export const TABLE_KEYS: readonly TableKey[] = [
  key('', t('\u2191 \u2193 PgUp PgDn Home End'), t('to another row; with Shift: select up to it')),
  key('', t('Space'), t('select or deselect the row; fold a group')),
  key('ctrl+a', t('Ctrl+{0}', 'A'), t('select all rows'), 'select-all'),
  key('enter', t('Enter'), t('open the clip; with two selected: compare them'), 'open'),
  key('d', 'D', t('compare with the one above'), 'compare-above'),
  key('shift+f10', t('Shift+{0}', 'F10'), t('menu of the row'), 'row-menu'),
  key('contextmenu', t('Menu'), t('menu of the row'), 'row-menu'),
  key('b', 'B', t('set or clear the reference'), 'reference'),
  key('x', 'X', t('exclude or include'), 'exclude'),
  key('t', 'T', t('analyse again'), 'retry'),
  key('v', 'V', t('show in the explorer'), 'reveal'),
  key('shift+c', t('Shift+{0}', 'C'), t('copy the path'), 'copy-path'),
  key('ctrl+c', t('Ctrl+{0}', 'C'), t('copy the rows'), 'copy-rows'),
  key('/', '/', t('to the filter'), 'filter'),
  key('g', 'G', t('group by'), 'group'),
  key('c', 'C', t('choose columns'), 'columns'),
  key('e', 'E', t('export'), 'export'),
  key('r', 'R', t('rank'), 'run'),
  key('shift+r', t('Shift+{0}', 'R'), t('rank again from the start'), 'fresh'),
  key('p', 'P', t('pause or go on'), 'pause'),
  key('q', 'Q', t('stop ranking'), 'cancel'),
  key('escape', 'Esc', t('clear the selection'), 'clear'),
  key('?', '?', t('show all keys'), 'keys'),
];

/** The command of a key press, or none. Alt belongs to VS Code. */
export function commandOf(
  event: Pick<KeyboardEvent, 'key' | 'shiftKey' | 'ctrlKey' | 'altKey' | 'metaKey'>,
): Command | null {
  if (event.altKey) return null;
  const name = event.key.toLowerCase();
  const shift = event.shiftKey && name !== '?' && name !== '/' ? 'shift+' : '';
  const control = event.ctrlKey || event.metaKey ? 'ctrl+' : '';
  return TABLE_KEYS.find((k) => k.key === `${control}${shift}${name}`)?.command ?? null;
}

/** "Pause (P)": tooltip of the control that does what a key does. */
export function tip(words: string, command: Command): string {
  const found = TABLE_KEYS.find((k) => k.command === command);
  return found ? `${words} (${found.label})` : words;
}
export const labelOf = (command: Command): string => TABLE_KEYS.find((k) => k.command === command)?.label ?? '';

/** Bubbling event: something of the table is to be done; `paths` where it is not about the selection. */
export class CommandEvent extends Event {
  static readonly type = 'vq-command';
  constructor(
    readonly command: Command,
    readonly paths: readonly string[] | null = null,
  ) {
    super(CommandEvent.type, { bubbles: true, composed: true });
  }
}

/** Bubbling event that carries an intent for the host. */
export class TableIntent extends Event {
  static readonly type = 'vq-table-intent';
  constructor(readonly intent: FromTable) {
    super(TableIntent.type, { bubbles: true, composed: true });
  }
}

/** Bubbling event: what the person arranged changes. */
export type Arranged =
  | { what: 'sort'; column: ColumnId }
  | { what: 'filter'; text: string }
  | { what: 'columns'; column: ColumnId }
  | { what: 'fold'; group: string }
  | { what: 'families'; by: 'codec' | 'name'; a: string; b: string };
export class ArrangeEvent extends Event {
  static readonly type = 'vq-arrange';
  constructor(readonly arranged: Arranged) {
    super(ArrangeEvent.type, { bubbles: true, composed: true });
  }
}
