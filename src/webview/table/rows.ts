/**
 * Templates of the rows: cells of a clip, head of a group. What is drawn depends on nothing but the arguments, so that a row is
 * drawn anew only when one of them changes. No element of its own per cell: rows are drawn while the list scrolls.
 */
import { html, nothing, type TemplateResult } from 'lit';
import { keyed } from 'lit/directives/keyed.js';
import { plural, sentence, t } from '../language.js';
import { formatMargin } from '../view/format.js';
import { cssom } from '../parts/cssom.js';
import { glyph } from '../parts/icon.js';
import { COLUMNS, column, type ColumnId } from './view/columns.js';
import type { Entry } from './view/data.js';
import { percent, type Axis, type Estimate } from './view/intervals.js';
import { tip } from './view/keys.js';
import type { Item } from './view/order.js';
import { estimateWords, groupWords, rankWords, statusWords, tieWords } from './view/words.js';

/** Pixels. */
export const ROW_HEIGHT = 40;
/** Letters at the end of a name that are always shown: encodes mostly differ there. */
const NAME_END = 9;
/** Head, borders and a horizontal scroll bar: what the grid is higher than its rows. */
export const GRID_EDGES = 44 + 2 + 14;

export interface RowLook {
  /** Place in the list. */
  index: number;
  selected: boolean;
  focused: boolean;
  columns: readonly ColumnId[];
  axis: Axis;
  reference: boolean;
  picture: string | null;
}

const place = (index: number): ReturnType<typeof cssom> => cssom({ top: `${index * ROW_HEIGHT}px` });

export function groupRow(item: Extract<Item, { kind: 'group' }>, index: number, focused: boolean): TemplateResult {
  const name = groupWords(item.name || null);
  return html`<div
    role="row"
    id="row-${index}"
    class="row group ${focused ? 'focused' : ''}"
    aria-rowindex=${index + 2}
    aria-expanded=${String(!item.folded)}
    data-index=${index}
    title=${item.folded ? t('Show {0} (Space)', name) : t('Fold {0} (Space)', name)}
    ${place(index)}
  >
    <div role="gridcell" aria-colspan=${COLUMNS.length} aria-colindex="1">
      <span class="glyph" aria-hidden="true">${glyph(item.folded ? 'chevron-right' : 'chevron-down')}</span>
      <b>${name}</b><span class="quiet">${plural(item.count, '{0} clip', '{0} clips')}</span>
    </div>
  </div>`;
}

export function clipRow(entry: Entry, look: RowLook): TemplateResult {
  const { index, selected, focused } = look;
  return html`<div
    role="row"
    id="row-${index}"
    class="row ${selected ? 'selected' : ''} ${focused ? 'focused' : ''} ${entry.status}"
    aria-rowindex=${index + 2}
    aria-selected=${String(selected)}
    data-index=${index}
    data-path=${entry.path}
    ${place(index)}
  >
    ${look.columns.map((id) => cell(id, entry, look))}
  </div>`;
}

function cell(id: ColumnId, e: Entry, look: RowLook): TemplateResult {
  const at = COLUMNS.indexOf(id) + 1;
  switch (id) {
    case 'rank':
      return html`<div role="gridcell" aria-colindex=${at} class="number rank" title=${rankWords(e)}>
        ${
          e.above?.tie
            ? html`<span class="tie" title=${tieWords(e.above.path)} role="img" aria-label=${tieWords(e.above.path)}
                >≈</span
              >`
            : nothing
        }${e.rankInGroup ?? e.rank ?? '\u2013'}
      </div>`;
    case 'thumbnail':
      return html`<div role="gridcell" aria-colindex=${at} class="thumbnail" data-scrub>
        ${picture(e, look.picture)}
      </div>`;
    case 'name':
      return nameCell(e, look, at);
    case 'score':
      return scoreCell(e, look.axis, at);
    case 'above':
      return marginCell(at, e.above?.margin ?? null, e.above ? t('margin to {0}', e.above.path) : '');
    case 'reference':
      return look.reference
        ? html`<div role="gridcell" aria-colindex=${at} class="number quiet">${t('reference')}</div>`
        : marginCell(at, e.toReference, t('margin to the reference'));
    case 'record':
      return html`<div
        role="gridcell"
        aria-colindex=${at}
        class="number"
        title=${e.wins + e.losses + e.ties === 0 ? nothing : plural(e.ties, '{1} won, {2} lost, {0} tie', '{1} won, {2} lost, {0} ties', e.wins, e.losses)}
      >
        ${column(id).text(e)}
      </div>`;
    case 'status':
      return statusCell(e, at);
    default: {
      const { number, text } = column(id);
      return html`<div role="gridcell" aria-colindex=${at} class=${number ? 'number' : 'ellipsis'}>${text(e)}</div>`;
    }
  }
}

function picture(e: Entry, source: string | null): unknown {
  if (source === null) return html`<span class="glyph" aria-hidden="true">${glyph('file-media')}</span>`;
  // A new element for another clip: the old picture must not stand beside the new name until the new one is there.
  return keyed(e.path, html`<img src=${source} alt="" draggable="false" />`);
}

function nameCell(e: Entry, look: RowLook, at: number): TemplateResult {
  return html`<div role="gridcell" aria-colindex=${at} class="name" title=${e.path}>
    <span class="names"
      ><span class="file"
        ><span class="ellipsis">${e.name.slice(0, -NAME_END)}</span><span>${e.name.slice(-NAME_END)}</span></span
      >${e.folder ? html`<span class="ellipsis folder">${e.folder}</span>` : nothing}</span
    >
    ${
      look.reference
        ? html`<span
            class="glyph mark"
            role="img"
            aria-label=${t('reference')}
            title=${t('Every margin is told against this clip')}
            >${glyph('pin')}</span
          >`
        : nothing
    }
    <button
      class="act"
      tabindex="-1"
      data-act="menu"
      aria-label=${t('Menu of {0}', e.name)}
      title=${tip(t('Menu'), 'row-menu')}
    >
      ${glyph('ellipsis')}
    </button>
  </div>`;
}

function scoreCell(e: Entry, axis: Axis, at: number): TemplateResult {
  // Why there is no score stands where it would be: there is room for it.
  const why = e.status === 'failed' ? statusWords(e) : '';
  if (!e.estimate)
    return html`<div
      role="gridcell"
      aria-colindex=${at}
      class="ellipsis"
      title=${e.error ? sentence(e.error.message) : why}
    >
      ${why}
    </div>`;
  const { value, interval95 } = e.estimate;
  const [low, high] = interval95.map((v) => percent(axis, v)) as [number, number];
  const words = estimateWords(t('score'), e.estimate);
  return html`<div role="gridcell" aria-colindex=${at} class="score" title=${words} aria-label=${words}>
    <span class="number">${formatMargin(value)}</span>
    <span class="track" aria-hidden="true"
      ><i class="zero" ${cssom({ left: `${percent(axis, 0)}%` })}></i
      ><i class="bar" ${cssom({ left: `${low}%`, width: `${Math.max(0, high - low)}%` })}></i
      ><i class="dot" ${cssom({ left: `${percent(axis, value)}%` })}></i
    ></span>
  </div>`;
}

function marginCell(at: number, margin: Estimate | null, name: string): TemplateResult {
  if (!margin) return html`<div role="gridcell" aria-colindex=${at} class="number"></div>`;
  return html`<div role="gridcell" aria-colindex=${at} class="number" title=${estimateWords(name, margin)}>
    ${formatMargin(margin.value)}
  </div>`;
}

function statusCell(e: Entry, at: number): TemplateResult {
  const words = statusWords(e);
  if (e.status !== 'failed')
    return html`<div role="gridcell" aria-colindex=${at} class="ellipsis" title=${words}>${words}</div>`;
  return html`<div
    role="gridcell"
    aria-colindex=${at}
    class="status"
    title=${e.error ? sentence(e.error.message) : words}
  >
    <span class="glyph bad" aria-hidden="true">${glyph('error')}</span><span class="ellipsis">${t('failed')}</span>
    <button
      class="act"
      tabindex="-1"
      data-act="retry"
      aria-label=${t('Try {0} again', e.name)}
      title=${tip(t('Try again'), 'retry')}
    >
      ${glyph('refresh')}
    </button>
  </div>`;
}
