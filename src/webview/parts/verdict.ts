/**
 * <vq-verdict>: the result in words first, in numbers second, with its certainty and its kind.
 */
import { LitElement, css, html, nothing } from 'lit';
import { customElement, property } from 'lit/decorators.js';
import type { Comparison } from '../../protocol/index.js';
import { t } from '../language.js';
import { formatInterval, formatMargin } from '../view/format.js';
import { caution, certainty, kindWords, verdict } from '../view/words.js';
import { base } from './styles.js';

@customElement('vq-verdict')
export class Verdict extends LitElement {
  static override styles = [
    base,
    css`
      .line {
        display: flex;
        flex-wrap: wrap;
        align-items: baseline;
        gap: 4px 16px;
      }
      h2 {
        margin: 0;
        font-size: 1.5em;
        line-height: 28px;
        font-weight: 600;
      }
      .margin {
        font-size: 1.25em;
        font-weight: 600;
      }
      .reason {
        margin-top: 4px;
      }
      .badge {
        align-self: center;
        padding: 0 8px;
        border: 1px solid var(--vscode-contrastBorder, transparent);
        border-radius: 10px;
        background: var(--vscode-badge-background);
        color: var(--vscode-badge-foreground);
        font-size: 11px;
        line-height: 18px;
      }
    `,
  ];
  @property({ attribute: false }) comparison: Comparison | null = null;

  protected override render(): unknown {
    const c = this.comparison;
    if (!c) return nothing;
    const reason = caution(c);
    return html`<div class="line">
        <h2>${verdict(c)}</h2>
        <span class="margin" title=${t('Margin: above 0 A looks better, below 0 B')}>${formatMargin(c.margin)}</span>
        <span class="quiet" title=${t('The margin lies here in 95 of 100 cases')}
          >(${formatInterval(c.interval95)})</span
        >
        <span>${certainty(c)}</span>
        <span class="badge">${kindWords(c)}</span>
      </div>
      ${reason ? html`<p class="reason quiet">${reason}</p>` : nothing}`;
  }
}
