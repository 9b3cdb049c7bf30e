/** `versusq calibrate`: a rule with thresholds from a folder that is known to be good (engine/references/gates/calibrate.ts). */
import { readFile, writeFile } from 'node:fs/promises';
import { dirname, join, relative, resolve, sep } from 'node:path';
import { videosIn } from '../engine/media/folder.js';
import { patternFor, proposedLimits, type Seen } from '../engine/references/gates/calibrate.js';
import { problemLine } from '../engine/references/gates/check.js';
import { readConfig } from '../engine/references/gates/config.js';
import { withRule } from '../engine/references/gates/edit.js';
import { matchClips } from '../engine/references/gates/match.js';
import { Places } from '../engine/references/gates/places.js';
import type { Answer, Answers } from '../engine/references/gates/evidence.js';
import { gather } from '../engine/references/gates/gather.js';
import { referenceOf } from '../engine/references/gates/targets.js';
import { short, signed } from '../engine/report/words.js';
import { GATES_FILE, VersusqError, type GateLimits } from '../protocol/index.js';
import type { CliContext } from './context.js';
import { EXIT, exitCodeOf, worstExit } from './exit.js';
import { errorWithFlags } from './flags.js';
import { settingsOf, type EngineOptions } from './options.js';
import { shownPath } from './paths.js';
import { Progress } from './progress.js';
import { checkWritten } from './report-file.js';
import { padEnd, padStart, printable, styleFor } from './terminal.js';

export interface CalibrateFlags extends EngineOptions {
  against?: string;
  write?: string;
}

/** 0: written or printed. 1: also, but a clip failed and does not count. 2: wrong usage. */
export async function calibrate(name: string, flags: CalibrateFlags, context: CliContext): Promise<number> {
  const folder = resolve(context.cwd, name);
  const target = resolve(context.cwd, flags.write ?? GATES_FILE);
  const base = dirname(target);
  const place = relative(base, folder).split(sep).join('/');
  if (place.split('/').includes('..') || resolve(base, place) !== folder)
    throw new VersusqError('usage', `${folder} is not below ${base}: a rule names clips below the folder of its file.`);
  const clips = await videosIn(folder, false);
  if (clips.length === 0)
    throw new VersusqError('usage', `${folder} holds no video file: there is nothing to learn from.`);
  if (flags.write !== undefined) await checkWritten({ '--write': target }, clips);
  const before = flags.write === undefined ? '' : await readFile(target, 'utf8').catch(() => '');
  const rule = patternFor(place, clips);
  const { against } = flags;
  refuseWrong(withRule('', rule, { maxDroppedFrames: 0, ...(against === undefined ? {} : { against }) }), '--against');
  if (before.trim() !== '') refuseWrong(before, shownPath(context.cwd, target));

  const matched = new Set(await matchClips(base, rule, context.signal));
  const placeIn = (clip: string): string => relative(base, clip).split(sep).join('/');
  const missed = clips.map(placeIn).find((clip) => !matched.has(clip));
  if (missed !== undefined)
    throw new VersusqError('usage', `No pattern of a rule names ${missed}. Give its folder another name.`, {
      path: folder,
    });
  const pairs = clips.map((a) => ({ a, b: against === undefined ? a : join(base, referenceOf(against, placeIn(a))) }));
  if (against !== undefined) await refuseReferences(base, pairs, placeIn);
  const ranked = against === undefined && clips.length >= 2;
  const engine = await context.createEngine(settingsOf(flags, context));
  const progress = new Progress(context);
  try {
    const answers = await gather(
      engine,
      { pairs: ranked ? [] : pairs, sets: ranked ? [clips] : [] },
      {
        signal: context.signal,
        anew: new Set(),
        onEvent: (event) => {
          if (event.type === 'check') progress.setPrefix(`pair ${Math.min(event.done + 1, event.of)} of ${event.of}`);
          else progress.update(event);
        },
      },
    );
    progress.clear();
    const codes = tellFailures(answers, context);
    const seen = seenOf(answers, pairs, ranked ? clips : null);
    if (seen.freezeSeconds.length === 0) {
      context.stderr.write('versusq: No clip could be read, so that there is nothing to learn from.\n');
      return Math.max(EXIT.failed, worstExit(codes));
    }
    const limits = proposedLimits(seen);
    const text = withRule(before, rule, { ...(against === undefined ? {} : { against }), ...limits });
    const about = explanation(limits, seen, context);
    if (flags.write === undefined) {
      context.stderr.write(about);
      context.stdout.write(text);
    } else {
      await writeFile(target, text);
      context.stdout.write(`${about}Written: ${shownPath(context.cwd, target)}\n`);
    }
    return worstExit(codes);
  } finally {
    progress.clear();
    await engine.dispose();
  }
}

/** Error `usage`: with the first line that is wrong. */
function refuseWrong(text: string, where: string): void {
  const [problem] = readConfig(text).problems;
  if (!problem) return;
  throw new VersusqError(
    'usage',
    where === '--against' ? `--against: ${problem.message}` : problemLine(where, problem),
  );
}

/** Error `usage`: a clip is its own reference, one leads out of the folder of the rules, or no clip has a reference. */
async function refuseReferences(
  base: string,
  pairs: readonly { a: string; b: string }[],
  placeIn: (clip: string) => string,
): Promise<void> {
  const places = await Places.in(base);
  const states = await Promise.all(pairs.map(({ a, b }) => places.stateOf(b, a)));
  for (const [k, { a, b }] of pairs.entries()) {
    if (states[k] === 'itself')
      throw new VersusqError('usage', `${placeIn(a)} is its own reference: correct --against.`, { path: a });
    if (states[k] === 'outside')
      throw new VersusqError('usage', `${placeIn(b)} is a link that leads out of ${base}: correct --against.`, {
        path: b,
      });
  }
  if (states.includes('there')) return;
  const { b } = pairs[0]!;
  const message = `No clip has a reference: there is no file ${placeIn(b)}. Put references there, or correct --against.`;
  throw new VersusqError('usage', message, { path: b });
}

function seenOf(answers: Answers, pairs: readonly { a: string; b: string }[], ranked: string[] | null): Seen {
  const values = <T, V>(list: Answer<T>[], value: (answer: T) => V): V[] =>
    list.flatMap((answer) => (answer !== null && 'value' in answer ? [value(answer.value)] : []));
  const compared = pairs.filter(({ a, b }) => a !== b);
  const lines = values(
    pairs.map(({ a }) => answers.timeline(a)),
    (line) => line,
  );
  return {
    margins: values(
      compared.map(({ a, b }) => answers.comparison(a, b)),
      ({ margin }) => margin,
    ),
    scores: values(
      (ranked ?? []).map((clip) => answers.score(ranked ?? [], clip)),
      ({ score }) => score,
    ),
    freezeSeconds: lines.map(({ freezeSeconds }) => freezeSeconds),
    droppedFrames: lines.map(({ droppedFrames }) => droppedFrames),
  };
}

function tellFailures(answers: Answers, context: CliContext): number[] {
  const style = styleFor(context.stderr, context.env);
  return [...answers.failed].map(([, error]) => {
    context.stderr.write(
      `${style.bad('versusq:')} ${printable(errorWithFlags(error).message)} ${style.dim(`(${error.code})`)}\n`,
    );
    return exitCodeOf(error.code);
  });
}

/** "minMargin  -0.9   worst of 6: -0.5", one line a limit. */
function explanation(limits: GateLimits, seen: Seen, context: CliContext): string {
  const style = styleFor(context.stdout, context.env);
  const rows: [string, string, string][] = [];
  const row = (
    kind: keyof GateLimits,
    values: number[],
    worst: (...v: number[]) => number,
    say: (n: number) => string,
  ) => {
    const limit = limits[kind];
    if (typeof limit === 'number') rows.push([kind, say(limit), `worst of ${values.length}: ${say(worst(...values))}`]);
  };
  const margin = (n: number): string => signed(n);
  row('minMargin', seen.margins, Math.min, margin);
  row('minScore', seen.scores, Math.min, margin);
  row('maxFreezeSeconds', seen.freezeSeconds, Math.max, (n) => `${short(n, 2)} s`);
  row('maxDroppedFrames', seen.droppedFrames, Math.max, String);
  const width = Math.max(...rows.map(([kind]) => kind.length));
  const lines = rows.map(
    ([kind, limit, worst]) => `${padEnd(kind, width)}  ${padStart(limit, 6)}  ${style.dim(worst)}`,
  );
  return lines.map((line) => `${line}\n`).join('');
}
