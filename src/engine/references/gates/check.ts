/** A `.versusq.json` in, one `versusq.check/1` out: read -> match -> ask (or recall what is stored) -> judge. */
import { readFile } from 'node:fs/promises';
import { basename, dirname } from 'node:path';
import { VersusqError, type CheckRequest, type GateCheck, type WorkerEvent, say } from '../../../protocol/index.js';
import { fileSignature } from '../../compare/clips.js';
import type { EngineContext } from '../../compare/context.js';
import { fileFailureKey, LASTING } from '../../rank/clips.js';
import { readConfig, type ConfigProblem, type PlacedRule } from './config.js';
import type { Answers } from './evidence.js';
import { gather, type GateEngine } from './gather.js';
import { judgeRules } from './judge.js';
import { planRules, questionsOf } from './plan.js';
import { recall } from './recall.js';

export interface CheckOptions {
  signal: AbortSignal;
  onEvent?: ((event: WorkerEvent) => void) | undefined;
}

/** Errors: `usage` (the config is wrong, with every line), ffmpeg/*, model/*, `cancelled`. Clips that fail are told in the answer. */
export async function checkGates(
  context: EngineContext,
  engine: GateEngine,
  request: CheckRequest,
  { signal, onEvent = () => {} }: CheckOptions,
): Promise<GateCheck> {
  const { config, storedOnly = false, anew = [] } = request;
  const text = request.text ?? (await readConfigFile(config));
  const rules = await planRules(dirname(config), rulesOf(config, text), signal);
  const questions = questionsOf(rules);
  let answers: Answers;
  if (storedOnly) answers = await recall(context, questions, signal);
  else {
    answers = await gather(engine, questions, { signal, onEvent, anew: new Set(anew) });
    await keepFailures(context, answers, anew);
  }
  return {
    schema: 'versusq.check/1',
    config,
    storedOnly,
    ...judgeRules(rules, answers),
    versusq: VERSUSQ_VERSION,
    finished: new Date().toISOString(),
  };
}

/** Error `usage`: it can't be read. */
export async function readConfigFile(path: string): Promise<string> {
  try {
    return (await readFile(path, 'utf8')).replace(/^\uFEFF/, '');
  } catch (cause) {
    const sentence =
      (cause as NodeJS.ErrnoException).code === 'ENOENT'
        ? say`There is no file ${path}: quality gates are read from it.`
        : say`Can't read ${path}: quality gates are read from it.`;
    throw new VersusqError('usage', sentence, { path, cause });
  }
}

/** "gates/.versusq.json:3:5: ..." */
export const problemLine = (path: string, { message, position: { line, column } }: ConfigProblem): string =>
  `${path}:${line}:${column}: ${message}`;

function rulesOf(config: string, text: string): PlacedRule[] {
  const { rules, problems } = readConfig(text);
  if (rules !== null) return rules;
  const lines = problems.map((problem) => problemLine(basename(config), problem));
  throw new VersusqError('usage', lines.join(' '), { path: config });
}

/** What lies in a file itself is remembered, so that the editor can tell it without reading the file again; and what no longer does. */
async function keepFailures(context: EngineContext, answers: Answers, anew: readonly string[]): Promise<void> {
  const [store, media] = await Promise.all([context.store(), context.media()]);
  const failed = new Map(answers.failed);
  for (const path of new Set([...failed.keys(), ...anew])) {
    const signature = await fileSignature(path);
    const error = failed.get(path) ?? null;
    if (signature !== null && (error === null || LASTING.has(error.code)))
      store.putFailure(fileFailureKey(path, signature, media.ffmpeg.versionText), error);
  }
}
