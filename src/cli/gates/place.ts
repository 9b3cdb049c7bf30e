/** How reports for CI name a file: relative to the root of the repository, which is how the services that read them look for it. */
import { existsSync } from 'node:fs';
import { dirname, join, relative, sep } from 'node:path';
import type { CliContext } from '../context.js';

/** With `/`. The root is that of the runner's checkout, else the nearest folder above with a `.git`, else the working directory. */
export function placeInRepository(path: string, { cwd, env }: Pick<CliContext, 'cwd' | 'env'>): string {
  const root = env.GITHUB_WORKSPACE || nearestWith('.git', dirname(path)) || cwd;
  return relative(root, path).split(sep).join('/');
}

/** The folder, or the nearest above it, that holds something of this name; null: none does. */
export function nearestWith(name: string, start: string): string | null {
  for (let folder = start; ; folder = dirname(folder)) {
    if (existsSync(join(folder, name))) return folder;
    if (folder === dirname(folder)) return null;
  }
}
