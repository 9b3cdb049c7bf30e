/**
 * How far apart two playing clips are, from the frames that were really presented (requestVideoFrameCallback), not from
 * what the elements say of themselves. Pure, no DOM.
 *
 * A frame is presented at the first refresh of the screen after its time, so `mediaTime - rate * displayTime` is the clip's
 * clock less a wait of 0 to one refresh; the largest value of a window is the clock itself. Where frames fall on the same
 * phase of the refresh all the time (30 in 60 Hz), the answer is as fine as what is to be seen: one refresh.
 */
export interface PresentedFrame {
  /** seconds since the clip's first frame */
  time: number;
  /** expected display time, milliseconds of the page's time line */
  display: number;
}

/** Frames older than this say nothing of the present: ms. */
const WINDOW_MS = 1000;
/** What a first answer needs: ms and frames. */
const ENOUGH_MS = 300;
const ENOUGH_FRAMES = 4;

export class PhaseWindow {
  private frames: PresentedFrame[] = [];
  private rate = 1;

  /** Forgets what was seen: after a seek, a pause, a change of rate. `rate` is seconds of clip per second. */
  reset(rate: number): void {
    this.rate = rate;
    this.frames = [];
  }

  add(frame: PresentedFrame): void {
    this.frames.push(frame);
    while (this.frames.length > 0 && frame.display - (this.frames[0] as PresentedFrame).display > WINDOW_MS)
      this.frames.shift();
  }

  get ready(): boolean {
    const first = this.frames[0];
    const last = this.frames.at(-1);
    return (
      first !== undefined &&
      last !== undefined &&
      this.frames.length >= ENOUGH_FRAMES &&
      last.display - first.display >= ENOUGH_MS
    );
  }

  /** Clip time at a display time (ms). */
  timeAt(display: number): number {
    let phase = -Infinity;
    for (const f of this.frames) phase = Math.max(phase, f.time - (this.rate * f.display) / 1000);
    return phase + (this.rate * display) / 1000;
  }
}

/** Below this nothing is corrected: ms. Half a refresh of 60 Hz (8.3) is what measuring by presented frames cannot tell. */
const DEAD_BAND_MS = 10;
/** Above this the clip that is ahead waits for the other: ms. */
const WAIT_MS = 120;
/** Above this both stop, go to the same place and start again: ms. */
const REALIGN_MS = 1500;
/** Largest change of the playback rate: share. */
const MAX_NUDGE = 0.08;
/** A difference is taken back within about this time: s. */
const NUDGE_SECONDS = 0.5;

export type Correction =
  | { kind: 'none' | 'realign' }
  | { kind: 'nudge'; factor: number; milliseconds: number }
  | { kind: 'wait'; who: 'leader' | 'follower'; milliseconds: number };

/**
 * What to do with the follower that is `behindMs` behind (negative: ahead) at playback speed `speed`: play it at
 * `factor` times its rate for so many milliseconds, then at its own rate again.
 */
export function planCorrection(behindMs: number, speed: number): Correction {
  const size = Math.abs(behindMs);
  if (size < DEAD_BAND_MS) return { kind: 'none' };
  if (size > REALIGN_MS) return { kind: 'realign' };
  if (size > WAIT_MS) return { kind: 'wait', who: behindMs > 0 ? 'leader' : 'follower', milliseconds: size / speed };
  const change = Math.min(MAX_NUDGE, size / 1000 / NUDGE_SECONDS / speed);
  return { kind: 'nudge', factor: 1 + Math.sign(behindMs) * change, milliseconds: size / change / speed };
}

/** Two looks agree when they differ by less than this, ms, or by this share of the smaller. */
const AGREE_MS = 10;
const AGREE_SHARE = 0.3;

/**
 * A busy machine presents frames late for a moment, which looks like a difference and is none. So a difference is believed
 * only when a second look, at other frames, agrees with the first.
 */
export class Belief {
  private before: number | null = null;

  reset(): void {
    this.before = null;
  }

  /** ms to correct: 0 where nothing is to be done, null where to look again. */
  look(differenceMs: number): number | null {
    const { before } = this;
    this.before = null;
    if (Math.abs(differenceMs) < DEAD_BAND_MS) return 0;
    if (before !== null) {
      const least = Math.min(Math.abs(before), Math.abs(differenceMs));
      if (Math.abs(differenceMs - before) <= Math.max(AGREE_MS, AGREE_SHARE * least))
        return Math.sign(differenceMs) * least;
    }
    this.before = differenceMs;
    return null;
  }
}
