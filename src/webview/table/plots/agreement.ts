/**
 * <vq-plot-agreement>: whether direct margins agree with the scale, clip against clip, for the selected clips or the first
 * shown. Signs tell what colours tell; contradictions are listed.
 */
import { LitElement, css, html, nothing, svg, type PropertyValues } from 'lit';
import { customElement, property } from 'lit/decorators.js';
import { fixed, plural, t } from '../../language.js';
import type { PairMargin } from '../../../protocol/rank.js';
import { base } from '../../parts/styles.js';
import { formatMargin } from '../../view/format.js';
import {
  MATRIX_CLIPS,
  agreementMatrix,
  contradictions,
  usual,
  type Agreement,
  type Cell,
  type Matrix,
} from '../view/agreement.js';
import type { Entry } from '../view/data.js';
import { WidthController } from '../../parts/width.js';
import { plotStyles } from './plot.js';

/** Bubbling event: the direct margins of these clips are wanted. */
export class MatrixEvent extends Event {
  static readonly type = 'vq-matrix';
  constructor(readonly paths: string[]) {
    super(MatrixEvent.type, { bubbles: true, composed: true });
  }
}

/** Pixels. */
const NAMES = 160;
const LARGEST = 24;
const LISTED = 12;
const SIGNS: Record<Agreement, string> = { agrees: '', doubtful: '~', contradicts: '\u00d7', unknown: '\u00b7' };
/** Properties that tell which pairs are wanted. */
const ASKED_BY = ['entries', 'paths', 'selected', 'standing'] as const;
const WORDS: Record<Agreement, string> = {
  agrees: t('agrees with the scale'),
  doubtful: t('points the other way, within the usual spread'),
  contradicts: t('contradicts the scale'),
  unknown: t('not compared directly'),
};

@customElement('vq-plot-agreement')
export class PlotAgreement extends LitElement {
  static override styles = [
    base,
    plotStyles,
    css`
      .agrees {
        fill: color-mix(in srgb, var(--vq-a) 45%, var(--vscode-editor-background));
      }
      .doubtful {
        fill: color-mix(in srgb, var(--vq-b) 25%, var(--vscode-editor-background));
      }
      .contradicts {
        fill: color-mix(in srgb, var(--vq-b) 45%, var(--vscode-editor-background));
        stroke: var(--vq-b);
      }
      .unknown {
        fill: none;
        stroke: var(--vq-scale);
      }
      .self {
        fill: var(--vq-scale);
      }
      .sign {
        fill: var(--vscode-foreground);
        text-anchor: middle;
      }
      ul.key {
        display: flex;
        flex-wrap: wrap;
        gap: 4px 16px;
      }
      .key li {
        display: flex;
        gap: 8px;
        align-items: center;
      }
      .swatch {
        width: 16px;
      }
    `,
  ];
  @property({ attribute: false }) entries: ReadonlyMap<string, Entry> = new Map();
  @property({ attribute: false }) paths: readonly string[] = [];
  @property({ attribute: false }) selected: ReadonlySet<string> = new Set();
  @property({ attribute: false }) pairs: readonly PairMargin[] = [];
  /** How far the ranking is: the pairs are asked for anew where it changes. */
  @property() standing = '';
  private readonly size = new WidthController(this);
  private clips: Entry[] = [];
  private asked = '';

  protected override willUpdate(changed: PropertyValues<this>): void {
    if (!ASKED_BY.some((name) => changed.has(name))) return;
    const among = this.selected.size > 1 ? this.paths.filter((path) => this.selected.has(path)) : this.paths;
    this.clips = [];
    for (const path of among) {
      const entry = this.entries.get(path);
      if (entry?.estimate) this.clips.push(entry);
      if (this.clips.length === MATRIX_CLIPS) break;
    }
    this.clips.sort((a, b) => (a.rank ?? Infinity) - (b.rank ?? Infinity));
    const paths = this.clips.map((e) => e.path);
    // Their order does not matter to what must be known.
    const asked = [this.standing, ...[...paths].sort()].join('\n');
    if (asked === this.asked || paths.length < 2) return;
    this.asked = asked;
    this.dispatchEvent(new MatrixEvent(paths));
  }

  protected override render(): unknown {
    const { clips } = this;
    if (clips.length < 2) return html`<p class="quiet">${t('Two ranked clips or more are needed.')}</p>`;
    const matrix = agreementMatrix(clips, this.pairs);
    const against = contradictions(clips, matrix);
    const known = matrix.rows.flat().filter((c) => c !== null && c.agreement !== 'unknown').length / 2;
    return html`${this.drawing(matrix)}
      <ul class="key quiet">
        ${(Object.keys(WORDS) as Agreement[]).map(
          (a) =>
            html`<li>
              <svg class="swatch" viewBox="0 0 16 16" width="16" height="16" aria-hidden="true">
                <rect class=${a} x="0.5" y="0.5" width="15" height="15"></rect>
                <text class="sign" x="8" y="12">${SIGNS[a]}</text>
              </svg>
              ${WORDS[a]}
            </li>`,
        )}
      </ul>
      <p>
        ${plural(clips.length, '{0} clip', '{0} clips')},
        ${plural(known, '{0} pair compared directly', '{0} pairs compared directly')}:
        ${against.length === 0 ? t('none contradicts the scale.') : t('{0} of them against the scale.', against.length)}
        ${this.selected.size > 1 ? '' : t('Select clips to see those.')}
      </p>
      ${against.length > 0 ? this.list(against, matrix.spread) : nothing}`;
  }

  private drawing({ rows }: Matrix): unknown {
    const n = rows.length;
    const names = Math.min(NAMES, this.size.width * 0.3);
    const cell = Math.max(6, Math.min(LARGEST, Math.floor((this.size.width - names) / n)));
    const letters = Math.floor(names / 7);
    return html`<svg viewBox="0 0 ${this.size.width} ${n * cell + 4}" height=${n * cell + 4} aria-hidden="true">
      ${rows.map((row, i) => {
        const { name } = this.clips[i]!;
        return svg`<text x=${names - 6} y=${i * cell + cell / 2 + 4} text-anchor="end">${cell >= 13 ? shortened(name, letters) : ''}</text>
          ${row.map((c, j) => this.cell(c, i, j, names + j * cell, i * cell, cell - 1))}`;
      })}
    </svg>`;
  }

  private cell(c: Cell | null, i: number, j: number, x: number, y: number, size: number): unknown {
    if (!c)
      return svg`<rect class="self" x=${x + size / 4} y=${y + size / 4} width=${size / 2} height=${size / 2}></rect>`;
    const [a, b] = [this.clips[i]!.name, this.clips[j]!.name];
    const figures =
      c.agreement === 'unknown'
        ? ''
        : t(': measured {0}, by the scale {1}', formatMargin(c.margin), formatMargin(c.scale));
    return svg`<g><title>${t('{0} against {1} {2}', a, b, WORDS[c.agreement])}${figures}</title>
      <rect class=${c.agreement} x=${x + 0.5} y=${y + 0.5} width=${size - 1} height=${size - 1}></rect>
      ${SIGNS[c.agreement] && size >= 10 ? svg`<text class="sign" x=${x + size / 2} y=${y + size / 2 + 4}>${SIGNS[c.agreement]}</text>` : nothing}</g>`;
  }

  private list(against: readonly { a: Entry; b: Entry; cell: Cell }[], spread: number): unknown {
    return html`<div class="wide">
      <table aria-label=${t('Pairs that contradict the scale')}>
        <thead>
          <tr>
            <th scope="col">${t('Ranked higher')}</th>
            <th scope="col">${t('Ranked lower')}</th>
            <th scope="col" class="number">${t('By the scale')}</th>
            <th scope="col" class="number">${t('Measured')}</th>
          </tr>
        </thead>
        <tbody>
          ${against.slice(0, LISTED).map(
            ({ a, b, cell }) =>
              html`<tr>
                <td>${a.path}</td>
                <td>${b.path}</td>
                <td class="number">${formatMargin(cell.scale)}</td>
                <td class="number">${formatMargin(cell.margin)} ± ${fixed(usual(spread), 1)}</td>
              </tr>`,
          )}
        </tbody>
      </table>
    </div>`;
  }
}

const shortened = (name: string, letters: number): string =>
  name.length <= letters ? name : `${name.slice(0, Math.max(1, letters - 1))}\u2026`;
