import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { isVideoName, TYPESCRIPT_TOO, VIDEO_EXTENSIONS } from '../../../src/protocol/index.js';
import { pairKey, videoGlob } from '../../../src/extension/videoFiles.js';

describe('videos by name', () => {
  it('does not look at the case and wants the ending whole', () => {
    expect(['a.MP4', 'b.mkv', '.3gp'].map(isVideoName)).toEqual([true, true, true]);
    expect(['a.mp4.txt', 'mp4', 'a.mp3', 'notes.txt'].map(isVideoName)).toEqual([false, false, false, false]);
  });

  it('has the same list, less the names of TypeScript, in every menu condition of the manifest that names files', () => {
    const manifest = JSON.parse(readFileSync(join(import.meta.dirname, '../../../package.json'), 'utf8')) as {
      contributes: { menus: Record<string, { when?: string }[]> };
    };
    const conditions = (manifest.contributes.menus['explorer/context'] ?? [])
      .map((entry) => entry.when ?? '')
      .filter((condition) => !condition.startsWith('explorerResourceIsFolder'));
    expect(conditions.length).toBeGreaterThan(0);
    const listed = VIDEO_EXTENSIONS.filter((extension) => !TYPESCRIPT_TOO.includes(extension));
    for (const condition of conditions) expect(condition).toContain(`(${listed.join('|')})$/i`);
  });

  it('finds them with a glob that covers upper and lower case', () => {
    expect(videoGlob()).toContain('[mM][pP]4');
  });

  it('names a pair the same in both orders and different pairs differently', () => {
    expect(pairKey('/a', '/b')).toBe(pairKey('/b', '/a'));
    expect(pairKey('/a', '/b')).not.toBe(pairKey('/a', '/c'));
  });
});
