/**
 * <vq-table-status>: one line below the rows: the margin of two selected clips, what is to be known of one, how many are
 * selected, else where the figures come from.
 */
import { LitElement, css, html } from 'lit';
import { customElement, property } from 'lit/decorators.js';
import { base } from '../parts/styles.js';
import { plural, sentence, t } from '../language.js';
import { formatBytes } from '../view/format.js';
import { factsLine } from '../view/format.js';
import type { Entry } from './view/data.js';
import { estimateWords, pairWords, rankWords, statusWords } from './view/words.js';

@customElement('vq-table-status')
export class StatusLine extends LitElement {
  static override styles = [
    base,
    css`
      .line {
        display: flex;
        flex-wrap: wrap;
        justify-content: space-between;
        gap: 4px 16px;
        min-height: 20px;
        overflow-wrap: anywhere;
      }
    `,
  ];
  /** The selected clips, or the one with the focus. */
  @property({ attribute: false }) chosen: readonly Entry[] = [];
  @property() provenance = '';

  protected override render(): unknown {
    return html`<div class="line">
      <span role="status">${chosenWords(this.chosen)}</span><span class="quiet">${this.provenance}</span>
    </div>`;
  }
}

export function chosenWords(chosen: readonly Entry[]): string {
  const [a, b] = chosen;
  if (!a) return t('Choose two clips to see their margin; Enter opens, with two compares.');
  if (chosen.length === 2) return t('{0}. Enter compares.', pairWords(a, b!));
  if (chosen.length > 2) return plural(chosen.length, '{0} clip selected', '{0} clips selected');
  if (a.error) return `${a.path}: ${sentence(a.error.message)}`;
  const facts = a.facts ? [factsLine(a.facts), formatBytes(a.facts.bytes ?? 0)] : [];
  const standing = a.estimate ? [rankWords(a), estimateWords(t('score'), a.estimate)] : [statusWords(a)];
  return [a.path, ...standing, ...facts].join(', ');
}
