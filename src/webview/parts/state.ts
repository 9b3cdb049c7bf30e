/**
 * <vq-state>: where the comparison stands, in all its states (UI.md): nothing yet, working, failed, cancelled, stale, ffmpeg
 * missing, device note. What is done already stays on the panel below it.
 */
import { LitElement, html, nothing, type PropertyValues } from 'lit';
import { customElement, property, state } from 'lit/decorators.js';
import type { ComparePanelState, ErrorData, FromPanel } from '../../protocol/index.js';
import { sentence, t } from '../language.js';
import { IntentEvent } from '../view/actions.js';
import { formatAbout, formatElapsed, formatPercent } from '../view/format.js';
import { TimeLeft } from '../view/time-left.js';
import { stationWords } from '../view/words.js';
import { base } from './styles.js';
import { stateStyles } from './state-styles.js';
import { cssom } from './cssom.js';
import { errorCard } from './error-card.js';
import type { IconName } from './icon.js';
import './icon.js';

/** After a swap the store mostly answers within this: a bar that came and went would make the panel jump. ms. */
const QUIET_MS = 1000;

@customElement('vq-state')
export class StateView extends LitElement {
  static override styles = [base, stateStyles];
  @property({ attribute: false }) state: ComparePanelState | null = null;
  @state() private now = Date.now();
  private clock: ReturnType<typeof setInterval> | null = null;
  private readonly timeLeft = new TimeLeft();

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.stopClock();
  }

  protected override willUpdate(changed: PropertyValues<this>): void {
    if (!changed.has('state')) return;
    const working = this.state?.run.status === 'working';
    this.now = Date.now();
    if (this.state) this.timeLeft.observe(this.state.run, this.now);
    if (working) this.clock ??= setInterval(() => (this.now = Date.now()), 1000);
    else this.stopClock();
  }

  private stopClock(): void {
    if (this.clock !== null) clearInterval(this.clock);
    this.clock = null;
  }

  private send(intent: FromPanel): void {
    this.dispatchEvent(new IntentEvent(intent));
  }

  private button(words: string, tip: string, intent: FromPanel, primary = false, icon?: IconName): unknown {
    return html`<vscode-button
      appearance=${primary ? 'primary' : 'secondary'}
      title=${tip}
      @click=${() => this.send(intent)}
      >${icon ? html`<vq-icon slot="start" name=${icon}></vq-icon>` : nothing}${words}</vscode-button
    >`;
  }

  protected override render(): unknown {
    const s = this.state;
    if (!s)
      return html`<div class="bar quiet" role="status">
        <vscode-progress-ring aria-label=${t('Opening')}></vscode-progress-ring>${t('Opening')}
      </div>`;
    return [this.run(s), ...this.banners(s)];
  }

  private run({ run, comparison }: ComparePanelState): unknown {
    if (run.status === 'failed') return run.error.code === 'cancelled' ? this.cancelled() : this.failed(run.error);
    if (run.status === 'working') {
      const confirming = comparison?.kind === 'considered' && this.now - run.since < QUIET_MS;
      return confirming ? nothing : this.working(run);
    }
    if (run.status !== 'idle') return nothing;
    return comparison === null ? this.nothingYet() : this.cancelled();
  }

  private nothingYet(): unknown {
    return html`<div class="card idle">
      <h2>${t('Which one looks better?')}</h2>
      <p>
        ${t('Both clips are looked at frame by frame, long ones in places. You get a margin, how sure it is, the reasons in words, and where and when they show. Nothing leaves this machine.')}
      </p>
      <div class="buttons">
        ${this.button(t('Compare quality'), t('Compare both clips (R)'), { type: 'run', fresh: false }, true, 'git-compare')}
      </div>
    </div>`;
  }

  private working(run: Extract<ComparePanelState['run'], { status: 'working' }>): unknown {
    const words = stationWords(run.station, run.clip);
    const share = run.share === null ? '' : formatPercent(run.share);
    const left = this.timeLeft.estimate(run, this.now);
    return html`<div class="bar">
      <vscode-progress-ring aria-label=${words}></vscode-progress-ring>
      <span class="grow"><span role="status">${words}</span> <span class="number">${share}</span></span>
      ${
        left === null
          ? nothing
          : html`<span class="number left" title=${t('Until both clips are read, at the pace so far')}
              >${t('{0} left', formatAbout(left))}</span
            >`
      }
      <span class="quiet number" title=${t('Time since the start')}>${formatElapsed(this.now - run.since)}</span>
      ${this.button(t('Cancel'), t('Stop the comparison; what is done stays'), { type: 'cancel' })}
      <div class="progress" ${cssom({ width: `${(run.share ?? 0) * 100}%` })}></div>
    </div>`;
  }

  private cancelled(): unknown {
    return html`<div class="bar" role="status">
      <vq-icon name="info"></vq-icon><span class="grow">${t('Stopped. What was done is kept.')}</span>
      ${this.button(t('Compare quality'), t('Compare both clips (R)'), { type: 'run', fresh: false }, true)}
    </div>`;
  }

  private failed(error: ErrorData): unknown {
    return errorCard(error, t('Compare again (R)'), {
      retry: () => this.send({ type: 'run', fresh: false }),
      openSetting: (setting) => this.send({ type: 'openSetting', setting }),
      copyDetails: () => this.send({ type: 'copyDetails' }),
    });
  }

  private banners(s: ComparePanelState): unknown[] {
    const found: unknown[] = [];
    if (s.stale.length > 0)
      found.push(
        this.banner(
          'warning',
          s.stale.length > 1
            ? t('{0} and {1} changed since this comparison.', s.stale[0]!, s.stale[1]!)
            : t('{0} changed since this comparison.', s.stale[0]!),
          this.button(
            t('Compare again'),
            t('Compare the files as they are now (R)'),
            { type: 'run', fresh: true },
            true,
          ),
        ),
      );
    if (s.storeNote !== null) found.push(this.banner('warning', s.storeNote));
    const note = s.deviceNote ?? s.comparison?.provenance.deviceNote ?? null;
    if (note)
      found.push(
        this.banner(
          'info',
          sentence(note),
          this.button(t('Open the setting'), 'versusq.device', { type: 'openSetting', setting: 'versusq.device' }),
        ),
      );
    return found;
  }

  private banner(icon: IconName, words: string, action: unknown = nothing): unknown {
    return html`<div class="bar banner" role="status">
      <vq-icon name=${icon}></vq-icon><span class="grow">${words}</span>${action}
    </div>`;
  }
}
