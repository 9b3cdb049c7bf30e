/**
 * `versusq bench`: the videos of a published data set against their mean opinion scores. With --out every margin is kept as it
 * is known, so that a run may be stopped and called again.
 */
import { appendFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { DEFAULT_PAIRS_PER_CLIP, scoreClips } from '../engine/bench/bench.js';
import { DATASETS, type Dataset } from '../engine/bench/datasets.js';
import { benchResult } from '../engine/bench/evaluate.js';
import { openDataset, type BenchClip, type JoinedSet } from '../engine/bench/join.js';
import { noLog, openPairsLog, type PairsLog } from '../engine/bench/pairs-log.js';
import { mulberry32, shuffled } from '../engine/random.js';
import { VersusqError, type BenchResult } from '../protocol/index.js';
import type { CliContext } from './context.js';
import { EXIT, exitCodeOf, worstExit } from './exit.js';
import { errorWithFlags } from './flags.js';
import { settingsOf, type EngineOptions } from './options.js';
import { benchHeader, benchText, datasetTable } from './print-bench.js';
import { Progress } from './progress.js';
import { checkWritten, pathGiven } from './report-file.js';
import { styleFor } from './terminal.js';

export interface BenchFlags extends EngineOptions {
  list?: boolean;
  labels?: string;
  pairsPerClip?: number;
  limit?: number;
  seed?: number;
  out?: string;
  json?: boolean;
}

/** Fewer clips tell nothing. */
const MIN_CLIPS = 3;
const DEFAULT_SEED = 1;

/** Gives the exit code. Throws VersusqError where nothing could be computed. */
export async function bench(
  id: string | undefined,
  folder: string | undefined,
  flags: BenchFlags,
  context: CliContext,
): Promise<number> {
  const style = styleFor(context.stdout, context.env);
  if (flags.list) {
    context.stdout.write(datasetTable(DATASETS, style));
    return EXIT.done;
  }
  if (id === undefined || folder === undefined) {
    throw new VersusqError('usage', 'Give a data set and its folder. versusq bench --list names the data sets.');
  }
  const dataset = datasetOf(id);
  const place = resolve(context.cwd, folder);
  const labelFile = pathGiven(context.cwd, flags.labels);
  const set = await openDataset(dataset, place, labelFile);
  const settings = {
    folder: place,
    pairsPerClip: flags.pairsPerClip ?? DEFAULT_PAIRS_PER_CLIP,
    limit: flags.limit ?? null,
    seed: flags.seed ?? DEFAULT_SEED,
  };
  const clips = drawn(set.clips, settings.limit, settings.seed);
  if (clips.length < MIN_CLIPS) throw tooFew(set, clips.length, place);
  const out = pathGiven(context.cwd, flags.out);
  await checkWritten({ '--out': out }, [
    ...set.clips.map((clip) => clip.path),
    ...(labelFile === null ? [] : [labelFile]),
  ]);
  if (!flags.json) context.stdout.write(benchHeader(dataset, set, clips.length, context.cwd, style));

  if (out !== null) await append(out, '');
  const log = out === null ? noLog() : openPairsLog(pairsFile(out, dataset));
  try {
    const scored = await score(clips, settings, log, flags, context);
    const result = benchWithFlags(benchResult(dataset, set, scored, settings));
    const line = `${JSON.stringify(result)}\n`;
    if (out !== null) await append(out, line);
    context.stdout.write(flags.json ? line : benchText(result, style));
    return worstExit(result.clips.map(({ error }) => (error === null ? EXIT.done : exitCodeOf(error.code))));
  } finally {
    log.close();
  }
}

async function score(
  clips: BenchClip[],
  { pairsPerClip, seed }: { pairsPerClip: number; seed: number },
  log: PairsLog,
  flags: BenchFlags,
  context: CliContext,
) {
  const engine = await context.createEngine(settingsOf(flags, context));
  const progress = new Progress(context);
  try {
    return await scoreClips(engine, clips, {
      pairsPerClip,
      seed,
      log,
      signal: context.signal,
      onEvent: (event) => progress.update(event),
      onPair: (done, planned) => progress.setPrefix(`pair ${Math.min(done + 1, planned)} of ${planned}`),
    });
  } finally {
    progress.clear();
    await engine.dispose();
  }
}

/** Error `usage` that names the sets there are. */
function datasetOf(id: string): Dataset {
  const found = DATASETS.find((dataset) => dataset.id === id.toLowerCase());
  if (found) return found;
  const names = DATASETS.map((dataset) => dataset.id).join(', ');
  throw new VersusqError('usage', `There is no data set '${id}'. There are: ${names}.`);
}

/** Where the pairs of a set are kept: results.jsonl -> results.konvid-1k.pairs.csv */
const pairsFile = (out: string, { id }: Dataset): string => `${out.replace(/\.jsonl?$/i, '')}.${id}.pairs.csv`;

/** `limit` clips drawn by the seed, in the order of the label file. */
function drawn(clips: BenchClip[], limit: number | null, seed: number): BenchClip[] {
  if (limit === null || limit >= clips.length) return clips;
  const kept = new Set(shuffled(clips, mulberry32(seed)).slice(0, limit));
  return clips.filter((clip) => kept.has(clip));
}

function tooFew(set: JoinedSet, clips: number, folder: string): VersusqError {
  const first = set.missing[0];
  const missing = first ? ` ${set.missing.length} are missing, the first: ${first.name}, ${first.reason}.` : '';
  return new VersusqError('usage', `${folder}: ${clips} clips to compare, a benchmark needs ${MIN_CLIPS}.${missing}`, {
    path: folder,
  });
}

async function append(path: string, text: string): Promise<void> {
  try {
    await appendFile(path, text);
  } catch (cause) {
    throw new VersusqError('usage', `Can't write ${path}: --out takes a file in a folder that is there and writable.`, {
      path,
      cause,
    });
  }
}

function benchWithFlags(result: BenchResult): BenchResult {
  const clips = result.clips.map((clip) => ({ ...clip, error: clip.error && errorWithFlags(clip.error) }));
  return { ...result, clips };
}
