/**
 * What is done with clips: which ones a command is about, what the host is asked for, and the menu of a row. Pure but for the
 * message it sends.
 */
import type { FromTable } from '../../protocol/table.js';
import { plural, t } from '../language.js';
import type { MenuContent, MenuItem } from './menu.js';
import { asText, type ColumnId } from './view/columns.js';
import type { Entry } from './view/data.js';
import { labelOf, type Command, type RowAction } from './view/keys.js';
import type { Selection } from './view/selection.js';
import { byRank } from './view/words.js';

export interface RowContext {
  entries: ReadonlyMap<string, Entry>;
  selection: Selection;
  /** Paths of the rows that are shown, in their order. */
  shown: readonly string[];
  columns: readonly ColumnId[];
  reference: string | null;
  /** Clips that are left out. */
  excluded: readonly string[];
}

const ROW_ACTIONS: ReadonlySet<Command> = new Set<RowAction>([
  'open',
  'compare',
  'compare-above',
  'reveal',
  'copy-path',
  'copy-rows',
  'exclude',
  'reference',
  'retry',
]);
export const isRowAction = (command: Command): command is RowAction => ROW_ACTIONS.has(command);

/**
 * The clips a command is about: the named ones, else the selected ones, else the one with the focus. What the filter hides is
 * meant by nobody: it stays selected, but nothing is done with it.
 */
export function targets(context: RowContext, named: readonly string[] | null): Entry[] {
  const { entries, selection, shown } = context;
  const chosen = named ?? selectedOf(context);
  const paths = named || chosen.length > 0 ? chosen : shown.filter((path) => path === selection.focus);
  return paths.flatMap((path) => entries.get(path) ?? []);
}

/** Paths of the selected rows that are shown, in their order. */
const selectedOf = ({ selection, shown }: RowContext): string[] => shown.filter((path) => selection.selected.has(path));

/** What to ask the host for; null where the command has nothing to do. */
export function intentOf(action: RowAction, context: RowContext, named: readonly string[] | null): FromTable | null {
  const clips = targets(context, named);
  const first = clips[0];
  const paths = clips.map((e) => e.path);
  switch (action) {
    case 'open':
      if (clips.length === 2) return intentOf('compare', context, paths);
      return first
        ? { type: 'open', path: clips.find((e) => e.path === context.selection.focus)?.path ?? first.path }
        : null;
    case 'compare': {
      if (clips.length !== 2) return null;
      const [a, b] = byRank(first!, clips[1]!);
      return { type: 'compare', a: a.path, b: b.path };
    }
    case 'compare-above':
      return first?.above ? { type: 'compare', a: first.above.path, b: first.path } : null;
    case 'reveal':
      return first ? { type: 'reveal', path: first.path } : null;
    case 'copy-path':
      return first ? { type: 'copyPath', paths } : null;
    case 'copy-rows':
      return { type: 'copyText', text: copiedText(context) };
    case 'exclude':
      // Mixed ones are all left out.
      return first ? { type: 'exclude', paths, excluded: clips.some((e) => e.status !== 'excluded') } : null;
    case 'reference':
      if (!first) return null;
      return { type: 'reference', path: first.path === context.reference ? null : first.path };
    case 'retry': {
      const included = clips.filter((e) => e.status !== 'excluded').map((e) => e.path);
      return included.length > 0 ? { type: 'retry', paths: included } : null;
    }
    default:
      return null;
  }
}

/** The selected rows as text, in the order shown; all of them where none is selected. */
function copiedText(context: RowContext): string {
  const { entries, shown, columns } = context;
  const selected = selectedOf(context);
  const paths = selected.length > 0 ? selected : shown;
  return asText(
    paths.flatMap((path) => entries.get(path) ?? []),
    columns,
  );
}

export function rowMenu(context: RowContext, run: (action: RowAction) => void): MenuContent {
  const clips = targets(context, null);
  const [first] = clips;
  const many = clips.length > 1;
  const item = (action: RowAction, label: string, more: Partial<MenuItem> = {}): MenuItem => ({
    label,
    key: labelOf(action),
    disabled: intentOf(action, context, null) === null,
    run: () => run(action),
    ...more,
  });
  const isReference = first !== undefined && first.path === context.reference;
  const included = clips.some((e) => e.status !== 'excluded');
  const items = [
    clips.length === 2
      ? item('compare', t('Compare the two'), { key: t('Enter') })
      : item('open', t('Open'), many ? { disabled: true } : {}),
    item('compare-above', t('Compare with the one above'), many ? { disabled: true } : {}),
    item('reveal', t('Show in the explorer'), { apart: true, ...(many ? { disabled: true } : {}) }),
    item('copy-path', many ? t('Copy the paths') : t('Copy the path')),
    item('copy-rows', many ? t('Copy the rows') : t('Copy the row')),
    item('reference', isReference ? t('No longer the reference') : t('Set as reference'), {
      apart: true,
      ...(many ? { disabled: true } : {}),
    }),
    item('exclude', included ? t('Exclude') : t('Include')),
    item('retry', t('Analyse again')),
  ];
  return { name: many ? plural(clips.length, '{0} clip', '{0} clips') : (first?.name ?? t('Row')), items };
}
