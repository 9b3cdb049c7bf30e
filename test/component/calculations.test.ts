/** The arithmetic and the words beside the elements, without a browser. */
import { describe, expect, test } from 'vitest';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ERROR_CODES, type RunState } from '../../src/protocol/index.js';
import { Belief, PhaseWindow, planCorrection } from '../../src/webview/playback/clock.js';
import { commonRange, framePair, inverse, stepTime, toA, toB } from '../../src/webview/playback/timebase.js';
import { KEYS, bindingOf } from '../../src/webview/view/actions.js';
import { factsRows } from '../../src/webview/view/facts-rows.js';
import {
  factsLine,
  formatAbout,
  formatMargin,
  formatPercent,
  formatShortTime,
  formatTime,
} from '../../src/webview/view/format.js';
import { beyondScale, gaugePercent } from '../../src/webview/view/gauge-scale.js';
import { remedyOf } from '../../src/webview/view/remedies.js';
import { claimLanes, segmentBars, ticks } from '../../src/webview/view/timeline-geometry.js';
import { TimeLeft } from '../../src/webview/view/time-left.js';
import { readMessage } from '../../src/webview/view/validate.js';
import { initialView, restoreView } from '../../src/webview/view/view-state.js';
import { alignmentSentence, caution, certainty } from '../../src/webview/view/words.js';
import { comparison, facts, panelState } from './harness/states.js';

type Working = Extract<RunState, { status: 'working' }>;
const key = (name: string, over: object = {}) =>
  bindingOf({ key: name, shiftKey: false, ctrlKey: false, altKey: false, metaKey: false, ...over })?.action;

describe('the time base', () => {
  const mapping = { offset: 0.5, rate: 1.25 };

  test('A to B and back is the same time, also through the inverse', () => {
    expect(toA(toB(3.2, mapping), mapping)).toBeCloseTo(3.2, 12);
    expect(toB(3.2, inverse(mapping))).toBeCloseTo(toA(3.2, mapping), 12);
  });

  test('the common range is where both clips show something', () => {
    expect(commonRange(10, 8, { offset: -2, rate: 1 })).toEqual([2, 10]);
    expect(commonRange(10, 8, { offset: 3, rate: 1 })).toEqual([0, 5]);
    expect(commonRange(10, NaN, { offset: 0, rate: 1 })).toEqual([0, 10]);
  });

  test('frames are paired by nearest time, with rounded times too', () => {
    // Frame 7 of 29.97 fps, told as 0.233 by Matroska; "last time before" would give frame 6 of the other.
    const fps = 30000 / 1001;
    const pair = framePair(0.2335, fps, fps, { offset: 0, rate: 1 });
    expect(pair.a * fps).toBeCloseTo(7.5, 9);
    expect(pair.b * fps).toBeCloseTo(7.5, 9);
  });

  test('stepping walks every frame of the faster clip, once, forth and back', () => {
    for (const [fpsA, fpsB] of [
      [24, 60],
      [60, 24],
      [29.97, 25],
    ] as const) {
      const same = { offset: 0, rate: 1 };
      const fast = Math.max(fpsA, fpsB);
      let time = 0.5 / fast;
      for (let n = 1; n <= 50; n++) {
        time = stepTime(time, 1, fpsA, fpsB, same);
        expect(Math.floor(time * fast)).toBe(n);
      }
      for (let n = 49; n >= 0; n--) {
        time = stepTime(time, -1, fpsA, fpsB, same);
        expect(Math.floor(time * fast)).toBe(n);
      }
    }
  });
});

describe('the clocks', () => {
  /** Frames of a clip whose clock runs `lag` s late, shown at refreshes of 60 Hz. */
  const watch = (fps: number, lag: number): PhaseWindow => {
    const window = new PhaseWindow();
    window.reset(1);
    let last = -1;
    for (let refresh = 0; refresh < 60; refresh++) {
      const display = 1000 + refresh * (1000 / 60);
      const frame = Math.floor((display / 1000 - lag) * fps);
      if (frame !== last) window.add({ time: frame / fps, display });
      last = frame;
    }
    return window;
  };

  test('two clips in step measure as in step, whatever their frame rates', () => {
    const against30 = (fps: number): number => Math.abs(watch(30, 0).timeAt(2000) - watch(fps, 0).timeAt(2000));
    for (const fps of [24, 25, 30, 50]) expect(against30(fps)).toBeLessThan(0.006);
    // Nearly half of the refresh rate: presented times themselves are a refresh apart for seconds on end.
    expect(against30(29.97)).toBeLessThan(1 / 60);
  });

  test('a lag of 50 ms is measured to a few ms', () => {
    expect(watch(30, 0).timeAt(2000) - watch(24, 0.05).timeAt(2000)).toBeCloseTo(0.05, 2);
  });

  test('nothing is said before there is enough to see', () => {
    const window = new PhaseWindow();
    window.reset(1);
    for (let i = 0; i < 4; i++) window.add({ time: i / 30, display: i * 33 });
    expect(window.ready).toBe(false);
  });

  test('a difference is believed when a second look agrees, and then the smaller of both', () => {
    const belief = new Belief();
    expect([3, 60, 4, 60, -80, -70].map((ms) => belief.look(ms))).toEqual([0, null, 0, null, null, -70]);
  });

  test('a nudge takes back exactly the difference it was planned for', () => {
    for (const behind of [12, 20, 60, -40]) {
      const plan = planCorrection(behind, 0.5);
      if (plan.kind !== 'nudge') throw new Error('no nudge');
      expect((plan.factor - 1) * 0.5 * plan.milliseconds).toBeCloseTo(behind, 9);
      expect(Math.abs(plan.factor - 1)).toBeLessThanOrEqual(0.08 + 1e-12);
    }
    expect(planCorrection(-8, 1).kind).toBe('none');
    expect(planCorrection(-400, 2)).toEqual({ kind: 'wait', who: 'follower', milliseconds: 200 });
    expect(planCorrection(3000, 1).kind).toBe('realign');
  });
});

describe('figures and words', () => {
  test('a wide interval is excused only where it leaves the winner open', () => {
    expect(caution(comparison({ margin: 6.7, interval95: [1, 12.4] }))).toBeNull();
    expect(caution(comparison({ margin: 2, interval95: [-2, 6] }))).toBe(
      'The interval is wide. The model is not sure of this pair.',
    );
    expect(caution(comparison({ margin: 0.5, interval95: [-0.4, 1.4] }))).toBeNull();
  });

  test('times, margins and certainties', () => {
    expect(formatTime(63.1205)).toBe('1:03.121');
    expect(formatTime(59.9996)).toBe('1:00.000');
    expect(formatShortTime(2.25)).toBe('0:02.3');
    expect([2.64, -0.04, -1.25].map(formatMargin)).toEqual(['+2.6', '0.0', '\u22121.3']);
    expect([0.999, 0.97, 1, 0.001].map(formatPercent)).toEqual(['> 99 %', '97 %', '100 %', '< 1 %']);
    expect(factsLine(facts({ fps: 30000 / 1001 }))).toBe('H.264 1920\u00d71080 29.97 fps 6.1 Mb/s');
  });

  test('certainty is always told of the side that is likelier better', () => {
    expect(certainty(comparison())).toBe('97 % sure A is better');
    expect(certainty(comparison({ probabilityABetter: 0.2 }))).toBe('80 % sure B is better');
  });

  test('the alignment is told with its offset', () => {
    const alignment = { ...comparison().alignment, offset: -0.52 };
    expect(alignmentSentence(alignment)).toContain('B 0.520 s earlier');
  });

  test('every error has a heading', () => {
    for (const code of ERROR_CODES) expect(remedyOf(code).title).not.toBe('');
  });

  test('only facts that differ are marked', () => {
    const rows = factsRows(facts(), facts({ fps: 25, rotation: 90 }));
    expect(rows.filter((r) => r.differs).map((r) => r.name)).toEqual(['Coded as', 'Frame rate']);
    expect(factsRows(facts(), null).some((r) => r.differs)).toBe(false);
  });
});

describe('the time left', () => {
  const reading = (clip: 'a' | 'b', share: number, over: Partial<Working> = {}): Working =>
    ({ status: 'working', station: 'decode', clip, share, since: 0, ...over }) as Working;

  test('is told of the slower clip, counts down, and is not told before there is a pace', () => {
    const left = new TimeLeft();
    left.observe(reading('a', 0.01), 1000);
    left.observe(reading('b', 0.01), 1000);
    left.observe(reading('a', 0.41), 2000);
    expect(left.estimate(reading('a', 0.41), 2000)).toBeNull();
    left.observe(reading('a', 0.81), 5000);
    left.observe(reading('b', 0.21), 5000);
    expect(left.estimate(reading('b', 0.21), 5000)).toBeCloseTo(15_800, 0);
    expect(left.estimate(reading('b', 0.21), 8000)).toBeCloseTo(12_800, 0);
  });

  test('leaves out a clip that is done, and everything once the clips are read or another run begins', () => {
    const left = new TimeLeft();
    for (const [clip, share, at] of [
      ['a', 0, 0],
      ['b', 0, 0],
      ['a', 1, 3000],
      ['b', 0.5, 3000],
    ] as const)
      left.observe(reading(clip, share), at);
    expect(left.estimate(reading('b', 0.5), 3000)).toBeCloseTo(3000);
    expect(left.estimate(reading('b', 0.5, { station: 'compare', clip: null, share: null }), 3000)).toBeNull();
    left.observe(reading('a', 0.5, { since: 5 }), 4000);
    expect(left.estimate(reading('a', 0.5, { since: 5 }), 9000)).toBeNull();
  });

  test('is told no finer than it is known', () => {
    expect([900, 12_400, 57_000, 58_000, 200_000].map(formatAbout)).toEqual([
      'a few seconds',
      'about 10 s',
      'about 55 s',
      'about 1 min',
      'about 3 min',
    ]);
  });
});

describe('geometry', () => {
  test('the gauge tells which of its ends is too near', () => {
    const ends = (margin: number, low: number, high: number): string[] =>
      beyondScale({ margin, interval95: [low, high] });
    expect(ends(2, 1, 8)).toEqual([]);
    expect(ends(6, 3, 9)).toEqual(['a']);
    expect(ends(-9, -12, -6)).toEqual(['b']);
    expect(ends(1, -20, 22)).toEqual(['a', 'b']);
  });

  test('the gauge is symmetric, monotone, and leans left for A', () => {
    expect(gaugePercent(0)).toBe(50);
    const places = [-20, -5, -2, -0.2, 0.2, 2, 5, 20].map(gaugePercent);
    expect(places).toEqual([...places].sort((x, y) => y - x));
    expect(gaugePercent(3) + gaugePercent(-3)).toBeCloseTo(100, 9);
    expect(gaugePercent(20)).toBe(0);
  });

  test('bars of A stand on the middle, bars of B hang from it', () => {
    const [a, b] = segmentBars(comparison().segments.slice(4, 6), 6, 600, 40, 32);
    expect(a!.y + a!.height).toBeCloseTo(40);
    expect(b!.y).toBe(40);
  });

  test('claims that overlap get different lanes, others share one', () => {
    expect(claimLanes(comparison().claims)).toEqual([0, 1, 0]);
  });

  test('time labels never crowd', () => {
    for (const extent of [0.3, 6, 75, 7200]) expect(ticks(extent, 600).length).toBeLessThanOrEqual(9);
    expect(ticks(0, 600)).toEqual([0]);
  });
});

describe('what comes from outside', () => {
  test('a state of the right shape is taken, others are not', () => {
    expect(readMessage({ type: 'state', state: panelState() })).not.toBeNull();
    expect(readMessage({ type: 'state', state: { ...panelState(), stale: [1] } })).toBeNull();
    expect(readMessage({ type: 'other', state: panelState() })).toBeNull();
  });

  test('a kept view is used for its own clips only, and only as far as it is sound', () => {
    const view = { ...initialView(), time: 3, speed: 0.5, sound: 'b' as const };
    const kept = { version: 1, a: 'x', b: 'y', view };
    expect(restoreView(kept, 'x', 'y')).toEqual(view);
    expect(restoreView(kept, 'y', 'x')).toEqual(initialView());
    const broken = { ...kept, view: { time: -1, speed: 99, sound: 'loud', loop: null, folded: [3, 'facts'] } };
    expect(restoreView(broken, 'x', 'y')).toEqual({ ...initialView(), folded: ['facts'] });
  });
});

describe('tables', () => {
  test('keys act by themselves only: Ctrl, Alt and Meta stay with VS Code', () => {
    expect(key('S')).toEqual({ type: 'swap' });
    expect(key('s', { ctrlKey: true })).toBeUndefined();
    expect(key('ArrowLeft', { shiftKey: true })).toEqual({ type: 'jump', seconds: -1 });
    expect(key('?', { shiftKey: true })).toEqual({ type: 'keys' });
    expect(new Set(KEYS.map((k) => k.key)).size).toBe(KEYS.length);
  });

  test('the icons have the code points of the codicon font', () => {
    const root = join(import.meta.dirname, '../..');
    const css = readFileSync(join(root, 'node_modules/@vscode/codicons/dist/codicon.css'), 'utf8');
    const table = readFileSync(join(root, 'src/webview/parts/icon.ts'), 'utf8');
    const icons = [...table.matchAll(/^ {2}'?([a-z-]+)'?: '([0-9a-f]{4})',$/gm)];
    expect(icons.length).toBeGreaterThan(10);
    for (const [, name, code] of icons) expect(css).toContain(`.codicon-${name}:before { content: "\\${code}" }`);
  });
});
