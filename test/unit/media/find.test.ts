import { chmodSync, mkdirSync, utimesSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { identityFrom, likelyFfmpeg } from '../../../src/engine/media/find.js';
import { findFfmpeg, parseVersion, probeEarly } from '../../../src/engine/media/index.js';
import { media, onPath, packagedPath, plain, scratch } from './clips.js';

describe('finding ffmpeg', () => {
  const dir = scratch();
  const program = (name: string, says: string) => {
    const path = join(dir, name);
    writeFileSync(path, `#!/bin/sh\necho '${says}'\n`);
    chmodSync(path, 0o755);
    return path;
  };

  it('takes the setting first, then the PATH, then the package', async () => {
    expect(await findFfmpeg({ setting: packagedPath })).toMatchObject({ source: 'setting', ffmpegPath: packagedPath });
    expect(await findFfmpeg({ setting: dirname(packagedPath) })).toMatchObject({
      source: 'setting',
      ffmpegPath: packagedPath,
    });
    expect(await findFfmpeg({ setting: '' })).toMatchObject({ source: 'path', ffmpegPath: onPath.ffmpegPath });
    expect(await findFfmpeg({ setting: null, env: { PATH: dir } })).toMatchObject({
      source: 'package',
      version: [4, 1],
    });
  });

  it('says so when the setting names nothing, and never passes it over', async () => {
    const error = await findFfmpeg({ setting: join(dir, 'nowhere') }).catch((e: unknown) => e);
    expect(error).toMatchObject({ code: 'ffmpeg/not-found' });
    expect((error as Error).message).toContain('versusq.ffmpegPath');
  });

  it('knows before any program has run which ones it will likely be', async () => {
    for (const setting of [null, packagedPath])
      expect(await findFfmpeg({ setting })).toMatchObject(likelyFfmpeg({ setting })!);
    expect(likelyFfmpeg({ setting: join(dir, 'nowhere') })).toBeNull();
  });

  it('takes the word of an ffprobe of the same build for the version, and of no other', () => {
    const folder = join(dir, 'build');
    mkdirSync(folder);
    const [ffmpegPath, ffprobePath] = ['ffmpeg', 'ffprobe'].map((name) => program(join('build', name), '')) as [
      string,
      string,
    ];
    const located = { ffmpegPath, ffprobePath, source: 'path' as const };
    const banner = 'ffmpeg version 7.1.1 Copyright (c) 2007-2025 the FFmpeg developers';
    expect(identityFrom(located, banner)).toEqual({ ...located, version: [7, 1], versionText: 'ffmpeg version 7.1.1' });
    expect(identityFrom(located, null)).toBeNull();
    expect(identityFrom(located, 'ffmpeg version 3.4 Copyright (c) 2007-2018 the FFmpeg developers')).toBeNull();
    expect(identityFrom({ ...located, ffprobePath: packagedPath }, banner)).toBeNull();
    utimesSync(ffmpegPath, new Date(), new Date(Date.now() - 86_400_000));
    expect(identityFrom(located, banner)).toBeNull();
  });

  it('probes before the version is known, and hears it from the same process', async () => {
    const early = probeEarly({ setting: null }, plain())!;
    expect(await early.facts).toEqual(await media.probe(plain()));
    const told = await early.ffmpeg; // null where ffprobe lies in another folder
    if (dirname(onPath.ffmpegPath) === dirname(onPath.ffprobePath)) expect(told).toEqual(onPath);
    const failed = probeEarly({ setting: null }, join(dir, 'missing.mp4'))!;
    await expect(failed.facts).rejects.toMatchObject({ code: 'media/not-found' });
    expect(await failed.ffmpeg).toBeNull();
  });

  it('refuses a version before 4 and a program that is no ffmpeg, and says how to get one', async () => {
    const old = program('old', 'ffmpeg version 3.4.2-1 Copyright (c) 2000-2018 the FFmpeg developers');
    const error = await findFfmpeg({ setting: old }).catch((e: unknown) => e);
    expect(error).toMatchObject({ code: 'ffmpeg/too-old' });
    expect((error as Error).message).toMatch(
      /apt install ffmpeg.*brew install ffmpeg.*winget install ffmpeg.*versusq\.ffmpegPath/,
    );
    const broken = join(dir, 'broken');
    writeFileSync(broken, 'not a program');
    chmodSync(broken, 0o755);
    await expect(findFfmpeg({ setting: broken })).rejects.toMatchObject({ code: 'ffmpeg/not-found' });
  });

  it.each([
    ['ffmpeg version 5.1.9-0+deb12u1 Copyright (c) 2000-2025 the FFmpeg developers', [5, 1]],
    ['ffmpeg version n9.0.2-17-g2a571b6068-20260930 Copyright (c) 2000-2026 the FFmpeg developers', [9, 0]],
    ['ffmpeg version 4.4 Copyright (c) 2000-2021 the FFmpeg developers', [4, 4]],
    [
      'ffmpeg version N-47683-g0e8eb07980-static https://example.org/  Copyright (c) 2000-2018 the FFmpeg developers',
      [4, 1],
    ],
    [
      'ffmpeg version 2024-05-13-git-37db0454e4-full_build-www.example.org Copyright (c) 2000-2024 the FFmpeg developers',
      [7, 0],
    ],
    ['ffmpeg version N-130000-gabcdef Copyright (c) 2000-2031 the FFmpeg developers', [9, 0]],
    ['ffmpeg version 3.4.2 Copyright (c) 2000-2018 the FFmpeg developers', [3, 4]],
  ])('reads the version of %j', (line, version) => expect(parseVersion(line)).toEqual(version));
});
