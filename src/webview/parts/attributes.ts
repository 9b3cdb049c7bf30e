/**
 * <vq-attributes>: the margin per attribute, largest first; bars lean to the better clip as the gauge does.
 */
import { LitElement, css, html, nothing } from 'lit';
import { customElement, property } from 'lit/decorators.js';
import type { Comparison } from '../../protocol/index.js';
import { t } from '../language.js';
import { formatMargin, isZero } from '../view/format.js';
import { attributeWord } from '../view/words.js';
import { base } from './styles.js';
import { cssom } from './cssom.js';

/** Smallest margin that fills half of the width. */
const LEAST_FULL_SCALE = 2;

type Row = Comparison['attributes'][number];

/** Largest first; equal ones stay in the order of the enumeration. */
export function byWeight(rows: readonly Row[]): Row[] {
  return [...rows].sort((x, y) => Math.abs(y.margin) - Math.abs(x.margin));
}

@customElement('vq-attributes')
export class Attributes extends LitElement {
  static override styles = [
    base,
    css`
      table {
        width: 100%;
        border-collapse: collapse;
        line-height: 20px;
      }
      th {
        width: 1%;
        padding: 0 12px 0 0;
        font-weight: 400;
        text-align: start;
        white-space: nowrap;
      }
      td {
        padding: 0;
      }
      td.number {
        width: 48px;
        padding-inline-start: 8px;
      }
      thead th {
        width: auto;
        padding: 0;
        color: var(--vq-quiet);
        font-size: 11px;
      }
      .ends {
        display: flex;
        justify-content: space-between;
      }
      .track {
        position: relative;
        height: 12px;
        border-radius: 2px;
        background: var(--vq-track);
        outline: 1px solid var(--vq-line);
      }
      .track::after {
        content: '';
        position: absolute;
        inset: -2px auto -2px calc(50% - 0.5px);
        width: 1px;
        background: var(--vscode-foreground);
      }
      .bar {
        position: absolute;
        inset-block: 2px;
        transition:
          left 0.3s,
          width 0.3s;
      }
      .bar.a {
        background: var(--vq-a);
      }
      .bar.b {
        background: var(--vq-b);
      }
      tr.none {
        color: var(--vq-quiet);
      }
    `,
  ];
  @property({ attribute: false }) rows: readonly Row[] = [];

  protected override render(): unknown {
    const full = Math.max(LEAST_FULL_SCALE, ...this.rows.map((r) => Math.abs(r.margin)));
    return html`<h2 id="title">${t('Attributes')}</h2>
      ${
        this.rows.length === 0
          ? html`<p class="quiet">${t('They come with the first margin.')}</p>`
          : html`<table aria-labelledby="title">
              <thead>
                <tr>
                  <th scope="col"><span class="hidden">${t('Attribute')}</span></th>
                  <th scope="col">
                    <div class="ends"><span>${t('{0} better', 'A')}</span><span>${t('{0} better', 'B')}</span></div>
                  </th>
                  <th scope="col"><span class="hidden">${t('Margin')}</span></th>
                </tr>
              </thead>
              <tbody>
                ${byWeight(this.rows).map((row) => this.row(row, full))}
              </tbody>
            </table>`
      }`;
  }

  private row({ attribute, margin }: Row, full: number): unknown {
    const shown = formatMargin(margin);
    const width = (Math.abs(margin) / full) * 50;
    const side = margin > 0 ? 'a' : 'b';
    return html`<tr class=${isZero(margin) ? 'none' : nothing}>
      <th scope="row">${attributeWord(attribute)}</th>
      <td>
        <div class="track">
          <div class="bar ${side}" ${cssom({ left: `${margin > 0 ? 50 - width : 50}%`, width: `${width}%` })}></div>
        </div>
      </td>
      <td class="number">${shown}</td>
    </tr>`;
  }
}
