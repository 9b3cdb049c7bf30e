/**
 * Pictures of clips: asked for when a row has been seen for a moment (one), and when the pointer looks through it (several).
 * Kept for the rows seen last, so that memory has a bound whatever the number of clips.
 */

/** A row that is gone sooner is not worth a picture: ms. */
const SEEN_MS = 250;
/** Pictures for looking through a clip. */
export const SCRUB_COUNT = 8;
/** Clips whose pictures are kept. */
const CLIPS_KEPT = 300;

export class Pictures {
  /** In order of use, the latest last. */
  private readonly kept = new Map<string, readonly string[]>();
  private readonly asked = new Map<string, number>();
  private timer: ReturnType<typeof setTimeout> | null = null;

  constructor(
    private readonly ask: (path: string, count: number) => void,
    private readonly visible: () => readonly string[],
  ) {}

  /** The rows on the screen may be others now; asks once they have stayed for a moment. */
  seen(): void {
    if (this.timer !== null) clearTimeout(this.timer);
    this.timer = setTimeout(() => {
      this.timer = null;
      for (const path of this.visible()) this.want(path, 1);
    }, SEEN_MS);
  }

  dispose(): void {
    if (this.timer !== null) clearTimeout(this.timer);
  }

  want(path: string, count: number): void {
    if ((this.asked.get(path) ?? 0) >= count) return;
    this.asked.set(path, count);
    this.ask(path, count);
  }

  /** Fewer than were wanted mean that there are no more to be had. */
  set(path: string, pictures: readonly string[]): void {
    if ((this.kept.get(path)?.length ?? 0) > pictures.length && pictures.length > 0) return;
    this.kept.delete(path);
    this.kept.set(path, pictures);
    if (this.kept.size <= CLIPS_KEPT) return;
    const oldest = this.kept.keys().next().value!;
    this.kept.delete(oldest);
    this.asked.delete(oldest);
  }

  /** Clips were replaced: their pictures may be others. */
  forget(): void {
    this.kept.clear();
    this.asked.clear();
  }

  /** Picture at a share of the clip, 0..1; null where there is none. */
  at(path: string, share: number): string | null {
    const pictures = this.kept.get(path);
    if (!pictures || pictures.length === 0) return null;
    return pictures[Math.min(pictures.length - 1, Math.floor(share * pictures.length))]!;
  }
}
