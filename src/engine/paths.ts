/** Paths, by their letters alone. */
import { isAbsolute, join, relative, resolve, sep } from 'node:path';

/** Is `path` the folder or something in it? Both absolute. */
export function isInside(folder: string, path: string): boolean {
  const way = relative(folder, path);
  return way === '' || (way !== '..' && !way.startsWith(`..${sep}`) && !isAbsolute(way));
}

/** Copies made for playback lie in this folder beside the store. */
export const PROXIES = 'proxies';

/** What of the world says where the store is. */
export interface Place {
  env: Record<string, string | undefined>;
  platform: NodeJS.Platform;
  home: string;
}

/** Folder of the user's store, the same for the editor and the command: VERSUSQ_HOME, else one in the platform's cache folder. */
export function storeFolder({ env, platform, home }: Place): string {
  if (env.VERSUSQ_HOME) return resolve(env.VERSUSQ_HOME);
  if (platform === 'win32') return join(env.LOCALAPPDATA || join(home, 'AppData', 'Local'), 'versusq');
  if (platform === 'darwin') return join(home, 'Library', 'Caches', 'versusq');
  const cache = env.XDG_CACHE_HOME;
  return join(cache && isAbsolute(cache) ? cache : join(home, '.cache'), 'versusq');
}
