/**
 * <vq-facts>: the facts of both clips side by side. What differs is marked by a sign, a word and weight, not by colour alone.
 */
import { LitElement, css, html, nothing } from 'lit';
import { customElement, property, state } from 'lit/decorators.js';
import type { ClipFacts } from '../../protocol/index.js';
import { t } from '../language.js';
import { factsRows, type FactsRow } from '../view/facts-rows.js';
import { base } from './styles.js';

@customElement('vq-facts')
export class Facts extends LitElement {
  static override styles = [
    base,
    css`
      table {
        width: 100%;
        max-width: 960px;
        border-collapse: collapse;
        table-layout: fixed;
        line-height: 20px;
      }
      th,
      td {
        padding: 2px 8px 2px 0;
        text-align: start;
        vertical-align: top;
        font-weight: 400;
        overflow-wrap: anywhere;
      }
      tbody tr {
        border-top: 1px solid var(--vq-line);
      }
      th:first-child {
        width: 128px;
        color: var(--vq-quiet);
      }
      th.sign,
      td.sign {
        width: 72px;
        color: var(--vq-quiet);
        white-space: nowrap;
      }
      tr.differs td {
        font-weight: 600;
      }
      tr.differs td.sign {
        color: var(--vscode-foreground);
        font-weight: 400;
      }
      @media (max-width: 639px) {
        th:first-child {
          width: 30%;
        }
        th.sign,
        td.sign {
          width: 20px;
        }
        td.sign span {
          position: absolute;
          width: 1px;
          height: 1px;
          overflow: hidden;
          clip-path: inset(50%);
        }
      }
    `,
  ];
  @property({ attribute: false }) a: ClipFacts | null = null;
  @property({ attribute: false }) b: ClipFacts | null = null;
  @state() private onlyDifferent = false;

  protected override render(): unknown {
    const rows = factsRows(this.a, this.b);
    if (rows.length === 0) return html`<p class="quiet">${t('They are being read.')}</p>`;
    const shown = this.onlyDifferent ? rows.filter((r) => r.differs) : rows;
    return html`<vscode-checkbox
        title=${t('Leave out what is the same in both')}
        ?checked=${this.onlyDifferent}
        @change=${(e: Event) => (this.onlyDifferent = (e.target as HTMLInputElement).checked)}
        >${t('Only what differs')}</vscode-checkbox
      >
      <table aria-label=${t('Facts of both clips')}>
        <thead>
          <tr>
            <th scope="col"><span class="hidden">${t('Fact')}</span></th>
            <th scope="col"><span class="letter a">A</span></th>
            <th scope="col"><span class="letter b">B</span></th>
            <th class="sign" scope="col"><span class="hidden">${t('Differs')}</span></th>
          </tr>
        </thead>
        <tbody>
          ${shown.map((r) => this.row(r))}
        </tbody>
      </table>`;
  }

  private row(r: FactsRow): unknown {
    return html`<tr class=${r.differs ? 'differs' : nothing}>
      <th scope="row">${r.name}</th>
      <td>${r.a}</td>
      <td>${r.b}</td>
      <td class="sign">${r.differs ? html`≠ <span>${t('differs')}</span>` : nothing}</td>
    </tr>`;
  }
}
