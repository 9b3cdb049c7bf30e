/** Template of the table's head: one button a column that sorts; one of them is in the tab order, arrows go to the others. */
import { html, nothing, type TemplateResult } from 'lit';
import { t } from '../language.js';
import { cssom } from '../parts/cssom.js';
import { glyph } from '../parts/icon.js';
import { formatTick } from '../view/format.js';
import { COLUMNS, column, type ColumnId } from './view/columns.js';
import { percent, type Axis } from './view/intervals.js';
import type { Sort } from './view/order.js';

export interface HeadLook {
  columns: readonly ColumnId[];
  sort: Sort;
  axis: Axis;
  /** The head that is in the tab order. */
  reachable: ColumnId;
}

export function head(look: HeadLook, sortBy: (id: ColumnId) => void): TemplateResult {
  return html`<div role="rowgroup">
    <div role="row" class="head wide" aria-rowindex="1">${look.columns.map((id) => headCell(id, look, sortBy))}</div>
  </div>`;
}

function headCell(id: ColumnId, { sort, axis, reachable }: HeadLook, sortBy: (id: ColumnId) => void): TemplateResult {
  const { label, hint, key, number } = column(id);
  const sorted = sort.column === id ? (sort.descending ? 'descending' : 'ascending') : null;
  return html`<div
    role="columnheader"
    aria-colindex=${COLUMNS.indexOf(id) + 1}
    aria-sort=${key ? (sorted ?? 'none') : nothing}
    class="${id === 'score' ? 'with-axis' : number ? 'right' : ''}"
    title=${key ? `${hint}. ${t('Click or Enter: sort')}` : hint}
  >
    ${
      key
        ? html`<button data-column=${id} tabindex=${id === reachable ? 0 : -1} @click=${() => sortBy(id)}>
            <span>${label}</span>${
              sorted
                ? html`<span class="glyph" aria-hidden="true"
                    >${glyph(sorted === 'ascending' ? 'arrow-up' : 'arrow-down')}</span
                  >`
                : nothing
            }
          </button>`
        : html`<span class="label">${label}</span>`
    }
    ${id === 'score' ? axisMarks(axis) : nothing}
  </div>`;
}

const axisMarks = (axis: Axis): TemplateResult =>
  html`<div class="axis" aria-hidden="true">
    ${axis.ticks.map(
      (at) =>
        html`<i ${cssom({ left: `${percent(axis, at)}%` })}></i
          ><span ${cssom({ left: `${percent(axis, at)}%` })}>${formatTick(at)}</span>`,
    )}
  </div>`;
