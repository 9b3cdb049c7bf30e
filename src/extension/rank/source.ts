/**
 * What is ranked: all videos of a folder, or some chosen clips. Pure but for the language of its names. Paths are absolute here and relative to the folder in
 * all that is shown (`versusq.ranking/1`).
 */
import { l10n } from 'vscode';
import { basename, dirname, join, relative, sep } from 'node:path';

export interface RankSource {
  folder: string;
  /** The chosen clips; null: every video of the folder. */
  clips: readonly string[] | null;
}

/** The chosen clips as a source, in the innermost folder that holds them all. At least one path. */
export function chosenClips(paths: readonly string[]): RankSource {
  const clips = [...new Set(paths)];
  return { folder: commonFolder(clips), clips };
}

/** Names a source: the same folder, or the same clips in any order, are the same ranking. */
export function sourceKey({ folder, clips }: RankSource): string {
  return clips === null ? folder : [folder, ...[...clips].sort()].join('\0');
}

/** "encodes", or "3 clips in encodes". */
export function sourceName({ folder, clips }: RankSource): string {
  const name = basename(folder) || folder;
  return clips === null ? name : l10n.t('{0} clips in {1}', clips.length, name);
}

/** Title of the tab. */
export const panelTitle = (source: RankSource): string => l10n.t('Ranking of {0}', sourceName(source));

/** With `/` on every system, as the engine tells it. */
export const relativePath = ({ folder }: RankSource, path: string): string =>
  relative(folder, path).split(sep).join('/');
export const absolutePath = ({ folder }: RankSource, path: string): string => join(folder, path);

function commonFolder(paths: readonly string[]): string {
  let folder = dirname(paths[0] ?? sep);
  const holds = (path: string): boolean => path.startsWith(folder.endsWith(sep) ? folder : folder + sep);
  while (!paths.every(holds) && dirname(folder) !== folder) folder = dirname(folder);
  return folder;
}
