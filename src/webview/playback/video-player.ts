/**
 * One HTMLVideoElement as a StepPlayer: exact seeks (the frame that stands is waited for, not believed in), the frames it
 * presents, and times counted from the clip's first frame, whatever the container calls that time.
 */
import { say } from '../../protocol/l10n.js';
import type { PresentedFrame } from './clock.js';
import type { StepPlayer } from './step-player.js';

export interface PlayerEvents {
  presented(player: VideoPlayer, frame: PresentedFrame): void;
  stalled(player: VideoPlayer): void;
  changed(player: VideoPlayer): void;
  ended(player: VideoPlayer): void;
  /** The first frame stands: the player can be used. */
  loaded(player: VideoPlayer): void;
  failed(player: VideoPlayer, reason: string): void;
}

/** How long a seek may wait for its frame before it is taken as done: ms (a big file over the service worker is slow). */
const SEEK_WAIT_MS = 8000;
/** After `seeked`, the frame of before may be reported once more; the right one follows within this: ms. */
const FRAME_WAIT_MS = 250;
/** Matroska rounds to 1 ms. */
const TIME_ROUNDING = 0.001;
/** A first frame that was not reported by then (panel out of sight) is taken to begin at 0: ms. */
const FIRST_FRAME_WAIT_MS = 2000;

export class VideoPlayer implements StepPlayer {
  /** Media time of the clip's first frame. */
  private origin: number | null = null;
  private lastFrame: PresentedFrame | null = null;
  private waiters: ((frame: PresentedFrame) => void)[] = [];
  private rate = 1;

  constructor(
    readonly video: HTMLVideoElement,
    private readonly events: PlayerEvents,
  ) {
    video.muted = true;
    const on = (name: string, run: () => void): void => video.addEventListener(name, run);
    on('waiting', () => this.available && this.events.stalled(this));
    on('canplay', () => this.events.changed(this));
    on('ended', () => this.events.ended(this));
    on('loadedmetadata', () => {
      if (video.videoWidth === 0) this.events.failed(this, say`no picture in it can be decoded here`);
    });
    on('loadeddata', () => {
      const source = video.src;
      setTimeout(() => {
        if (this.origin === null && video.src === source && video.videoWidth > 0) this.start(0);
      }, FIRST_FRAME_WAIT_MS);
    });
    on('error', () => {
      if (video.hasAttribute('src')) this.events.failed(this, reasonOf(video.error));
    });
    const watch = (_now: number, frame: VideoFrameCallbackMetadata): void => {
      video.requestVideoFrameCallback(watch);
      this.framePresented(frame);
    };
    video.requestVideoFrameCallback(watch);
  }

  /** Loads another clip; null takes the picture away. */
  load(uri: string | null): void {
    this.origin = null;
    this.lastFrame = null;
    if (uri === null) this.video.removeAttribute('src');
    else this.video.src = uri;
    this.video.load();
  }

  get available(): boolean {
    return this.origin !== null;
  }

  get ready(): boolean {
    return this.available && !this.video.seeking && (this.video.readyState >= 3 || this.video.ended);
  }

  /** While it stands: the time of the frame that stands, where that is known. */
  get time(): number {
    return Math.max(0, this.video.currentTime - (this.origin ?? 0));
  }

  /** Time of the frame on the screen, or null. */
  get frameTime(): number | null {
    return this.lastFrame?.time ?? null;
  }

  get duration(): number {
    return this.video.duration - (this.origin ?? 0);
  }

  play(): void {
    this.video.play().catch((error: unknown) => {
      if (error instanceof DOMException && error.name === 'NotAllowedError' && !this.video.muted) {
        this.video.muted = true;
        this.play();
      }
    });
  }

  pause(): void {
    this.video.pause();
  }

  setRate(rate: number): void {
    if (rate === this.rate && this.video.playbackRate === rate) return;
    this.rate = rate;
    this.video.defaultPlaybackRate = rate;
    this.video.playbackRate = rate;
  }

  setHeard(heard: boolean): void {
    this.video.muted = !heard;
  }

  async seek(time: number, tolerance = Infinity): Promise<void> {
    if (this.origin === null) return;
    const limit = Number.isFinite(this.video.duration) ? this.video.duration : Infinity;
    const media = Math.min(this.origin + Math.max(0, time), limit);
    if (media === this.video.currentTime && !this.video.seeking && this.lastFrame) return;
    const seeked = once(this.video, 'seeked', SEEK_WAIT_MS);
    this.lastFrame = null;
    this.video.currentTime = media;
    await seeked;
    // Anything outside is the frame from before the seek, reported once more (FACTS: loop until mediaTime fits).
    const fits = (): boolean => {
      const begins = this.lastFrame?.time ?? Infinity;
      return begins <= time + TIME_ROUNDING && begins >= time - tolerance - TIME_ROUNDING;
    };
    const until = performance.now() + FRAME_WAIT_MS;
    while (!fits() && performance.now() < until) await this.nextFrame(until - performance.now());
  }

  private nextFrame(wait: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, Math.max(1, wait));
      this.waiters.push(() => {
        clearTimeout(timer);
        resolve();
      });
    });
  }

  private start(origin: number): void {
    this.origin = origin;
    this.events.loaded(this);
  }

  private framePresented(frame: VideoFrameCallbackMetadata): void {
    if (this.origin === null) return this.start(frame.mediaTime);
    this.lastFrame = { time: frame.mediaTime - this.origin, display: frame.expectedDisplayTime };
    for (const waiter of this.waiters.splice(0)) waiter(this.lastFrame);
    this.events.presented(this, this.lastFrame);
  }
}

function once(target: EventTarget, event: string, wait: number): Promise<void> {
  return new Promise((resolve) => {
    const done = (): void => {
      clearTimeout(timer);
      target.removeEventListener(event, done);
      resolve();
    };
    const timer = setTimeout(done, wait);
    target.addEventListener(event, done);
  });
}

/** Why a video element gave up, in words (HTMLMediaElement.error). */
function reasonOf(error: MediaError | null): string {
  const why = error?.message.slice(0, 400) || 'MediaError';
  switch (error?.code) {
    case MediaError.MEDIA_ERR_DECODE:
      return say`the picture cannot be decoded here (${why})`;
    case MediaError.MEDIA_ERR_NETWORK:
      return say`the file could not be read (${why})`;
    default:
      return say`this format cannot be played here (${why})`;
  }
}
