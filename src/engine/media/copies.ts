/**
 * The bound of the folder of copies made for playback: the least recently used ones go first, and never one in use. A copy's
 * last use is its access time, set here, for the modification time is part of what a player's cache goes by.
 */
import { readdir, rm, stat, utimes } from 'node:fs/promises';
import { join } from 'node:path';

export interface FolderBound {
  bytes: number;
  files: number;
  /** A file used by anyone in so many milliseconds stays: other windows share the folder, and a copy may be in the making. */
  recent: number;
}
export const COPIES_BOUND: FolderBound = { bytes: 4 * 2 ** 30, files: 64, recent: 3_600_000 };
/** The copies that this process gave out last stay whatever their age: two for each of four panels. */
const SHOWN = 8;

/** Paths given out, the latest last. */
const shown: string[] = [];

/** Notes that `path` is shown from now on. Never rejects: a file system without access times loses the order, not the copy. */
export async function markUsed(path: string): Promise<void> {
  const before = shown.indexOf(path);
  if (before >= 0) shown.splice(before, 1);
  shown.push(path);
  shown.splice(0, shown.length - SHOWN);
  await stat(path).then((s) => utimes(path, new Date(), s.mtime)).catch(() => undefined); // prettier-ignore
}

/** Removes copies until the folder is within `bound`, or only copies in use are left. Never rejects. */
export async function keepWithin(folder: string, bound: FolderBound): Promise<void> {
  const copies = await listed(folder);
  let bytes = copies.reduce((sum, copy) => sum + copy.bytes, 0);
  let files = copies.length;
  for (const copy of copies.sort((a, b) => a.used - b.used)) {
    if (bytes <= bound.bytes && files <= bound.files) return;
    if (shown.includes(copy.path) || Date.now() - copy.used < bound.recent) continue;
    if (!(await rm(copy.path, { force: true }).then(() => true, () => false))) continue; // prettier-ignore
    bytes -= copy.bytes;
    files--;
  }
}

/** The files of the folder, also what a killed process left of one: path, size, last use (milliseconds since 1970). */
async function listed(folder: string): Promise<{ path: string; bytes: number; used: number }[]> {
  const names = await readdir(folder).catch(() => []);
  const copies = await Promise.all(
    names.map(async (name) => {
      const path = join(folder, name);
      const facts = await stat(path).catch(() => null);
      if (facts === null || !facts.isFile()) return [];
      return [{ path, bytes: facts.size, used: Math.max(facts.atimeMs, facts.mtimeMs) }];
    }),
  );
  return copies.flat();
}
