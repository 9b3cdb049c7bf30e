/**
 * <vq-table-toolbar>: filter with what it could not understand, grouping, columns, export, copy. Menus are opened by the table,
 * which has one for all.
 */
import { LitElement, css, html, nothing, type PropertyValues } from 'lit';
import { customElement, property, query } from 'lit/decorators.js';
import { GROUPINGS, type Grouping } from '../../protocol/rank.js';
import { t } from '../language.js';
import { base } from '../parts/styles.js';
import type { IconName } from '../parts/icon.js';
import { FILTER_EXAMPLES, FILTER_FIELDS } from './view/filter.js';
import { ArrangeEvent, CommandEvent, TableIntent, tip, type Command } from './view/keys.js';
import { GROUPING_WORDS } from './view/words.js';
import '../parts/icon.js';

@customElement('vq-table-toolbar')
export class Toolbar extends LitElement {
  static override styles = [
    base,
    css`
      .line {
        display: flex;
        flex-wrap: wrap;
        align-items: center;
        gap: 8px;
      }
      .filter {
        position: relative;
        flex: 1 1 260px;
      }
      .filter vq-icon {
        position: absolute;
        top: 5px;
        left: 6px;
        pointer-events: none;
      }
      input {
        width: 100%;
        height: 26px;
        margin: 0;
        padding: 0 4px 0 28px;
        border: 1px solid var(--vscode-input-border, var(--vscode-dropdown-border, transparent));
        border-radius: 2px;
        background: var(--vscode-input-background);
        color: var(--vscode-input-foreground);
        font: inherit;
      }
      input::placeholder {
        color: var(--vscode-input-placeholderForeground, var(--vq-quiet));
      }
      input[aria-invalid='true'] {
        border-color: var(--vscode-inputValidation-warningBorder, var(--vscode-editorWarning-foreground));
      }
      .problems {
        display: flex;
        gap: 8px;
        margin-top: 4px;
      }
      .problems vq-icon {
        color: var(--vscode-editorWarning-foreground);
      }
      .buttons,
      .group {
        display: flex;
        align-items: center;
        gap: 4px;
      }
      .group {
        gap: 8px;
      }
      vscode-dropdown {
        min-width: 96px;
      }
    `,
  ];
  @property() filter = '';
  @property({ attribute: false }) problems: readonly string[] = [];
  @property() grouping: Grouping = 'none';
  @query('input') private readonly input!: HTMLInputElement;
  @query('vscode-dropdown') private readonly dropdown!: HTMLElement & { value: string };

  focusFilter(): void {
    this.input.focus();
    this.input.select();
  }

  focusGrouping(): void {
    this.dropdown.focus();
  }

  /** Where a menu of this button belongs. */
  button(command: Command): HTMLElement {
    return this.renderRoot.querySelector<HTMLElement>(`[data-command=${command}]`)!;
  }

  private action(icon: IconName, label: string, command: Command, menu: boolean): unknown {
    return html`<vscode-button
      appearance="icon"
      data-command=${command}
      aria-label=${label}
      .ariaHasPopup=${menu ? 'menu' : null}
      title=${tip(label, command)}
      @click=${() => this.dispatchEvent(new CommandEvent(command))}
      ><vq-icon name=${icon}></vq-icon
    ></vscode-button>`;
  }

  protected override render(): unknown {
    const bad = this.problems.length > 0;
    return html`<div class="line">
        <div class="filter">
          <vq-icon name="filter"></vq-icon>
          <input
            type="search"
            spellcheck="false"
            autocomplete="off"
            aria-label=${t('Filter')}
            aria-invalid=${String(bad)}
            aria-describedby="problems"
            placeholder=${t('Filter: words, or {0}', FILTER_EXAMPLES.replaceAll(/ {3}/g, ', '))}
            title=${t('{0}. Columns: {1}. A minus before a term turns it round.', tip(t('Filter'), 'filter'), FILTER_FIELDS.join(', '))}
            .value=${this.filter}
            @input=${this.typed}
            @keydown=${this.keyed}
          />
        </div>
        <div class="group" title=${tip(t('Group by'), 'group')}>
          <span class="quiet" aria-hidden="true">${t('Group by')}</span>
          <vscode-dropdown aria-label=${t('Group by')} title=${tip(t('Group by'), 'group')} @change=${this.grouped}>
            ${GROUPINGS.map((g) => html`<vscode-option value=${g}>${GROUPING_WORDS[g]}</vscode-option>`)}
          </vscode-dropdown>
        </div>
        <div class="buttons">
          ${this.action('list-selection', t('Columns'), 'columns', true)}
          ${this.action('export', t('Export'), 'export', true)}
          ${this.action('copy', t('Copy rows'), 'copy-rows', false)}
          ${this.action('keyboard', t('Show all keys'), 'keys', false)}
        </div>
      </div>
      <div id="problems" role="status">
        ${
          bad
            ? html`<div class="problems">
                <vq-icon name="warning"></vq-icon><span>${this.problems.join(' ')}</span>
              </div>`
            : nothing
        }
      </div>`;
  }

  protected override updated(changed: PropertyValues<this>): void {
    // The toolkit's dropdown follows its value only once its options are there.
    if (changed.has('grouping')) requestAnimationFrame(() => (this.dropdown.value = this.grouping));
  }

  private readonly typed = (): void => {
    this.dispatchEvent(new ArrangeEvent({ what: 'filter', text: this.input.value }));
  };

  /** Down and Enter lead to the rows, Esc empties the box. */
  private readonly keyed = (event: KeyboardEvent): void => {
    if (event.key !== 'Enter' && event.key !== 'ArrowDown' && event.key !== 'Escape') return;
    event.preventDefault();
    event.stopPropagation();
    if (event.key === 'Escape' && this.input.value !== '') {
      this.dispatchEvent(new ArrangeEvent({ what: 'filter', text: '' }));
    } else this.dispatchEvent(new Event('vq-to-rows', { bubbles: true, composed: true }));
  };

  private readonly grouped = (event: Event): void => {
    const grouping = (event.target as HTMLInputElement).value as Grouping;
    if (grouping !== this.grouping) this.dispatchEvent(new TableIntent({ type: 'group', grouping }));
  };
}
