/** A check for the terminal: each rule with the worst of its clips, then what is broken, with the place in the config. */
import { short, signed } from '../../engine/report/words.js';
import type { CheckedRule, GateCheck, GateFinding, JudgedLimit } from '../../protocol/index.js';
import { padEnd, padStart, printable, shorten, textWidth, wrapped, type Style } from '../terminal.js';

const NAME_ROOM = 40;
const INDENT = '  ';

/** `file`: the config as it is shown. */
export function checkText(check: GateCheck, file: string, style: Style, width: number): string {
  const blocks = check.rules.map((rule) => {
    const findings = [...check.violations, ...check.notAnalysed].filter((f) => f.rule === rule.rule);
    return [
      ruleLine(rule, style),
      ...worstLines(rule, style),
      ...findings.map((f) => findingText(f, file, style, width)),
    ];
  });
  return [...blocks.map((lines) => lines.join('\n')), summary(check, style)].join('\n\n') + '\n';
}

function ruleLine(rule: CheckedRule, style: Style): string {
  const judged = rule.clips.filter(({ state }) => state !== 'excluded');
  const failed = judged.filter(({ state }) => state === 'failed').length;
  const excluded = rule.clips.length - judged.length;
  const unsure = judged.filter((c) => c.state === 'passed' && c.limits.some(({ sure }) => !sure)).length;
  const told = [
    clips(judged.length),
    ...(failed > 0 ? [`${failed} ${failed === 1 ? 'fails' : 'fail'}`] : []),
    ...(unsure > 0 ? [`${unsure} ${unsure === 1 ? 'passes' : 'pass'}, but not surely`] : []),
    ...(excluded > 0 ? [`${excluded} excluded`] : []),
  ].join(', ');
  const paint = rule.state === 'passed' ? style.good : style.bad;
  return `${paint(padEnd(rule.state, 7))} ${style.bold(printable(rule.rule))}  ${style.dim(told)}`;
}

/** Limit, worst clip, what was found, what is asked: one line a limit. */
function worstLines({ worst }: CheckedRule, style: Style): string[] {
  const rows = worst.map(({ clip, judged }) => ({
    kind: judged.attribute === null ? judged.kind : `${judged.kind} ${judged.attribute}`,
    clip: shorten(printable(clip), NAME_ROOM),
    found: foundText(judged),
    asked: askedText(judged),
    judged,
  }));
  const room = (name: 'kind' | 'clip' | 'found'): number => Math.max(...rows.map((row) => textWidth(row[name])));
  return rows.map(({ kind, clip, found, asked, judged }) => {
    const line = `${INDENT}${padEnd(kind, room('kind'))}  ${padEnd(clip, room('clip'))}  ${padStart(found, room('found'))}  ${asked}`;
    return judged.passed ? line : style.bad(line);
  });
}

function foundText({ kind, found, interval95 }: JudgedLimit): string {
  if (kind === 'maxFreezeSeconds') return `${short(found, 3)} s`;
  if (kind === 'maxDroppedFrames') return `${found} frames`;
  const interval = interval95 === null ? '' : ` (${signed(interval95[0])} to ${signed(interval95[1])})`;
  return `${signed(found)}${interval}`;
}

function askedText({ kind, limit, accepted }: JudgedLimit): string {
  const asked = kind.startsWith('max')
    ? `at most ${short(limit, 3)}`
    : kind === 'forbid'
      ? `above ${signed(limit)}`
      : `at least ${signed(limit, 2).replace(/0$/, '')}`;
  return accepted ? `${asked}, accepted` : asked;
}

function findingText({ message, position }: GateFinding, file: string, style: Style, width: number): string {
  const place = `${printable(file)}:${position.line}:${position.column}`;
  return `${style.dim(`${INDENT}${place}`)}\n${wrapped(printable(message), width, INDENT).trimEnd()}`;
}

function summary({ rules }: GateCheck, style: Style): string {
  const failed = rules.filter(({ state }) => state !== 'passed').length;
  const of = `${rules.length} ${rules.length === 1 ? 'rule' : 'rules'}`;
  return failed === 0 ? style.good(`${of}: passed.`) : style.bad(`${failed} of ${of} failed.`);
}

const clips = (n: number): string => `${n} ${n === 1 ? 'clip' : 'clips'}`;
