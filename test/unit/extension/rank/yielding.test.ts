import { expect, it, vi } from 'vitest';
import { YieldingRuns } from '../../../../src/extension/rank/yielding.js';

/** Work that ends when it is told to, and fails as soon as its signal fires. */
function made(): { work: (signal: AbortSignal) => Promise<string>; turns: number; end: (text: string) => void } {
  const it = {
    turns: 0,
    end: (_text: string): void => undefined,
    work: (signal: AbortSignal): Promise<string> => {
      it.turns++;
      return new Promise((resolve, reject) => {
        it.end = resolve;
        signal.addEventListener('abort', () => reject(new Error('stopped')));
      });
    },
  };
  return it;
}
const never = new AbortController().signal;

it('begins again after the last comparison that it gave way to, and gives the answer of then', async () => {
  const runs = new YieldingRuns();
  const one = made();
  const answer = runs.run(one.work, never);
  await vi.waitFor(() => expect(one.turns).toBe(1));
  const [first, second] = [runs.giveWay(), runs.giveWay()];
  first();
  await new Promise((resolve) => setTimeout(resolve, 20));
  expect(one.turns).toBe(1);
  second();
  await vi.waitFor(() => expect(one.turns).toBe(2));
  one.end('done');
  expect(await answer).toBe('done');
});

it('does not begin while a comparison runs', async () => {
  const runs = new YieldingRuns();
  const goOn = runs.giveWay();
  const one = made();
  void runs.run(one.work, never);
  await new Promise((resolve) => setTimeout(resolve, 20));
  expect(one.turns).toBe(0);
  goOn();
  await vi.waitFor(() => expect(one.turns).toBe(1));
});

it('ends with its own error, and with the cancellation also while it waits', async () => {
  const runs = new YieldingRuns();
  await expect(runs.run(() => Promise.reject(new Error('broken')), never)).rejects.toThrow('broken');
  const stop = new AbortController();
  runs.giveWay();
  const one = made();
  const answer = runs.run(one.work, stop.signal);
  stop.abort();
  await expect(answer).rejects.toMatchObject({ code: 'cancelled' });
  expect(one.turns).toBe(0);
});
