/**
 * <vq-plot-scores>: how many clips have which score, and below, on the same axis, every interval in the order of the ranking.
 */
import { LitElement, css, html, svg } from 'lit';
import { customElement, property } from 'lit/decorators.js';
import { max } from 'd3-array';
import { scaleLinear } from 'd3-scale';
import { plural, t } from '../../language.js';
import { base } from '../../parts/styles.js';
import { formatInterval, formatTick } from '../../view/format.js';
import type { Entry } from '../view/data.js';
import { histogram, intervalLines } from '../view/distribution.js';
import type { Axis, Estimate } from '../view/intervals.js';
import { WidthController } from '../../parts/width.js';
import { bottomAxis, dots, plotStyles } from './plot.js';

/** Pixels. */
const LEFT = 40;
const RIGHT = 16;
const BARS = 120;
const GAP = 12;
/** Height of an interval, and the most that all together take. */
const LINE = 8;
const MOST = 240;

@customElement('vq-plot-scores')
export class PlotScores extends LitElement {
  static override styles = [
    base,
    plotStyles,
    css`
      .bar {
        fill: var(--vq-a);
      }
      .intervals {
        fill: none;
        stroke: color-mix(in srgb, var(--vq-a) 55%, var(--vscode-editor-background));
      }
      .scores {
        stroke: var(--vscode-foreground);
        stroke-linecap: round;
      }
    `,
  ];
  @property({ attribute: false }) entries: ReadonlyMap<string, Entry> = new Map();
  @property({ attribute: false }) paths: readonly string[] = [];
  @property({ attribute: false }) axis: Axis = { domain: [0, 1], ticks: [] };
  private readonly size = new WidthController(this);

  protected override render(): unknown {
    const estimates = this.paths.flatMap((path) => this.entries.get(path)?.estimate ?? []);
    if (estimates.length === 0) return html`<p class="quiet">${t('Scores come with the first comparisons.')}</p>`;
    return html`${this.drawing(estimates)}${this.table(estimates)}`;
  }

  private drawing(estimates: readonly Estimate[]): unknown {
    const { width } = this.size;
    const bars = histogram(
      estimates.map((e) => e.value),
      this.axis,
      Math.max(5, Math.floor(width / 16)),
    );
    const x = scaleLinear()
      .domain([bars[0]!.from, bars.at(-1)!.to])
      .range([LEFT, width - RIGHT]);
    const most = max(bars, (b) => b.count) ?? 1;
    const y = scaleLinear().domain([0, most]).range([BARS, 12]);
    const lines = intervalLines(estimates);
    const tall = Math.min(MOST, lines.length * LINE);
    const line = tall / lines.length;
    const top = BARS + GAP;
    const at = (share: number): number => top + share * tall;
    const ticks = x.ticks(Math.max(2, width / 90)).map((score) => ({ at: x(score), label: formatTick(score) }));
    const path = lines.map((l) => `M${x(l.low).toFixed(1)} ${at(l.at).toFixed(1)}H${x(l.high).toFixed(1)}`).join('');
    return html`<svg viewBox="0 0 ${width} ${top + tall + 24}" height=${top + tall + 24} aria-hidden="true">
      ${bottomAxis(ticks, 8, top + tall)}
      ${bars.map((b) =>
        b.count === 0
          ? ''
          : svg`<rect class="bar" x=${x(b.from) + 1} width=${Math.max(1, x(b.to) - x(b.from) - 2)} y=${y(b.count)}
              height=${BARS - y(b.count)}><title>${formatInterval([b.from, b.to])}: ${plural(b.count, '{0} clip', '{0} clips')}</title></rect>`,
      )}
      <text x=${LEFT - 6} y=${y(most) + 4} text-anchor="end">${most}</text>
      <text x=${LEFT - 6} y=${BARS} text-anchor="end">0</text>
      <path class="intervals" d=${path} stroke-width=${Math.max(0.5, Math.min(4, line * 0.6))}></path>
      <path
        class="scores"
        d=${dots(lines.map((l) => [x(l.value), at(l.at)]))}
        stroke-width=${Math.max(1, Math.min(4, line * 0.6))}
      ></path>
    </svg>`;
  }

  private table(estimates: readonly Estimate[]): unknown {
    const bars = histogram(
      estimates.map((e) => e.value),
      this.axis,
      12,
    );
    return html`<p class="quiet">
        ${t('Above: how many clips have which score. Below: every clip with its 95 % interval, the best on top. 1 is about one just-noticeable difference.')}
      </p>
      <details>
        <summary>${t('As a table')}</summary>
        <table>
          <thead>
            <tr>
              <th scope="col">${t('Score')}</th>
              <th scope="col" class="number">${t('Clips')}</th>
            </tr>
          </thead>
          <tbody>
            ${bars.map(
              (b) =>
                html`<tr>
                  <th scope="row">${formatInterval([b.from, b.to])}</th>
                  <td class="number">${b.count}</td>
                </tr>`,
            )}
          </tbody>
        </table>
      </details>`;
  }
}
