/**
 * <vq-table-state>: what stands in the way, or above the rows (UI.md, "States"): nothing yet, failed, stopped, an empty folder,
 * clips that failed, the device that was asked for and is not there. Rows that are there stay below it.
 */
import { LitElement, html, nothing } from 'lit';
import { customElement, property } from 'lit/decorators.js';
import type { RankTableState } from '../../protocol/table.js';
import { plural, sentence, t } from '../language.js';
import { errorCard } from '../parts/error-card.js';
import type { IconName } from '../parts/icon.js';
import { stateStyles } from '../parts/state-styles.js';
import { base } from '../parts/styles.js';
import type { Remedy } from '../view/remedies.js';
import { ArrangeEvent, CommandEvent, TableIntent, tip } from './view/keys.js';
import '../parts/icon.js';

/** A comparison starts afresh after it; a ranking does not, nor does it go on by itself. */
const LOST_WORKER: Remedy = {
  title: t('The ranking stopped'),
  advice: t('It does not go on by itself: Retry goes on with what was computed so far.'),
};

/** What the clips are, as far as the states differ by it. */
export interface Counts {
  clips: number;
  ranked: number;
  failed: readonly string[];
}

@customElement('vq-table-state')
export class TableStateView extends LitElement {
  static override styles = [base, stateStyles];
  @property({ attribute: false }) state: RankTableState | null = null;
  @property({ attribute: false }) counts: Counts = { clips: 0, ranked: 0, failed: [] };

  protected override render(): unknown {
    const s = this.state;
    return s ? [this.run(s), this.failures(s), this.store(s), this.device(s)] : nothing;
  }

  private run({ run }: RankTableState): unknown {
    const { clips, ranked, failed } = this.counts;
    if (run.status === 'failed' && run.error.code !== 'cancelled')
      return errorCard(
        run.error,
        tip(t('Go on ranking'), 'run'),
        {
          retry: () => this.dispatchEvent(new CommandEvent('run')),
          openSetting: (setting) => this.dispatchEvent(new TableIntent({ type: 'openSetting', setting })),
          copyDetails: () => this.dispatchEvent(new TableIntent({ type: 'copyDetails' })),
        },
        run.error.code === 'worker/crashed' ? LOST_WORKER : undefined,
      );
    if (run.status === 'working' || run.status === 'paused') return nothing;
    if (run.status !== 'done') return ranked > 0 || run.status === 'failed' ? this.stopped() : this.nothingYet();
    if (clips === 0)
      return this.card(t('No clips here'), t('This folder holds no video files. Put some there, then rank it again.'));
    if (failed.length === clips)
      return this.card(t('None of the clips could be read'), t('Why stands in each row. Mend them, then rank again.'));
    if (clips - failed.length === 1)
      return this.card(t('One clip'), t('A ranking needs two or more. Put another one beside it, then rank again.'));
    return nothing;
  }

  private nothingYet(): unknown {
    return html`<div class="card idle">
      <h2>${t('Which of them look best?')}</h2>
      <p>
        ${t('Every clip is looked at once, then pairs of them are compared until the order is sure. You get one scale with intervals; the first rows come within seconds and get better. Nothing leaves this machine.')}
      </p>
      <div class="buttons">
        <vscode-button
          appearance="primary"
          title=${tip(t('Rank this folder'), 'run')}
          @click=${() => this.dispatchEvent(new CommandEvent('run'))}
          ><vq-icon slot="start" name="play"></vq-icon>${t('Rank by quality')}</vscode-button
        >
      </div>
    </div>`;
  }

  private card(title: string, words: string): unknown {
    return html`<div class="card" role="status">
      <h2><vq-icon name="info"></vq-icon>${title}</h2>
      <p>${words}</p>
    </div>`;
  }

  private stopped(): unknown {
    return this.bar(
      'info',
      t('Stopped. What was done is kept.'),
      html`<vscode-button
        appearance="primary"
        title=${tip(t('Go on ranking'), 'run')}
        @click=${() => this.dispatchEvent(new CommandEvent('run'))}
        >${t('Go on')}</vscode-button
      >`,
    );
  }

  private failures({ run }: RankTableState): unknown {
    const { clips, failed } = this.counts;
    if (failed.length === 0 || run.status === 'failed') return nothing;
    const rest = failed.length < clips ? ` ${t('The others are ranked without.')}` : '';
    return this.bar(
      'warning',
      `${plural(failed.length, '{0} clip could not be read.', '{0} clips could not be read.')}${rest}`,
      html`<span class="pair"
        ><vscode-button
          appearance="secondary"
          title=${t('Show only these (status:failed in the filter)')}
          @click=${() => this.dispatchEvent(new ArrangeEvent({ what: 'filter', text: 'status:failed' }))}
          >${t('Show')}</vscode-button
        ><vscode-button
          appearance="secondary"
          title=${tip(t('Try all of them again; one row at a time'), 'retry')}
          @click=${() => this.dispatchEvent(new CommandEvent('retry', failed))}
          >${t('Try again')}</vscode-button
        ></span
      >`,
    );
  }

  private store({ storeNote }: RankTableState): unknown {
    return storeNote === null ? nothing : this.bar('warning', storeNote);
  }

  private device({ deviceNote }: RankTableState): unknown {
    if (deviceNote === null) return nothing;
    const open = new TableIntent({ type: 'openSetting', setting: 'versusq.device' });
    return this.bar(
      'info',
      sentence(deviceNote),
      html`<vscode-button appearance="secondary" title=${'versusq.device'} @click=${() => this.dispatchEvent(open)}
        >${t('Open the setting')}</vscode-button
      >`,
    );
  }

  private bar(icon: IconName, words: string, action: unknown = nothing): unknown {
    return html`<div class="bar banner" role="status">
      <vq-icon name=${icon}></vq-icon><span class="grow">${words}</span>${action}
    </div>`;
  }
}
