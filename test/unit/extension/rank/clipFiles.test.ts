import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { videosIn } from '../../../../src/engine/media/folder.js';
import { clipsOf } from '../../../../src/extension/rank/clipFiles.js';
import { chosenClips } from '../../../../src/extension/rank/source.js';

vi.mock('vscode', () => import('../fake-vscode.js'));

let folder: string;
const write = (name: string, bytes: Buffer | string = 'x'): void => writeFileSync(join(folder, name), bytes);
const found = async (subfolders = false): Promise<string[]> =>
  (await videosIn(folder, subfolders)).map((path) => relative(folder, path));

beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'versusq-files-'))));
afterEach(() => rmSync(folder, { recursive: true }));

describe('the videos of a folder', () => {
  it('are in natural order, without hidden files and other kinds', async () => {
    for (const name of ['crf32.mp4', 'crf9.MKV', '.hidden.mp4', 'notes.txt']) write(name);
    expect(await found()).toEqual(['crf9.MKV', 'crf32.mp4']);
  });

  it('are those of the folders inside too where that is wanted', async () => {
    for (const name of ['a', '.git', 'node_modules']) mkdirSync(join(folder, name));
    for (const name of ['1.mp4', 'a/2.mp4', '.git/3.mp4', 'node_modules/4.mp4']) write(name);
    expect(await found()).toEqual(['1.mp4']);
    expect(await found(true)).toEqual(['1.mp4', join('a', '2.mp4')]);
  });

  it('are not looked for without end', async () => {
    for (const name of ['a', 'b', 'c']) mkdirSync(join(folder, name));
    expect(await videosIn(folder, true, 4)).toEqual([]);
    await expect(videosIn(folder, true, 3)).rejects.toMatchObject({ code: 'usage' });
  });

  it('are transport streams named .ts, and not TypeScript', async () => {
    const stream = Buffer.alloc(400);
    stream[0] = stream[188] = 0x47;
    const timed = Buffer.alloc(400);
    timed[4] = timed[196] = 0x47;
    write('stream.ts', stream);
    write('timed.mts', timed);
    write('code.ts', `${'export const x = 1;\n'.repeat(20)}`);
    expect(await found()).toEqual(['stream.ts', 'timed.mts']);
  });

  it('can not be told of a folder that is not there', async () => {
    await expect(videosIn(join(folder, 'gone'), false)).rejects.toMatchObject({ code: 'media/not-found' });
  });

  it('are of chosen clips those that are there', async () => {
    write('1.mp4');
    const paths = ['1.mp4', '2.mp4'].map((name) => join(folder, name));
    expect(await clipsOf(chosenClips(paths), false)).toEqual([paths[0]]);
  });
});
