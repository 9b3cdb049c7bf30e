/**
 * <vq-section>: a part of the panel that can be folded; the panel keeps which ones are.
 */
import { LitElement, css, html } from 'lit';
import { customElement, property } from 'lit/decorators.js';
import { t } from '../language.js';
import { ActionEvent } from '../view/actions.js';
import { base } from './styles.js';
import './icon.js';

@customElement('vq-section')
export class Section extends LitElement {
  static override styles = [
    base,
    css`
      button {
        display: flex;
        align-items: center;
        gap: 4px;
        width: 100%;
        min-height: 24px;
        margin: 0;
        padding: 0;
        border: 0;
        background: none;
        color: var(--vscode-foreground);
        font: inherit;
        font-weight: 600;
        text-align: start;
        cursor: pointer;
      }
      h2 {
        margin: 0;
      }
      vq-icon {
        transition: transform 0.1s;
      }
      button[aria-expanded='true'] vq-icon {
        transform: rotate(90deg);
      }
      .body {
        padding: 4px 0 0 20px;
      }
      @media (max-width: 639px) {
        .body {
          padding-inline-start: 0;
        }
      }
    `,
  ];
  @property() name = '';
  @property() heading = '';
  @property({ type: Boolean }) folded = false;

  protected override render(): unknown {
    return html`<h2>
        <button
          aria-expanded=${String(!this.folded)}
          aria-controls="body"
          title=${this.folded ? t('Show {0}', this.heading) : t('Fold {0}', this.heading)}
          @click=${() => this.dispatchEvent(new ActionEvent({ type: 'fold', section: this.name, folded: !this.folded }))}
        >
          <vq-icon name="chevron-right"></vq-icon>${this.heading}
        </button>
      </h2>
      <div class="body" id="body" ?hidden=${this.folded}><slot></slot></div>`;
  }
}
