/**
 * <vq-gauge>: the signed margin with its interval. It leans to the better clip: A left, B right (gauge-scale.ts).
 */
import { LitElement, css, html, nothing } from 'lit';
import { customElement, property } from 'lit/decorators.js';
import type { Comparison, Side } from '../../protocol/index.js';
import { t } from '../language.js';
import { ZONES, beyondScale, gaugePercent } from '../view/gauge-scale.js';
import { beyondWords, spokenVerdict } from '../view/words.js';
import { base } from './styles.js';
import { cssom } from './cssom.js';

const STEP = t('1 is about one just-noticeable difference');

@customElement('vq-gauge')
export class Gauge extends LitElement {
  static override styles = [
    base,
    css`
      .row {
        display: flex;
        align-items: center;
        gap: 8px;
      }
      .track {
        position: relative;
        flex: 1;
        height: 24px;
        border: 1px solid var(--vq-scale);
        border-radius: 4px;
        background: var(--vq-track);
        overflow: hidden;
      }
      .tick {
        position: absolute;
        inset-block: 0;
        width: 1px;
        background: var(--vq-scale);
      }
      .tick.zero {
        width: 2px;
        margin-inline-start: -1px;
        background: var(--vscode-foreground);
      }
      .bar {
        position: absolute;
        inset-block: 6px;
        border: 2px solid var(--side);
        background: var(--side);
        transition:
          left 0.3s,
          width 0.3s;
      }
      .bar.a {
        --side: var(--vq-a);
      }
      .bar.b {
        --side: var(--vq-b);
      }
      .bar.tie {
        --side: var(--vq-quiet);
      }
      .bar.glance {
        background: color-mix(in srgb, var(--side) 30%, transparent);
      }
      .interval {
        position: absolute;
        inset-block: 3px;
        border: solid var(--vscode-foreground);
        border-width: 0 2px;
        transition:
          left 0.3s,
          width 0.3s;
      }
      .interval::after {
        content: '';
        position: absolute;
        inset: calc(50% - 0.5px) 0 auto;
        height: 1px;
        background: var(--vscode-foreground);
      }
      .interval.open-a {
        border-left-width: 0;
      }
      .interval.open-b {
        border-right-width: 0;
      }
      /* The end of the scale, opened: an arrow on the ground of the track, clear of the bar. */
      .beyond {
        position: absolute;
        inset-block: 0;
        width: 16px;
        background: var(--vq-track);
      }
      .beyond.a {
        left: 0;
      }
      .beyond.b {
        right: 0;
        transform: scaleX(-1);
      }
      .beyond::after {
        content: '';
        position: absolute;
        inset: 4px 4px 4px 3px;
        background: var(--vscode-foreground);
        clip-path: polygon(0 50%, 100% 0, 100% 100%);
      }
      .words {
        position: relative;
        height: 16px;
        margin-inline: 28px;
        font-size: 11px;
        line-height: 16px;
      }
      .words span {
        position: absolute;
        transform: translateX(-50%);
        white-space: nowrap;
      }
      .legend {
        text-align: center;
        font-size: 11px;
        line-height: 16px;
      }
      @media (max-width: 639px) {
        .words .minor {
          display: none;
        }
      }
    `,
  ];
  @property({ attribute: false }) comparison: Comparison | null = null;

  protected override render(): unknown {
    const c = this.comparison;
    return html`<div class="row">
        <span class="letter a" aria-hidden="true">A</span>
        <div class="track" role="img" aria-label=${c ? spokenVerdict(c) : t('No margin yet')}>
          ${ZONES.slice(0, -1).flatMap(({ margin }) => [-margin, margin].map((m) => html`<div class="tick" ${cssom({ left: `${gaugePercent(m)}%` })}></div>`))}
          ${c ? this.value(c) : nothing}
          <div class="tick zero" ${cssom({ left: '50%' })}></div>
        </div>
        <span class="letter b" aria-hidden="true">B</span>
      </div>
      <div class="words quiet" aria-hidden="true">${this.zoneWords()}</div>
      <p class="legend quiet">${c ? this.legend(c) : STEP}</p>`;
  }

  private legend(c: Comparison): string {
    const beyond = beyondWords(c);
    return beyond === null ? STEP : `${STEP}. ${beyond}.`;
  }

  private value(c: Comparison): unknown {
    const at = gaugePercent(c.margin);
    // A larger margin lies further left, so the interval's upper end is its left edge.
    const [left, right] = [gaugePercent(c.interval95[1]), gaugePercent(c.interval95[0])];
    const side = c.margin > 0 ? 'a' : c.margin < 0 ? 'b' : 'tie';
    const beyond = beyondScale(c);
    const open = (end: Side): string => (beyond.includes(end) ? `open-${end}` : '');
    return html`<div
        class="bar ${side} ${c.kind}"
        data-side=${side}
        ${cssom({ left: `${Math.min(at, 50)}%`, width: `${Math.abs(at - 50)}%` })}
      ></div>
      <div
        class="interval ${open('a')} ${open('b')}"
        ${cssom({ left: `${left}%`, width: `${Math.max(right - left, 0.2)}%` })}
      ></div>
      ${beyond.map((end) => html`<div class="beyond ${end}"></div>`)}`;
  }

  private zoneWords(): unknown {
    let from = 0;
    return ZONES.flatMap(({ share, word }, i) => {
      const centre = i === 0 ? 0 : (from + share) / 2;
      from = share;
      if (i === 0) return [html`<span ${cssom({ left: '50%' })}>${word}</span>`];
      const minor = share === 1 ? '' : 'minor';
      return [-centre, centre].map(
        (s) => html`<span class=${minor} ${cssom({ left: `${50 + 50 * s}%` })}>${word}</span>`,
      );
    });
  }
}
