/**
 * <vq-reasoning>: the model's own words, as they are written. A screen reader hears them once they are complete, not piece by
 * piece. The text is shown as text, whatever it holds.
 */
import { LitElement, css, html, nothing, type PropertyValues } from 'lit';
import { customElement, property, state } from 'lit/decorators.js';
import { isEnglish, t } from '../language.js';
import { base } from './styles.js';

@customElement('vq-reasoning')
export class Reasoning extends LitElement {
  static override styles = [
    base,
    css`
      .text {
        max-width: 76ch;
        line-height: 1.5;
        overflow-wrap: anywhere;
      }
      .text > span {
        white-space: pre-wrap;
      }
      .caret {
        display: inline-block;
        width: 2px;
        height: 1em;
        margin-inline-start: 2px;
        vertical-align: text-bottom;
        background: var(--vscode-editorCursor-foreground);
        animation: blink 1s steps(2) infinite;
      }
      @keyframes blink {
        50% {
          opacity: 0;
        }
      }
    `,
  ];
  @property() text = '';
  /** More is to come. */
  @property({ type: Boolean }) writing = false;
  /** Why there is no text, where there is none. */
  @property() empty = '';
  @state() private spoken = '';

  protected override willUpdate(changed: PropertyValues<this>): void {
    if (this.writing) this.spoken = '';
    else if (changed.get('writing') === true && this.text !== '') this.spoken = this.text;
  }

  protected override render(): unknown {
    const words = this.text.trim();
    const caret = this.writing ? html`<span class="caret"></span>` : nothing;
    const complete =
      this.spoken === '' ? nothing : html`${t('The reasons are complete.')} <span lang="en">${this.spoken}</span>`;
    return html`<h2>${t('Why')}</h2>
      ${
        words !== '' || this.writing
          ? html`<p class="text" lang="en" aria-busy=${String(this.writing)}><span>${words}</span>${caret}</p>`
          : html`<p class="quiet">${this.empty}</p>`
      }
      ${words !== '' && !isEnglish() ? html`<p class="quiet">${t('The model writes English.')}</p>` : nothing}
      <div class="hidden" role="status" aria-live="polite">${complete}</div>`;
  }
}
