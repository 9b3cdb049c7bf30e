/**
 * A file named by a text or by a language model -> its absolute path, inside the workspace or not at all. The name is judged by
 * its letters before any file system is asked (a network path would already tell the network who asks), and by its real place
 * after, because a link may lead anywhere.
 */
import * as vscode from 'vscode';
import { realpath } from 'node:fs/promises';
import { basename, isAbsolute, join, resolve } from 'node:path';
import { isInside } from '../engine/paths.js';
import { VersusqError, say } from '../protocol/index.js';

/** "file:", "https:"; a single letter is a drive. */
const SCHEME = /^([a-z][a-z0-9+.-]+):/i;

export function workspaceFolders(): string[] {
  const folders = vscode.workspace.workspaceFolders ?? [];
  return folders.filter(({ uri }) => uri.scheme === 'file').map(({ uri }) => uri.fsPath);
}

/**
 * The file or folder of that name, looked for in `base` (a folder of the workspace) first, then in every workspace folder; a
 * name may begin with the name of a workspace folder. Errors: `usage` where it may not be followed, `media/not-found`.
 */
export async function inWorkspace(name: string, base?: string): Promise<string> {
  const folders = workspaceFolders();
  if (folders.length === 0)
    throw new VersusqError(
      'usage',
      say`No folder is open, so "${name}" can't be looked for. Open the folder that holds it.`,
    );
  const places = candidates(name, folders, base);
  const allowed = places.filter((place) => folders.some((folder) => isInside(folder, place)));
  if (allowed.length === 0) throw outside(name);
  for (const place of allowed) {
    const real = await realpath(place).catch(() => null);
    if (real === null) continue;
    const roots = await Promise.all(folders.map((folder) => realpath(folder).catch(() => folder)));
    if (!roots.some((root) => isInside(root, real))) throw outside(name);
    return place;
  }
  const [only, second] = folders;
  throw new VersusqError(
    'media/not-found',
    only !== undefined && second === undefined
      ? say`"${name}" is not in ${only}. Give its path relative to the workspace folder.`
      : say`"${name}" is not in the folders ${folders.map((folder) => basename(folder)).join(', ')}. Give its path relative to the workspace folder.`,
  );
}

/** Places that a name may mean, without duplicates, the likeliest first. Errors: `usage` for a name that is no path. */
export function candidates(name: string, folders: readonly string[], base?: string): string[] {
  const path = asPath(name);
  if (isAbsolute(path)) return [resolve(path)];
  const named = folders.flatMap((folder) => {
    const [first, ...rest] = path.split(/[\\/]/);
    return first === basename(folder) ? [join(folder, ...rest)] : [];
  });
  const bases = base === undefined ? folders : [base, ...folders];
  return [...new Set([...bases.map((folder) => resolve(folder, path)), ...named])];
}

function asPath(name: string): string {
  const scheme = SCHEME.exec(name)?.[1]?.toLowerCase();
  if (name.trim() === '' || name.includes('\0')) throw new VersusqError('usage', say`A name of a file is missing.`);
  if (scheme === undefined) return name;
  if (scheme === 'file') return vscode.Uri.parse(name).fsPath;
  throw new VersusqError('usage', say`"${name}" is not a file of this machine: VersusQ reads files only.`);
}

function outside(name: string): VersusqError {
  const message = say`"${name}" lies outside the workspace, and VersusQ does not follow it there. Add its folder to the workspace.`;
  return new VersusqError('usage', message);
}
