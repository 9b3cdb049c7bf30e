/** Changes of a `.versusq.json` as edits of its text: comments, order and indentation stay. */
import { applyEdits, modify, type Edit } from 'jsonc-parser/lib/esm/main.js';
import { GateRule, type GateFinding, type GateLimits } from '../../../protocol/index.js';
import { readConfig, type NamedClip } from './config.js';

/** Replaces `length` UTF-16 code units from `offset` on by `content`. */
export type TextEdit = Edit;

/** Names this clip in the rule's `exclude`, with the reason. */
export const excludeEdits = (text: string, rule: string, clip: string, reason: string): TextEdit[] =>
  edits(text, ['rules', rule, 'exclude', writtenName(text, rule, 'exclude', clip)], reason);

/**
 * Accepts what was found: the clip's own limit in the rule's `baseline`, rounded outwards to a hundredth, so that the same result
 * passes again. Null where the finding has no limit to accept, or the text no such rule.
 */
export function baselineEdits(text: string, finding: Pick<GateFinding, 'rule' | 'clip' | 'judged'>): TextEdit[] | null {
  const { rule, clip, judged } = finding;
  const known = readConfig(text).rules?.find((r) => r.rule === rule);
  if (!known || clip === null || judged === null) return null;
  const limits = { ...known, ...known.baseline?.[clip] };
  const value = acceptedLimit(judged, limits.forbid ?? []);
  return edits(text, ['rules', rule, 'baseline', writtenName(text, rule, 'baseline', clip), judged.kind], value);
}

/** How a list of a rule calls the clip already, so that it does not stand there under two names. */
function writtenName(text: string, rule: string, list: NamedClip['list'], clip: string): string {
  const named = readConfig(text).rules?.find((r) => r.rule === rule)?.named ?? [];
  return named.find((one) => one.list === list && one.clip === clip)?.written ?? clip;
}

/** The limit that lets what was found pass. Margins and scores go down to the next hundredth, seconds up. */
export function acceptedLimit(
  { kind, found, attribute }: NonNullable<GateFinding['judged']>,
  forbidden: readonly string[],
): number | string[] {
  switch (kind) {
    case 'minMargin':
    case 'minScore':
      return hundredthsBelow(found);
    case 'maxFreezeSeconds':
      return 0 - hundredthsBelow(-found);
    case 'maxDroppedFrames':
      return found;
    case 'forbid':
      return forbidden.filter((name) => name !== attribute);
  }
}

/** The next hundredth that is not above `x`, in floating point too. */
function hundredthsBelow(x: number): number {
  const steps = Math.floor(x * 100);
  return steps / 100 <= x ? steps / 100 : (steps - 1) / 100;
}

/** The text with this rule in it; a rule of that pattern gets the limits and keeps what else it says. */
export function withRule(text: string, rule: string, body: { against?: string } & GateLimits): string {
  let out = text.trim() === '' ? '{}\n' : text;
  const there = readConfig(text).rules?.some((r) => r.rule === rule) ?? false;
  if (!there) return applyEdits(out, edits(out, ['rules', rule], inOrder(body)));
  for (const [key, value] of Object.entries(inOrder(body)))
    out = applyEdits(out, edits(out, ['rules', rule, key], value));
  return out;
}

export const applied = (text: string, changes: TextEdit[]): string => applyEdits(text, changes);

function inOrder(body: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.keys(GateRule.properties).flatMap((k) => (k in body ? [[k, body[k]]] : [])));
}

function edits(text: string, path: string[], value: unknown): TextEdit[] {
  const indent = /\n([ \t]+)\S/.exec(text)?.[1] ?? '  ';
  const formattingOptions = {
    insertSpaces: !indent.startsWith('\t'),
    tabSize: indent.startsWith('\t') ? 4 : indent.length,
    eol: text.includes('\r\n') ? '\r\n' : '\n',
  };
  return modify(text, path, value, { formattingOptions });
}
