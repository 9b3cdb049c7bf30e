/**
 * From a name in a text to files. Texts come from strangers: only what lies in the workspace folders and the configured roots is ever
 * looked at, before and after links are followed; everything else is refused without touching it.
 */
import { realpath, stat } from 'node:fs/promises';
import { dirname, isAbsolute, relative, resolve, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Reference, ReferenceTarget } from '../../protocol/index.js';
import { isInside } from '../paths.js';
import { filesMatching } from './glob.js';
import { beginningsIn, SpacedNames } from './spaced-names.js';

export interface Surroundings {
  /** Absolute path of the document; null: it has none yet. */
  document: string | null;
  /** Absolute paths. */
  workspaceFolders: readonly string[];
  /** Absolute paths of the configured roots. */
  roots: readonly string[];
  /** Whether there is such a file; asked only for paths inside. Default: the file system. */
  exists?: (path: string) => boolean | Promise<boolean>;
  /** What folders were found to hold, kept from one name to the next. */
  spaced?: SpacedNames;
}

const isFile = async (path: string): Promise<boolean> =>
  stat(path).then(
    (found) => found.isFile(),
    () => false,
  );

/**
 * Relative to the document, then to each workspace folder, then to each root: the first place where it is wins. A name that begins
 * with `/` and does not lie inside is read from each workspace folder, as in Markdown. Words before the name belong to it where
 * there is such a file, as many as possible. Never throws.
 */
export async function resolveReference(
  reference: Pick<Reference, 'name' | 'kind' | 'lead'>,
  surroundings: Surroundings,
): Promise<ReferenceTarget> {
  const { document, workspaceFolders, roots, exists = isFile, spaced = new SpacedNames() } = surroundings;
  const allowed = [...workspaceFolders, ...roots]
    .filter((folder) => isAbsolute(folder))
    .map((folder) => resolve(folder));
  const bases = [...(document !== null && isAbsolute(document) ? [dirname(document)] : []), ...allowed];
  const names = namesOf(reference);
  if ('reason' in names) return { kind: 'refused', reason: names.reason };
  const looked: string[] = [];
  let refused = `${reference.name} lies outside the workspace folders and the configured roots.`;
  let leadsOut = false;
  const real = await Promise.all(allowed.map((folder) => realpath(folder).catch(() => folder)));
  const isReallyInside = async (path: string): Promise<boolean> => {
    const target = await realpath(path).catch((error: NodeJS.ErrnoException) =>
      error.code === 'ENOENT' ? path : null,
    );
    return target !== null && (isInAny(target, real) || (target === path && isInAny(path, allowed)));
  };
  const staysInside = async (path: string): Promise<boolean> => {
    const stays = await isReallyInside(path);
    if (!stays) {
      leadsOut = true;
      refused = `${reference.name} is a link that leads outside the workspace folders and the configured roots.`;
    }
    return stays;
  };
  const { lead = '', kind } = reference;
  for (const from of kind === 'path' ? beginningsIn(lead) : []) {
    const name = lead.slice(from) + reference.name;
    for (const path of candidates(name.replaceAll('\\', '/'), bases, workspaceFolders, allowed)) {
      const folder = allowed.find((each) => isInside(each, path));
      if (folder === undefined || !(await spaced.has(folder, path, isReallyInside))) continue;
      if ((await exists(path)) && (await isReallyInside(path)))
        return { kind: 'files', paths: [path], taken: lead.length - from };
    }
  }
  const tried = new Set<string>();
  for (const name of names.names) {
    for (const path of candidates(name, bases, reference.kind === 'uri' ? [] : workspaceFolders, allowed)) {
      if (tried.has(path) || !isInAny(path, allowed)) continue;
      tried.add(path);
      // an absolute path is refused rather than missing, although it was looked for in the workspace too
      if (!isAbsolute(name) || path === resolve(name)) looked.push(path);
      if ((await exists(path)) && (await staysInside(path))) return { kind: 'files', paths: [path] };
    }
  }
  if (reference.kind === 'glob') {
    for (const { folder, pattern } of searches(names.names[0]!, bases, allowed)) {
      const found = await filesMatching(folder, pattern, async (at) => isInAny(at, allowed) && staysInside(at));
      const paths: string[] = [];
      for (const path of found.paths) if ((await exists(path)) && (await staysInside(path))) paths.push(path);
      if (paths.length > 0) return { kind: 'files', paths, ...(found.truncated ? { truncated: true } : {}) };
    }
  }
  return leadsOut || looked.length === 0 ? { kind: 'refused', reason: refused } : { kind: 'missing', looked };
}

/** Where a pattern is looked for. One that is absolute is cut behind the folder it lies in. */
function searches(
  pattern: string,
  bases: readonly string[],
  allowed: readonly string[],
): { folder: string; pattern: string }[] {
  if (!isAbsolute(pattern)) return bases.map((folder) => ({ folder, pattern }));
  const holders = allowed.filter((folder) => isInside(folder, resolve(pattern)));
  return holders.map((folder) => ({ folder, pattern: relative(folder, resolve(pattern)).replaceAll(sep, '/') }));
}

/** The ways to read a name, the likelier first; or why it is not read at all. */
function namesOf({ name, kind }: Pick<Reference, 'name' | 'kind'>): { names: string[] } | { reason: string } {
  if (name.includes('\0')) return { reason: 'A name with a null character in it is no name of a file.' };
  const scheme = /^([a-z][a-z0-9+.-]+):/i.exec(name)?.[1]?.toLowerCase();
  if (scheme === 'file' || kind === 'uri') {
    if (scheme !== 'file') return { reason: `Only file: addresses are followed, not ${scheme ?? name}.` };
    try {
      const url = new URL(name);
      if (url.hostname === 'localhost') url.hostname = '';
      if (url.hostname !== '') return { reason: `${name} is on another machine (${url.hostname}).` };
      return { names: [fileURLToPath(url)] };
    } catch {
      return { reason: `${name} is not a valid file: address.` };
    }
  }
  if (scheme !== undefined && name.includes('://'))
    return { reason: `Only file: addresses are followed, not ${scheme}.` };
  const slashed = name.replaceAll('\\', '/');
  if (slashed.startsWith('//')) return { reason: `${name} is on another machine.` };
  if (sep === '/' && /^[a-z]:\//i.test(slashed)) return { reason: `${name} is a path of Windows.` };
  return { names: [...new Set([slashed, decoded(slashed)])] };
}

function decoded(name: string): string {
  try {
    const plain = decodeURIComponent(name);
    return plain.includes('\0') ? name : plain;
  } catch {
    return name;
  }
}

function candidates(
  name: string,
  bases: readonly string[],
  workspaceFolders: readonly string[],
  allowed: readonly string[],
): string[] {
  if (!isAbsolute(name)) return bases.map((base) => resolve(base, name));
  const path = resolve(name);
  return isInAny(path, allowed) ? [path] : workspaceFolders.map((folder) => resolve(folder, `.${sep}${name}`));
}

const isInAny = (path: string, folders: readonly string[]): boolean => folders.some((folder) => isInside(folder, path));
