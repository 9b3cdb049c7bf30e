import { describe, expect, it, vi } from 'vitest';
import {
  arrangementOf,
  sourceToRestore,
  withRemembered,
  type Remembered,
} from '../../../../src/extension/rank/memory.js';
import { chosenClips, panelTitle, sourceKey, type RankSource } from '../../../../src/extension/rank/source.js';

vi.mock('vscode', () => import('../fake-vscode.js'));

const folder = (path: string): RankSource => ({ folder: path, clips: null });
const entry = (source: RankSource, excluded: string[] = []): Remembered => ({
  source,
  excluded,
  reference: null,
  grouping: 'none',
});

describe('what is ranked', () => {
  it('is a folder, or chosen clips in the innermost folder that holds them all', () => {
    expect(chosenClips(['/v/a/1.mp4', '/v/a/2.mp4']).folder).toBe('/v/a');
    expect(chosenClips(['/v/a/1.mp4', '/v/ab/2.mp4']).folder).toBe('/v');
    expect(chosenClips(['/v/1.mp4', '/w/2.mp4']).folder).toBe('/');
  });

  it('is the same for the same clips in another order', () => {
    const paths = ['/v/2.mp4', '/v/1.mp4', '/v/2.mp4'];
    expect(sourceKey(chosenClips(paths))).toBe(sourceKey(chosenClips(['/v/1.mp4', '/v/2.mp4'])));
    expect(sourceKey(chosenClips(paths))).not.toBe(sourceKey(folder('/v')));
    expect(panelTitle(chosenClips(paths))).toBe('Ranking of 2 clips in v');
  });
});

describe('what a workspace remembers', () => {
  it('is what was left out, for each folder its own', () => {
    const list = withRemembered([entry(folder('/v'), ['a.mp4'])], entry(folder('/w')));
    expect(arrangementOf(list, folder('/v')).excluded).toEqual(['a.mp4']);
    expect(arrangementOf(list, folder('/x'))).toMatchObject({ excluded: [], grouping: 'none' });
  });

  it('is bounded, and what was used last stays', () => {
    let list: Remembered[] = [];
    for (let i = 0; i < 60; i++) list = withRemembered(list, entry(folder(`/${i}`)));
    list = withRemembered(list, entry(folder('/30')));
    expect(list).toHaveLength(50);
    expect(list[0]?.source.folder).toBe('/30');
  });

  it('brings a table back by its title, and by what the table kept where titles are the same', () => {
    const list = [
      entry(folder('/w/encodes')),
      entry(folder('/v/encodes')),
      entry(chosenClips(['/v/1.mp4', '/v/2.mp4'])),
    ];
    expect(sourceToRestore(list, 'Ranking of encodes', undefined)?.folder).toBe('/w/encodes');
    expect(sourceToRestore(list, 'Ranking of encodes', { folder: '/v/encodes' })?.folder).toBe('/v/encodes');
    expect(sourceToRestore(list, 'Ranking of 2 clips in v', { folder: '/v' })?.clips).toHaveLength(2);
    expect(sourceToRestore([], 'Ranking of encodes', { folder: '/v' })).toEqual(folder('/v'));
    expect(sourceToRestore([], 'Ranking of encodes', { folder: 3 })).toBeNull();
  });
});
