/** Groups of clips that show the same: by comparisons, and by looks where there are not too many to hold against each other. */
import { expect, test } from 'vitest';
import { alike, areLookedAt, groupsOf, type Look } from '../../../src/engine/rank/groups.js';

const [one, other] = [Float32Array.of(1, 0), Float32Array.of(0, 1)];
const names = (count: number): string[] => Array.from({ length: count }, (_, k) => `${String(k).padStart(5, '0')}.mp4`);

test('clips that look alike are one group, unless the model compared them and said otherwise', () => {
  const looks: (Look | null)[] = [one, one, other, null, other];
  const groups = (pairs: { i: number; j: number; sameContent: number }[]) =>
    groupsOf('content', ['sea-1', 'sea-2', 'wood-1', 'x', 'wood-2'], { looks, pairs });
  expect(groups([])).toEqual(['sea', 'sea', 'wood', 'x', 'wood']);
  expect(groups([{ i: 1, j: 0, sameContent: 0.1 }])).toEqual(['sea-1', 'sea-2', 'wood', 'x', 'wood']);
  expect(groups([{ i: 0, j: 3, sameContent: 0.9 }])).toEqual(['sea-1', 'sea-1', 'wood', 'sea-1', 'wood']);
});

test('of more clips than can be held against each other no look is read: comparisons tell', () => {
  const count = 10_000;
  expect([areLookedAt(3000), areLookedAt(count)]).toEqual([true, false]);
  let read = 0;
  const looks = new Proxy(new Array<Look | null>(count).fill(one), {
    get: (all, key) => (typeof key === 'string' && /^\d+$/.test(key) && read++, Reflect.get(all, key) as unknown),
  });
  const groups = groupsOf('content', names(count), { looks, pairs: [{ i: 5, j: 7, sameContent: 0.9 }] });
  expect(read).toBe(0);
  expect(new Set(groups).size).toBe(count - 1);
  expect(groups[5]).toBe(groups[7]);
});

test('without looks, comparisons alone make the groups', () => {
  const groups = groupsOf('content', ['p.mp4', 'q.mp4', 'r.mp4'], {
    looks: [],
    pairs: [{ i: 0, j: 2, sameContent: 0.9 }],
  });
  expect(groups).toEqual(['p', 'q', 'p']);
  expect([...alike([])]).toEqual([]);
});
