/** Menus of the toolbar: which columns are shown, and the forms in which the ranking is exported. */
import type { FromTable } from '../../protocol/table.js';
import { t } from '../language.js';
import type { MenuContent } from './menu.js';
import { ALL_COLUMNS, type ColumnId } from './view/columns.js';

export function columnsMenu(shown: readonly ColumnId[], toggle: (id: ColumnId) => void): MenuContent {
  return {
    name: t('Columns'),
    items: ALL_COLUMNS.map(({ id, label }) => ({
      label,
      checked: shown.includes(id),
      disabled: id === 'name',
      run: () => toggle(id),
    })),
  };
}

type Format = Extract<FromTable, { type: 'export' }>['format'];
const FORMATS: readonly [Format, string][] = [
  ['csv', t('CSV, a table for spreadsheets')],
  ['json', 'JSON, versusq.ranking/1'],
  ['markdown', t('Markdown, a table for reviews')],
  ['html', t('HTML, one file that stands alone')],
];

export const exportMenu = (run: (format: Format) => void): MenuContent => ({
  name: t('Export'),
  items: FORMATS.map(([format, label]) => ({ label, run: () => run(format) })),
});
