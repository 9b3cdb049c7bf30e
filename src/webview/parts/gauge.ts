/**
 * <vq-gauge>: the signed margin with its interval. It leans to the better clip: A left, B right (gauge-scale.ts).
 */
import { LitElement, css, html, nothing } from 'lit';
import { customElement, property } from 'lit/decorators.js';
import type { Comparison } from '../../protocol/index.js';
import { ZONES, gaugePercent } from '../view/gauge-scale.js';
import { spokenVerdict } from '../view/words.js';
import { base } from './styles.js';
import { cssom } from './cssom.js';

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
        border: 1px solid var(--vq-line);
        border-radius: 4px;
        background: var(--vq-track);
        overflow: hidden;
      }
      .tick {
        position: absolute;
        inset-block: 0;
        width: 1px;
        background: var(--vq-line);
      }
      .tick.zero {
        width: 2px;
        margin-inline-start: -1px;
        background: var(--vscode-foreground);
      }
      .bar {
        position: absolute;
        inset-block: 6px;
        transition:
          left 0.3s,
          width 0.3s;
      }
      .bar.a {
        background: var(--vq-a);
      }
      .bar.b {
        background: var(--vq-b);
      }
      .bar.tie {
        background: var(--vq-quiet);
      }
      .bar.glance {
        opacity: 0.55;
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
      .words {
        position: relative;
        height: 16px;
        margin-inline: 24px;
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
        <div class="track" role="img" aria-label=${c ? spokenVerdict(c) : 'No margin yet'}>
          ${ZONES.slice(0, -1).flatMap(({ margin }) => [-margin, margin].map((m) => html`<div class="tick" ${cssom({ left: `${gaugePercent(m)}%` })}></div>`))}
          ${c ? this.value(c) : nothing}
          <div class="tick zero" ${cssom({ left: '50%' })}></div>
        </div>
        <span class="letter b" aria-hidden="true">B</span>
      </div>
      <div class="words quiet" aria-hidden="true">${this.zoneWords()}</div>
      <p class="legend quiet">1 is about one just-noticeable difference</p>`;
  }

  private value(c: Comparison): unknown {
    const at = gaugePercent(c.margin);
    // A larger margin lies further left, so the interval's upper end is its left edge.
    const [left, right] = [gaugePercent(c.interval95[1]), gaugePercent(c.interval95[0])];
    const side = c.margin > 0 ? 'a' : c.margin < 0 ? 'b' : 'tie';
    return html`<div
        class="bar ${side} ${c.kind}"
        data-side=${side}
        ${cssom({ left: `${Math.min(at, 50)}%`, width: `${Math.abs(at - 50)}%` })}
      ></div>
      <div class="interval" ${cssom({ left: `${left}%`, width: `${Math.max(right - left, 0.2)}%` })}></div>`;
  }

  private zoneWords(): unknown {
    let from = 0;
    return ZONES.flatMap(({ share, word }, i) => {
      const centre = i === 0 ? 0 : (from + share) / 2;
      from = share;
      if (i === 0) return [html`<span ${cssom({ left: '50%' })}>no visible difference</span>`];
      const minor = word === 'large' ? '' : 'minor';
      return [-centre, centre].map(
        (s) => html`<span class=${minor} ${cssom({ left: `${50 + 50 * s}%` })}>${word}</span>`,
      );
    });
  }
}
