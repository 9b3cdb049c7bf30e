import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Pace } from '../../../src/extension/pace.js';

describe('the pace of states', () => {
  let sent: number[] = [];
  let value = 0;
  let pace: Pace;

  beforeEach(() => {
    vi.useFakeTimers();
    sent = [];
    value = 0;
    pace = new Pace(
      50,
      () => sent.push(value),
      () => Date.now(),
    );
  });
  afterEach(() => {
    pace.dispose();
    vi.useRealTimers();
  });

  it('sends at most 20 states a second, and the last one for sure', () => {
    for (let i = 1; i <= 1000; i++) {
      value = i;
      pace.request();
      vi.advanceTimersByTime(1);
    }
    vi.advanceTimersByTime(50);
    expect(sent.length).toBeLessThanOrEqual(21);
    expect(sent.at(-1)).toBe(1000);
  });

  it('sends the first state at once and a flushed one without waiting', () => {
    pace.request();
    value = 1;
    pace.request();
    pace.flush();
    vi.advanceTimersByTime(200);
    expect(sent).toEqual([0, 1]);
  });

  it('sends nothing after its end', () => {
    pace.request();
    pace.request();
    pace.dispose();
    vi.advanceTimersByTime(200);
    expect(sent).toEqual([0]);
  });
});
