/** The controller against players of glass: clocks that drift, stall and start late, on a clock of the test's own. */
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { StepController } from '../../src/webview/playback/step-controller.js';
import type { StepPlayer } from '../../src/webview/playback/step-player.js';

const REFRESH_MS = 1000 / 60;

/** A player whose clock runs `skew` times too fast and starts `latency` ms after play(). */
class GlassPlayer implements StepPlayer {
  available = true;
  ready = true;
  duration = 60;
  heard = false;
  playing = false;
  private at = 0;
  private rate = 1;
  private since = 0;
  private shown = -1;

  constructor(
    private readonly fps: number,
    private readonly skew = 1,
    private readonly latency = 0,
  ) {}

  get time(): number {
    if (!this.playing) return this.at;
    return this.at + (Math.max(0, performance.now() - this.since) / 1000) * this.rate * this.skew;
  }
  play(): void {
    if (this.playing) return;
    this.playing = true;
    this.since = performance.now() + this.latency;
  }
  pause(): void {
    this.at = this.time;
    this.playing = false;
  }
  async seek(time: number): Promise<void> {
    this.at = time;
    await new Promise((ok) => setTimeout(ok, 20));
  }
  setRate(rate: number): void {
    this.at = this.time;
    this.since = Math.max(this.since, performance.now());
    this.rate = rate;
  }
  setHeard(heard: boolean): void {
    this.heard = heard;
  }
  /** A refresh of the screen: a new frame is presented, or not. */
  refresh(controller: StepController): void {
    const frame = Math.floor(this.time * this.fps + 1e-6);
    if (frame === this.shown) return;
    this.shown = frame;
    controller.presented(this, { time: frame / this.fps, display: performance.now() });
  }
}

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

async function run(seconds: number, controller: StepController, players: GlassPlayer[]): Promise<void> {
  for (let i = 0; i < (seconds * 1000) / REFRESH_MS; i++) {
    await vi.advanceTimersByTimeAsync(REFRESH_MS);
    for (const player of players) player.refresh(controller);
  }
}

function pair(a: GlassPlayer, b: GlassPlayer, fpsA: number, fpsB: number): StepController {
  const controller = new StepController({ a, b }, () => undefined);
  controller.fps = { a: fpsA, b: fpsB };
  return controller;
}

test('a clip that starts late is brought back within 2 s', async () => {
  const [a, b] = [new GlassPlayer(30), new GlassPlayer(24, 1, 80)];
  const controller = pair(a, b, 30, 24);
  controller.play();
  await run(0.3, controller, [a, b]);
  expect((a.time - b.time) * 1000).toBeGreaterThan(60);
  await run(1.7, controller, [a, b]);
  expect(Math.abs(a.time - b.time) * 1000).toBeLessThan(15);
});

test('a clock that runs half a per cent fast is held to less than a frame for a minute of playing', async () => {
  const [a, b] = [new GlassPlayer(25), new GlassPlayer(50, 1.005)];
  const controller = pair(a, b, 25, 50);
  controller.play();
  await run(2, controller, [a, b]);
  for (let i = 0; i < 40; i++) {
    await run(1, controller, [a, b]);
    expect(Math.abs(a.time - b.time) * 1000).toBeLessThan(20);
  }
});

test('the clip that is heard is never nudged', async () => {
  const [a, b] = [new GlassPlayer(30), new GlassPlayer(30, 1, 60)];
  const controller = pair(a, b, 30, 30);
  controller.setSound('b');
  expect([a.heard, b.heard]).toEqual([false, true]);
  const rates: number[] = [];
  const setRate = b.setRate.bind(b);
  b.setRate = (rate) => {
    rates.push(rate);
    setRate(rate);
  };
  controller.play();
  await run(2, controller, [a, b]);
  expect(new Set(rates)).toEqual(new Set([1]));
  expect(Math.abs(a.time - b.time) * 1000).toBeLessThan(34);
});

test('frames that are shown late for a moment are no reason to touch the players', async () => {
  const [a, b] = [new GlassPlayer(30), new GlassPlayer(30)];
  const controller = pair(a, b, 30, 30);
  controller.play();
  await run(2, controller, [a, b]);
  const before = b.time - a.time;
  for (let i = 0; i < 5; i++) {
    await run(0.9, controller, [a, b]);
    await run(0.4, controller, [a]); // nothing of B is presented
  }
  await run(1, controller, [a, b]);
  expect(Math.abs(b.time - a.time - before) * 1000).toBeLessThan(20);
});

test('a clip that starts far too late is waited for, once', async () => {
  const [a, b] = [new GlassPlayer(30), new GlassPlayer(30, 1, 700)];
  const controller = pair(a, b, 30, 30);
  controller.play();
  await run(4, controller, [a, b]);
  expect(Math.abs(a.time - b.time) * 1000).toBeLessThan(34);
  const before = a.time;
  await run(2, controller, [a, b]);
  expect(a.time - before).toBeGreaterThan(1.9); // no storm of stops
});

test('clips that are seconds apart are brought to the same place', async () => {
  const [a, b] = [new GlassPlayer(30), new GlassPlayer(30)];
  const controller = pair(a, b, 30, 30);
  controller.play();
  await run(2, controller, [a, b]);
  void b.seek(10);
  await run(2, controller, [a, b]);
  expect(Math.abs(a.time - b.time) * 1000).toBeLessThan(34);
});

test('when one stalls both wait, and go on together', async () => {
  const [a, b] = [new GlassPlayer(30), new GlassPlayer(30)];
  const controller = pair(a, b, 30, 30);
  controller.play();
  await run(1, controller, [a, b]);
  b.ready = false;
  controller.stalled();
  await run(0.5, controller, [a, b]);
  expect([a.playing, b.playing]).toEqual([false, false]);
  expect(controller.playing).toBe(true);
  b.ready = true;
  controller.changed();
  await run(0.5, controller, [a, b]);
  expect([a.playing, b.playing]).toEqual([true, true]);
  expect(Math.abs(a.time - b.time) * 1000).toBeLessThan(34);
});

test('offset and rate of the alignment are kept while playing', async () => {
  const [a, b] = [new GlassPlayer(25), new GlassPlayer(25)];
  const controller = pair(a, b, 25, 25);
  controller.setMapping({ offset: 2, rate: 1.04 });
  controller.play();
  await run(3, controller, [a, b]);
  expect(Math.abs(b.time - (a.time * 1.04 + 2)) * 1000).toBeLessThan(20);
});

test('of many wishes for a place the last one counts, and the ones between cost nothing', async () => {
  const [a, b] = [new GlassPlayer(30), new GlassPlayer(30)];
  const controller = pair(a, b, 30, 30);
  const seeks: number[] = [];
  const seek = a.seek.bind(a);
  a.seek = (time) => {
    seeks.push(time);
    return seek(time);
  };
  for (let i = 1; i <= 20; i++) void controller.seek(i);
  await run(0.5, controller, [a, b]);
  expect(seeks.length).toBeLessThanOrEqual(2);
  expect(Math.floor(a.time)).toBe(20);
  expect(b.time).toBe(a.time);
});
