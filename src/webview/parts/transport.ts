/**
 * <vq-transport>: the controls of both players, where they stand, and how well they are in step (measured, clock.ts).
 */
import { LitElement, css, html, type PropertyValues } from 'lit';
import { customElement, property } from 'lit/decorators.js';
import { figure, fixed, t } from '../language.js';
import { ActionEvent, KEYS, tooltip, type Action, type Sound } from '../view/actions.js';
import { formatTime } from '../view/format.js';
import { SPEEDS, type Loop } from '../view/view-state.js';
import { base } from './styles.js';
import type { IconName } from './icon.js';
import './icon.js';

const SOUNDS: readonly { sound: Sound; label: string; words: string }[] = [
  { sound: 'a', label: 'A', words: t('Hear {0}', 'A') },
  { sound: 'b', label: 'B', words: t('Hear {0}', 'B') },
  { sound: 'off', label: t('Off'), words: t('Sound off') },
];

@customElement('vq-transport')
export class Transport extends LitElement {
  static override styles = [
    base,
    css`
      .row,
      .group {
        display: flex;
        flex-wrap: wrap;
        align-items: center;
        gap: 4px;
      }
      .row {
        gap: 4px 16px;
        min-height: 32px;
      }
      .time {
        font-family: var(--vq-mono);
        white-space: pre;
      }
      .step {
        margin-inline-start: auto;
        white-space: nowrap;
      }
      vscode-dropdown {
        width: 76px;
        min-width: 0;
      }
      .sounds {
        gap: 0;
      }
      .sounds button {
        min-width: 28px;
        height: 24px;
        padding: 0 8px;
        border: 1px solid var(--vscode-contrastBorder, var(--vscode-dropdown-border));
        background: var(--vscode-dropdown-background);
        color: var(--vscode-dropdown-foreground);
        font: inherit;
        cursor: pointer;
      }
      .sounds button + button {
        border-inline-start: 0;
      }
      .sounds button:first-of-type {
        border-radius: 2px 0 0 2px;
      }
      .sounds button:last-of-type {
        border-radius: 0 2px 2px 0;
      }
      .sounds button[aria-pressed='true'] {
        background: var(--vscode-button-background);
        color: var(--vscode-button-foreground);
        font-weight: 600;
        text-decoration: underline;
        text-underline-offset: 3px;
      }
      vscode-button[data-on] {
        outline: 1px solid var(--vscode-focusBorder);
        border-radius: 4px;
      }
    `,
  ];

  @property({ type: Boolean }) playing = false;
  @property({ type: Number }) time = 0;
  @property({ type: Number }) frame = 0;
  @property({ type: Number }) speed = 1;
  @property({ attribute: false }) loop: Loop = { on: false, from: null, to: null };
  @property() sound: Sound = 'off';
  @property({ attribute: false }) differenceMs: number | null = null;
  /** No seek is on its way. */
  @property({ type: Boolean }) settled = true;
  /** Both players have a picture. */
  @property({ type: Boolean }) both = false;
  @property({ type: Boolean }) locked = false;

  private act(action: Action): void {
    this.dispatchEvent(new ActionEvent(action));
  }

  private icon(name: IconName, words: string, action: Action, on?: boolean): unknown {
    const binding = KEYS.find((b) => JSON.stringify(b.action) === JSON.stringify(action));
    const title = binding ? `${words} (${binding.label})` : words;
    return html`<vscode-button
      appearance="icon"
      aria-label=${words}
      title=${title}
      data-action=${action.type}
      ?data-on=${on === true}
      .ariaPressed=${on === undefined ? null : String(on)}
      ?disabled=${this.locked}
      @click=${() => this.act(action)}
      ><vq-icon name=${name}></vq-icon
    ></vscode-button>`;
  }

  protected override render(): unknown {
    return html`<div class="row" role="group" aria-label=${t('Playback of both clips')}>
      <div class="group">
        ${this.icon('chevron-left', t('One frame back'), { type: 'step', frames: -1 })}
        ${this.icon(this.playing ? 'debug-pause' : 'play', this.playing ? t('Pause both') : t('Play both'), { type: 'toggle-play' })}
        ${this.icon('chevron-right', t('One frame on'), { type: 'step', frames: 1 })}
      </div>
      <div class="time" title=${t('Time and frame number of A')}>${formatTime(this.time)} f ${this.frame}</div>
      <div class="group">
        <vscode-dropdown
          aria-label=${t('Speed')}
          title=${t('Speed (↑ faster, ↓ slower)')}
          @change=${(e: Event) => this.act({ type: 'speed', speed: Number((e.target as HTMLInputElement).value) })}
        >
          ${SPEEDS.map((s) => html`<vscode-option value=${String(s)} ?selected=${s === 1}>${figure(String(s))}×</vscode-option>`)}
        </vscode-dropdown>
        ${this.icon('sync', this.loopWords(), { type: 'toggle-loop' }, this.loop.on)}
      </div>
      <div class="group sounds" role="group" aria-label=${t('Sound')}>
        ${SOUNDS.map(
          ({ sound, label, words }) =>
            html`<button
              aria-label=${words}
              aria-pressed=${String(this.sound === sound)}
              title=${tooltip(words, 'next-sound')}
              @click=${() => this.act({ type: 'sound', sound })}
            >
              ${label}
            </button>`,
        )}
      </div>
      <div class="group">
        ${this.icon('arrow-swap', t('Swap A and B'), { type: 'swap' })}
        ${this.icon('keyboard', t('Show all keys'), { type: 'keys' })}
      </div>
      <div class="step quiet" title=${t('Time between the frames that both players present, measured while they play')}>
        ${this.stepWords()}
      </div>
    </div>`;
  }

  private loopWords(): string {
    if (!this.loop.on) return t('Loop: off. I and O set its ends');
    const { from, to } = this.loop;
    return to === null
      ? t('Loop: {0} to the end', formatTime(from ?? 0))
      : t('Loop: {0} to {1}', formatTime(from ?? 0), formatTime(to));
  }

  private stepWords(): string {
    if (!this.both) return '';
    if (!this.playing) return this.settled ? t('paused on matching frames') : t('seeking');
    if (this.differenceMs === null) return t('measuring');
    return t('in step: {0} ms', fixed(Math.abs(this.differenceMs), 1));
  }

  /** The toolkit's dropdown follows its value only as a property, and only once its options are there. */
  protected override updated(changed: PropertyValues<this>): void {
    if (!changed.has('speed')) return;
    const dropdown = this.renderRoot.querySelector<HTMLElement & { value: string }>('vscode-dropdown');
    if (dropdown) requestAnimationFrame(() => (dropdown.value = String(this.speed)));
  }
}
