/** The clips of a ranking on the disk. */
import { stat } from 'node:fs/promises';
import { filtered, inNaturalOrder, videosIn } from '../../engine/media/folder.js';
import type { FileLook } from './settling.js';
import type { RankSource } from './source.js';

/** The clips of a source that are there now. Errors: as `videosIn`. */
export async function clipsOf({ folder, clips }: RankSource, subfolders: boolean): Promise<string[]> {
  if (clips === null) return videosIn(folder, subfolders);
  return inNaturalOrder(await filtered(clips, async (path) => (await lookAt(path)) !== null));
}

/** Size and time of a file; null: there is none. */
export async function lookAt(path: string): Promise<FileLook | null> {
  try {
    const { size, mtimeMs } = await stat(path);
    return { bytes: size, modified: mtimeMs };
  } catch {
    return null;
  }
}
