/**
 * What the controller asks of a player, so that it can be tested without a browser; VideoPlayer is the real one.
 */
/** Times are seconds since the clip's first frame. */
export interface StepPlayer {
  /** There is a picture to play. */
  readonly available: boolean;
  /** The next frames are there, no seek is running. */
  readonly ready: boolean;
  readonly time: number;
  /** NaN while not known. */
  readonly duration: number;
  play(): void;
  pause(): void;
  /** Resolves when a frame stands that begins at most `tolerance` seconds before that time; never rejects. */
  seek(time: number, tolerance?: number): Promise<void>;
  setRate(rate: number): void;
  setHeard(heard: boolean): void;
}
