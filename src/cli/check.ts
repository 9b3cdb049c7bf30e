/** `versusq check`: the quality gates of a `.versusq.json`, for terminals and CI. */
import { existsSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { dirname, join, relative, resolve, sep } from 'node:path';
import { problemLine, readConfigFile } from '../engine/references/gates/check.js';
import { readConfig } from '../engine/references/gates/config.js';
import { GATES_FILE, VersusqError, type GateCheck, type GateFinding } from '../protocol/index.js';
import type { CliContext } from './context.js';
import { EXIT, exitCodeOf, worstExit } from './exit.js';
import { errorWithFlags, withFlags } from './flags.js';
import { errorAnnotation, withoutCommands } from './gates/annotations.js';
import { junitXml } from './gates/junit.js';
import { checkText } from './gates/print-check.js';
import { sarifLog } from './gates/sarif.js';
import { settingsOf, type EngineOptions } from './options.js';
import { shownPath } from './paths.js';
import { Progress } from './progress.js';
import { checkWritten, pathGiven } from './report-file.js';
import { printable, styleFor, widthOf } from './terminal.js';

export interface CheckFlags extends EngineOptions {
  config?: string;
  junit?: string;
  sarif?: string;
  github?: boolean;
  json?: boolean;
}

/** 0: all rules passed. 1: one did not. 2: the config is wrong or missing. */
export async function check(flags: CheckFlags, context: CliContext): Promise<number> {
  const config = flags.config === undefined ? findConfig(context.cwd) : resolve(context.cwd, flags.config);
  const junit = pathGiven(context.cwd, flags.junit);
  const sarif = pathGiven(context.cwd, flags.sarif);
  await checkWritten({ '--junit': junit, '--sarif': sarif }, [config]);
  const file = shownPath(context.cwd, config);
  const text = await readConfigFile(config);
  if (tellProblems(text, file, flags, context)) return EXIT.usage;
  const engine = await context.createEngine(settingsOf(flags, context));
  const progress = new Progress(context);
  try {
    const answer = await engine.check(
      { config, text },
      {
        signal: context.signal,
        onEvent: (event) => {
          if (event.type === 'check') progress.setPrefix(`pair ${Math.min(event.done + 1, event.of)} of ${event.of}`);
          else progress.update(event);
        },
      },
    );
    progress.clear();
    const told = withFlagsIn(answer);
    const style = styleFor(context.stdout, context.env);
    const { stdout } = context;
    const words = flags.json ? `${JSON.stringify(told)}\n` : checkText(told, file, style, widthOf(stdout));
    const onRunner = flags.github || context.env.GITHUB_ACTIONS === 'true';
    stdout.write(onRunner && !flags.json ? withoutCommands(words) : words);
    const uri = relative(context.cwd, config).split(sep).join('/');
    if (flags.github) annotate(told, flags, context);
    if (junit) await writeFile(junit, junitXml(told, uri));
    if (sarif) await writeFile(sarif, `${JSON.stringify(sarifLog(told, uri), null, 2)}\n`);
    const causes = told.violations.map(({ error }) => (error === null ? EXIT.failed : exitCodeOf(error.code)));
    return told.state === 'passed' ? EXIT.done : worstExit([EXIT.failed, ...causes]);
  } finally {
    progress.clear();
    await engine.dispose();
  }
}

/** In the working directory or the nearest folder above. Error `usage`: there is none. */
function findConfig(cwd: string): string {
  for (let folder = cwd; ; folder = dirname(folder)) {
    const path = join(folder, GATES_FILE);
    if (existsSync(path)) return path;
    if (folder === dirname(folder)) break;
  }
  throw new VersusqError(
    'usage',
    `There is no ${GATES_FILE} in ${cwd} or above. Name one with --config; versusq calibrate proposes one.`,
    { path: cwd },
  );
}

/** Every line that is wrong, each where an editor can jump to. */
function tellProblems(text: string, file: string, flags: CheckFlags, context: CliContext): boolean {
  const { problems } = readConfig(text);
  const style = styleFor(context.stderr, context.env);
  for (const problem of problems) {
    context.stderr.write(`${style.bad('versusq:')} ${printable(problemLine(file, problem))} ${style.dim('(usage)')}\n`);
    if (flags.github)
      annotations(flags, context).write(
        errorAnnotation(onGitHub(resolve(context.cwd, file), context), problem.position, 'VersusQ', problem.message),
      );
  }
  return problems.length > 0;
}

function annotate({ config, violations, notAnalysed }: GateCheck, flags: CheckFlags, context: CliContext): void {
  for (const { position, kind, message } of [...violations, ...notAnalysed])
    annotations(flags, context).write(
      errorAnnotation(onGitHub(config, context), position, `VersusQ ${kind}`, printable(message)),
    );
}

/** GitHub reads both streams; JSON has stdout for itself. */
const annotations = (flags: CheckFlags, { stdout, stderr }: CliContext) => (flags.json ? stderr : stdout);

/** A path as GitHub names it: relative to the checkout. */
const onGitHub = (path: string, { cwd, env }: CliContext): string =>
  relative(env.GITHUB_WORKSPACE || cwd, path)
    .split(sep)
    .join('/');

function withFlagsIn(answer: GateCheck): GateCheck {
  const reworded = (findings: GateFinding[]): GateFinding[] =>
    findings.map((f) => ({ ...f, message: withFlags(f.message), error: f.error && errorWithFlags(f.error) }));
  return { ...answer, violations: reworded(answer.violations), notAnalysed: reworded(answer.notAnalysed) };
}
