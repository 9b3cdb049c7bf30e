import { describe, expect, it, vi } from 'vitest';
import { spreadTimes, Thumbnails } from '../../../../src/extension/rank/thumbnails.js';
import { fakeFacts } from '../../cli/fake-engine.js';

/** Frames that come when the test says so. */
function slowFrames() {
  const asked: { path: string; time: number; signal: AbortSignal; give: (uri: string) => void; fail: () => void }[] =
    [];
  const made: [string, string[]][] = [];
  const thumbnails = new Thumbnails(
    ({ path }, time, signal) =>
      new Promise((give, reject) => asked.push({ path, time, signal, give, fail: () => reject(new Error('no')) })),
    (path, pictures) => made.push([path, pictures]),
  );
  const want = (path: string, count = 1): void => thumbnails.want(path, fakeFacts(path), count);
  return { asked, made, thumbnails, want };
}
const quick = (made: [string, string[]][]): { thumbnails: Thumbnails; frames: () => number } => {
  let frames = 0;
  const thumbnails = new Thumbnails(
    async ({ path }, time) => (frames++, `${path}@${time}`),
    (path, pictures) => made.push([path, pictures]),
  );
  return { thumbnails, frames: () => frames };
};

describe('pictures of clips', () => {
  it('stand at the middles of equal parts of the clip', () => {
    expect(spreadTimes({ ...fakeFacts('/a'), start: 1, duration: 8 }, 4)).toEqual([2, 4, 6, 8]);
    expect(spreadTimes({ ...fakeFacts('/a'), start: 0, duration: 3 }, 1)).toEqual([1.5]);
  });

  it('are made for two clips at a time, the latest asked for first', async () => {
    const { asked, made, want } = slowFrames();
    for (const path of ['a', 'b', 'c', 'd']) want(path);
    expect(asked.map(({ path }) => path)).toEqual(['a', 'b']);
    asked[0]!.give('A');
    await vi.waitFor(() => expect(asked.map(({ path }) => path)).toEqual(['a', 'b', 'd']));
    expect(made).toEqual([['a', ['A']]]);
  });

  it('are made once, however often they are asked for, and kept', async () => {
    const made: [string, string[]][] = [];
    const { thumbnails, frames } = quick(made);
    for (let i = 0; i < 3; i++) thumbnails.want('a', fakeFacts('a'), 2);
    await vi.waitFor(() => expect(made).toEqual([['a', ['a@1', 'a@3']]]));
    thumbnails.want('a', fakeFacts('a'), 2);
    expect(made).toHaveLength(2);
    expect(frames()).toBe(2);
  });

  it('are made anew for other contents under the same name', async () => {
    const made: [string, string[]][] = [];
    const { thumbnails, frames } = quick(made);
    thumbnails.want('a', fakeFacts('a'), 1);
    await vi.waitFor(() => expect(made).toHaveLength(1));
    thumbnails.want('a', { ...fakeFacts('a'), hash: 'other' }, 1);
    await vi.waitFor(() => expect(made).toHaveLength(2));
    expect(frames()).toBe(2);
  });

  it('are kept for the last 200 clips', async () => {
    const made: [string, string[]][] = [];
    const { thumbnails, frames } = quick(made);
    for (let i = 0; i <= 200; i++) thumbnails.want(`${i}`, fakeFacts(`${i}`), 1);
    await vi.waitFor(() => expect(made).toHaveLength(201));
    const first = made[0]![0];
    thumbnails.want(made[200]![0], fakeFacts(made[200]![0]), 1);
    expect(frames()).toBe(201);
    thumbnails.want(first, fakeFacts(first), 1);
    await vi.waitFor(() => expect(frames()).toBe(202));
  });

  it('are told as far as there are any, and a failure is not kept', async () => {
    const { asked, made, want } = slowFrames();
    want('a', 2);
    asked[0]!.fail();
    await vi.waitFor(() => expect(asked).toHaveLength(2));
    asked[1]!.give('2nd');
    await vi.waitFor(() => expect(made).toEqual([['a', ['2nd']]]));
    want('a', 2);
    expect(asked).toHaveLength(3);
  });

  it('are given up with the panel', async () => {
    const { asked, made, thumbnails, want } = slowFrames();
    want('a');
    thumbnails.dispose();
    expect(asked[0]!.signal.aborted).toBe(true);
    asked[0]!.give('late');
    await Promise.resolve();
    expect(made).toEqual([]);
  });
});
