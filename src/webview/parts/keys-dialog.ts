/**
 * <vq-keys-dialog>: the list of all keys, from the same table that handles them (of the compare panel if no
 * other is given). A native modal dialog: focus is
 * held, Esc closes, focus goes back to where it was.
 */
import { LitElement, css, html } from 'lit';
import { customElement, property, query } from 'lit/decorators.js';
import { t } from '../language.js';
import { KEYS } from '../view/actions.js';
import { base } from './styles.js';
import './icon.js';

@customElement('vq-keys-dialog')
export class KeysDialog extends LitElement {
  static override styles = [
    base,
    css`
      dialog {
        width: min(440px, calc(100vw - 32px));
        max-height: calc(100vh - 32px);
        padding: 16px;
        overflow: auto;
        border: 1px solid var(--vscode-contrastBorder, var(--vscode-widget-border));
        border-radius: 4px;
        background: var(--vscode-editorWidget-background);
        color: var(--vscode-editorWidget-foreground);
        box-shadow: 0 0 8px 2px var(--vscode-widget-shadow);
        font: inherit;
      }
      dialog::backdrop {
        background: var(--vscode-editor-background);
        opacity: 0.6;
      }
      .top {
        display: flex;
        align-items: center;
        justify-content: space-between;
        margin-bottom: 8px;
      }
      h2 {
        margin: 0;
      }
      dl {
        display: grid;
        grid-template-columns: max-content minmax(0, 1fr);
        gap: 4px 16px;
        margin: 0;
        line-height: 20px;
      }
      dd {
        margin: 0;
      }
      kbd {
        display: inline-block;
        min-width: 24px;
        padding: 0 4px;
        border: 1px solid var(--vscode-contrastBorder, var(--vscode-keybindingLabel-border));
        border-radius: 4px;
        background: var(--vscode-keybindingLabel-background);
        color: var(--vscode-keybindingLabel-foreground);
        font: inherit;
        font-size: 11px;
        text-align: center;
      }
    `,
  ];
  @property({ attribute: false }) keys: readonly { label: string; words: string }[] = KEYS;
  @query('dialog') private readonly dialog!: HTMLDialogElement;

  get open(): boolean {
    return this.dialog?.open ?? false;
  }

  show(): void {
    if (!this.open) this.dialog.showModal();
  }

  close(): void {
    this.dialog.close();
  }

  protected override render(): unknown {
    return html`<dialog aria-labelledby="title" @click=${(e: Event) => e.target === this.dialog && this.close()}>
      <div class="top">
        <h2 id="title">${t('Keys')}</h2>
        <vscode-button appearance="icon" aria-label=${t('Close')} title=${t('Close (Esc)')} @click=${() => this.close()}
          ><vq-icon name="close"></vq-icon
        ></vscode-button>
      </div>
      <dl>
        ${this.keys.map(
          (k) =>
            html`<dt><kbd>${k.label}</kbd></dt>
              <dd>${k.words}</dd>`,
        )}
      </dl>
    </dialog>`;
  }
}
