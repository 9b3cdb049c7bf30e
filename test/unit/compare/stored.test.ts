/** What the store is asked of a pair without anything being started, on stand-ins for ffmpeg and the model. */
import { rmSync, utimesSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { clip, fakeEngine, scratch } from './fakes.js';

let folder: string;
beforeEach(() => {
  folder = scratch();
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

test('a pair that was compared is told in both orders by an engine that computes nothing', async () => {
  const [a, b] = [clip(folder, 'a', { quality: 2 }), clip(folder, 'b')];
  const storePath = join(folder, 'store');
  const first = fakeEngine({ storePath });
  const made = await first.engine.compare(a, b);
  await first.engine.compare(b, a); // this model writes the words of each order apart
  await first.engine.dispose();

  const { engine, counts } = fakeEngine({ storePath });
  const stored = await engine.storedComparison(a, b);
  const mirrored = await engine.storedComparison(b, a);
  expect(stored).toMatchObject({ kind: 'considered', margin: made.margin, reasoning: made.reasoning });
  expect(mirrored).toMatchObject({ margin: 0 - made.margin, claims: [{ worse: 'a' }] });
  expect([counts.probes, counts.decodes, counts.models, counts.glances]).toEqual([0, [], 0, 0]);
  await engine.dispose();
});

test('a pair that was only glanced at is told as such', async () => {
  const [a, b] = [clip(folder, 'a', { quality: 2 }), clip(folder, 'b')];
  const { engine } = fakeEngine({ storePath: join(folder, 'store') });
  await engine.compare(a, b, { glanceOnly: true });
  expect(await engine.storedComparison(a, b)).toMatchObject({ kind: 'glance', margin: 2, reasoning: '' });
  await engine.dispose();
});

test('nothing is known of a new pair, of a clip that changed since, and of one that is gone', async () => {
  const [a, b, c] = [clip(folder, 'a', { quality: 2 }), clip(folder, 'b'), clip(folder, 'c', { salt: 'c' })];
  const { engine, counts } = fakeEngine({ storePath: join(folder, 'store') });
  expect(await engine.storedComparison(a, b)).toBeNull();
  await engine.compare(a, b);
  await engine.probe(c);
  const probes = counts.probes;
  expect(await engine.storedComparison(a, c)).toBeNull();
  expect(await engine.storedComparison(a, b)).not.toBeNull();
  utimesSync(b, 1, 1);
  expect(await engine.storedComparison(a, b)).toBeNull();
  rmSync(a);
  expect(await engine.storedComparison(a, c)).toBeNull();
  expect(counts.probes).toBe(probes);
  await engine.dispose();
});

test('asking the store changes nothing in it: the last comparison of a clip stays the last', async () => {
  const [a, b, c] = [clip(folder, 'a', { quality: 2 }), clip(folder, 'b'), clip(folder, 'c', { salt: 'c' })];
  const { engine } = fakeEngine({ storePath: join(folder, 'store') });
  await engine.compare(a, b);
  await engine.compare(a, c);
  expect(await engine.storedComparison(a, b)).not.toBeNull();
  const [quality] = await engine.quality([a]);
  expect(quality?.comparison?.other).toBe(c);
  await engine.dispose();
});
