/** Where things are: the user's store, names given on the command line, names to show. Names are always file names, never URLs. */
import { isAbsolute, join, relative, resolve } from 'node:path';
import type { CliContext } from './context.js';

/** Folder of the store: VERSUSQ_HOME, else the platform's cache folder. */
export function storeFolder({ env, platform, home }: Pick<CliContext, 'env' | 'platform' | 'home'>): string {
  if (env.VERSUSQ_HOME) return resolve(env.VERSUSQ_HOME);
  if (platform === 'win32') return join(env.LOCALAPPDATA || join(home, 'AppData', 'Local'), 'versusq');
  if (platform === 'darwin') return join(home, 'Library', 'Caches', 'versusq');
  const cache = env.XDG_CACHE_HOME;
  return join(cache && isAbsolute(cache) ? cache : join(home, '.cache'), 'versusq');
}

/** A program: a bare name is left to the PATH, anything with a folder in it is made absolute. */
export const programPath = (cwd: string, name: string): string => (/[\\/]/.test(name) ? resolve(cwd, name) : name);

/** The shorter of the path as it is and the path seen from the working directory. */
export function shownPath(cwd: string, path: string): string {
  const seen = relative(cwd, path);
  return seen !== '' && seen.length < path.length ? seen : path;
}
