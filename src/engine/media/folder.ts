/**
 * The videos of a folder, by their names; what is named like TypeScript is looked into. Hidden files and folders are passed over.
 */
import type { Dirent } from 'node:fs';
import { open, readdir, stat } from 'node:fs/promises';
import { extname, join } from 'node:path';
import { isVideoName, TYPESCRIPT_TOO, VersusqError, say } from '../../protocol/index.js';

/** An MPEG transport stream carries this byte every 188 bytes, or every 192 after the first 4. */
const SYNC = 0x47;
const PACKET = 188;
const TIMED_PACKET = 192;
/** Folders looked into at most: who names the root of a disk by mistake shall not wait for all of it. */
const MOST_FOLDERS = 20_000;
/** Files looked into at the same time. */
const AT_ONCE = 32;

/**
 * Absolute paths in natural order. `subfolders`: those of the folders inside too; links to folders are not followed, so that none
 * is met twice. Errors: `media/not-found`, `media/no-permission`, `usage` where it is no folder or holds too many folders.
 */
export async function videosIn(folder: string, subfolders: boolean, mostFolders = MOST_FOLDERS): Promise<string[]> {
  const found: string[] = [];
  const folders = [folder];
  let seen = 0;
  for (let next = folders.shift(); next !== undefined; next = folders.shift()) {
    if (++seen > mostFolders)
      throw new VersusqError(
        'usage',
        say`There are more than ${mostFolders} folders inside ${folder}. Rank one of them.`,
        { path: folder },
      );
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

/** A folder inside that can't be read is passed over; the folder itself is told of. */
async function entriesOf(folder: string, told: boolean): Promise<Dirent[]> {
  try {
    return await readdir(folder, { withFileTypes: true });
  } catch (cause) {
    if (!told) return [];
    const more = { path: folder, cause };
    const { code } = cause as NodeJS.ErrnoException;
    if (code === 'ENOTDIR')
      throw new VersusqError('usage', say`${folder} is not a folder: rank takes a folder of videos.`, more);
    if (code === 'EACCES')
      throw new VersusqError('media/no-permission', say`${folder} may not be read. Give yourself access to it.`, more);
    throw new VersusqError('media/not-found', say`There is no folder ${folder}. Was it moved or deleted?`, more);
  }
}

/** Named `.ts` or `.mts`, and not a transport stream inside. An empty file, or one that can't be read, is left to the engine. */
export async function isSourceCode(path: string): Promise<boolean> {
  if (!TYPESCRIPT_TOO.includes(extname(path).slice(1).toLowerCase())) return false;
  try {
    const { size } = await stat(path);
    return size > 0 && (await transportPacket(path)) === null;
  } catch {
    return false;
  }
}

/** Bytes of a packet of the MPEG transport stream that the file is, 188 or 192; null where it is none. Throws what `fs` throws. */
export async function transportPacket(path: string): Promise<number | null> {
  const head = Buffer.alloc(TIMED_PACKET + 5);
  const file = await open(path);
  try {
    await file.read(head, 0, head.length, 0);
  } finally {
    await file.close();
  }
  if (head[0] === SYNC && head[PACKET] === SYNC) return PACKET;
  return head[4] === SYNC && head[4 + TIMED_PACKET] === SYNC ? TIMED_PACKET : null;
}

/** Those of which `wanted` says so, in the same order. */
export async function filtered(
  paths: readonly string[],
  wanted: (path: string) => Promise<boolean>,
): Promise<string[]> {
  const kept: string[] = [];
  for (let i = 0; i < paths.length; i += AT_ONCE) {
    const some = paths.slice(i, i + AT_ONCE);
    const keep = await Promise.all(some.map(wanted));
    kept.push(...some.filter((_, n) => keep[n]));
  }
  return kept;
}

const natural = new Intl.Collator('en', { numeric: true });
/** In place: `clip_2` before `clip_10`. */
export const inNaturalOrder = (paths: string[]): string[] => paths.sort(natural.compare);
