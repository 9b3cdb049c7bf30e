/**
 * Plays, stops and seeks two clips as one, by presentation time. When one stalls, both wait; every seek brings both to matching
 * places before anything goes on; while they play, InStep holds them together. One clip alone works too (the other has no
 * picture yet). It knows no DOM: players come as StepPlayer, time as a timer seam.
 */
import type { Side } from '../../protocol/index.js';
import type { PresentedFrame } from './clock.js';
import { InStep, type PlayedPair } from './in-step.js';
import {
  DEFAULT_FPS,
  IDENTITY,
  commonRange,
  framePair,
  inverse,
  stepTime,
  toA,
  toB,
  type Mapping,
} from './timebase.js';
import type { StepPlayer } from './step-player.js';
import type { Sound } from '../view/actions.js';
import type { Loop } from '../view/view-state.js';

/** Start together only if B is off by more than this: s. */
const START_TOLERANCE = 0.002;
/** Relations of two clips that differ by less are one: s, and share of the rate. */
const SAME_MAPPING = 1e-4;

export class StepController implements PlayedPair {
  mapping: Mapping = IDENTITY;
  fps: { a: number | null; b: number | null } = { a: null, b: null };
  speed = 1;
  sound: Sound = 'off';
  loop: Loop = { on: false, from: null, to: null };
  /** The person wants it to play, even while it waits for data. */
  playing = false;

  private readonly inStep = new InStep(this, () => {
    this.halt();
    void this.start();
  });
  private running = false;
  private target: { time: number; exact: boolean } | null = null;
  /** Common time of the frames that stand after an exact seek. */
  private stand: number | null = null;
  private seekLoop: Promise<void> | null = null;

  constructor(
    public players: Record<Side, StepPlayer>,
    private readonly onChange: () => void,
  ) {}

  /** A minus B in common time, ms, over the last second of playing; null: not measured. */
  get differenceMs(): number | null {
    return this.inStep.differenceMs;
  }

  /** Seconds of the common time line in which both (or the one there is) can be shown. */
  get range(): [number, number] {
    const { a, b } = this.players;
    if (a.available && !b.available) return [0, a.duration || 0];
    if (b.available && !a.available) return [Math.max(0, toA(0, this.mapping)), toA(b.duration || 0, this.mapping)];
    return commonRange(a.duration, b.duration, this.mapping);
  }

  /** Where playback turns round or ends. */
  get bounds(): [number, number] {
    const [from, to] = this.range;
    if (!this.loop.on) return [from, to];
    const start = Math.max(from, this.loop.from ?? from);
    const end = Math.min(to, this.loop.to ?? to);
    return end > start ? [start, end] : [from, to];
  }

  get time(): number {
    if (this.target) return this.target.time;
    if (this.stand !== null) return this.stand;
    const { a, b } = this.players;
    return a.available || !b.available ? a.time : toA(b.time, this.mapping);
  }

  /** Nothing is on its way: what stands is what was wished for. */
  get settled(): boolean {
    return this.target === null && this.seekLoop === null;
  }

  play(): void {
    if (this.playing) return;
    this.playing = true;
    const [from, to] = this.bounds;
    const atEnd = this.time >= to - 1.5 / (this.fps.a ?? DEFAULT_FPS);
    if (atEnd || this.time < from) this.target = { time: from, exact: false };
    this.onChange();
    void this.start();
  }

  /** Stops on whole frames that belong together. */
  pause(): void {
    if (!this.playing) return;
    this.playing = false;
    void this.seek(this.time);
  }

  /** Both to a common time: to whole frames when paused. */
  async seek(time: number): Promise<void> {
    const [from, to] = this.range;
    this.target = { time: Math.min(Math.max(time, from), Math.max(from, to)), exact: !this.playing };
    this.halt();
    this.onChange();
    await this.runSeeks();
    if (this.playing) await this.start();
  }

  /** Pauses and goes `frames` on or back, on the finer of both frame grids. */
  async step(frames: number): Promise<void> {
    this.playing = false;
    const [from, to] = this.range;
    const fps = Math.max(this.frameRate('a'), this.frameRate('b') / this.mapping.rate);
    const wanted = stepTime(this.time, frames, this.frameRate('a'), this.frameRate('b'), this.mapping);
    await this.seek(Math.min(Math.max(wanted, from + 0.5 / fps), Math.max(from, to - 0.5 / fps)));
  }

  setSpeed(speed: number): void {
    this.speed = speed;
    this.inStep.restart();
    this.onChange();
  }

  setSound(sound: Sound): void {
    this.sound = sound;
    this.players.a.setHeard(sound === 'a');
    this.players.b.setHeard(sound === 'b');
    this.onChange();
  }

  setLoop(loop: Loop): void {
    this.loop = loop;
    this.onChange();
  }

  /** What was found about the two clips; seeks again when it moved B. */
  setMapping(mapping: Mapping): void {
    const moved = Math.max(Math.abs(mapping.offset - this.mapping.offset), Math.abs(mapping.rate - this.mapping.rate));
    if (moved < SAME_MAPPING) return;
    this.mapping = mapping;
    this.inStep.restart();
    if (this.players.a.available && this.players.b.available) void this.seek(this.time);
  }

  /** A becomes B; what is on the screen stays. Gives the common time of the same moment. */
  swap(): void {
    this.players = { a: this.players.b, b: this.players.a };
    this.fps = { a: this.fps.b, b: this.fps.a };
    const turn = (t: number | null): number | null => (t === null ? null : Math.max(0, toB(t, this.mapping)));
    this.loop = { on: this.loop.on, from: turn(this.loop.from), to: turn(this.loop.to) };
    if (this.target) this.target.time = toB(this.target.time, this.mapping);
    if (this.stand !== null) this.stand = toB(this.stand, this.mapping);
    this.mapping = inverse(this.mapping);
    if (this.sound !== 'off') this.sound = this.sound === 'a' ? 'b' : 'a';
    this.inStep.restart();
    this.onChange();
  }

  /** A player that just got its picture: bring it to where the other stands, or both to `time`. */
  async joined(player: StepPlayer, time: number): Promise<void> {
    this.inStep.restart();
    this.setSound(this.sound);
    const { a, b } = this.players;
    const alone = player === a ? !b.available : !a.available;
    const there = this.target?.time ?? this.stand ?? (player === a ? toA(b.time, this.mapping) : a.time);
    await this.seek(alone ? time : there);
  }

  /** To be called by a player for every frame that was presented. */
  presented(player: StepPlayer, frame: PresentedFrame): void {
    const side: Side = player === this.players.a ? 'a' : 'b';
    if (!this.running) return this.onChange();
    if (side === this.lead && this.time >= this.bounds[1] - 0.5 / this.frameRate(side)) return this.turnRound();
    this.inStep.presented(side, frame);
    this.onChange();
  }

  /** To be called when a player has to wait for data, while it should play. */
  stalled(): void {
    if (!this.running) return;
    this.halt();
    void this.start();
  }

  /** To be called when a player has data again, or came to its end. */
  changed(): void {
    if (this.playing && !this.running) void this.start();
  }

  ended(): void {
    if (this.running) this.turnRound();
  }

  private get lead(): Side {
    return this.players.a.available ? 'a' : 'b';
  }

  private frameRate(side: Side): number {
    return this.fps[side] ?? DEFAULT_FPS;
  }

  private turnRound(): void {
    this.halt();
    if (this.loop.on) {
      this.target = { time: this.bounds[0], exact: false };
      void this.start();
    } else {
      this.playing = false;
      void this.seek(this.range[1] - 0.5 / this.frameRate(this.lead));
    }
  }

  /** Stops both; `playing` (what the person wants) stays. */
  private halt(): void {
    if (this.running) this.stand = null;
    this.running = false;
    this.inStep.stop();
    this.players.a.pause();
    this.players.b.pause();
    this.inStep.restart();
  }

  /** Starts both together, when both are ready and stand at the same place. */
  private async start(): Promise<void> {
    await this.runSeeks();
    const { a, b } = this.players;
    const both = a.available && b.available;
    if (!this.playing || this.running || (!a.available && !b.available)) return;
    if (both && Math.abs(b.time - toB(a.time, this.mapping)) > START_TOLERANCE) await b.seek(toB(a.time, this.mapping));
    if (!this.playing || this.running || this.target) return;
    if ((a.available && !a.ready) || (b.available && !b.ready)) return;
    this.running = true;
    this.stand = null;
    this.inStep.restart();
    if (a.available) a.play();
    if (b.available) b.play();
    this.onChange();
  }

  /** Works off the newest wish; wishes that came and went meanwhile cost nothing. */
  private runSeeks(): Promise<void> {
    return (this.seekLoop ??= this.workSeeks().finally(() => {
      this.seekLoop = null;
      this.onChange();
    }));
  }

  private async workSeeks(): Promise<void> {
    while (this.target) {
      const wish = this.target;
      const pair = wish.exact
        ? framePair(wish.time, this.frameRate('a'), this.frameRate('b'), this.mapping)
        : { a: wish.time, b: toB(wish.time, this.mapping) };
      const { a, b } = this.players;
      const within = (side: Side): number => (wish.exact ? 1 / this.frameRate(side) : Infinity);
      await Promise.all([
        a.available ? a.seek(pair.a, within('a')) : null,
        b.available ? b.seek(pair.b, within('b')) : null,
      ]);
      this.stand = wish.exact ? wish.time : null;
      if (this.target === wish) this.target = null;
    }
  }
}
