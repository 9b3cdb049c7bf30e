import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Settling, type FileLook } from '../../../../src/extension/rank/settling.js';

const files = new Map<string, FileLook>();
const told: string[][] = [];
let settling: Settling;

beforeEach(() => {
  vi.useFakeTimers({ now: 1_000_000 });
  files.clear();
  told.length = 0;
  settling = new Settling(
    async (path) => files.get(path) ?? null,
    (paths) => told.push(paths),
  );
});
afterEach(() => {
  settling.dispose();
  vi.useRealTimers();
});
const written = (path: string, bytes: number, modified = Date.now()): void => void files.set(path, { bytes, modified });

describe('a file that was touched', () => {
  it('is told of once it has been at rest, and only once', async () => {
    written('a', 10);
    settling.touch('a');
    settling.touch('a');
    await vi.advanceTimersByTimeAsync(1500);
    expect(told).toEqual([]);
    await vi.advanceTimersByTimeAsync(5000);
    expect(told).toEqual([['a']]);
  });

  it('is waited for while it is written', async () => {
    for (let second = 0; second < 10; second++) {
      written('a', second);
      settling.touch('a');
      await vi.advanceTimersByTimeAsync(1000);
    }
    expect(told).toEqual([]);
    await vi.advanceTimersByTimeAsync(2000);
    expect(told).toEqual([['a']]);
  });

  it('is waited for while it is copied with the time of the original, and taken a moment after', async () => {
    for (let half = 0; half < 8; half++) {
      written('a', half, 0);
      settling.touch('a');
      await vi.advanceTimersByTimeAsync(500);
    }
    expect(told).toEqual([]);
    await vi.advanceTimersByTimeAsync(1000);
    expect(told).toEqual([['a']]);
  });

  it('is told of at the first look where it is gone, together with others', async () => {
    settling.touch('a');
    settling.touch('b');
    await vi.advanceTimersByTimeAsync(500);
    expect(told).toEqual([['a', 'b']]);
  });

  it('does not hold up others that are at rest', async () => {
    written('a', 1);
    settling.touch('a');
    settling.touch('gone');
    await vi.advanceTimersByTimeAsync(600);
    expect(told).toEqual([['gone']]);
  });

  it('is forgotten with the watch', async () => {
    settling.touch('a');
    settling.dispose();
    await vi.advanceTimersByTimeAsync(5000);
    expect(told).toEqual([]);
  });
});
