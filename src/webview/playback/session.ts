/**
 * The two players of a panel: which video element shows which clip, where it reads from, and the controller that keeps them in
 * step. Video elements stay with their clip when A and B change places, so that a swap never interrupts the picture.
 */
import type { ClipState, ComparePanelState, FromPanel, Side } from '../../protocol/index.js';
import { ClipSource } from './media-source.js';
import { StepController } from './step-controller.js';
import { VideoPlayer } from './video-player.js';
import type { ViewState } from '../view/view-state.js';

interface Slot {
  player: VideoPlayer;
  path: string;
  uri: string | null;
  loading: AbortController | null;
  /** Why the element gave up on this address. */
  failure: string | null;
}

/** So long the facts are waited for, which say whether a file is small enough to be fetched: ms. */
const FACTS_WAIT_MS = 1500;
/** The host hears how the players stand once a second: ms. */
const REPORT_MS = 1000;

export class PlaybackSession {
  readonly controller: StepController;
  private readonly slots: [Slot, Slot];
  private order: [0 | 1, 0 | 1] = [0, 1];
  private readonly source = new ClipSource();
  private readonly asked = new Set<string>();
  private state: ComparePanelState | null = null;
  private view: ViewState | null = null;
  private waited = false;
  private report: ReturnType<typeof setInterval>;
  private reportedPlaying = false;

  constructor(
    videos: readonly [HTMLVideoElement, HTMLVideoElement],
    private readonly onChange: () => void,
    private readonly send: (intent: FromPanel) => void,
  ) {
    const events = {
      presented: (p: VideoPlayer, f: Parameters<StepController['presented']>[1]) => this.controller.presented(p, f),
      stalled: () => this.controller.stalled(),
      changed: () => this.controller.changed(),
      ended: () => this.controller.ended(),
      loaded: (p: VideoPlayer) => void this.controller.joined(p, this.view?.time ?? 0),
      failed: (p: VideoPlayer, reason: string) => this.failed(p, reason),
    };
    const slot = (video: HTMLVideoElement): Slot => ({
      player: new VideoPlayer(video, events),
      path: '',
      uri: null,
      loading: null,
      failure: null,
    });
    this.slots = [slot(videos[0]), slot(videos[1])];
    this.controller = new StepController({ a: this.slots[0].player, b: this.slots[1].player }, onChange);
    this.report = setInterval(() => this.reportPlayback(), REPORT_MS);
    document.addEventListener('visibilitychange', this.hidden);
  }

  /** What the person left behind; before the first clip is loaded. */
  restore(view: ViewState): void {
    this.view = view;
    this.controller.setLoop(view.loop);
    this.controller.setSpeed(view.speed);
    this.controller.setSound(view.sound);
  }

  /** Follows the host's state: clips, addresses, frame rates, alignment. */
  update(state: ComparePanelState): void {
    this.state = state;
    const [a, b] = [this.slotOf('a'), this.slotOf('b')];
    if (a.path === state.b.path && b.path === state.a.path && a.path !== b.path) {
      this.order = [this.order[1], this.order[0]];
      this.controller.swap();
    }
    this.controller.fps = { a: state.a.facts?.fps || null, b: state.b.facts?.fps || null };
    for (const side of ['a', 'b'] as const) this.follow(this.slotOf(side), state[side]);
    this.source.release([state.a.media.uri, state.b.media.uri]);
    const alignment = state.comparison?.alignment;
    if (alignment) this.controller.setMapping({ offset: alignment.offset, rate: 1 / (alignment.rate || 1) });
  }

  /** 0 or 1: which of the two video elements shows a side. */
  slotIndex(side: Side): 0 | 1 {
    return this.order[side === 'a' ? 0 : 1];
  }

  available(side: Side): boolean {
    return this.slotOf(side).player.available;
  }

  /** Why the element of a side shows nothing, or null. */
  failure(side: Side): string | null {
    return this.slotOf(side).failure;
  }

  dispose(): void {
    clearInterval(this.report);
    document.removeEventListener('visibilitychange', this.hidden);
    for (const slot of this.slots) {
      slot.loading?.abort();
      slot.player.load(null);
    }
    this.source.release([]);
  }

  /** Out of sight no frame is presented, so nothing can be kept in step. */
  private readonly hidden = (): void => {
    if (document.visibilityState === 'hidden') this.controller.pause();
  };

  private slotOf(side: Side): Slot {
    return this.slots[this.slotIndex(side)];
  }

  private follow(slot: Slot, clip: ClipState): void {
    const { uri, source } = clip.media;
    slot.path = clip.path;
    if (uri === slot.uri) return;
    const bytes = source === 'proxy' ? null : (clip.facts?.bytes ?? undefined);
    if (uri !== null && bytes === undefined && !this.waited && this.state?.run.status !== 'failed') {
      this.waitForFacts();
      return;
    }
    slot.loading?.abort();
    slot.loading = null;
    slot.uri = uri;
    slot.failure = null;
    slot.player.load(null);
    if (uri === null) return;
    const loading = new AbortController();
    slot.loading = loading;
    void this.source.resolve(uri, bytes === undefined ? Infinity : bytes, loading.signal).then((address) => {
      if (!loading.signal.aborted) slot.player.load(address);
    });
  }

  private waitForFacts(): void {
    setTimeout(() => {
      this.waited = true;
      if (this.state) this.update(this.state);
    }, FACTS_WAIT_MS);
  }

  private failed(player: VideoPlayer, reason: string): void {
    const slot = this.slots.find((s) => s.player === player);
    if (!slot || slot.uri === null) return;
    slot.failure = reason;
    if (!this.asked.has(slot.uri)) {
      this.asked.add(slot.uri);
      this.send({ type: 'needProxy', side: slot === this.slotOf('a') ? 'a' : 'b', reason });
    }
    this.onChange();
  }

  private reportPlayback(): void {
    const { playing, differenceMs } = this.controller;
    if (playing || this.reportedPlaying) this.send({ type: 'playback', differenceMs: differenceMs ?? 0, playing });
    this.reportedPlaying = playing;
  }
}
