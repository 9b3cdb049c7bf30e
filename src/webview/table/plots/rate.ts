/**
 * <vq-plot-rate>: score against bit rate, with the encodes worth keeping marked and listed, and what one family of encodes saves
 * against another.
 */
import { LitElement, css, html, nothing } from 'lit';
import { customElement, property } from 'lit/decorators.js';
import { extent, groups } from 'd3-array';
import { scaleLinear, scaleLog } from 'd3-scale';
import { fixed, plural, t } from '../../language.js';
import { base } from '../../parts/styles.js';
import { formatBitRate, formatInterval, formatMargin } from '../../view/format.js';
import type { Entry } from '../view/data.js';
import {
  compareFamilies,
  families,
  isRated,
  ratePoints,
  withContents,
  type ContentsBy,
  type Family,
} from '../view/families.js';
import { ArrangeEvent } from '../view/keys.js';
import type { TableView } from '../view/kept.js';
import { paretoFront } from '../view/pareto.js';
import { groupWords } from '../view/words.js';
import { WidthController } from '../../parts/width.js';
import { bottomAxis, dots, leftAxis, plotStyles } from './plot.js';

/** Pixels. */
const LEFT = 48;
const RIGHT = 16;
const HEIGHT = 280;
const BOTTOM = 24;
/** Names that are listed at once. */
const LISTED = 50;

type Point = ReturnType<typeof ratePoints>[number];

@customElement('vq-plot-rate')
export class PlotRate extends LitElement {
  static override styles = [
    base,
    plotStyles,
    css`
      .front {
        fill: none;
        stroke: var(--vq-a);
        stroke-width: 1.5;
      }
      .kept {
        stroke: var(--vq-a);
        stroke-linecap: round;
        stroke-width: 9;
      }
      h3 {
        margin: 12px 0 4px;
        font-size: inherit;
      }
      .choice {
        display: flex;
        flex-wrap: wrap;
        gap: 4px 16px;
        align-items: center;
      }
      select {
        height: 26px;
        max-width: min(240px, 60vw);
        border: 1px solid var(--vscode-dropdown-border);
        border-radius: 2px;
        background: var(--vscode-dropdown-background);
        color: var(--vscode-dropdown-foreground);
        font: inherit;
      }
    `,
  ];
  @property({ attribute: false }) entries: ReadonlyMap<string, Entry> = new Map();
  @property({ attribute: false }) paths: readonly string[] = [];
  @property({ attribute: false }) families: TableView['families'] = { by: 'name', a: '', b: '' };
  private readonly size = new WidthController(this);

  protected override render(): unknown {
    const rated = this.paths.flatMap((path) => this.entries.get(path) ?? []).filter(isRated);
    const { by, entries } = withContents(rated);
    const points = ratePoints(entries);
    if (points.length < 2)
      return html`<p class="quiet">${t('Two clips or more with a score and a known bit rate are needed.')}</p>`;
    // Rates compare within one content only: a front for each of them.
    const fronts = groups(points, (p) => p.group).map(([, members]) => paretoFront(members) as Point[]);
    const told = COMPARED[by];
    return html`${this.drawing(points, fronts)} ${told ? html`<p>${told}</p>` : nothing} ${this.kept(fronts.flat())}
    ${this.saving(entries)}`;
  }

  private drawing(points: readonly Point[], fronts: readonly Point[][]): unknown {
    const { width } = this.size;
    const x = scaleLog()
      .domain(extent(points, (p) => p.bitRate) as [number, number])
      .range([LEFT + 8, width - RIGHT - 8]);
    const y = scaleLinear()
      .domain(extent(points, (p) => p.score) as [number, number])
      .nice()
      .range([HEIGHT - BOTTOM, 8]);
    const at = (p: Point): [number, number] => [x(p.bitRate), y(p.score)];
    const round = x.ticks(10).filter((rate) => /^[125]/.test(String(rate)));
    const room = Math.max(1, Math.ceil((round.length * 70) / width));
    const across = round
      .filter((_, i) => i % room === 0)
      .map((rate) => ({ at: x(rate), label: formatBitRate(rate).replace(/[.,]0(?=\D)/, '') }));
    const up = y.ticks(6).map((score) => ({ at: y(score), label: formatMargin(score) }));
    const line = (front: readonly Point[]): string =>
      front.map((p, i) => `${i === 0 ? 'M' : 'L'}${at(p).join(' ')}`).join('');
    return html`<svg viewBox="0 0 ${width} ${HEIGHT}" height=${HEIGHT} aria-hidden="true">
      ${bottomAxis(across, 8, HEIGHT - BOTTOM)} ${leftAxis(up, LEFT, width - RIGHT)}
      <path class="dots" d=${dots(points.map(at))}></path>
      <path class="front" d=${fronts.map(line).join('')}></path>
      <path class="kept" d=${dots(fronts.flat().map(at))}></path>
    </svg>`;
  }

  private kept(front: readonly Point[]): unknown {
    return html`<p>
        ${keptWords(
          front.length,
          front.some((p) => p.group !== ''),
        )}
        ${t('Large dots, joined by a line.')}
      </p>
      <div class="wide">
        <table aria-label=${t('Encodes worth keeping')}>
          <thead>
            <tr>
              <th scope="col">${t('Name')}</th>
              <th scope="col" class="number">${t('Bit rate')}</th>
              <th scope="col" class="number">${t('Score')}</th>
            </tr>
          </thead>
          <tbody>
            ${front.slice(0, LISTED).map(
              (p) =>
                html`<tr>
                  <th scope="row">${p.path}</th>
                  <td class="number">${formatBitRate(p.bitRate)}</td>
                  <td class="number">${formatMargin(p.score)}</td>
                </tr>`,
            )}
          </tbody>
        </table>
      </div>
      ${front.length > LISTED ? html`<p class="quiet">${t('and {0} more', front.length - LISTED)}</p>` : nothing}`;
  }

  private saving(shown: readonly Entry[]): unknown {
    const { by } = this.families;
    const found = families(shown, by);
    const a = found.find((f) => f.name === this.families.a) ?? found[0];
    const b = found.find((f) => f.name === this.families.b && f !== a) ?? found.find((f) => f !== a);
    const choose = (over: Partial<TableView['families']>): void => {
      const chosen = { by, a: a?.name ?? '', b: b?.name ?? '', ...over };
      this.dispatchEvent(new ArrangeEvent({ what: 'families', ...chosen }));
    };
    const list = (label: string, now: Family | undefined, take: (name: string) => void): unknown =>
      html`<label
        >${label}
        <select
          title=${t('{0} (arrow keys choose)', label)}
          @change=${(e: Event) => take((e.target as HTMLSelectElement).value)}
        >
          ${found.map((f) => html`<option value=${f.name} .selected=${f === now}>${f.name} (${f.points.length})</option>`)}
        </select></label
      >`;
    return html`<h3>${t('What a family of encodes saves (BD-rate)')}</h3>
      <div class="choice">
        <label
          >${t('Families by')}
          <select
            title=${t('{0} (arrow keys choose)', t('Families by'))}
            @change=${(e: Event) => choose({ by: (e.target as HTMLSelectElement).value as 'name', a: '', b: '' })}
          >
            <option value="name" .selected=${by === 'name'}>${t('name')}</option>
            <option value="codec" .selected=${by === 'codec'}>${t('codec')}</option>
          </select></label
        >
        ${a && b ? [list(t('First'), a, (name) => choose({ a: name })), list(t('Second'), b, (name) => choose({ b: name }))] : nothing}
      </div>
      ${a && b ? savingWords(a, b) : html`<p class="quiet">${t('There are no two families of two encodes or more.')}</p>`}`;
  }
}

/** What is held against what, where the table does not show it. */
const COMPARED: Partial<Record<ContentsBy, string>> = {
  name: t(
    'Encodes are compared within one content, which their names tell; group the table to tell contents otherwise.',
  ),
  unknown: t(
    'Names do not tell contents apart, so all clips are compared as one content; group by content where they differ.',
  ),
};

const keptWords = (n: number, inGroups: boolean): string =>
  inGroups
    ? plural(
        n,
        'Worth keeping: {0} encode that no other one beats in both quality and bit rate, within each group.',
        'Worth keeping: {0} encodes that no other one beats in both quality and bit rate, within each group.',
      )
    : plural(
        n,
        'Worth keeping: {0} encode that no other one beats in both quality and bit rate.',
        'Worth keeping: {0} encodes that no other one beats in both quality and bit rate.',
      );

/** "x265 needs 31 % less than x264 at equal quality", for all and for each group. */
function savingWords(a: Family, b: Family): unknown {
  const { groups: parts, percent } = compareFamilies(a, b);
  const saved = (p: number): string => (p < 0 ? t('{0} % less', fixed(-p, 1)) : t('{0} % more', fixed(p, 1)));
  const words = (result: (typeof parts)[number]['result']): string =>
    'percent' in result ? t('{0}, scores {1}', saved(result.percent), formatInterval(result.range)) : result.problem;
  const inGroups = parts.some((p) => p.group !== '');
  return html`${
    percent === null
      ? html`<p role="status">
          ${parts.length === 0 ? t('The two families share no group.') : words(parts[0]!.result)}
        </p>`
      : html`<p role="status">
          ${
            inGroups
              ? t(
                  '{0} needs {1} bit rate than {2} at equal quality, on average over the groups.',
                  b.name,
                  saved(percent),
                  a.name,
                )
              : t('{0} needs {1} bit rate than {2} at equal quality.', b.name, saved(percent), a.name)
          }
        </p>`
  }
  ${
    inGroups
      ? html`<ul class="quiet">
          ${parts.map((p) => html`<li>${groupWords(p.group || null)}: ${words(p.result)}</li>`)}
        </ul>`
      : parts.map(({ result }) =>
          'range' in result
            ? html`<p class="quiet">${t('Over the scores that both reach, {0}.', formatInterval(result.range))}</p>`
            : nothing,
        )
  }`;
}
