/**
 * <vq-provenance>: which model said it, where it ran and how long it took; and what can be done with the result.
 */
import { LitElement, css, html, nothing } from 'lit';
import { customElement, property } from 'lit/decorators.js';
import type { Comparison, FromPanel } from '../../protocol/index.js';
import { IntentEvent } from '../view/actions.js';
import { provenanceSentence } from '../view/words.js';
import { base } from './styles.js';
import './icon.js';

@customElement('vq-provenance')
export class ProvenanceView extends LitElement {
  static override styles = [
    base,
    css`
      :host {
        display: flex;
        flex-wrap: wrap;
        align-items: center;
        justify-content: space-between;
        gap: 8px 16px;
      }
      .buttons {
        display: flex;
        flex-wrap: wrap;
        gap: 8px;
      }
      p {
        overflow-wrap: anywhere;
      }
    `,
  ];
  @property({ attribute: false }) comparison: Comparison | null = null;

  private send(intent: FromPanel): void {
    this.dispatchEvent(new IntentEvent(intent));
  }

  protected override render(): unknown {
    const c = this.comparison;
    if (!c) return nothing;
    const p = c.provenance;
    const cached = p.cached.margin ? ' Result taken from the store.' : '';
    return html`<p class="quiet" title="VersusQ ${p.versusq}, ${p.ffmpeg}, model hash ${p.model.hash}">
        Model ${provenanceSentence(p)}.${cached}
      </p>
      <div class="buttons">
        <vscode-button
          appearance="secondary"
          title="Compare again, without the store (R)"
          @click=${() => this.send({ type: 'run', fresh: true })}
          ><vq-icon slot="start" name="refresh"></vq-icon>Compare again</vscode-button
        >
        <vscode-button
          appearance="secondary"
          title="Copy the comparison as JSON"
          @click=${() => this.send({ type: 'copyJson' })}
          ><vq-icon slot="start" name="copy"></vq-icon>Copy JSON</vscode-button
        >
        <vscode-button
          appearance="secondary"
          title="Save the comparison as an HTML report"
          @click=${() => this.send({ type: 'saveReport' })}
          ><vq-icon slot="start" name="save"></vq-icon>Save report</vscode-button
        >
      </div>`;
  }
}
