/**
 * The clips of a rule: a glob pattern (minimatch: `*`, `**`, `?`, `[a-c]`, `{a,b}`) against the files of the config's folder. Only
 * folders that can hold a match are read; hidden ones, `node_modules` and linked ones only where the pattern names them. Case
 * counts on every system, so that a config means the same everywhere.
 */
import type { Dirent } from 'node:fs';
import { lstat, readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { Minimatch } from 'minimatch';
import { isVideoName, VersusqError, say } from '../../../protocol/index.js';
import { throwIfCancelled } from '../../compare/jobs.js';
import { inNaturalOrder, isSourceCode } from '../../media/folder.js';

/** A pattern that leads through more files and folders than this is too wide. */
const MOST_ENTRIES = 200_000;
/** A rule judges at most so many clips. */
const MOST_CLIPS = 5000;
/** Braces are written out into at most so many patterns. */
const MOST_BRACES = 1000;

export interface MatchLimits {
  entries?: number;
  clips?: number;
}

/**
 * Paths relative to `folder`, with `/`, in natural order. A pattern without wildcards names its file whatever its extension. A link
 * that leads nowhere counts, because a clip that is lost must not pass. Errors: `usage` where the pattern is too wide.
 */
export async function matchClips(
  folder: string,
  pattern: string,
  signal?: AbortSignal,
  { entries: most = MOST_ENTRIES, clips: mostClips = MOST_CLIPS }: MatchLimits = {},
): Promise<string[]> {
  const glob = matcherOf(pattern);
  if (!glob.hasMagic()) {
    const path = pattern.replace(/^(?:\.\/)+/, '');
    return (await isFileOrLost(join(folder, path))) ? [path] : [];
  }
  const found: string[] = [];
  const folders = [''];
  let seen = 0;
  for (let at = folders.pop(); at !== undefined; at = folders.pop()) {
    throwIfCancelled(signal);
    for (const entry of await entriesOf(join(folder, at))) {
      if (++seen > most)
        throw tooWide(say`The rule "${pattern}" leads through more than ${most} files: make its pattern narrower.`);
      const path = at === '' ? entry.name : `${at}/${entry.name}`;
      if (isOpenFolder(entry, path, pattern)) {
        if (glob.match(path, true)) folders.push(path);
      } else if (isVideoName(path) && glob.match(path)) found.push(path);
    }
    if (found.length > mostClips)
      throw tooWide(say`The rule "${pattern}" leads through more than ${mostClips} clips: make its pattern narrower.`);
  }
  const clips: string[] = [];
  for (const path of found) {
    const whole = join(folder, path);
    if ((await isFileOrLost(whole)) && !(await isSourceCode(whole))) clips.push(path);
  }
  return inNaturalOrder(clips);
}

/** Does the pattern name this clip? Paths relative to the config's folder, with `/`. */
export const matcherOf = (pattern: string): Minimatch =>
  new Minimatch(pattern.replace(/^(?:\.\/)+/, ''), {
    nonegate: true,
    nocomment: true,
    noext: true,
    magicalBraces: true,
    braceExpandMax: MOST_BRACES,
    platform: 'linux',
  });

/** A folder to look into. Links may lead in circles and elsewhere: they are followed only where the pattern spells them out. */
function isOpenFolder(entry: Dirent, path: string, pattern: string): boolean {
  const spelled = pattern.startsWith(`${path}/`);
  return spelled ? entry.isDirectory() || entry.isSymbolicLink() : entry.isDirectory() && entry.name !== 'node_modules';
}

const entriesOf = (folder: string): Promise<Dirent[]> => readdir(folder, { withFileTypes: true }).catch(() => []);

/** A file, or a link to what is not there. */
const isFileOrLost = (path: string): Promise<boolean> =>
  stat(path).then(
    (s) => s.isFile(),
    () =>
      lstat(path).then(
        (s) => s.isSymbolicLink(),
        () => false,
      ),
  );

const tooWide = (sentence: string): VersusqError => new VersusqError('usage', sentence);
