/**
 * Which words of a text belong to a name, told by the files that are there: `my take 2.mp4` in running text is one name where there is
 * such a file. Only names with spaces are kept of a folder, so that most cost nothing, and a path with none in it is never looked for.
 */
import { readdir } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';

/** Folders whose names are kept. */
const FOLDERS_KEPT = 2000;

export class SpacedNames {
  private readonly folders = new Map<string, Promise<ReadonlySet<string>>>();

  /**
   * May there be such a file in the folder or below? True only where each part of the path with a space in it is there. `mayEnter` is
   * asked before a folder is read.
   */
  async has(folder: string, path: string, mayEnter: (folder: string) => Promise<boolean>): Promise<boolean> {
    const parts = relative(folder, path).split(sep);
    let at = folder;
    for (const part of parts) {
      if (/\s/.test(part) && !(await this.of(at, mayEnter)).has(part)) return false;
      at = join(at, part);
    }
    return true;
  }

  clear(): void {
    this.folders.clear();
  }

  private of(folder: string, mayEnter: (folder: string) => Promise<boolean>): Promise<ReadonlySet<string>> {
    const known = this.folders.get(folder);
    if (known !== undefined) return known;
    const found = mayEnter(folder).then(async (may) => {
      const names = may ? await readdir(folder).catch(() => []) : [];
      return new Set(names.filter((name) => /\s/.test(name)));
    });
    this.folders.set(folder, found);
    const oldest = this.folders.keys().next();
    if (this.folders.size > FOLDERS_KEPT && !oldest.done) this.folders.delete(oldest.value);
    return found;
  }
}

/** Where a name may begin in the words before it, the longest first. */
export function* beginningsIn(lead: string): Generator<number> {
  for (let i = 0; i < lead.length; i++) {
    const before = lead.charAt(i - 1);
    if (!/\s/.test(lead.charAt(i)) && (i === 0 || /[\s([{:=,;*_!@]/.test(before))) yield i;
  }
}
