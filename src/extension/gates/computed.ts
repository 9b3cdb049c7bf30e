/**
 * The last computed check of each config, for as long as its text and the files of its clips stay as they were: what can't be told
 * from the store where results are not kept (`versusq.store` off).
 */
import { stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { GateCheck } from '../../protocol/index.js';

export class Computed {
  private readonly kept = new Map<string, { text: string; files: string; check: GateCheck }>();

  /** `files`: as they were before anything was read. */
  keep(text: string, files: string, check: GateCheck): void {
    this.kept.set(check.config, { text, files, check });
  }

  /** The computed check where it still holds and more is known from it than from the store. */
  async orStored(text: string, stored: GateCheck): Promise<GateCheck> {
    const kept = this.kept.get(stored.config);
    if (kept?.text !== text || stored.notAnalysed.length === 0) return stored;
    return kept.files === (await filesOf(stored)) ? kept.check : stored;
  }

  forget(): void {
    this.kept.clear();
  }
}

/** Each clip of a check and its reference, as the files are now. */
export async function filesOf({ config, rules }: GateCheck): Promise<string> {
  const folder = dirname(config);
  const places = rules.flatMap(({ clips }) =>
    clips.flatMap(({ path, against }) => [path, ...(against ? [against] : [])]),
  );
  const look = async (place: string): Promise<unknown[]> => {
    const file = await stat(join(folder, place)).catch(() => null);
    return [place, file?.size, file?.mtimeMs, file?.ctimeMs, file?.ino];
  };
  return JSON.stringify(await Promise.all([...new Set(places)].map(look)));
}
