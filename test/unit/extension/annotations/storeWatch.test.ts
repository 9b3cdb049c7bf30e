// Who else writes the store is noticed while the window is looked at, with few looks and fewer words.
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import * as vscode from '../fake-vscode.js';

vi.mock('vscode', () => import('../fake-vscode.js'));
/** The store's write-ahead log: when it was written, and how often somebody looked. */
const log = vi.hoisted(() => ({ written: 1, looks: 0 }));
vi.mock('node:fs/promises', () => ({
  stat: async (path: string) => {
    if (!path.endsWith('-wal')) throw new Error('only the log is there');
    log.looks++;
    return { mtimeMs: log.written };
  },
}));
const { StoreWatch } = await import('../../../../src/extension/annotations/storeWatch.js');

let watch: InstanceType<typeof StoreWatch>;
const told = vi.fn();
const pass = (seconds: number): Promise<unknown> => vi.advanceTimersByTimeAsync(seconds * 1000);
beforeEach(async () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] });
  vscode.reset();
  told.mockClear();
  Object.assign(log, { written: 1, looks: 0 });
  watch = new StoreWatch('/storage/versusq.sqlite');
  watch.onDidChange(told);
  await pass(0);
  log.looks = 0;
});
afterEach(() => {
  watch.dispose();
  vi.useRealTimers();
});

it('looks at nothing while nothing is shown, the window is behind others, or is closed', async () => {
  await pass(10);
  expect(log.looks).toBe(0);
  watch.begin();
  await pass(10);
  expect(log.looks).toBe(5);
  vscode.windowFocus(false);
  await pass(10);
  expect(log.looks).toBe(5);
  vscode.windowFocus(true);
  watch.dispose();
  await pass(10);
  expect(log.looks).toBe(6);
  expect(vi.getTimerCount()).toBe(0);
  expect(told).not.toHaveBeenCalled();
});

it('tells of a change when no other followed it, once', async () => {
  watch.begin();
  log.written = 2;
  await pass(2);
  log.written = 3;
  await pass(2);
  expect(told).not.toHaveBeenCalled();
  await pass(2);
  expect(told).toHaveBeenCalledTimes(1);
  await pass(20);
  expect(told).toHaveBeenCalledTimes(1);
});

it('follows who writes on and on at a slower pace', async () => {
  watch.begin();
  for (let second = 0; second < 60; second++) {
    log.written++;
    await pass(1);
  }
  expect(told.mock.calls.length).toBeGreaterThanOrEqual(2);
  expect(told.mock.calls.length).toBeLessThanOrEqual(4);
});

it('tells at once when the window gets the focus', async () => {
  vscode.windowFocus(false);
  log.written = 2;
  vscode.windowFocus(true);
  await pass(0);
  expect(told).toHaveBeenCalledTimes(1);
});

it('leaves what this window writes to who writes it', async () => {
  watch.begin();
  const done = watch.ownWork();
  log.written = 2;
  await pass(30);
  vscode.windowFocus(true);
  await pass(0);
  done();
  await pass(30);
  expect(told).not.toHaveBeenCalled();
  log.written = 3;
  await pass(4);
  expect(told).toHaveBeenCalledTimes(1);
});
