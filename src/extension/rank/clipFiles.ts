/**
 * The videos of a folder, by their names; what is named like TypeScript is looked into. Hidden files and folders are passed over.
 */
import { open, readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { VersusqError } from '../../protocol/index.js';
import { isVideoName, TYPESCRIPT_TOO } from '../videoFiles.js';
import type { FileLook } from './settling.js';
import type { RankSource } from './source.js';

/** An MPEG transport stream carries this byte every 188 bytes, or every 192 after the first 4. */
const SYNC = 0x47;
const PACKET = 188;
const TIMED_PACKET = 192;
/** Files looked into or at, at the same time. */
const AT_ONCE = 32;

/** Absolute paths in natural order. `subfolders`: those of the folders inside too. Errors: `media/not-found`, `media/no-permission`. */
export async function videosIn(folder: string, subfolders: boolean): Promise<string[]> {
  const found: string[] = [];
  const folders = [folder];
  for (let next = folders.shift(); next !== undefined; next = folders.shift()) {
    for (const entry of await entriesOf(next, next === folder)) {
      const { name } = entry;
      if (name.startsWith('.')) continue;
      if (!entry.isDirectory()) {
        if (isVideoName(name)) found.push(join(next, name));
      } else if (subfolders && name !== 'node_modules') folders.push(join(next, name));
    }
  }
  return inNaturalOrder(await filtered(found, async (path) => !(await isSourceCode(path))));
}

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

/** A folder inside that can't be read is passed over; the folder itself is told of. */
async function entriesOf(folder: string, told: boolean): Promise<import('node:fs').Dirent[]> {
  try {
    return await readdir(folder, { withFileTypes: true });
  } catch (cause) {
    if (!told) return [];
    const more = { path: folder, cause };
    if ((cause as NodeJS.ErrnoException).code === 'EACCES')
      throw new VersusqError('media/no-permission', `${folder} may not be read. Give yourself access to it.`, more);
    throw new VersusqError('media/not-found', `There is no folder ${folder}. Was it moved or deleted?`, more);
  }
}

/** Named `.ts` or `.mts`, and not a transport stream inside. */
async function isSourceCode(path: string): Promise<boolean> {
  if (!TYPESCRIPT_TOO.some((extension) => path.toLowerCase().endsWith(`.${extension}`))) return false;
  const head = Buffer.alloc(TIMED_PACKET + 5);
  try {
    const file = await open(path);
    try {
      const { bytesRead } = await file.read(head, 0, head.length, 0);
      const isStream = (first: number, packet: number): boolean =>
        head[first] === SYNC && head[first + packet] === SYNC;
      return bytesRead > 0 && !isStream(0, PACKET) && !isStream(4, TIMED_PACKET);
    } finally {
      await file.close();
    }
  } catch {
    return false; // the engine tells why it can't be read
  }
}

async function filtered(paths: readonly string[], wanted: (path: string) => Promise<boolean>): Promise<string[]> {
  const kept: string[] = [];
  for (let i = 0; i < paths.length; i += AT_ONCE) {
    const some = paths.slice(i, i + AT_ONCE);
    const keep = await Promise.all(some.map(wanted));
    kept.push(...some.filter((_, n) => keep[n]));
  }
  return kept;
}

const natural = new Intl.Collator('en', { numeric: true });
const inNaturalOrder = (paths: string[]): string[] => paths.sort(natural.compare);
