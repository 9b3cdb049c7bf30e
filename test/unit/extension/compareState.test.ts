import { describe, expect, it } from 'vitest';
import * as State from '../../../src/extension/compareState.js';
import { fakeComparison } from '../cli/fake-engine.js';

const progress = (share: number | null) =>
  ({ type: 'progress', station: 'decode', clip: 'a', path: '/v/a.mp4', share }) as const;

describe('the state of a compare panel', () => {
  const idle = State.initialState('/v/crf20/x.mp4', '/v/crf32/x.mp4');

  it('names the clips by what tells them apart', () => {
    expect([idle.a.name, idle.b.name]).toEqual(['crf20/x.mp4', 'crf32/x.mp4']);
  });

  it('forgets the last comparison when a new one begins, and keeps the players', () => {
    const withMedia = State.withMedia(idle, '/v/crf20/x.mp4', { uri: 'u' });
    const again = State.started({ ...withMedia, reasoning: 'old', stale: ['x'] }, 5);
    expect(again).toMatchObject({ reasoning: '', stale: [], comparison: null, run: { status: 'working', since: 5 } });
    expect(again.a.media.uri).toBe('u');
  });

  it('grows the reasoning piece by piece while the run lasts, and takes nothing in after it', () => {
    let state = State.started(idle, 0);
    for (const text of ['B smears ', 'the grass.']) state = State.received(state, { type: 'reasoning', text });
    expect(state.reasoning).toBe('B smears the grass.');
    const ended = State.failed(state, { code: 'internal', message: 'x' });
    expect(State.received(ended, { type: 'reasoning', text: 'late' })).toBe(ended);
  });

  it('sends only shares that a panel accepts', () => {
    const share = (value: number | null): unknown => {
      const { run } = State.received(State.started(idle, 0), progress(value));
      return run.status === 'working' ? run.share : 'not working';
    };
    expect([share(1.02), share(-0.1), share(Number.NaN), share(null), share(0.5)]).toEqual([1, 0, null, null, 0.5]);
  });

  it('keeps what there was of the reasoning when a run is cancelled', () => {
    const running = State.received(State.started(idle, 0), { type: 'reasoning', text: 'B smears' });
    const ended = State.failed(running, { code: 'cancelled', message: 'Cancelled.' });
    expect(ended).toMatchObject({ reasoning: 'B smears', run: { status: 'failed', error: { code: 'cancelled' } } });
  });

  it('changes sides at once, with players, margin and claims, and waits for the words only', () => {
    const shown = State.finished(State.started(idle, 0), fakeComparison('/v/a50.mp4', '/v/b20.mp4'));
    const swapped = State.swapped(State.withMedia(shown, '/v/crf32/x.mp4', { uri: 'b' }));
    expect([swapped.a.path, swapped.b.path]).toEqual(['/v/crf32/x.mp4', '/v/crf20/x.mp4']);
    expect(swapped.a.media.uri).toBe('b');
    expect(swapped.comparison?.margin).toBe(-shown.comparison!.margin);
    const asked = State.confirming(swapped, 7);
    expect(asked).toMatchObject({
      run: { status: 'working', since: 7 },
      comparison: swapped.comparison,
      reasoning: '',
    });
  });

  it('does not step back to a first look while the words of a swap are awaited, and takes the answer', () => {
    const shown = State.finished(State.started(idle, 0), fakeComparison('/v/a50.mp4', '/v/b20.mp4'));
    const asked = State.confirming(State.swapped(shown), 7);
    const glance = fakeComparison('/v/b20.mp4', '/v/a50.mp4', true);
    expect(State.received(asked, { type: 'glance', comparison: glance }).comparison).toBe(asked.comparison);
    expect(State.received(asked, { type: 'reasoning', text: 'A is soft.' }).reasoning).toBe('A is soft.');
    const answer = fakeComparison('/v/b20.mp4', '/v/a50.mp4');
    expect(State.finished(asked, answer)).toMatchObject({ comparison: answer, reasoning: answer.reasoning });
  });

  it('names a changed file once', () => {
    const once = State.changedOnDisk(idle, 'a');
    expect(State.changedOnDisk(once, 'a').stale).toEqual(['crf20/x.mp4']);
  });
});
