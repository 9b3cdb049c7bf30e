/**
 * <vq-provenance>: which model said it, where it ran and how long it took; and what can be done with the result.
 */
import { LitElement, css, html, nothing } from 'lit';
import { customElement, property } from 'lit/decorators.js';
import type { Comparison, FromPanel } from '../../protocol/index.js';
import { t } from '../language.js';
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
    const cached = p.cached.margin ? ` ${t('Result taken from the store.')}` : '';
    return html`<p class="quiet" title=${t('VersusQ {0}, {1}, model hash {2}', p.versusq, p.ffmpeg, p.model.hash)}>
        ${t('Model {0}.', provenanceSentence(p))}${cached}
      </p>
      <div class="buttons">
        <vscode-button
          appearance="secondary"
          title=${t('Compare again, without the store (R)')}
          @click=${() => this.send({ type: 'run', fresh: true })}
          ><vq-icon slot="start" name="refresh"></vq-icon>${t('Compare again')}</vscode-button
        >
        <vscode-button
          appearance="secondary"
          title=${t('Copy the comparison as JSON')}
          @click=${() => this.send({ type: 'copyJson' })}
          ><vq-icon slot="start" name="copy"></vq-icon>${t('Copy JSON')}</vscode-button
        >
        <vscode-button
          appearance="secondary"
          title=${t('Save the comparison as an HTML report')}
          @click=${() => this.send({ type: 'saveReport' })}
          ><vq-icon slot="start" name="save"></vq-icon>${t('Save report')}</vscode-button
        >
      </div>`;
  }
}
