/**
 * <vq-compare-panel>: the compare panel as a whole. The host's state comes in by messages and goes down as properties;
 * actions come up as events and keys and go to the players, intents go to the host. What moves with every frame (time, play
 * head) is set directly on two elements, so that nothing else is drawn anew while the clips play.
 */
import { LitElement, html, nothing } from 'lit';
import { customElement, query, state } from 'lit/decorators.js';
import type { ComparePanelState, FromPanel } from '../protocol/index.js';
import { getHost } from './host.js';
import { t } from './language.js';
import { perform } from './playback/perform.js';
import { PlaybackSession } from './playback/session.js';
import { DEFAULT_FPS, IDENTITY, commonRange, frameAt } from './playback/timebase.js';
import { ActionEvent, IntentEvent, bindingOf, type Action } from './view/actions.js';
import { clipEvents, extentOf } from './view/timeline-geometry.js';
import { readMessage } from './view/validate.js';
import { initialView, restoreView, type KeptState, type ViewState } from './view/view-state.js';
import type { KeysDialog } from './parts/keys-dialog.js';
import type { Players } from './parts/players.js';
import type { Timeline } from './parts/timeline.js';
import type { Transport } from './parts/transport.js';
import { base } from './parts/styles.js';
import { panelStyles } from './compare-panel-styles.js';
import './parts/index.js';

/** What the person arranged is kept so often: ms. */
const KEEP_MS = 300;

@customElement('vq-compare-panel')
export class ComparePanel extends LitElement {
  static override styles = [base, panelStyles];
  @state() private state: ComparePanelState | null = null;
  @state() private view: ViewState = initialView();
  @state() private claim = -1;
  @state() private revision = 0;
  @query('vq-players') private readonly players!: Players;
  @query('vq-transport') private readonly transport!: Transport;
  @query('vq-timeline') private readonly timeline!: Timeline;
  @query('vq-keys-dialog') private readonly keys!: KeysDialog;
  private readonly host = getHost();
  private session: PlaybackSession | null = null;
  private stopListening: (() => void) | null = null;
  private drawing = 0;
  private keeping: ReturnType<typeof setTimeout> | null = null;

  override connectedCallback(): void {
    super.connectedCallback();
    this.addEventListener(ActionEvent.type, (e) => this.act((e as ActionEvent).action));
    this.addEventListener(IntentEvent.type, (e) => this.send((e as IntentEvent).intent));
    document.addEventListener('keydown', this.pressed);
    this.stopListening = this.host.onMessage((data) => this.received(data));
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    document.removeEventListener('keydown', this.pressed);
    this.stopListening?.();
    this.session?.dispose();
  }

  protected override async firstUpdated(): Promise<void> {
    await this.players.updateComplete;
    this.session = new PlaybackSession(
      this.players.videos,
      () => this.playbackChanged(),
      (i) => this.send(i),
    );
    this.send({ type: 'ready' });
  }

  private send(intent: FromPanel): void {
    this.host.postMessage(intent);
  }

  private received(data: unknown): void {
    const message = readMessage(data);
    if (!message || !this.session) return;
    const first = this.state === null;
    this.state = message.state;
    if (first) {
      this.view = restoreView(this.host.getState(), message.state.a.path, message.state.b.path);
      this.session.restore(this.view);
    }
    this.session.update(message.state);
    if (this.claim >= (message.state.comparison?.claims.length ?? 0)) this.claim = -1;
    this.playbackChanged();
  }

  /** Playback moved: at most one look per drawn frame. */
  private playbackChanged(): void {
    this.drawing ||= requestAnimationFrame(() => {
      this.drawing = 0;
      this.followPlayback();
    });
  }

  private followPlayback(): void {
    const { controller } = this.session!;
    const shown = { a: this.session!.available('a'), b: this.session!.available('b') };
    this.players.slotOfA = this.session!.slotIndex('a');
    if (shown.a !== this.players.shown.a || shown.b !== this.players.shown.b) {
      this.players.shown = shown;
      this.revision++;
    }
    const failures = { a: this.session!.failure('a'), b: this.session!.failure('b') };
    if (failures.a !== this.players.failures.a || failures.b !== this.players.failures.b)
      this.players.failures = failures;
    Object.assign(this.transport, {
      time: controller.time,
      frame: frameAt(controller.time, controller.fps.a ?? DEFAULT_FPS),
      playing: controller.playing,
      settled: controller.settled,
      differenceMs: controller.differenceMs,
      both: shown.a && shown.b,
      speed: controller.speed,
      sound: controller.sound,
      loop: controller.loop,
    });
    this.timeline.time = controller.time;
    this.timeline.loop = controller.loop;
    this.keep();
  }

  /** Keeps what the person arranged, not more often than a few times a second. */
  private keep(): void {
    if (!this.state || !this.session) return;
    const { time, loop, speed, sound } = this.session.controller;
    // Before a first frame stands the play head is not where the person left it.
    if (this.shownAny) Object.assign(this.view, { time, loop, speed, sound });
    this.keeping ??= setTimeout(() => {
      this.keeping = null;
      if (!this.state) return;
      const kept: KeptState = { version: 1, a: this.state.a.path, b: this.state.b.path, view: this.view };
      this.host.setState(kept);
    }, KEEP_MS);
  }

  private get shownAny(): boolean {
    return this.session!.available('a') || this.session!.available('b');
  }

  private act(action: Action): void {
    const c = this.session?.controller;
    if (!c) return;
    if (perform(action, c)) return;
    switch (action.type) {
      case 'swap':
        return this.send({ type: 'swap' });
      case 'next-claim':
        return this.moveClaim(1);
      case 'previous-claim':
        return this.moveClaim(-1);
      case 'claim':
        return this.showClaim(action.index);
      case 'clear-claim':
        this.claim = -1;
        return;
      case 'rerun':
        return this.send({ type: 'run', fresh: this.state?.comparison !== null && this.state !== null });
      case 'keys':
        return this.keys.show();
      case 'fold':
        return this.fold(action.section, action.folded);
    }
  }

  private moveClaim(by: 1 | -1): void {
    const count = this.state?.comparison?.claims.length ?? 0;
    if (count > 0) this.showClaim(this.claim < 0 ? (by > 0 ? 0 : count - 1) : (this.claim + by + count) % count);
  }

  private showClaim(index: number): void {
    const claim = this.state?.comparison?.claims[index];
    if (!claim) return;
    this.claim = index;
    void this.session!.controller.seek(claim.time[0]);
  }

  private fold(section: string, folded: boolean): void {
    const others = this.view.folded.filter((s) => s !== section);
    this.view = { ...this.view, folded: folded ? [...others, section] : others };
    this.keep();
  }

  private readonly pressed = (event: KeyboardEvent): void => {
    const binding = bindingOf(event);
    if (!binding || event.defaultPrevented || this.keys.open || keepsKey(event)) return;
    event.preventDefault();
    this.act(binding.action);
  };

  protected override render(): unknown {
    const s = this.state;
    const c = s?.comparison ?? null;
    const mapping = this.session?.controller.mapping ?? IDENTITY;
    const folded = (name: string): boolean => this.view.folded.includes(name);
    const writing = s?.run.status === 'working' && s.run.station === 'explain';
    const claims = c?.claims ?? [];
    const common = commonRange(c?.a.duration ?? 0, c?.b.duration ?? 0, mapping);
    return html`<main aria-label=${t('Comparison of two clips')} data-run=${s?.run.status ?? 'opening'}>
      <vq-players
        .clips=${s ? { a: s.a, b: s.b } : null}
        .run=${s?.run ?? null}
        .claim=${claims[this.claim] ?? null}
      ></vq-players>
      <vq-transport></vq-transport>
      <vq-timeline
        .segments=${c?.segments ?? []}
        .claims=${claims}
        .common=${common}
        .events=${clipEvents(c, mapping)}
        .selected=${this.claim}
        .extent=${extentOf(s, mapping, this.session?.controller.range[1] || 0)}
      ></vq-timeline>
      <vq-state .state=${s}></vq-state>
      ${
        c
          ? html`<section class="result" aria-label=${t('Result')}>
              <vq-verdict .comparison=${c}></vq-verdict>
              <vq-gauge .comparison=${c}></vq-gauge>
            </section>`
          : nothing
      }
      ${
        c || s?.reasoning
          ? html`<div class="columns">
              <section aria-label=${t('Why')}>
                <vq-reasoning
                  .text=${c?.reasoning || (s?.reasoning ?? '')}
                  ?writing=${writing}
                  .empty=${this.noReasons()}
                ></vq-reasoning>
                <vq-claims .claims=${claims} .common=${common} .selected=${this.claim}></vq-claims>
              </section>
              <section aria-label=${t('Attributes')}>
                <vq-attributes .rows=${c?.attributes ?? []}></vq-attributes>
              </section>
            </div>`
          : nothing
      }
      ${
        s && (s.a.facts || s.b.facts || s.run.status === 'working')
          ? html`<vq-section name="facts" heading=${t('Facts')} ?folded=${folded('facts')}>
              <vq-facts .a=${c?.a ?? s?.a.facts ?? null} .b=${c?.b ?? s?.b.facts ?? null}></vq-facts>
            </vq-section>`
          : nothing
      }
      ${
        c
          ? html`<vq-section name="alignment" heading=${t('Alignment')} ?folded=${folded('alignment')}>
                <vq-alignment .alignment=${c.alignment}></vq-alignment>
              </vq-section>
              <vq-provenance .comparison=${c}></vq-provenance>`
          : nothing
      }
      <vq-keys-dialog></vq-keys-dialog>
    </main>`;
  }

  private noReasons(): string {
    if (this.state?.run.status !== 'working') return t('No reasons were written.');
    // A considered margin whose words are still to come: the sides were swapped.
    if (this.state.comparison?.kind === 'considered') return t('The words are being rewritten for the new order.');
    return t('They are written after the first look.');
  }
}

/** Whether the focused control needs this key itself: text fields and lists any, buttons Space. */
function keepsKey(event: KeyboardEvent): boolean {
  for (const target of event.composedPath()) {
    if (!(target instanceof HTMLElement)) continue;
    if (
      target.matches('input:not([type=checkbox]), textarea, select, vscode-dropdown, vscode-option, [contenteditable]')
    )
      return true;
    if (event.key === ' ' && target.matches('button, summary, vscode-button, vscode-checkbox, input')) return true;
    if (target instanceof ComparePanel) return false;
  }
  return false;
}
