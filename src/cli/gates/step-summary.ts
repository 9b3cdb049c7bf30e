/** A check as Markdown for the summary of a step of GitHub Actions, which shows about ten annotations of one, and all rows of this. */
import { markdownLine } from '../../engine/report/ranking-text.js';
import type { GateCheck } from '../../protocol/index.js';
import type { Fault } from './faults.js';

/** A summary is refused as a whole beyond 1 MiB. */
const MOST_ROWS = 1000;

/** `file`: the config as reports name it. */
export function summaryOf({ rules, violations, notAnalysed }: GateCheck, file: string): string {
  const failed = rules.filter(({ state }) => state !== 'passed').length;
  const told = failed === 0 ? `${rules.length} passed` : `${failed} of ${rules.length} failed`;
  const rows = [...violations, ...notAnalysed].map(({ rule, clip, message, position }) => [
    rule,
    clip ?? '',
    message,
    `${file}:${position.line}`,
  ]);
  return page(told, ['Rule', 'Clip', 'What is wrong', 'Where'], rows);
}

export const summaryOfFaults = (faults: readonly Fault[], file: string): string =>
  page(
    'nothing was judged',
    ['What is wrong', 'Where'],
    faults.map(({ message, position }) => [message, `${file}:${position.line}`]),
  );

function page(told: string, head: string[], rows: string[][]): string {
  const left = rows.length - MOST_ROWS;
  const table = [head, head.map(() => '---'), ...rows.slice(0, MOST_ROWS)].map(markdownLine);
  return [
    `### VersusQ quality gates: ${told}`,
    '',
    ...(rows.length === 0 ? [] : [...table, '']),
    ...(left > 0 ? [`And ${left} more, which the log names.`, ''] : []),
  ]
    .map((line) => `${line}\n`)
    .join('');
}
