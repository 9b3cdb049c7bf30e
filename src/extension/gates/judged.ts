/** The files that the last check of each config was about: what comes or goes with a folder above them is judged again. */
import { dirname, join } from 'node:path';
import type { GateCheck } from '../../protocol/index.js';
import { isInside } from '../../engine/paths.js';
import { Ancestors } from '../annotations/ancestors.js';
import type { Shown } from '../annotations/fileWatch.js';

interface Files {
  there: readonly string[];
  folders: Ancestors;
  missed: Ancestors;
}

export class Judged implements Shown {
  private readonly files = new Map<string, Files>();

  /** null: the config is wrong or gone, and no file is judged by it. */
  keep(config: string, check: GateCheck | null): void {
    this.files.delete(config);
    if (check !== null) this.files.set(config, filesOf(dirname(config), check));
  }

  inside(folder: string): string[] {
    return [...this.files.values()].flatMap(({ there, folders }) =>
      folders.has(folder) ? there.filter((path) => isInside(folder, path)) : [],
    );
  }

  missesIn(folder: string): boolean {
    return [...this.files.values()].some(({ missed }) => missed.has(folder));
  }
}

function filesOf(folder: string, { rules, violations }: GateCheck): Files {
  const there = rules.flatMap(({ clips }) =>
    clips.flatMap(({ path, against }) => (against === null ? [path] : [path, against])),
  );
  const paths = [...new Set(there)].map((place) => join(folder, place));
  const [folders, missed] = [new Ancestors(), new Ancestors()];
  for (const path of paths) folders.add(path);
  for (const { kind, rule, against } of violations) {
    if (kind === 'noReference' && against !== null) missed.add(join(folder, against));
    // of a pattern, the folder that it names in full
    if (kind === 'noClips') missed.add(join(folder, /^[^*?[{]*(?=\/|$)/.exec(rule)?.[0] ?? '', 'any'));
  }
  return { there: paths, folders, missed };
}
