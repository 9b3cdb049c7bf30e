/**
 * The `versusq` command line: what may be written, and what help says. Parsing errors are usage errors (exit 2). The commands
 * themselves are loaded when they run.
 */
import { Command, CommanderError, InvalidArgumentError, Option } from 'commander';
import { GROUPINGS, VersusqError } from '../protocol/index.js';
import type { CliContext } from './context.js';
import { EXIT, exitCodeOf } from './exit.js';
import { withFlags } from './flags.js';
import { addEngineOptions } from './options.js';
import { printable, styleFor } from './terminal.js';

/** Runs one command line (without node and script); gives the exit code and never throws. */
export async function runCli(args: string[], context: CliContext): Promise<number> {
  let code: number = EXIT.done;
  const program = describe(context, (done) => (code = done));
  try {
    await program.parseAsync(args, { from: 'user' });
    return context.signal.aborted ? EXIT.cancelled : code;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.done : EXIT.usage;
    if (context.signal.aborted) return EXIT.cancelled;
    return report(VersusqError.from(error), context);
  }
}

function report(error: VersusqError, context: CliContext): number {
  const style = styleFor(context.stderr, context.env);
  if (error.code !== 'cancelled') {
    context.stderr.write(
      `${style.bad('versusq:')} ${printable(withFlags(error.message))} ${style.dim(`(${error.code})`)}\n`,
    );
    if (error.code === 'internal' && error.details) context.stderr.write(`${style.dim(error.details)}\n`);
  }
  return exitCodeOf(error.code);
}

function describe(context: CliContext, finish: (code: number) => void): Command {
  const program = new Command('versusq');
  program
    .description('Which of two videos looks better, by how much, how sure, and why.')
    .version(`versusq ${VERSUSQ_VERSION}`, '--version', 'print the version')
    .helpOption('-h, --help', 'print this help')
    .helpCommand(false)
    .configureOutput({
      writeOut: (text) => void context.stdout.write(text),
      writeErr: (text) => void context.stderr.write(text),
      outputError: (text, write) => write(usageError(text)),
      getOutHelpWidth: () => Math.min(100, context.stdout.columns || 80),
      getErrHelpWidth: () => Math.min(100, context.stderr.columns || 80),
      getOutHasColors: () => false,
      getErrHasColors: () => false,
    })
    .exitOverride()
    .addHelpText('after', HELP);

  addEngineOptions(
    program
      .command('compare')
      .summary('compare two videos, or every pair of a list')
      .description(
        'Compares two videos. A margin above 0 means A looks better; 1 is about one just-noticeable difference.',
      )
      .usage('[options] <A> <B>\n       versusq compare [options] --pairs <list.csv>')
      .argument('[A]', 'a video file')
      .argument('[B]', 'another video file')
      .option('--pairs <list.csv>', 'compare every pair of a CSV file with the columns a and b')
      .option('--glance', 'only the margin, without the reasoning: faster')
      .option('--json', 'print JSON (versusq.comparison/1), with --pairs one line a pair')
      .option('--report <file.html>', 'also write an HTML report with pictures'),
  )
    .addHelpText('after', COMPARE_HELP)
    .action(async (a: string | undefined, b: string | undefined, options) => {
      const { compare } = await import('./compare.js');
      finish(await compare(a, b, options, context));
    });

  addEngineOptions(
    program
      .command('rank')
      .summary('rank the videos of a folder, best first')
      .description('Ranks the videos of a folder, best first, with as few comparisons as the order needs.')
      .usage('[options] <DIR>\n       versusq rank [options] <file> <file> ...')
      .argument('<DIR...>', 'a folder (its own video files), or video files')
      .option('--recursive', 'take in the video files of the folders inside, too; links to folders are not followed')
      .option('--json', 'print JSON (versusq.ranking/1)')
      .option('--report <file.html>', 'also write an HTML report with pictures')
      .option('--csv <file.csv>', 'also write the ranking as CSV')
      .option('--markdown <file.md>', 'also write the ranking as a Markdown table')
      .option('--budget <n>', 'make at most so many comparisons (default: as many as the order needs)', wholeNumber)
      .option('--all-pairs', 'compare every pair')
      .option('--reference <file>', 'tell the margin of every clip against this one')
      .addOption(
        new Option(
          '--group-by <what>',
          'rank within groups, too: by folder, content, or beginning of the name',
        ).choices(GROUPINGS.filter((g) => g !== 'none')),
      ),
  )
    .addHelpText('after', RANK_HELP)
    .action(async (paths: string[], options) => {
      const { rank } = await import('./rank.js');
      finish(await rank(paths, options, context));
    });

  addEngineOptions(
    program
      .command('check')
      .summary('judge clips by the rules of a .versusq.json: a quality gate')
      .description(
        'Judges clips by the rules of a .versusq.json. Exit code 0: all passed; 1: not all; 2: the file is wrong.',
      )
      .option('--config <file>', 'the rules (default: .versusq.json in the working directory or the nearest above)')
      .option('--json', 'print JSON (versusq.check/1)')
      .option('--junit <file.xml>', 'also write JUnit XML')
      .option('--sarif <file.sarif>', 'also write SARIF 2.1.0, for code scanning')
      .option('--github', 'also print annotations for GitHub Actions and fill the summary of the step'),
  )
    .addHelpText('after', CHECK_HELP)
    .action(async (options) => {
      const { check } = await import('./check.js');
      finish(await check(options, context));
    });

  addEngineOptions(
    program
      .command('calibrate')
      .summary('propose the rules of a .versusq.json from a folder known to be good')
      .description('Proposes a rule with thresholds that the clips of a folder, which are known to be good, just pass.')
      .argument('<FOLDER>', 'holds the good clips (its own video files, not those of folders inside)')
      .option('--against <pattern>', 'the reference of each clip, for example masters/{name}.mov')
      .option('--write <file>', 'write the rule into this .versusq.json (default: print it)'),
  )
    .addHelpText('after', CALIBRATE_HELP)
    .action(async (folder: string, options) => {
      const { calibrate } = await import('./calibrate.js');
      finish(await calibrate(folder, options, context));
    });

  addEngineOptions(
    program
      .command('bench')
      .summary('score a published data set against its mean opinion scores')
      .description(
        'Scores the videos of a published data set by pairs and tells how well the scores agree with people.',
      )
      .usage('[options] <DATASET> <FOLDER>\n       versusq bench --list')
      .argument('[DATASET]', 'one of --list, or text')
      .argument('[FOLDER]', 'holds the videos, also in folders inside, and the label file as published')
      .option('--list', 'name the data sets, their label files and published figures')
      .option('--labels <file>', 'the label file (default: the published one, looked for in the folder)')
      .option('--pairs-per-clip <n>', 'pairs to ask for, a clip (default: 4)', wholeNumber)
      .option('--limit <n>', 'only so many clips, drawn by the seed', wholeNumber)
      .option('--seed <n>', 'of the pairs, the clips drawn and the intervals (default: 1)', wholeNumber)
      .option('--out <file.jsonl>', 'add the result as a line; pairs are kept beside it, and a stopped run goes on')
      .option('--json', 'print JSON (versusq.bench/1)'),
  )
    .addHelpText('after', BENCH_HELP)
    .action(async (dataset: string | undefined, folder: string | undefined, options) => {
      const { bench } = await import('./bench.js');
      finish(await bench(dataset, folder, options, context));
    });

  addEngineOptions(
    program
      .command('doctor')
      .summary('check ffmpeg, model, device and store')
      .description('Says what was found and what is missing, and how to get it.')
      .option('--json', 'print JSON (versusq.doctor/1)'),
  ).action(async (options) => {
    const { doctor } = await import('./doctor.js');
    finish(await doctor(options, context));
  });

  for (const command of program.commands)
    command.copyInheritedSettings(program).helpOption('-h, --help', 'print this help');
  return program;
}

/** A count or seed: 1, 2, ... */
function wholeNumber(text: string): number {
  const value = /^\d{1,9}$/.test(text) ? Number(text) : 0;
  if (value < 1) throw new InvalidArgumentError('It must be a whole number from 1 on.');
  return value;
}

/** Commander's sentence in our form, with the hint that fits. */
function usageError(text: string): string {
  const sentence = text
    .replace(/^error: /, '')
    .trim()
    .replace(/\s*\n\s*/g, ' ');
  const hint = /unknown option/.test(sentence)
    ? "A name that starts with '-' goes after '--': versusq compare -- -odd.mp4 b.mp4\n"
    : /too many arguments/.test(sentence)
      ? 'Names with spaces need quotes.\n'
      : '';
  return `versusq: ${printable(sentence)} (usage)\n${hint}`;
}

const HELP = `
Examples:
  versusq compare crf20.mp4 crf32.mp4               margin, interval, reasons
  versusq compare a.mp4 b.mp4 --glance --json       just the numbers, for scripts
  versusq compare --pairs pairs.csv --json          one JSON line a pair
  versusq compare a.mp4 b.mp4 --report report.html  a page with pictures
  versusq rank encodes/                             best first
  versusq check                                     the quality gates of .versusq.json
  versusq bench konvid-1k KoNViD/                   agreement with people
  versusq doctor                                    is everything there?

Exit codes: 0 done, 1 a clip failed, 2 wrong usage, 3 ffmpeg or model missing, 130 cancelled.
Nothing is sent anywhere. Results are kept in VERSUSQ_HOME or the cache folder of your system.
Names are always names of files; one that starts with '-' goes after '--'.
'versusq compare --help' tells more about a command.`;

const COMPARE_HELP = `
Examples:
  versusq compare crf20.mp4 crf32.mp4
  versusq compare --json a.mp4 b.mp4 | jq .margin
  versusq compare --pairs pairs.csv --report report.html
  versusq compare -- -odd-name.mp4 b.mp4

Sizes of a margin: below 0.5 no visible difference, below 1 slight, below 2 noticeable, below 4 clear.
Names in a CSV file are looked for in the working directory first, then beside the CSV file.
A pair that fails does not stop the others; with --json its line is {"error": {"code", "message", "path"}}.`;

const RANK_HELP = `
Examples:
  versusq rank encodes/
  versusq rank encodes/ --report report.html
  versusq rank encodes/ --json | jq -r '.clips[].path'
  versusq rank encodes/ --group-by content --csv ranking.csv
  versusq rank films/ --recursive --group-by folder
  versusq rank encodes/ --reference encodes/master.mp4

A ranking that was stopped goes on where it was; a second one of the same folder is there at once.
Scores are margins against the mean of the folder. Where intervals overlap, the order is not sure.`;

const CHECK_HELP = `
Examples:
  versusq check
  versusq check --config gates/.versusq.json --junit gates.xml
  versusq check --github --sarif gates.sarif

  { "rules": { "encodes/*.mp4": { "against": "masters/{name}.mov", "minMargin": -0.5 } } }

A rule is judged on its worst clip. A rule that matches nothing, a clip without its reference and a clip that
can't be read are failures.`;

const CALIBRATE_HELP = `
Examples:
  versusq calibrate encodes/ --against 'masters/{name}.mov'
  versusq calibrate encodes/ --against 'masters/{name}.mov' --write .versusq.json

Each threshold is the worst that was seen, moved outwards by the spread of what was seen.`;

const BENCH_HELP = `
Examples:
  versusq bench --list
  versusq bench konvid-1k KoNViD_1k/ --out results.jsonl
  versusq bench text clips/ --labels mos.txt --json
  versusq bench lsvq-test LSVQ/ --limit 500 --seed 7

Labels without a video are named and left out; a clip that fails does not stop the others (exit 1).
With --out results.jsonl the pairs of konvid-1k are in results.konvid-1k.pairs.csv; the same command goes on there.
The layout text has lines of: path, duration, fps, mos.`;
