import { chmodSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { findFfmpeg, parseVersion } from '../../../src/engine/media/index.js';
import { onPath, packagedPath, scratch } from './clips.js';

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
