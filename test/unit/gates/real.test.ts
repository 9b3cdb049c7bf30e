// Gates on real clips, ffmpeg and the shipped model: a poor encode fails, its master passes, and the editor knows it without computing.
import { copyFileSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it, vi } from 'vitest';
import { createEngine } from '../../../src/engine/engine.js';
import { realClip } from '../compare/clips.js';
import { scratch } from '../compare/fakes.js';

vi.setConfig({ testTimeout: 400_000 }); // a hang on a busy machine, not a speed

it('a poor encode fails against its master, at the line of its rule, and is known from then on', async () => {
  const folder = scratch();
  mkdirSync(join(folder, 'e'));
  for (const name of ['clean', 'poor'] as const)
    copyFileSync(realClip(`${name}.mp4`), join(folder, 'e', `${name}.mp4`));
  const config = join(folder, '.versusq.json');
  const rule = {
    against: 'e/clean.mp4',
    minMargin: -0.5,
    forbid: ['blockiness'],
    maxFreezeSeconds: 0.5,
    exclude: { 'e/clean.mp4': 'the reference' },
  };
  writeFileSync(config, `{ "rules": {\n  "e/*.mp4": ${JSON.stringify(rule)}\n} }`);
  const settings = { ffmpegPath: null, modelPath: null, device: 'cpu' as const, storePath: join(folder, 'store') };

  const engine = createEngine(settings);
  const check = await engine.check({ config });
  await engine.dispose();
  expect(check.state).toBe('failed');
  expect(check.rules[0]?.clips.map(({ path, state }) => [path, state])).toEqual([
    ['e/clean.mp4', 'excluded'],
    ['e/poor.mp4', 'failed'],
  ]);
  expect(check.violations[0]).toMatchObject({
    clip: 'e/poor.mp4',
    kind: 'minMargin',
    position: { line: 2, column: 3 },
  });
  expect(check.violations[0]?.message).toMatch(
    /^e\/poor\.mp4 looks (clearly|much) worse than e\/clean\.mp4: margin -\d/,
  );

  const later = createEngine(settings);
  const stored = await later.check({ config, storedOnly: true });
  await later.dispose();
  expect({ ...stored, storedOnly: false, finished: '' }).toEqual({ ...check, finished: '' });
});
