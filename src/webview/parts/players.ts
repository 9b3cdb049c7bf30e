/**
 * <vq-players>: the two video elements in boxes of one size, whatever their clips; pictures are letterboxed, never stretched.
 * The elements stay with their clip when A and B swap; only their places on the grid change.
 */
import { LitElement, css, html, nothing } from 'lit';
import { customElement, property, queryAll } from 'lit/decorators.js';
import type { Claim, ClipState, RunState, Side } from '../../protocol/index.js';
import { t } from '../language.js';
import { IntentEvent } from '../view/actions.js';
import { factsLine, formatPercent } from '../view/format.js';
import { copyWords, missingPicture } from '../view/player-words.js';
import { base } from './styles.js';
import { cssom } from './cssom.js';
import './icon.js';

const DEFAULT_RATIO = 16 / 9;

/** How a picture of `ratio` lies in a box of `boxRatio`, as shares of the box: [x, y, w, h]. */
export function letterbox(ratio: number, boxRatio: number): [number, number, number, number] {
  const [w, h] = ratio > boxRatio ? [1, boxRatio / ratio] : [ratio / boxRatio, 1];
  return [(1 - w) / 2, (1 - h) / 2, w, h];
}

@customElement('vq-players')
export class Players extends LitElement {
  static override styles = [
    base,
    css`
      .grid {
        display: grid;
        grid-template-columns: minmax(0, 1fr) minmax(0, 1fr);
        grid-template-areas: 'name-a name-b' 'box-a box-b' 'copy-a copy-b';
        gap: 4px 8px;
      }
      .name {
        display: flex;
        align-items: center;
        gap: 4px 8px;
        min-height: 24px;
      }
      .name.a {
        grid-area: name-a;
      }
      .name.b {
        grid-area: name-b;
      }
      .name button {
        appearance: none;
        border: 0;
        padding: 0;
        background: none;
        font: inherit;
        font-weight: 600;
        color: var(--vscode-foreground);
        cursor: pointer;
        text-align: start;
        flex: 0 1 auto;
        direction: ltr;
      }
      .name button:hover {
        color: var(--vscode-textLink-activeForeground);
        text-decoration: underline;
      }
      .facts {
        flex: 0 100 auto;
      }
      .box {
        position: relative;
        overflow: hidden;
        max-height: 56vh;
        width: 100%;
        background: var(--vscode-editorWidget-background);
        border: 1px solid var(--vq-line);
        border-radius: 4px;
      }
      .box.a {
        grid-area: box-a;
      }
      .box.b {
        grid-area: box-b;
      }
      video {
        position: absolute;
        inset: 0;
        width: 100%;
        height: 100%;
        object-fit: contain;
      }
      .region {
        position: absolute;
        border: 2px solid var(--vscode-foreground);
        border-radius: 2px;
        /* Whatever the picture's colour, one of the two lines stands out. */
        box-shadow:
          0 0 0 1px var(--vscode-editor-background),
          inset 0 0 0 1px var(--vscode-editor-background);
        pointer-events: none;
      }
      .note {
        position: absolute;
        inset: 0;
        display: flex;
        flex-direction: column;
        align-items: center;
        justify-content: center;
        gap: 8px;
        padding: 16px;
        text-align: center;
        overflow: auto;
        overflow-wrap: anywhere;
      }
      .copy {
        font-size: 11px;
        line-height: 16px;
        overflow-wrap: anywhere;
      }
      .copy.a {
        grid-area: copy-a;
      }
      .copy.b {
        grid-area: copy-b;
      }
      .bar {
        width: min(200px, 80%);
        height: 4px;
        border-radius: 2px;
        background: var(--vscode-input-background);
        outline: 1px solid var(--vscode-contrastBorder, transparent);
      }
      .bar > div {
        height: 100%;
        border-radius: 2px;
        background: var(--vscode-progressBar-background);
      }
      @media (max-width: 639px) {
        .grid {
          grid-template-columns: minmax(0, 1fr);
          grid-template-areas: 'name-a' 'box-a' 'copy-a' 'name-b' 'box-b' 'copy-b';
        }
      }
    `,
  ];

  @property({ attribute: false }) clips: Record<Side, ClipState> | null = null;
  /** 0 or 1: which video element shows A. */
  @property({ type: Number }) slotOfA: 0 | 1 = 0;
  @property({ attribute: false }) shown: Record<Side, boolean> = { a: false, b: false };
  @property({ attribute: false }) failures: Record<Side, string | null> = { a: null, b: null };
  @property({ attribute: false }) run: RunState | null = null;
  @property({ attribute: false }) claim: Claim | null = null;
  @queryAll('video') private readonly elements!: NodeListOf<HTMLVideoElement>;

  get videos(): [HTMLVideoElement, HTMLVideoElement] {
    return [this.elements[0]!, this.elements[1]!];
  }

  private ratio(side: Side): number {
    const facts = this.clips?.[side].facts;
    return facts && facts.displayHeight > 0 ? facts.displayWidth / facts.displayHeight : DEFAULT_RATIO;
  }

  protected override render(): unknown {
    return html`<div class="grid">
      ${(['a', 'b'] as const).map((s) => this.caption(s))}${[0, 1].map((slot) => this.box(slot))}
      ${(['a', 'b'] as const).map((s) => this.copy(s))}
    </div>`;
  }

  private caption(side: Side): unknown {
    const clip = this.clips?.[side];
    const letter = side.toUpperCase();
    const facts = clip?.facts ? factsLine(clip.facts) : '';
    return html`<div class="name ${side}">
      <span class="letter ${side}" aria-hidden="true">${letter}</span>
      <button
        class="ellipsis"
        title=${clip ? `${clip.path}\n${t('Show in the Explorer')}` : nothing}
        aria-label=${`${letter}: ${clip?.name ?? t('no clip')}. ${t('Show in the Explorer')}`}
        @click=${() => this.dispatchEvent(new IntentEvent({ type: 'reveal', side }))}
      >
        ${clip?.name ?? ''}
      </button>
      <span class="facts quiet ellipsis" title=${facts}>${facts}</span>
    </div>`;
  }

  private copy(side: Side): unknown {
    const clip = this.clips?.[side];
    const words = clip && this.shown[side] ? copyWords(clip.media, clip.facts) : null;
    return words === null ? nothing : html`<p class="copy quiet ${side}">${words}</p>`;
  }

  private box(slot: number): unknown {
    const side: Side = slot === this.slotOfA ? 'a' : 'b';
    const clip = this.clips?.[side];
    const boxRatio = Math.max(this.ratio('a'), this.ratio('b'), 1);
    return html`<div class="box ${side}" ${cssom({ 'aspect-ratio': String(boxRatio) })}>
      <video
        playsinline
        preload="auto"
        muted
        crossorigin="anonymous"
        disablepictureinpicture
        aria-label="${side.toUpperCase()}: ${clip?.name ?? ''}"
      ></video>
      ${this.region(side, boxRatio)}${clip && !this.shown[side] ? this.note(side, clip) : nothing}
    </div>`;
  }

  private region(side: Side, boxRatio: number): unknown {
    if (!this.claim || !this.shown[side]) return nothing;
    const [x, y, w, h] = letterbox(this.ratio(side), boxRatio);
    const r = this.claim.region;
    const percent = (share: number): string => `${share * 100}%`;
    return html`<div
      class="region"
      ${cssom({ left: percent(x + r.x * w), top: percent(y + r.y * h), width: percent(r.w * w), height: percent(r.h * h) })}
    ></div>`;
  }

  private note(side: Side, clip: ClipState): unknown {
    const { media } = clip;
    if (media.proxyShare !== null) {
      const share = formatPercent(media.proxyShare);
      return html`<div class="note">
        <p>${t('This format cannot be played here. A copy for playback is being made: {0}', share)}</p>
        <div
          class="bar"
          role="progressbar"
          aria-label=${t('Copy of {0} for playback', side.toUpperCase())}
          aria-valuemin="0"
          aria-valuemax="100"
          aria-valuenow=${Math.round(media.proxyShare * 100)}
        >
          <div ${cssom({ width: `${media.proxyShare * 100}%` })}></div>
        </div>
        <p class="quiet">${t('The comparison does not wait for it.')}</p>
      </div>`;
    }
    const { words, failed } = missingPicture(side, clip, this.run, this.failures[side]);
    return html`<div class="note">
      <vq-icon name=${failed ? 'warning' : 'file-media'}></vq-icon>
      <p class="quiet">${words}</p>
    </div>`;
  }
}
