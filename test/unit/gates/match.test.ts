// Which clips a pattern names, and which reference a clip has.
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { matchClips } from '../../../src/engine/references/gates/match.js';
import { referenceOf } from '../../../src/engine/references/gates/targets.js';
import { scratch } from '../compare/fakes.js';

let folder: string;
beforeAll(() => {
  folder = scratch();
  const files = ['a10.mp4', 'a9.MKV', 'notes.txt', 'code.ts', 'deep/x/b.mov', 'deep/c (1).mp4', 'odd.raw'];
  const passedOver = ['.cache/h.mp4', 'node_modules/p/n.mp4'];
  for (const name of [...files, ...passedOver]) {
    mkdirSync(join(folder, dirname(name)), { recursive: true });
    writeFileSync(join(folder, name), 'export const x = 1;\n'.repeat(20));
  }
  symlinkSync(folder, join(folder, 'deep', 'circle'));
});

describe('a pattern', () => {
  it.each([
    ['*', ['a9.MKV', 'a10.mp4']],
    ['**', ['a9.MKV', 'a10.mp4', 'deep/c (1).mp4', 'deep/x/b.mov']],
    ['./*.mp4', ['a10.mp4']],
    ['deep/**/*.{mov,mp4}', ['deep/c (1).mp4', 'deep/x/b.mov']],
    ['deep/?/*', ['deep/x/b.mov']],
    ['a[0-9].MKV', ['a9.MKV']],
    ['*.mkv', []],
    ['deep/c (1).mp4', ['deep/c (1).mp4']],
    ['odd.raw', ['odd.raw']],
    ['gone.mp4', []],
    ['deep', []],
    ['none/**', []],
    ['.cache/*', ['.cache/h.mp4']],
    ['node_modules/**/*.mp4', ['node_modules/p/n.mp4']],
    ['deep/circle/*.mp4', ['deep/circle/a10.mp4']],
  ])('%s names %j', async (pattern, clips) => {
    expect(await matchClips(folder, pattern)).toEqual(clips);
  });

  it('that leads too far is refused with its name', async () => {
    const few = matchClips(folder, '**', undefined, { entries: 3 });
    await expect(few).rejects.toMatchObject({ code: 'usage', message: expect.stringContaining('"**"') });
    await expect(matchClips(folder, '**', undefined, { clips: 1 })).rejects.toMatchObject({ code: 'usage' });
    await expect(matchClips(folder, '{a,b}'.repeat(40))).resolves.toEqual([]);
  });

  it('stops when it is cancelled', async () => {
    await expect(matchClips(folder, '**', AbortSignal.abort())).rejects.toMatchObject({ code: 'cancelled' });
  });
});

describe('a reference', () => {
  it.each([
    ['masters/{name}.mov', 'encodes/a b.c.mp4', 'masters/a b.c.mov'],
    ['masters/{stem}.mov', 'encodes/shot_1_crf20.mp4', 'masters/shot_1.mov'],
    ['{dir}/ref/{name}.{ext}', 'x/y/a.mkv', 'x/y/ref/a.mkv'],
    ['./{dir}/m.mov', 'a.mp4', 'm.mov'],
    ['m\\{name}.mov', 'a.mp4', 'm/a.mov'],
    ['{name}', 'x/$&.mp4', '$&'],
  ])('%s of %s is %s', (against, clip, path) => {
    expect(referenceOf(against, clip)).toBe(path);
  });
});
