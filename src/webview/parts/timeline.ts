/**
 * <vq-timeline>: margin over time (above the middle A is better, below B), claims, events of each clip, loop range and play
 * head. A slider: click, drag and keys seek both players. The drawing is made anew only when its data change; the play head,
 * which moves with every frame, is set directly.
 */
import { LitElement, html, nothing, svg, type PropertyValues } from 'lit';
import { customElement, property, query, state } from 'lit/decorators.js';
import { guard } from 'lit/directives/guard.js';
import type { Claim, CommonSpan, Comparison, Side, TimelineEvent } from '../../protocol/index.js';
import { plural, t } from '../language.js';
import { ActionEvent } from '../view/actions.js';
import { formatMargin, formatShortTime, formatTime } from '../view/format.js';
import { claimLanes, marginAt, segmentBars, tickStep, ticks, type ClipEvents } from '../view/timeline-geometry.js';
import { attributeWord, claimWords } from '../view/words.js';
import type { Loop } from '../view/view-state.js';
import { base } from './styles.js';
import { timelineStyles } from './timeline-styles.js';
import { cssom } from './cssom.js';

/** Pixels: the drawing from top to bottom. */
const EVENTS = 8;
const PLOT = 64;
const LANE = 16;
/** A mark narrower than this has no room for its name. */
const NAMED = 72;
const AXIS = 20;
/** Between the events of B and the claims. */
const GAP = 4;
/** Share of the line that Page Up and Page Down move. */
const PAGE = 0.1;
const EVENT_WORDS: Record<TimelineEvent['kind'], string> = {
  freeze: t('freeze'),
  drop: t('drop'),
  repeat: t('repeat'),
  cut: t('cut'),
  flicker: t('flicker'),
  black: t('black picture'),
};

@customElement('vq-timeline')
export class Timeline extends LitElement {
  static override styles = [base, timelineStyles];
  @property({ attribute: false }) segments: Comparison['segments'] = [];
  @property({ attribute: false }) claims: readonly Claim[] = [];
  @property({ attribute: false }) common: CommonSpan = [0, 0];
  @property({ attribute: false }) events: readonly ClipEvents[] = [];
  @property({ type: Number }) selected = -1;
  /** seconds that the line shows */
  @property({ type: Number }) extent = 0;
  @property({ attribute: false }) loop: Loop = { on: false, from: null, to: null };
  @state() private width = 640;
  @query('.frame') private readonly frame!: HTMLElement | null;
  @query('.head') private readonly head!: HTMLElement | null;
  private now = 0;
  private readonly resize = new ResizeObserver((entries) => {
    this.width = Math.max(1, entries.at(-1)?.contentRect.width ?? this.width);
  });

  /** Seconds of the play head. */
  set time(value: number) {
    if (value === this.now) return;
    this.now = value;
    this.placeHead();
  }
  get time(): number {
    return this.now;
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.resize.disconnect();
  }

  protected override firstUpdated(): void {
    if (this.frame) this.resize.observe(this.frame);
  }

  protected override updated(_changed: PropertyValues<this>): void {
    this.placeHead();
  }

  private placeHead(): void {
    if (!this.head || !this.frame) return;
    this.head.style.transform = `translateX(${this.x(this.now)}px)`;
    this.frame.setAttribute('aria-valuenow', this.now.toFixed(3));
    this.frame.setAttribute('aria-valuetext', this.valueWords());
  }

  private valueWords(): string {
    const margin = marginAt(this.segments, this.now);
    return margin === null
      ? formatTime(this.now)
      : t('{0}, margin here {1}', formatTime(this.now), formatMargin(margin));
  }

  private x(time: number): number {
    return this.extent > 0 ? (Math.min(time, this.extent) / this.extent) * this.width : 0;
  }

  private get lanes(): number[] {
    return claimLanes(this.claims);
  }

  protected override render(): unknown {
    const data = [
      this.segments,
      this.claims,
      this.common,
      this.events,
      this.selected,
      this.extent,
      this.loop,
      this.width,
    ];
    return html`<div
      class="frame"
      role="slider"
      tabindex="0"
      aria-label=${t('Time line of both clips')}
      aria-valuemin="0"
      aria-valuemax=${this.extent.toFixed(3)}
      title=${t('Click to seek both clips')}
      @pointerdown=${this.pressed}
      @pointermove=${this.dragged}
      @keydown=${this.keyed}
    >
      ${guard(data, () => this.drawing())}
      ${
        this.segments.length > 0
          ? html`<span class="side" ${cssom({ top: `${EVENTS}px` })}>${t('{0} better', 'A')}</span
              ><span class="side" ${cssom({ top: `${EVENTS + PLOT - 16}px` })}>${t('{0} better', 'B')}</span>`
          : nothing
      }
      <div class="head"></div>
    </div>`;
  }

  private drawing(): unknown {
    const { width } = this;
    const lanes = this.lanes;
    const claimsTop = EVENTS + PLOT + EVENTS + GAP;
    const axisTop = claimsTop + (lanes.length > 0 ? (Math.max(...lanes) + 1) * (LANE + 2) + 4 : 0);
    const height = axisTop + AXIS;
    const middle = EVENTS + PLOT / 2;
    const step = tickStep(this.extent, width);
    const bars = this.extent > 0 ? segmentBars(this.segments, this.extent, width, middle, PLOT / 2) : [];
    return html`<svg viewBox="0 0 ${width} ${height}" height=${height} aria-hidden="true">
      ${this.loopRange(axisTop)}
      ${ticks(this.extent, width).map(
        (at) => svg`<line class="tick" x1=${this.x(at)} x2=${this.x(at)} y1=${axisTop} y2=${axisTop + 4}></line>
          <text x=${this.x(at) + 4} y=${axisTop + 15}>${this.x(at) < width - 32 ? formatShortTime(at, step < 1) : ''}</text>`,
      )}
      <line class="middle" x1="0" x2=${width} y1=${middle} y2=${middle}></line>
      ${bars.map((b, i) => {
        const s = this.segments[i]!;
        return svg`<rect class="bar ${s.margin > 0 ? 'a' : 'b'}" x=${b.x} y=${b.y} width=${b.width} height=${b.height}>
          <title>${t('{0} to {1}: margin {2}', formatShortTime(s.time[0]), formatShortTime(s.time[1]), formatMargin(s.margin))}</title></rect>`;
      })}
      ${this.events.map(({ side, events }) => events.map((e) => this.event(side, e)))}
      ${this.claims.map((claim, i) => this.claim(claim, i, claimsTop + lanes[i]! * (LANE + 2)))}
    </svg>`;
  }

  private claim(claim: Claim, index: number, y: number): unknown {
    const [x, end] = claim.time.map((t) => this.x(t)) as [number, number];
    const width = Math.max(4, end - x);
    const supported = claim.supported ? '' : 'unsupported';
    const selected = index === this.selected ? 'selected' : '';
    const name = `${claim.worse.toUpperCase()} ${attributeWord(claim.attribute)}`;
    return svg`<g class="claim ${claim.worse} ${supported} ${selected}" data-claim=${index}>
      <title>${claimWords(claim, this.common)}</title>
      <rect class="body" x=${x + 0.5} y=${y + 0.5} width=${width - 1} height=${LANE - 1} rx="2"></rect>
      <rect class="edge" x=${x} y=${y} width="4" height=${LANE} rx="1"></rect>
      ${width >= NAMED ? svg`<text x=${x + 8} y=${y + 12}>${name}</text>` : nothing}
    </g>`;
  }

  private loopRange(height: number): unknown {
    const { on, from, to } = this.loop;
    if (!on || (from === null && to === null)) return nothing;
    const [x1, x2] = [this.x(from ?? 0), this.x(to ?? this.extent)];
    return svg`<rect class="loop" x=${x1} y="0.5" width=${Math.max(1, x2 - x1)} height=${height}></rect>`;
  }

  private event(side: Side, e: TimelineEvent): unknown {
    const y = side === 'a' ? 1 : EVENTS + PLOT + 1;
    const words = `${side.toUpperCase()}: ${EVENT_WORDS[e.kind]}, ${formatTime(e.time[0])}, ${plural(e.frames, '{0} frame', '{0} frames')}`;
    return svg`<rect class="event ${e.kind}" x=${this.x(e.time[0])} y=${y}
      width=${Math.max(2, this.x(e.time[1]) - this.x(e.time[0]))} height=${EVENTS - 2}><title>${words}</title></rect>`;
  }

  private readonly pressed = (event: PointerEvent): void => {
    if (event.button !== 0) return;
    const mark = (event.composedPath()[0] as Element).closest<SVGElement>('[data-claim]');
    const claim = mark?.dataset['claim'];
    if (claim !== undefined) {
      this.dispatchEvent(new ActionEvent({ type: 'claim', index: Number(claim) }));
      return;
    }
    this.frame?.setPointerCapture(event.pointerId);
    this.seekTo(event);
  };

  private readonly dragged = (event: PointerEvent): void => {
    if (this.frame?.hasPointerCapture(event.pointerId)) this.seekTo(event);
  };

  private seekTo(event: PointerEvent): void {
    if (!this.frame || !(this.extent > 0)) return;
    const { left } = this.frame.getBoundingClientRect();
    const share = Math.min(1, Math.max(0, (event.clientX - left - this.frame.clientLeft) / this.width));
    this.dispatchEvent(new ActionEvent({ type: 'seek', time: share * this.extent }));
  }

  /** Arrows, Home and End are keys of the whole panel; a slider has Page Up and Page Down besides. */
  private readonly keyed = (event: KeyboardEvent): void => {
    const pages = event.key === 'PageDown' ? 1 : event.key === 'PageUp' ? -1 : 0;
    if (pages === 0) return;
    event.preventDefault();
    this.dispatchEvent(new ActionEvent({ type: 'jump', seconds: pages * PAGE * this.extent }));
  };
}
