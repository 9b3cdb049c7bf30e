/** `versusq rank`: the videos of a folder, or those named, best first. The report adds why the first stands above the last. */
import { stat, writeFile } from 'node:fs/promises';
import { dirname, join, resolve, sep } from 'node:path';
import { videosIn } from '../engine/media/folder.js';
import { comparisonPictures, rankingPictures } from '../engine/report/pictures.js';
import { referenceWords } from '../engine/report/ranking-rows.js';
import { rankingCsv, rankingMarkdown } from '../engine/report/ranking-text.js';
import { counted, provenanceLine } from '../engine/report/words.js';
import { VersusqError, type Grouping, type Ranking } from '../protocol/index.js';
import type { CliContext } from './context.js';
import { EXIT, exitCodeOf, worstExit } from './exit.js';
import { rankingWithFlags } from './flags.js';
import { settingsOf, type EngineOptions } from './options.js';
import { shownPath } from './paths.js';
import { rankTable } from './print-tables.js';
import { Progress } from './progress.js';
import { checkWritten, pathGiven, writeReport } from './report-file.js';
import { printable, styleFor, widthOf, wrapped } from './terminal.js';

export interface RankFlags extends EngineOptions {
  json?: boolean;
  report?: string;
  csv?: string;
  markdown?: string;
  budget?: number;
  allPairs?: boolean;
  reference?: string;
  groupBy?: Grouping;
  recursive?: boolean;
}

export async function rank(paths: readonly string[], flags: RankFlags, context: CliContext): Promise<number> {
  const given = paths.map((p) => resolve(context.cwd, p));
  const { folder: path, clips, whole } = await clipsOf(given, flags.recursive === true);
  const reportPath = pathGiven(context.cwd, flags.report);
  const csvPath = pathGiven(context.cwd, flags.csv);
  const markdownPath = pathGiven(context.cwd, flags.markdown);
  await checkWritten({ '--report': reportPath, '--csv': csvPath, '--markdown': markdownPath }, clips);
  const reference = pathGiven(context.cwd, flags.reference);
  if (reference !== null && !clips.includes(reference)) {
    const message = `${reference} is not among the clips to rank: name one of them as the reference.`;
    throw new VersusqError('usage', message, { path: reference });
  }
  const { budget = null, allPairs = false, groupBy: grouping = 'none' } = flags;
  const engine = await context.createEngine(settingsOf(flags, context));
  const progress = new Progress(context);
  try {
    const onEvent = progress.update.bind(progress);
    const options = { budget, allPairs, reference, grouping, whole, signal: context.signal, onEvent };
    const ranking = rankingWithFlags(await engine.rank(path, clips, options));
    progress.clear();
    context.stdout.write(flags.json ? `${JSON.stringify(ranking)}\n` : text(ranking, context));
    if (csvPath !== null) await writeFile(csvPath, rankingCsv(ranking));
    if (markdownPath !== null) await writeFile(markdownPath, rankingMarkdown(ranking));
    if (reportPath !== null) {
      await writeReport(reportPath, context, engine, async (thumbnail) => ({
        title: `Ranking of ${shownPath(context.cwd, path)}`,
        ranking: { ranking, pictures: await rankingPictures(ranking, thumbnail) },
        comparisons: await firstAgainstLast(),
        failures: [],
      }));
      if (!flags.json) context.stdout.write(`\nReport: ${shownPath(context.cwd, reportPath)}\n`);
    }
    return worstExit(ranking.clips.map((c) => (c.error === null ? EXIT.done : exitCodeOf(c.error.code))));

    async function firstAgainstLast() {
      const ranked = ranking.clips.filter((c) => c.rank !== null);
      const [first, last] = [ranked[0], ranked.at(-1)];
      if (!first || !last || first === last) return [];
      const a = join(path, first.path);
      const comparison = await engine.compare(a, join(path, last.path), { signal: context.signal, onEvent });
      progress.clear();
      const pictures = await comparisonPictures(comparison, async (clip, time, width) => {
        const { dataUri } = await engine.thumbnail(clip, time, width, { signal: context.signal });
        return dataUri;
      });
      return [{ comparison, pictures }];
    }
  } finally {
    progress.clear();
    await engine.dispose();
  }
}

function text(ranking: Ranking, context: CliContext): string {
  const style = styleFor(context.stdout, context.env);
  const failed = ranking.clips.filter((c) => c.error !== null).length;
  const left = ranking.clips.filter((c) => c.error === null && c.score === null).length;
  const ranked = ranking.clips.length - failed - left;
  const reference = referenceWords(ranking, printable);
  const told = [
    ...(failed === ranking.clips.length
      ? [`None of the ${failed} files could be read: there is nothing to rank.`]
      : []),
    ...(ranked === 1 && left === 0 ? ['One clip could be read: there is nothing to rank it against.'] : []),
    ...(left > 0
      ? [`${counted(left, 'clip')} ${left === 1 ? 'was' : 'were'} not compared: the budget was too small.`]
      : []),
    `${counted(ranking.comparisons, 'comparison')}, inconsistency ${ranking.inconsistency.toFixed(3)}.`,
    ...(reference === null ? [] : [reference]),
    provenanceLine(ranking.provenance),
  ].join(' ');
  return `${rankTable(ranking, style)}\n${style.dim(wrapped(told, widthOf(context.stdout), '').trimEnd())}\n`;
}

/** One folder's videos, or the files named; their folder is the one that holds them all. Errors: as `videosIn`; `usage`. */
async function clipsOf(
  paths: readonly string[],
  recursive: boolean,
): Promise<{ folder: string; clips: string[]; whole: boolean }> {
  const [first] = paths as [string];
  if (paths.length === 1) return { folder: first, clips: await enoughVideosIn(first, recursive), whole: true };
  if (recursive) throw new VersusqError('usage', '--recursive goes with one folder, not with files that are named.');
  for (const path of paths) {
    const isFolder = await stat(path).then(
      (s) => s.isDirectory(),
      () => false, // a file that is not there is told in its row
    );
    if (isFolder) {
      throw new VersusqError('usage', `${path} is a folder: rank takes one folder, or several video files.`, { path });
    }
  }
  const shared = paths
    .map((path) => dirname(path).split(sep))
    .reduce((all, parts) => {
      const end = all.findIndex((part, k) => part !== parts[k]);
      return end < 0 ? all : all.slice(0, end);
    });
  const clips = [...new Set(paths)];
  if (clips.length < 2)
    throw new VersusqError('usage', `${first} is the only file that is named: a ranking needs two.`, { path: first });
  return { folder: shared.join(sep) || sep, clips, whole: false };
}

/** The videos of a folder. Errors: as `videosIn`; `usage` where there are fewer than two. */
async function enoughVideosIn(folder: string, recursive: boolean): Promise<string[]> {
  const clips = await videosIn(folder, recursive);
  if (clips.length < 2) {
    const found = clips.length === 0 ? 'no video file' : 'one video file';
    const inside = recursive ? '' : ' --recursive takes in the folders inside.';
    throw new VersusqError('usage', `${folder} holds ${found}: a ranking needs two.${inside}`, { path: folder });
  }
  return clips;
}
