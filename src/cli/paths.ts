/** Names given on the command line, names to show. Names are always file names, never URLs. */
import { existsSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';
import { isAddress } from '../engine/media/address.js';
import type { CliContext } from './context.js';

/**
 * A clip's absolute path. An address stays as it is, unless a file has its name: the engine then refuses it for what it is,
 * instead of looking for folders named `http:`.
 */
export function clipPath(cwd: string, name: string): string {
  const path = resolve(cwd, name);
  return isAddress(name) && !existsSync(path) ? name : path;
}

/**
 * The clip of a list, absolute: of that name in the working directory, else beside the list; else without the spaces around the
 * name, and with `~/` as the home folder, which a shell would have replaced. Where there is none, the path in the working directory.
 */
export function listedPath({ cwd, home }: Pick<CliContext, 'cwd' | 'home'>, folder: string, name: string): string {
  const trimmed = name.trim();
  const expanded = /^~[\\/]/.test(trimmed) ? join(home, trimmed.slice(2)) : trimmed;
  const places = [name, trimmed, expanded].flatMap((n) => [resolve(cwd, n), resolve(folder, n)]);
  return places.find((path) => existsSync(path)) ?? clipPath(cwd, expanded);
}

/** A program: a bare name is left to the PATH, anything with a folder in it is made absolute. */
export const programPath = (cwd: string, name: string): string => (/[\\/]/.test(name) ? resolve(cwd, name) : name);

/** The shorter of the path as it is and the path seen from the working directory. */
export function shownPath(cwd: string, path: string): string {
  const seen = relative(cwd, path);
  return seen !== '' && seen.length < path.length ? seen : path;
}
