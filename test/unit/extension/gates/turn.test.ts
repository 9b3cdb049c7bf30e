// A check makes room for comparisons and goes on after them.
import { expect, it } from 'vitest';
import { Turn } from '../../../../src/extension/gates/turn.js';

const soon = () => new Promise((done) => setTimeout(done, 5));
/** Work that lasts until `finish`, or until it is aborted. */
function lasting() {
  const begun: AbortSignal[] = [];
  let finish = (): void => undefined;
  const work = (signal: AbortSignal): Promise<string> =>
    new Promise((resolve, reject) => {
      begun.push(signal);
      finish = () => resolve('done');
      signal.addEventListener('abort', () => reject(new Error('aborted')));
    });
  return { begun, work, finish: () => finish() };
}

it('is begun again after the last of several comparisons', async () => {
  const turn = new Turn();
  const { begun, work, finish } = lasting();
  const result = turn.run(new AbortController().signal, work);
  const [first, second] = [turn.giveWay(), turn.giveWay()];
  first();
  await soon();
  expect(begun.map(({ aborted }) => aborted)).toEqual([true]);
  second();
  await soon();
  expect(begun.map(({ aborted }) => aborted)).toEqual([true, false]);
  finish();
  expect(await result).toBe('done');
});

it('waits where a comparison came before it, and can be cancelled while it waits', async () => {
  const turn = new Turn();
  const { begun, work } = lasting();
  turn.giveWay();
  const stop = new AbortController();
  const result = expect(turn.run(stop.signal, work)).rejects.toMatchObject({ code: 'cancelled' });
  await soon();
  stop.abort();
  await result;
  expect(begun).toEqual([]);
});

it('hands on a failure of its own', async () => {
  const failing = new Turn().run(new AbortController().signal, () => Promise.reject(new Error('broken')));
  await expect(failing).rejects.toThrow('broken');
});
