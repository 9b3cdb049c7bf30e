/** Paths, by their letters alone. */
import { isAbsolute, relative, sep } from 'node:path';

/** Is `path` the folder or something in it? Both absolute. */
export function isInside(folder: string, path: string): boolean {
  const way = relative(folder, path);
  return way === '' || (way !== '..' && !way.startsWith(`..${sep}`) && !isAbsolute(way));
}
