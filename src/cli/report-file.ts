/** Writes the HTML report of a command; its folder is checked before anything is computed, so that no work is lost. */
import { access, constants, stat, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { ReportData } from '../engine/report/report.js';
import type { Engine } from '../engine/types.js';
import { VersusqError } from '../protocol/index.js';
import type { CliContext } from './context.js';

/** Error `usage`: the folder is not there or not writable. */
export async function checkReportPath(path: string): Promise<void> {
  try {
    await access(dirname(path), constants.W_OK);
  } catch (cause) {
    throw new VersusqError(
      'usage',
      `Can't write a report into ${dirname(path)}: the folder must exist and be writable.`,
      { path, cause },
    );
  }
  const there = await stat(path).catch(() => null);
  if (there?.isDirectory())
    throw new VersusqError('usage', `${path} is a folder: give --report the name of a file.`, { path });
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
