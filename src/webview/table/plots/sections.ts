/** The plots below the rows, each in a section that can be folded; what is folded is not drawn. */
import { html, nothing } from 'lit';
import { t } from '../../language.js';
import type { PairMargin } from '../../../protocol/rank.js';
import type { Entry } from '../view/data.js';
import type { Axis } from '../view/intervals.js';
import type { TableView } from '../view/kept.js';

export interface PlotsLook {
  entries: ReadonlyMap<string, Entry>;
  /** Of the clips that match the filter. */
  paths: readonly string[];
  axis: Axis;
  selected: ReadonlySet<string>;
  pairs: readonly PairMargin[];
  /** How far the ranking is, in steps. */
  standing: string;
  view: TableView;
}

export function plotSections(look: PlotsLook): unknown {
  const section = (name: string, heading: string, content: () => unknown): unknown => {
    const open = look.view.plots.includes(name);
    return html`<vq-section class=${name === 'scores' ? 'first' : ''} name=${name} heading=${heading} ?folded=${!open}
      >${open ? content() : nothing}</vq-section
    >`;
  };
  return [
    section(
      'scores',
      t('Distribution of scores'),
      () => html`<vq-plot-scores .entries=${look.entries} .paths=${look.paths} .axis=${look.axis}></vq-plot-scores>`,
    ),
    section(
      'rate',
      t('Quality against bit rate'),
      () =>
        html`<vq-plot-rate
          .entries=${look.entries}
          .paths=${look.paths}
          .families=${look.view.families}
        ></vq-plot-rate>`,
    ),
    section(
      'agreement',
      t('Agreement of direct comparisons'),
      () =>
        html`<vq-plot-agreement
          .entries=${look.entries}
          .paths=${look.paths}
          .selected=${look.selected}
          .pairs=${look.pairs}
          .standing=${look.standing}
        ></vq-plot-agreement>`,
    ),
  ];
}
