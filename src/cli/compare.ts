/** `versusq compare`: two clips, or every pair of a CSV file. Results go to stdout, progress to stderr. */
import { readFile } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { comparisonPictures } from '../engine/report/pictures.js';
import { shortNames } from '../engine/report/words.js';
import type { Engine } from '../engine/types.js';
import { VersusqError, type Comparison, type ErrorData } from '../protocol/index.js';
import type { CliContext } from './context.js';
import { parsePairs, textOf, type PairRow } from './csv.js';
import { errorLine } from './error-line.js';
import { EXIT, exitCodeOf, worstExit } from './exit.js';
import { errorWithFlags } from './flags.js';
import { settingsOf, type EngineOptions } from './options.js';
import { clipPath, listedPath, shownPath } from './paths.js';
import { comparisonPrinter } from './print-comparison.js';
import { pairTable } from './print-tables.js';
import { Progress } from './progress.js';
import { checkWritten, pathGiven, writeReport } from './report-file.js';
import { styleFor, widthOf } from './terminal.js';

export interface CompareFlags extends EngineOptions {
  pairs?: string;
  glance?: boolean;
  json?: boolean;
  report?: string;
}

/** Gives the exit code. Throws VersusqError where nothing could be compared. */
export async function compare(
  a: string | undefined,
  b: string | undefined,
  flags: CompareFlags,
  context: CliContext,
): Promise<number> {
  if (flags.pairs === undefined ? a === undefined || b === undefined : a !== undefined) {
    throw new VersusqError('usage', 'Give two video files, or --pairs with a CSV file. See versusq compare --help.');
  }
  const pairs = flags.pairs === undefined ? null : await readPairs(flags.pairs, context);
  const reportPath = pathGiven(context.cwd, flags.report);
  const named = pairs === null ? [a ?? '', b ?? ''] : [flags.pairs!, ...pairs.flatMap((pair) => [pair.a, pair.b])];
  await checkWritten(
    { '--report': reportPath },
    named.map((name) => resolve(context.cwd, name)),
  );
  const engine = await context.createEngine(settingsOf(flags, context));
  try {
    return pairs === null
      ? await comparePair(a ?? '', b ?? '', flags, reportPath, engine, context)
      : await compareList(pairs, flags, reportPath, engine, context);
  } finally {
    await engine.dispose();
  }
}

async function comparePair(
  a: string,
  b: string,
  flags: CompareFlags,
  reportPath: string | null,
  engine: Engine,
  context: CliContext,
): Promise<number> {
  const progress = new Progress(context);
  const write = (text: string): void => {
    progress.clear();
    context.stdout.write(text);
  };
  const style = styleFor(context.stdout, context.env);
  const [pathA, pathB] = [clipPath(context.cwd, a), clipPath(context.cwd, b)];
  const printer = comparisonPrinter(write, widthOf(context.stdout), style, pathA, pathB);
  const streams = context.stdout.isTTY === true && !flags.json;
  let comparison: Comparison;
  try {
    comparison = await engine.compare(pathA, pathB, {
      glanceOnly: flags.glance === true,
      signal: context.signal,
      onEvent: (event) => {
        progress.update(event);
        if (streams) printer.onEvent(event);
      },
    });
  } catch (error) {
    progress.clear();
    const failure = VersusqError.from(error);
    if (flags.json && failure.code !== 'cancelled') context.stdout.write(errorLine(errorWithFlags(failure.toData())));
    throw failure;
  }
  progress.clear();
  if (flags.json) write(jsonLine(comparison));
  else printer.finish(comparison);
  if (reportPath !== null) {
    await writeComparisons(reportPath, [comparison], [], engine, context);
    if (!flags.json) write(`\nReport: ${shownPath(context.cwd, reportPath)}\n`);
  }
  return EXIT.done;
}

async function compareList(
  rows: PairRow[],
  flags: CompareFlags,
  reportPath: string | null,
  engine: Engine,
  context: CliContext,
): Promise<number> {
  const progress = new Progress(context);
  const shown = rows.map(({ a, b }) => ({ a: shownPath(context.cwd, a), b: shownPath(context.cwd, b) }));
  const table = pairTable(shown, styleFor(context.stdout, context.env));
  const codes: number[] = [];
  const done: Comparison[] = [];
  const failures: { a: string; b: string; error: ErrorData }[] = [];
  let told = 0;
  const tell = (result: Comparison | { error: ErrorData }): void => {
    const index = told++;
    context.stdout.write(flags.json ? jsonLine(result) : table.row(index, result));
    if ('error' in result) {
      codes.push(exitCodeOf(result.error.code));
      failures.push({ ...(shown[index] ?? { a: '?', b: '?' }), error: result.error });
    } else if (reportPath !== null) {
      done.push(result);
    }
  };
  /** Rows that are no pairs are told in their places, between the pairs around them. */
  const tellIncomplete = (): void => {
    for (let row = rows[told]; row?.error; row = rows[told]) tell({ error: row.error.toData() });
  };
  const showCount = (): void => progress.setPrefix(`pair ${Math.min(told + 1, rows.length)} of ${rows.length}`);
  if (!flags.json) context.stdout.write(table.header);
  tellIncomplete();
  showCount();
  const pairs = rows.filter((row) => !row.error);
  await engine.comparePairs(pairs, {
    glanceOnly: flags.glance === true,
    signal: context.signal,
    onEvent: (event) => progress.update(event),
    onResult: ({ result: answer }) => {
      progress.clear();
      tell('error' in answer ? { error: errorWithFlags(answer.error) } : answer);
      tellIncomplete();
      showCount();
    },
  });
  progress.clear();
  if (reportPath !== null) {
    await writeComparisons(reportPath, done, failures, engine, context);
    if (!flags.json) context.stdout.write(`\nReport: ${shownPath(context.cwd, reportPath)}\n`);
  }
  return worstExit(codes);
}

async function writeComparisons(
  path: string,
  comparisons: Comparison[],
  failures: { a: string; b: string; error: ErrorData }[],
  engine: Engine,
  context: CliContext,
): Promise<void> {
  const [only] = comparisons;
  const title =
    only !== undefined && comparisons.length === 1 && failures.length === 0
      ? shortNames(only.a.path, only.b.path).join(' against ')
      : `${comparisons.length} comparisons`;
  await writeReport(path, context, engine, async (thumbnail) => {
    const sections = [];
    for (const comparison of comparisons) {
      sections.push({ comparison, pictures: await comparisonPictures(comparison, thumbnail) });
    }
    return { title, ranking: null, comparisons: sections, failures };
  });
}

/** The rows of the list, with absolute names (`listedPath`). Error `usage`: it can't be read, or is no list of pairs. */
async function readPairs(file: string, context: CliContext): Promise<PairRow[]> {
  const path = resolve(context.cwd, file);
  let bytes: Uint8Array;
  try {
    bytes = await readFile(path);
  } catch (cause) {
    throw new VersusqError('usage', `Can't read the list of pairs ${path}.`, { path, cause });
  }
  const place = (name: string): string => listedPath(context, dirname(path), name);
  const named = ({ message }: VersusqError) => new VersusqError('usage', `${path}: ${message}.`, { path });
  try {
    return parsePairs(textOf(bytes)).map(({ a, b, error }) =>
      error ? { a, b, error: named(error) } : { a: place(a), b: place(b) },
    );
  } catch (error) {
    throw error instanceof VersusqError ? named(error) : error;
  }
}

/** One line of JSON. */
const jsonLine = (result: Comparison | { error: ErrorData }): string =>
  'error' in result ? errorLine(result.error) : `${JSON.stringify(result)}\n`;
