/** Names given on the command line, names to show. Names are always file names, never URLs. */
import { relative, resolve } from 'node:path';

/** A program: a bare name is left to the PATH, anything with a folder in it is made absolute. */
export const programPath = (cwd: string, name: string): string => (/[\\/]/.test(name) ? resolve(cwd, name) : name);

/** The shorter of the path as it is and the path seen from the working directory. */
export function shownPath(cwd: string, path: string): string {
  const seen = relative(cwd, path);
  return seen !== '' && seen.length < path.length ? seen : path;
}
