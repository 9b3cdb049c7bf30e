/**
 * <vq-compare-panel>: the compare panel as a whole. The host's state comes in by messages and goes down as properties;
 * actions come up as events and keys and go to the players, intents go to the host. What moves with every frame (time, play
 * head) is set directly on two elements, so that nothing else is drawn anew while the clips play.
 */
import { LitElement, html, nothing } from 'lit';
import { customElement, query, state } from 'lit/decorators.js';
import type { ComparePanelState, FromPanel, Side } from '../protocol/index.js';
import { getHost } from './host.js';
import { PlaybackSession } from './playback/session.js';
import { DEFAULT_FPS, frameAt, toA } from './playback/timebase.js';
import { ActionEvent, IntentEvent, bindingOf, type Action, type Sound } from './view/actions.js';
import { readMessage } from './view/validate.js';
import { SPEEDS, initialView, restoreView, type KeptState, type ViewState } from './view/view-state.js';
import type { ClipEvents } from './parts/timeline.js';
import type { KeysDialog } from './parts/keys-dialog.js';
import type { Players } from './parts/players.js';
import type { Timeline } from './parts/timeline.js';
import type { Transport } from './parts/transport.js';
import { base } from './parts/styles.js';
import { panelStyles } from './compare-panel-styles.js';
import './parts/index.js';

/** Waiting for the host to answer a swap no longer than this: ms. */
const KEEP_MS = 300;
const SOUNDS: readonly Sound[] = ['a', 'b', 'off'];

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
    switch (action.type) {
      case 'toggle-play':
        return c.playing ? c.pause() : c.play();
      case 'pause':
        return c.pause();
      case 'faster-forward':
        return c.playing ? this.changeSpeed(1) : c.play();
      case 'step':
        return void c.step(action.frames);
      case 'jump':
        return void c.seek(c.time + action.seconds);
      case 'seek':
        return void c.seek(action.time);
      case 'to-start':
        return void c.seek(c.range[0]);
      case 'to-end':
        return void c.seek(c.range[1] - 0.5 / (c.fps.a ?? DEFAULT_FPS));
      case 'toggle-loop':
        return c.setLoop({ ...c.loop, on: !c.loop.on });
      case 'loop-in':
        return c.setLoop({ on: true, from: c.time, to: c.loop.to !== null && c.loop.to > c.time ? c.loop.to : null });
      case 'loop-out':
        return c.setLoop({
          on: true,
          from: c.loop.from !== null && c.loop.from < c.time ? c.loop.from : null,
          to: c.time,
        });
      case 'clear-loop':
        return c.setLoop({ on: false, from: null, to: null });
      case 'faster':
        return this.changeSpeed(1);
      case 'slower':
        return this.changeSpeed(-1);
      case 'speed':
        if (SPEEDS.some((s) => s === action.speed) && action.speed !== c.speed) c.setSpeed(action.speed);
        return;
      case 'next-sound':
        return c.setSound(SOUNDS[(SOUNDS.indexOf(c.sound) + 1) % SOUNDS.length] ?? 'off');
      case 'sound':
        return c.setSound(action.sound);
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

  private changeSpeed(by: 1 | -1): void {
    const { controller } = this.session!;
    const now = SPEEDS.findIndex((s) => s === controller.speed);
    controller.setSpeed(SPEEDS[Math.min(SPEEDS.length - 1, Math.max(0, now + by))] ?? 1);
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
    const folded = (name: string): boolean => this.view.folded.includes(name);
    const writing = s?.run.status === 'working' && s.run.station === 'explain';
    const claims = c?.claims ?? [];
    return html`<main aria-label="Comparison of two clips" data-run=${s?.run.status ?? 'opening'}>
      <vq-players .clips=${s ? { a: s.a, b: s.b } : null} .claim=${claims[this.claim] ?? null}></vq-players>
      <vq-transport></vq-transport>
      <vq-timeline
        .segments=${c?.segments ?? []}
        .claims=${claims}
        .events=${this.events()}
        .selected=${this.claim}
        .extent=${this.extent()}
      ></vq-timeline>
      <vq-state .state=${s}></vq-state>
      ${
        c
          ? html`<section class="result" aria-label="Result">
              <vq-verdict .comparison=${c}></vq-verdict>
              <vq-gauge .comparison=${c}></vq-gauge>
            </section>`
          : nothing
      }
      ${
        c || s?.reasoning
          ? html`<div class="columns">
              <section aria-label="Why">
                <vq-reasoning
                  .text=${c?.reasoning || (s?.reasoning ?? '')}
                  ?writing=${writing}
                  .empty=${this.noReasons()}
                ></vq-reasoning>
                <vq-claims .claims=${claims} .selected=${this.claim}></vq-claims>
              </section>
              <section aria-label="Attributes">
                <vq-attributes .rows=${c?.attributes ?? []}></vq-attributes>
              </section>
            </div>`
          : nothing
      }
      <vq-section name="facts" heading="Facts" ?folded=${folded('facts')}>
        <vq-facts .a=${c?.a ?? s?.a.facts ?? null} .b=${c?.b ?? s?.b.facts ?? null}></vq-facts>
      </vq-section>
      ${
        c
          ? html`<vq-section name="alignment" heading="Alignment" ?folded=${folded('alignment')}>
                <vq-alignment .alignment=${c.alignment}></vq-alignment>
              </vq-section>
              <vq-provenance .comparison=${c}></vq-provenance>`
          : nothing
      }
      <vq-keys-dialog></vq-keys-dialog>
    </main>`;
  }

  private noReasons(): string {
    return this.state?.run.status === 'working' ? 'They are written after the first look.' : 'No reasons were written.';
  }

  /** Seconds that the time line shows: all that either clip shows. */
  private extent(): number {
    const { a, b } = this.state ?? {};
    const mapping = this.session?.controller.mapping;
    const ends = [a?.facts?.duration ?? 0, b?.facts && mapping ? toA(b.facts.duration, mapping) : 0];
    return Math.max(...ends, this.session?.controller.range[1] || 0);
  }

  private events(): ClipEvents[] {
    const mapping = this.session?.controller.mapping;
    const c = this.state?.comparison;
    if (!c || !mapping) return [];
    const common = (side: Side, t: number): number => (side === 'a' ? t : toA(t, mapping));
    return (['a', 'b'] as const).map((side) => ({
      side,
      events: (c[side].timeline?.events ?? []).map((e) => ({
        ...e,
        time: [common(side, e.time[0]), common(side, e.time[1])],
      })),
    }));
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
