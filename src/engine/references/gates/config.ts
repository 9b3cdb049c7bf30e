/**
 * The text of a `.versusq.json` (JSON with comments) -> rules with the places of their keys, or all that is wrong with it, each
 * with its line and column. Nothing is guessed: an unknown key or placeholder is an error, because a rule that silently does not
 * apply would pass.
 */
// By its path: the package's CommonJS form, which its name leads to, can't be bundled.
import {
  findNodeAtLocation,
  parseTree,
  printParseErrorCode,
  type Node,
  type ParseError,
} from 'jsonc-parser/lib/esm/main.js';
import { posix } from 'node:path';
import { Value, ValueErrorType, type ValueError } from '@sinclair/typebox/value';
import {
  ATTRIBUTES,
  GateConfig,
  GateLimits,
  GateRule,
  LIMIT_KINDS,
  NEEDS_REFERENCE,
  say,
  type Position,
} from '../../../protocol/index.js';
import { placeholderTrouble } from './targets.js';

/** A config longer than this is none, characters. */
const MOST_CHARACTERS = 2 ** 20;
/** A pattern longer than this is none, characters. */
const MOST_PATTERN = 1000;

/** `known`: the schema that the editor has finds it too. */
export interface ConfigProblem {
  message: string;
  position: Position;
  known: boolean;
}

/** The lists of a rule that name clips; what a clip is excluded for stands above what it is judged by. */
const NAMING = ['exclude', 'baseline'] as const;

export interface NamedClip {
  list: (typeof NAMING)[number];
  /** As clips are called: `e/a.mp4`. */
  clip: string;
  /** As the config calls it: `./e/a.mp4`. */
  written: string;
  position: Position;
}

/** `exclude` and `baseline` have clips as these are called. */
export interface PlacedRule extends GateRule {
  /** The pattern. */
  rule: string;
  position: Position;
  named: NamedClip[];
}

export type ReadConfig = { rules: PlacedRule[]; problems: [] } | { rules: null; problems: ConfigProblem[] };

type Path = (string | number)[];

export function readConfig(text: string): ReadConfig {
  const place = placer(text);
  const wrong = (message: string, position: Position, known: boolean): ReadConfig => ({
    rules: null,
    problems: [{ message, position, known }],
  });
  const start = { line: 1, column: 1, length: 0 };
  if (text.trim() === '') return wrong(say`The file is empty: it needs "rules".`, start, true);
  if (text.length > MOST_CHARACTERS) return wrong(say`The file is too large to be a list of rules.`, start, false);
  const errors: ParseError[] = [];
  let root: Node | undefined;
  try {
    root = parseTree(text, errors, { allowTrailingComma: true });
  } catch {
    return wrong(say`The file is nested too deep to be a list of rules.`, start, false);
  }
  const [error] = errors;
  if (error) return wrong(`${syntaxWords(printParseErrorCode(error.error))}.`, place(error.offset, error.length), true);
  if (!root) return wrong(say`The file holds no JSON.`, start, true);
  const value = plain(root);
  const at = (path: Path): Position => placeOf(root, path, place);
  const problems: ConfigProblem[] = [];
  const tell = (message: string, position: Position, known: boolean) => problems.push({ message, position, known });
  for (const path of duplicates(root)) tell(say`"${String(path.at(-1))}" stands here twice.`, at(path), true);
  for (const found of Value.Errors(GateConfig, value)) {
    const path = pathOf(found.path, root);
    const message = schemaWords(found, path);
    if (message !== null) tell(message, at(path), true);
  }
  if (problems.length > 0) return { rules: null, problems };
  const rules = Object.entries((value as GateConfig).rules).map(([rule, body]): PlacedRule => {
    const path: Path = ['rules', rule];
    for (const trouble of ruleTrouble(rule, body)) tell(trouble.message, at([...path, ...trouble.path]), false);
    const named = NAMING.flatMap((list) =>
      Object.keys(body[list] ?? {}).map((written): NamedClip => {
        const position = at([...path, list, written]);
        return { list, clip: posix.normalize(written), written, position };
      }),
    );
    for (const { written, position } of namedTwice(named))
      tell(say`"${written}" names a clip that stands here already.`, position, false);
    const byClip = <T>(list: NamedClip['list'], values: Record<string, T>): Record<string, T> =>
      Object.fromEntries(
        named.flatMap((one) => (one.list === list ? [[one.clip, values[one.written]!] as const] : [])),
      );
    return {
      ...body,
      ...(body.exclude && { exclude: byClip('exclude', body.exclude) }),
      ...(body.baseline && { baseline: byClip('baseline', body.baseline) }),
      rule,
      position: at(path),
      named,
    };
  });
  return problems.length > 0 ? { rules: null, problems } : { rules, problems: [] };
}

/** What the schema can't say of a rule. */
function* ruleTrouble(rule: string, body: GateRule): Generator<{ message: string; path: Path }> {
  const outside = outsideTrouble(rule);
  if (rule.trim() === '' || rule.length > MOST_PATTERN) yield { message: say`This pattern names no clips.`, path: [] };
  else if (outside !== null) yield { message: outside, path: [] };
  for (const list of NAMING) {
    for (const clip of Object.keys(body[list] ?? {})) {
      const elsewhere = outsideTrouble(clip);
      if (elsewhere !== null) yield { message: elsewhere, path: [list, clip] };
    }
  }
  if (!LIMIT_KINDS.some((kind) => body[kind] !== undefined && !(kind === 'forbid' && body.forbid?.length === 0)))
    yield {
      message: say`This rule has no limit: give it ${LIMIT_KINDS.slice(0, -1).join(', ')} or ${LIMIT_KINDS.at(-1)!}.`,
      path: [],
    };
  if (body.against !== undefined) {
    const trouble = placeholderTrouble(body.against) ?? outsideTrouble(body.against);
    if (trouble !== null) yield { message: trouble, path: ['against'] };
  } else {
    for (const kind of NEEDS_REFERENCE)
      if (body[kind] !== undefined) yield { message: say`${kind} needs a reference: add "against".`, path: [kind] };
  }
  for (const [clip, own] of Object.entries(body.baseline ?? {})) {
    for (const kind of LIMIT_KINDS)
      if (own[kind] !== undefined && body[kind] === undefined)
        yield { message: say`The rule has no ${kind} whose place this could take.`, path: ['baseline', clip, kind] };
  }
}

function namedTwice(named: readonly NamedClip[]): NamedClip[] {
  const seen = new Set<string>();
  return named.filter(({ list, clip }) => {
    const name = `${list} ${clip}`;
    return seen.has(name) || !seen.add(name);
  });
}

/** Everything that a config names lies in its folder: a stranger's config must not lead elsewhere. */
function outsideTrouble(name: string): string | null {
  if (/^(?:[\\/]|[A-Za-z]:)/.test(name) || /^[A-Za-z][\w+.-]+:\/\//.test(name))
    return say`Name it relative to the folder of this file.`;
  return name.split(/[\\/]/).includes('..')
    ? say`This leads out of the folder of this file, which is not allowed.`
    : null;
}

/** Offset and length -> position. */
function placer(text: string): (offset: number, length: number) => Position {
  const starts = [0];
  for (const { index, 0: end } of text.matchAll(/\r\n|\n|\r/g)) starts.push(index + end.length);
  return (offset, length) => {
    let [low, high] = [0, starts.length - 1];
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (starts[middle]! <= offset) low = middle;
      else high = middle - 1;
    }
    return { line: low + 1, column: offset - starts[low]! + 1, length };
  };
}

/** The key at a path, or the value where it has none; the nearest one above where there is nothing. */
function placeOf(root: Node, path: Path, place: (offset: number, length: number) => Position): Position {
  for (let end = path.length; end > 0; end--) {
    const node = findNodeAtLocation(root, path.slice(0, end));
    if (!node) continue;
    const key = node.parent?.type === 'property' ? node.parent.children?.[0] : undefined;
    const { offset, length } = key ?? node;
    return place(offset, length);
  }
  return place(root.offset, 1);
}

/** The value, with every key its own property (also `__proto__`). */
function plain(node: Node): unknown {
  if (node.type === 'array') return (node.children ?? []).map(plain);
  if (node.type !== 'object') return node.value;
  const entries = (node.children ?? []).map((p) => [String(p.children?.[0]?.value), p.children?.[1]] as const);
  return Object.fromEntries(entries.map(([key, value]) => [key, value && plain(value)]));
}

function* duplicates(node: Node, path: Path = []): Generator<Path> {
  const seen = new Set<string>();
  for (const [index, child] of (node.children ?? []).entries()) {
    const key = node.type === 'object' ? String(child.children?.[0]?.value) : index;
    const value = node.type === 'object' ? child.children?.[1] : child;
    if (typeof key === 'string' && seen.has(key)) yield [...path, key];
    if (typeof key === 'string') seen.add(key);
    if (value) yield* duplicates(value, [...path, key]);
  }
}

/** A JSON pointer as a path; numbers stay text unless an array holds them. */
function pathOf(pointer: string, root: Node): Path {
  const path: Path = [];
  for (const part of pointer.split('/').slice(1)) {
    const key = part.replaceAll('~1', '/').replaceAll('~0', '~');
    const array = (path.length === 0 ? root : findNodeAtLocation(root, path))?.type === 'array';
    path.push(array ? Number(key) : key);
  }
  return path;
}

const KEYS: readonly string[] = Object.keys(GateRule.properties);

/** A sentence for what the schema found; null where another error says it better. */
function schemaWords({ type, schema, value, message }: ValueError, path: Path): string | null {
  const name = `"${path.at(-1) ?? 'the file'}"`;
  switch (type) {
    case ValueErrorType.ObjectAdditionalProperties: {
      if (path.length === 1) return say`${name} is not known here: there are "rules" and "$schema".`;
      if (path.length === 2) return say`This pattern names no clips.`;
      const known = path.includes('baseline') ? Object.keys(GateLimits.properties) : KEYS;
      return say`${name} is not known here: there are ${known.slice(0, -1).join(', ')} and ${known.at(-1)!}.`;
    }
    case ValueErrorType.ObjectRequiredProperty:
      return say`The file has no "rules".`;
    case ValueErrorType.ObjectMinProperties:
      return say`There is no rule: name the clips to judge.`;
    case ValueErrorType.Union:
      return say`${JSON.stringify(value)} is no attribute: there are ${ATTRIBUTES.slice(0, -1).join(', ')} and ${ATTRIBUTES.at(-1)!}.`;
    case ValueErrorType.Literal:
      return null; // the union says it
    case ValueErrorType.ArrayUniqueItems:
      return say`${name} names an attribute twice.`;
    case ValueErrorType.StringPattern:
    case ValueErrorType.StringMinLength:
      return path.includes('exclude') ? say`Say why this clip is not judged.` : say`${name} is empty.`;
    case ValueErrorType.NumberMinimum:
    case ValueErrorType.IntegerMinimum:
      return say`${name} can't be below 0.`;
    default: {
      const wanted = KINDS[String((schema as { type?: unknown }).type)];
      return value === undefined
        ? null
        : wanted === undefined
          ? `${name}: ${message}.`
          : say`${name} must be ${wanted}.`;
    }
  }
}

const KINDS: Record<string, string> = {
  number: say`a number`,
  integer: say`a whole number`,
  string: say`a text in quotes`,
  array: say`a list in square brackets`,
  object: say`an object in braces`,
};

/** "CommaExpected" -> "Comma expected". */
const syntaxWords = (code: string): string =>
  code.replace(/(?<=[a-z])[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`).replaceAll('<unknown Parse', 'Unreadable');
