/** `versusq check`: the quality gates of a `.versusq.json`, for terminals and CI. */
import { dirname, resolve } from 'node:path';
import { problemLine, readConfigFile } from '../engine/references/gates/check.js';
import { readConfig, type ConfigProblem } from '../engine/references/gates/config.js';
import { planRules } from '../engine/references/gates/plan.js';
import { GATES_FILE, VersusqError, type GateCheck, type GateFinding } from '../protocol/index.js';
import type { CliContext } from './context.js';
import { errorLine } from './error-line.js';
import { EXIT, exitCodeOf, worstExit } from './exit.js';
import { errorWithFlags, withFlags } from './flags.js';
import { withoutCommands } from './gates/annotations.js';
import { BEGINNING } from './gates/faults.js';
import { nearestWith } from './gates/place.js';
import { checkText } from './gates/print-check.js';
import { Reports, type ReportFlags } from './gates/reports.js';
import { settingsOf, type EngineOptions } from './options.js';
import { shownPath } from './paths.js';
import { Progress } from './progress.js';
import { printable, styleFor, widthOf } from './terminal.js';

export interface CheckFlags extends EngineOptions, ReportFlags {
  config?: string;
}

/** 0: all rules passed. 1: one did not. 2: the config is wrong or missing. Whatever comes of it is told in every report. */
export async function check(flags: CheckFlags, context: CliContext): Promise<number> {
  const { cwd, stdout } = context;
  const folder = flags.config === undefined ? nearestWith(GATES_FILE, cwd) : cwd;
  const config = resolve(folder ?? cwd, flags.config ?? GATES_FILE);
  const file = shownPath(cwd, config);
  const reports = new Reports(config, flags, context);
  let answer: GateCheck;
  try {
    await reports.checkFiles([config, ...(reports.toFiles ? await filesOf(config, context.signal) : [])]);
    if (folder === null) throw noConfig(cwd);
    const text = await readConfigFile(config);
    const { problems } = readConfig(text);
    if (problems.length > 0) {
      tellProblems(problems, file, context);
      if (flags.json)
        stdout.write(errorLine({ code: 'usage', message: lines(problems, file).join(' '), path: config }));
      await reports.faults(problems.map((problem) => ({ code: 'usage', ...problem })));
      return EXIT.usage;
    }
    answer = withFlagsIn(await judged(config, text, flags, context));
  } catch (thrown) {
    const error = errorWithFlags(VersusqError.from(thrown).toData());
    if (error.code !== 'cancelled') {
      if (flags.json) stdout.write(errorLine(error));
      await reports.faults([{ ...error, position: BEGINNING }]);
    }
    throw thrown;
  }
  const style = styleFor(stdout, context.env);
  const text = flags.json ? `${JSON.stringify(answer)}\n` : checkText(answer, file, style, widthOf(stdout));
  const onRunner = flags.github || context.env.GITHUB_ACTIONS === 'true';
  stdout.write(onRunner && !flags.json ? withoutCommands(text) : text);
  await reports.answer(answer);
  const causes = answer.violations.map(({ error }) => (error === null ? EXIT.failed : exitCodeOf(error.code)));
  return answer.state === 'passed' ? EXIT.done : worstExit([EXIT.failed, ...causes]);
}

async function judged(config: string, text: string, flags: CheckFlags, context: CliContext): Promise<GateCheck> {
  const engine = await context.createEngine(settingsOf(flags, context));
  const progress = new Progress(context);
  try {
    return await engine.check(
      { config, text },
      {
        signal: context.signal,
        onEvent: (event) => {
          if (event.type === 'check') progress.setPrefix(`pair ${Math.min(event.done + 1, event.of)} of ${event.of}`);
          else progress.update(event);
        },
      },
    );
  } finally {
    progress.clear();
    await engine.dispose();
  }
}

/** The clips and references of a config, absolute; none where it can't be read or planned, which is told later. */
async function filesOf(config: string, signal: AbortSignal): Promise<string[]> {
  try {
    const { rules } = readConfig(await readConfigFile(config));
    const planned = await planRules(dirname(config), rules ?? [], signal);
    return planned.flatMap(({ clips }) =>
      clips.flatMap(({ path, reference }) => (reference === null ? [path] : [path, reference.path])),
    );
  } catch {
    return [];
  }
}

const noConfig = (cwd: string): VersusqError =>
  new VersusqError(
    'usage',
    `There is no ${GATES_FILE} in ${cwd} or above. Name one with --config; versusq calibrate proposes one.`,
    { path: cwd },
  );

const lines = (problems: readonly ConfigProblem[], file: string): string[] =>
  problems.map((problem) => problemLine(file, problem));

/** Every line that is wrong, each where an editor can jump to. */
function tellProblems(problems: readonly ConfigProblem[], file: string, context: CliContext): void {
  const style = styleFor(context.stderr, context.env);
  for (const line of lines(problems, file))
    context.stderr.write(`${style.bad('versusq:')} ${printable(line)} ${style.dim('(usage)')}\n`);
}

function withFlagsIn(answer: GateCheck): GateCheck {
  const reworded = (findings: GateFinding[]): GateFinding[] =>
    findings.map((f) => ({ ...f, message: withFlags(f.message), error: f.error && errorWithFlags(f.error) }));
  return { ...answer, violations: reworded(answer.violations), notAnalysed: reworded(answer.notAnalysed) };
}
