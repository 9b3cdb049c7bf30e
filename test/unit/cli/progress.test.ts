// The line that tells how far the work is.
import { describe, expect, it } from 'vitest';
import { Progress } from '../../../src/cli/progress.js';
import type { CliContext } from '../../../src/cli/context.js';
import type { WorkerEvent } from '../../../src/protocol/index.js';

type Event = Extract<WorkerEvent, { type: 'progress' }>;
const event = (station: Event['station'], clip: Event['clip'], path: string | null, share: number | null): Event => ({
  type: 'progress',
  station,
  clip,
  path,
  share,
});

/** What stands on the line after each event; every event comes 200 ms after the one before. */
function lines(events: Event[], step = 200): string[] {
  let now = 1000;
  let line = '';
  const stderr = { write: (text: string) => (line = text.replace('\r\x1b[K', '')), isTTY: true, columns: 100 };
  const context = { stderr, env: { NO_COLOR: '1' }, now: () => new Date((now += step)) } as unknown as CliContext;
  const progress = new Progress(context);
  return events.map((e) => {
    progress.update(e);
    return line;
  });
}

describe('progress', () => {
  it('shows both clips while they are decoded side by side, and drops one that is done', () => {
    const shown = lines([
      event('decode', 'a', '/x/a.mp4', 0.1),
      event('decode', 'b', '/x/b.mp4', 0.2),
      event('decode', 'a', '/x/a.mp4', 1),
    ]);
    expect(shown).toEqual(['decode A a.mp4 10 %', 'decode A a.mp4 10 %   decode B b.mp4 20 %', 'decode B b.mp4 20 %']);
  });

  it('forgets the clips when the whole job goes on to the next station', () => {
    expect(lines([event('decode', 'a', '/x/a.mp4', 0.9), event('compare', null, null, null)]).at(-1)).toBe('compare');
  });

  it('keeps the share of a ranking beside the clip at work', () => {
    const shown = lines([event('rank', null, null, 0.25), event('decode', null, '/x/a.mp4', 0.5)]);
    expect(shown.at(-1)).toBe('rank 25 %   decode a.mp4 50 %');
  });

  it('rewrites its line at most ten times a second', () => {
    const shown = lines([event('decode', 'a', '/x/a.mp4', 0.1), event('decode', 'a', '/x/a.mp4', 0.2)], 40);
    expect(shown).toEqual(['decode A a.mp4 10 %', 'decode A a.mp4 10 %']);
  });
});
