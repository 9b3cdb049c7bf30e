/**
 * The `versusq` command line: what may be written, and what help says. Parsing errors are usage errors (exit 2). The commands
 * themselves are loaded when they run.
 */
import { Command, CommanderError } from 'commander';
import { VersusqError } from '../protocol/index.js';
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
      .description('Compares all pairs of the videos in a folder and ranks them, best first.')
      .argument('<DIR>', 'a folder; its own video files are ranked, not those of folders inside')
      .option('--json', 'print JSON (versusq.ranking/1)')
      .option('--report <file.html>', 'also write an HTML report with pictures'),
  )
    .addHelpText('after', RANK_HELP)
    .action(async (folder: string, options) => {
      const { rank } = await import('./rank.js');
      finish(await rank(folder, options, context));
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

Scores are margins against the mean of the folder. Where intervals overlap, the order is not sure.`;
