/**
 * Holds two playing clips in step: measures the frames that both present (clock.ts), believes a difference when a second look
 * agrees, and corrects the clip that is not heard. Nothing is measured while a correction runs.
 */
import { Belief, PhaseWindow, planCorrection, type PresentedFrame } from './clock.js';
import { toA, type Mapping } from './timebase.js';
import type { StepPlayer } from './step-player.js';
import type { Sound } from '../view/actions.js';
import type { Side } from '../../protocol/index.js';

/** Two realignments stand at least so far apart: ms. */
const REALIGN_PAUSE_MS = 1500;

/** The clips and how they are to play; read anew whenever it matters. */
export interface PlayedPair {
  readonly players: Readonly<Record<Side, StepPlayer>>;
  readonly mapping: Mapping;
  readonly speed: number;
  readonly sound: Sound;
}

export class InStep {
  /** A minus B in common time, ms, over the last second of playing; null: not measured. */
  differenceMs: number | null = null;

  private readonly belief = new Belief();
  private readonly windows = { a: new PhaseWindow(), b: new PhaseWindow() };
  private correction: ReturnType<typeof setTimeout> | null = null;
  private lastRealign = -Infinity;

  constructor(
    private readonly pair: PlayedPair,
    /** Stops both, brings them to one place and starts them again. */
    private readonly realign: () => void,
  ) {}

  /** Lets both play at their own rates and forgets what was measured: after a start, a stop, a change of rate. */
  restart(): void {
    for (const side of ['a', 'b'] as const) this.pair.players[side].setRate(this.rate(side));
    this.lookAgain();
    this.belief.reset();
  }

  /** Ends a correction that runs. */
  stop(): void {
    if (this.correction !== null) clearTimeout(this.correction);
    this.correction = null;
  }

  /** A frame that was presented while both play. */
  presented(side: Side, frame: PresentedFrame): void {
    const { a, b } = this.windows;
    this.windows[side].add(frame);
    if (this.correction !== null || !a.ready || !b.ready) return;
    const difference = a.timeAt(frame.display) - toA(b.timeAt(frame.display), this.pair.mapping);
    this.differenceMs = difference * 1000;
    const believed = this.belief.look(this.differenceMs);
    if (believed === null) this.lookAgain();
    else if (believed !== 0) this.correct(believed);
  }

  private rate(side: Side): number {
    return side === 'a' ? this.pair.speed : this.pair.speed * this.pair.mapping.rate;
  }

  private lookAgain(): void {
    for (const side of ['a', 'b'] as const) this.windows[side].reset(this.rate(side));
  }

  private correct(differenceMs: number): void {
    const { players, sound, speed } = this.pair;
    const [leader, follower]: [Side, Side] = sound === 'b' ? ['b', 'a'] : ['a', 'b'];
    const plan = planCorrection(follower === 'b' ? differenceMs : -differenceMs, speed);
    if (plan.kind === 'nudge') {
      players[follower].setRate(this.rate(follower) * plan.factor);
      this.correcting(plan.milliseconds, () => undefined);
    } else if (plan.kind === 'wait') {
      const ahead = players[plan.who === 'follower' ? follower : leader];
      ahead.pause();
      this.correcting(plan.milliseconds, () => ahead.play());
    } else if (plan.kind === 'realign' && performance.now() - this.lastRealign > REALIGN_PAUSE_MS) {
      this.lastRealign = performance.now();
      this.realign();
    }
  }

  /** Then both play at their own rates and are measured anew. */
  private correcting(milliseconds: number, then: () => void): void {
    this.correction = setTimeout(() => {
      this.correction = null;
      then();
      this.restart();
    }, milliseconds);
  }
}
