/** The folders above some files, so that of thousands of happenings in a workspace those that matter are found at once. Pure. */
import { dirname } from 'node:path';

export class Ancestors {
  private readonly folders = new Set<string>();

  /** Adds the folders above a file. */
  add(path: string): void {
    for (let folder = dirname(path); !this.folders.has(folder); folder = dirname(folder)) this.folders.add(folder);
  }

  /** Is it a folder above one of the files? */
  has(folder: string): boolean {
    return this.folders.has(folder);
  }

  clear(): void {
    this.folders.clear();
  }
}
