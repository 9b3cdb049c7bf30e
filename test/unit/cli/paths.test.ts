// Where the store lies on each platform.
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { clipPath, shownPath } from '../../../src/cli/paths.js';
import { storeFolder } from '../../../src/engine/paths.js';
import { scratch } from './fake-engine.js';

describe('the store', () => {
  it.each([
    ['linux', {}, '/home/u/.cache/versusq'],
    ['linux', { XDG_CACHE_HOME: '/c' }, '/c/versusq'],
    ['linux', { XDG_CACHE_HOME: 'relative' }, '/home/u/.cache/versusq'],
    ['darwin', { XDG_CACHE_HOME: '/c' }, '/home/u/Library/Caches/versusq'],
    ['win32', { LOCALAPPDATA: '/local' }, '/local/versusq'],
    ['linux', { VERSUSQ_HOME: '/mine', XDG_CACHE_HOME: '/c' }, '/mine'],
  ] as const)('on %s with %j lies in %s', (platform, env, folder) => {
    expect(storeFolder({ platform, env, home: '/home/u' })).toBe(folder);
  });
});

describe('a path to show', () => {
  it('is the shorter one of the path itself and the path seen from here', () => {
    expect(shownPath('/a/b', '/a/b/c.mp4')).toBe('c.mp4');
    expect(shownPath('/a/b/c/d/e', '/x.mp4')).toBe('/x.mp4');
  });
});

describe('a clip on the command line', () => {
  it('is a file of the working directory; only an address that no file is named like stays an address', () => {
    const cwd = scratch();
    expect(clipPath(cwd, 'http:x.mp4')).toBe(join(cwd, 'http:x.mp4'));
    expect(clipPath(cwd, 'http://x.org/a.mp4')).toBe('http://x.org/a.mp4');
    mkdirSync(join(cwd, 'http:', 'x.org'), { recursive: true });
    writeFileSync(join(cwd, 'http:', 'x.org', 'a.mp4'), '');
    expect(clipPath(cwd, 'http://x.org/a.mp4')).toBe(join(cwd, 'http:/x.org/a.mp4'));
  });
});
