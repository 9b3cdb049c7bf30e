/**
 * <vq-alignment>: what was found about the two clips' common time, in sentences.
 */
import { LitElement, css, html } from 'lit';
import { customElement, property } from 'lit/decorators.js';
import type { Alignment } from '../../protocol/index.js';
import { t } from '../language.js';
import { alignmentNotes, alignmentSentence, framesSentence } from '../view/words.js';
import { base } from './styles.js';

@customElement('vq-alignment')
export class AlignmentView extends LitElement {
  static override styles = [
    base,
    css`
      p,
      li {
        max-width: 96ch;
        line-height: 20px;
        overflow-wrap: anywhere;
      }
    `,
  ];
  @property({ attribute: false }) alignment: Alignment | null = null;

  protected override render(): unknown {
    const a = this.alignment;
    if (!a) return html`<p class="quiet">${t('Found during the comparison.')}</p>`;
    return html`<p>${alignmentSentence(a)}</p>
      <p>${framesSentence(a)}</p>
      <ul>
        ${alignmentNotes(a).map((note) => html`<li>${note}</li>`)}
      </ul>`;
  }
}
