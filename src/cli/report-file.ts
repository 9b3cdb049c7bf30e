/** The files that a command writes: which names it takes for them, and its HTML report. */
import { access, constants, realpath, stat, writeFile } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import type { ReportData } from '../engine/report/report.js';
import type { Engine } from '../engine/types.js';
import { GATES_FILE, isVideoName, VersusqError } from '../protocol/index.js';
import type { CliContext } from './context.js';

/** The absolute path of a file that an option names; null where it is not given. */
export const pathGiven = (cwd: string, name: string | undefined): string | null =>
  name === undefined ? null : resolve(cwd, name);

/**
 * Asked before anything is computed, so that no work is lost and no original overwritten. `written`: by its option, each file that the
 * command is to write; `inputs`: what it reads. Absolute paths. Errors: `usage` where a file can't be written, is named like a
 * video or a config of gates, is one of the inputs, or is named by two options.
 */
export async function checkWritten(written: Record<string, string | null>, inputs: readonly string[]): Promise<void> {
  const given = Object.entries(written).filter((entry): entry is [string, string] => entry[1] !== null);
  if (given.length === 0) return;
  for (const [option, path] of given) await checkPlace(option, path);
  const read = new Set(await Promise.all(inputs.map(identity)));
  const options = new Map<string, string>();
  for (const [option, path] of given) {
    const file = await identity(path);
    const other = options.get(file);
    const message = read.has(file)
      ? `${option} names ${path}, which this command reads and would overwrite. Name another file.`
      : other === undefined
        ? null
        : `${other} and ${option} name the same file, ${path}. Give each a file of its own.`;
    if (message !== null) throw new VersusqError('usage', message, { path });
    options.set(file, option);
  }
}

async function checkPlace(option: string, path: string): Promise<void> {
  const kind = isVideoName(path)
    ? 'a video'
    : basename(path) === GATES_FILE && option !== '--write'
      ? 'a list of quality gates'
      : null;
  if (kind !== null)
    throw new VersusqError('usage', `${option} names ${path}: ${kind} is called so. Name another file.`, { path });
  try {
    await access(dirname(path), constants.W_OK);
  } catch (cause) {
    const message = `Can't write ${option} into ${dirname(path)}: the folder must exist and be writable.`;
    throw new VersusqError('usage', message, { path, cause });
  }
  const there = await stat(path).catch(() => null);
  if (there?.isDirectory())
    throw new VersusqError('usage', `${path} is a folder: give ${option} the name of a file.`, { path });
}

/** The same for all names of a file, whatever links lead to it: a hard link is overwritten with its file. */
async function identity(path: string): Promise<string> {
  const { dev, ino } = (await stat(path, { bigint: true }).catch(() => null)) ?? { dev: 0n, ino: 0n };
  if (ino !== 0n) return `${dev}:${ino}`; // some network drives number no files
  const folder = await realpath(dirname(path)).catch(() => dirname(path));
  return realpath(path).catch(() => join(folder, basename(path)));
}

type Filled = Pick<ReportData, 'title' | 'ranking' | 'comparisons' | 'failures'>;
/** Makes the page from what `fill` gathers (it gets a function for thumbnails) and writes it. */
export async function writeReport(
  path: string,
  context: CliContext,
  engine: Engine,
  fill: (thumbnail: (path: string, time: number, width: number) => Promise<string>) => Promise<Filled>,
): Promise<void> {
  const { reportHtml } = await import('../engine/report/report.js');
  const data = await fill(async (clip, time, width) => {
    const { dataUri } = await engine.thumbnail(clip, time, width, { signal: context.signal });
    return dataUri;
  });
  const generated = context.now().toISOString().slice(0, 16).replace('T', ' ') + ' UTC';
  try {
    await writeFile(path, reportHtml({ ...data, generated, versusq: VERSUSQ_VERSION }));
  } catch (cause) {
    throw new VersusqError('usage', `Can't write the report ${path}.`, { path, cause });
  }
}
