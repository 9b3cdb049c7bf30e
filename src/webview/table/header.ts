/**
 * <vq-table-header>: folder, number of clips, and where the ranking stands: stage, how much is done, rate, time left, and what
 * can be done about it. What a screen reader hears of the progress is sparse: the stage, and each tenth of it.
 */
import { LitElement, css, html, nothing } from 'lit';
import { customElement, property } from 'lit/decorators.js';
import type { RankTableState } from '../../protocol/table.js';
import { t } from '../language.js';
import { base } from '../parts/styles.js';
import { cssom } from '../parts/cssom.js';
import type { IconName } from '../parts/icon.js';
import { formatPercent } from '../view/format.js';
import { CommandEvent, tip, type Command } from './view/keys.js';
import { doneWords, leftWords, rateWords, runWords, shareDone, stageWords } from './view/words.js';
import '../parts/icon.js';

@customElement('vq-table-header')
export class Header extends LitElement {
  static override styles = [
    base,
    css`
      :host {
        position: relative;
        padding-bottom: 4px;
      }
      .line,
      .run,
      .buttons {
        display: flex;
        flex-wrap: wrap;
        align-items: center;
        gap: 4px 12px;
        min-width: 0;
      }
      .line {
        min-height: 32px;
      }
      .run {
        flex: 1 1 auto;
      }
      .buttons {
        gap: 4px;
      }
      h1 {
        max-width: 40ch;
        margin: 0;
        font-size: 1.15em;
        font-weight: 600;
      }
      vscode-progress-ring {
        width: 16px;
        height: 16px;
      }
      .progress {
        position: absolute;
        inset: auto auto 0 0;
        height: 2px;
        background: var(--vscode-progressBar-background);
        transition: width 0.2s;
      }
    `,
  ];
  @property({ attribute: false }) state: RankTableState | null = null;
  /** "12 of 200 clips" */
  @property() shown = '';

  private button(icon: IconName, words: string, command: Command, primary = false): unknown {
    return html`<vscode-button
      appearance=${primary ? 'primary' : 'secondary'}
      title=${tip(words, command)}
      @click=${() => this.dispatchEvent(new CommandEvent(command))}
      ><vq-icon slot="start" name=${icon}></vq-icon>${words}</vscode-button
    >`;
  }

  protected override render(): unknown {
    const s = this.state;
    if (!s)
      return html`<div class="line quiet" role="status">
        <vscode-progress-ring aria-label=${t('Opening')}></vscode-progress-ring>${t('Opening')}
      </div>`;
    const active = s.run.status === 'working' || s.run.status === 'paused';
    return html`<div class="line">
        <h1 class="ellipsis" title=${s.folder}>${s.title}</h1>
        <span class="quiet number">${this.shown}</span>
        <div class="run">${active ? this.progress(s) : html`<span class="quiet">${this.result(s)}</span>`}</div>
        <div class="buttons">${this.buttons(s)}</div>
      </div>
      <span class="hidden" role="status">${this.spoken(s)}</span>
      ${
        active && s.progress
          ? html`<div class="progress" ${cssom({ width: `${shareDone(s.progress) * 100}%` })}></div>`
          : nothing
      }`;
  }

  private buttons({ run }: RankTableState): unknown {
    if (run.status === 'working')
      return [this.button('debug-pause', t('Pause'), 'pause'), this.button('close', t('Stop'), 'cancel')];
    if (run.status === 'paused')
      return [this.button('debug-continue', t('Go on'), 'pause', true), this.button('close', t('Stop'), 'cancel')];
    if (run.status === 'done') return this.button('refresh', t('Rank again'), 'run');
    return nothing;
  }

  private progress({ run, progress }: RankTableState): unknown {
    if (!progress)
      return html`<vscode-progress-ring aria-label=${t('Starting')}></vscode-progress-ring>${t('Starting')}`;
    const working = run.status === 'working';
    const words = [doneWords(progress), working ? rateWords(progress) : '', working ? leftWords(progress) : ''];
    return html`${
        working
          ? html`<vscode-progress-ring aria-label=${stageWords(progress.stage)}></vscode-progress-ring>`
          : html`<vq-icon name="debug-pause"></vq-icon>`
      }<span>${working ? stageWords(progress.stage) : t('Paused')}</span>
      <span class="quiet">${words.filter((w) => w !== '').join(', ')}</span>`;
  }

  private result({ run, progress }: RankTableState): string {
    if (run.status !== 'done' || !progress) return runWords(run);
    const failed = progress.failed > 0 ? `, ${t('{0} failed', progress.failed)}` : '';
    const off =
      progress.inconsistency === null
        ? ''
        : `, ${t('{0} of the margins explained', formatPercent(1 - progress.inconsistency))}`;
    return t('ranked by {0}', doneWords({ ...progress, stage: 'done' })) + failed + off;
  }

  /** Changes at most ten times a stage. */
  private spoken({ run, progress }: RankTableState): string {
    if (run.status !== 'working' || !progress) return runWords(run);
    return `${stageWords(progress.stage)}, ${Math.floor(shareDone(progress) * 10) * 10} %`;
  }
}
