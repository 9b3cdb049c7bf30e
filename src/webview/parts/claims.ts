/**
 * <vq-claims>: what the model holds against each clip, as buttons that take both players there and outline the place. A claim
 * the measurements do not confirm says so.
 */
import { LitElement, css, html, nothing } from 'lit';
import { customElement, property } from 'lit/decorators.js';
import type { Claim, CommonSpan } from '../../protocol/index.js';
import { t } from '../language.js';
import { ActionEvent } from '../view/actions.js';
import { attributeWord, claimWords, placeWords, severityStep, shortTimeWords } from '../view/words.js';
import { base } from './styles.js';
import './icon.js';

@customElement('vq-claims')
export class Claims extends LitElement {
  static override styles = [
    base,
    css`
      ul {
        display: flex;
        flex-wrap: wrap;
        gap: 8px;
      }
      li {
        max-width: 100%;
      }
      button {
        display: flex;
        flex-wrap: wrap;
        align-items: center;
        gap: 0 8px;
        max-width: 100%;
        min-height: 28px;
        padding: 4px 8px;
        border: 1px solid var(--vscode-contrastBorder, var(--vscode-button-secondaryBackground));
        border-radius: 4px;
        background: var(--vscode-button-secondaryBackground);
        color: var(--vscode-button-secondaryForeground);
        font: inherit;
        text-align: start;
        cursor: pointer;
      }
      button:hover {
        background: var(--vscode-button-secondaryHoverBackground);
      }
      button[aria-pressed='true'] {
        outline: 2px solid var(--vscode-focusBorder);
        outline-offset: 0;
      }
      button.unsupported {
        border-style: dashed;
        border-color: var(--vscode-descriptionForeground);
      }
      b {
        font-weight: 600;
      }
      .severity {
        display: inline-flex;
        align-items: end;
        gap: 1px;
        height: 12px;
      }
      .severity i {
        width: 3px;
        height: 4px;
        background: currentColor;
        opacity: 0.3;
      }
      .severity i:nth-child(2) {
        height: 6px;
      }
      .severity i:nth-child(3) {
        height: 8px;
      }
      .severity i:nth-child(4) {
        height: 10px;
      }
      .severity i:nth-child(5) {
        height: 12px;
      }
      .severity i.on {
        opacity: 1;
      }
    `,
  ];
  @property({ attribute: false }) claims: readonly Claim[] = [];
  @property({ attribute: false }) common: CommonSpan = [0, 0];
  @property({ type: Number }) selected = -1;

  protected override render(): unknown {
    if (this.claims.length === 0) return nothing;
    return html`<ul aria-label=${t('Claims')}>
      ${this.claims.map((claim, index) => html`<li>${this.chip(claim, index)}</li>`)}
    </ul>`;
  }

  private chip(claim: Claim, index: number): unknown {
    const words = claimWords(claim, this.common);
    const place = placeWords(claim);
    const step = severityStep(claim.severity);
    return html`<button
      class=${claim.supported ? '' : 'unsupported'}
      aria-pressed=${String(index === this.selected)}
      aria-label=${`${words}. ${t('Show both clips there')}`}
      title=${`${words}\n${t('Show both clips there (N next, P previous)')}`}
      @click=${() => this.dispatchEvent(new ActionEvent({ type: 'claim', index }))}
    >
      <span class="letter ${claim.worse}">${claim.worse.toUpperCase()}</span>
      <b>${attributeWord(claim.attribute)}</b>
      <span class="severity">${[1, 2, 3, 4, 5].map((n) => html`<i class=${n <= step ? 'on' : ''}></i>`)}</span>
      <span>${shortTimeWords(claim, this.common)}</span>
      ${place === '' ? nothing : html`<span>${place}</span>`}
      ${claim.supported ? nothing : html`<vq-icon name="unverified"></vq-icon>`}
    </button>`;
  }
}
