/**
 * The filter box: words that must be in the name, and terms on columns (`score<-1`, `codec:hevc`); a leading minus negates,
 * quotes keep words together. A term that cannot be understood is told in words and left out. Pure.
 */
import { ATTRIBUTES } from '../../../protocol/index.js';
import { plural, t, typed } from '../../language.js';
import { codecName } from '../../view/format.js';
import { attributeWord } from '../../view/words.js';
import type { Entry, EntryStatus } from './data.js';

export interface Filter {
  matches(entry: Entry): boolean;
  /** One sentence for each term that was left out. */
  problems: string[];
  /** No term at all: every clip matches. */
  empty: boolean;
}

type Test = (entry: Entry) => boolean;
type Compare = (value: number, wanted: number) => boolean;

const NUMBERS: Record<string, (e: Entry) => number | null> = {
  score: (e) => e.estimate?.value ?? null,
  rank: (e) => e.rankInGroup ?? e.rank,
  above: (e) => e.above?.margin.value ?? null,
  reference: (e) => e.toReference?.value ?? null,
  wins: (e) => e.wins,
  losses: (e) => e.losses,
  length: (e) => e.facts?.duration ?? null,
  width: (e) => e.facts?.displayWidth ?? null,
  height: (e) => e.facts?.displayHeight ?? null,
  bitrate: (e) => (e.facts?.bitRate ? e.facts.bitRate / 1e6 : null),
};
const STATUSES: readonly EntryStatus[] = ['waiting', 'measured', 'ranked', 'failed', 'excluded'];
const TEXTS: Record<string, (e: Entry) => string[]> = {
  name: (e) => [e.name],
  folder: (e) => [e.folder],
  group: (e) => [e.group ?? ''],
  codec: (e) => (e.facts ? [e.facts.codec, codecName(e.facts.codec)] : []),
  defect: (e) => (e.mainDefect ? [e.mainDefect, attributeWord(e.mainDefect)] : []),
  status: (e) => [e.status],
};
const COMPARE: Record<string, Compare> = {
  '<': (v, w) => v < w,
  '<=': (v, w) => v <= w,
  '>': (v, w) => v > w,
  '>=': (v, w) => v >= w,
  '=': (v, w) => v === w,
  ':': (v, w) => v === w,
};
/** Columns that terms know, for the box's help. */
export const FILTER_FIELDS: readonly string[] = [...Object.keys(NUMBERS), ...Object.keys(TEXTS)];
export const FILTER_EXAMPLES = `score<-1   rank<=10   codec:hevc   defect:banding   group:scene1   status:failed   -${t('word')}`;

/** A term: optional minus, then a quoted or plain text, in which a quoted value may follow the operator. */
const TERM = /-?(?:[^\s"]*"[^"]*"?|[^\s"]+)/g;
const ON_COLUMN = /^([a-z]+)(<=|>=|<|>|=|:)(.*)$/i;

export function parseFilter(text: string): Filter {
  const tests: Test[] = [];
  const problems: string[] = [];
  for (const term of text.match(TERM) ?? []) {
    const negated = term.startsWith('-') && term.length > 1;
    const found = readTerm(negated ? term.slice(1) : term);
    if (typeof found === 'string') problems.push(found);
    else if (found) tests.push(negated ? (e) => !found(e) : found);
  }
  return { matches: (e) => tests.every((test) => test(e)), problems, empty: tests.length === 0 };
}

/** What a term asks, a sentence about why it cannot be understood, or null where it says nothing. */
function readTerm(term: string): Test | string | null {
  const onColumn = term.startsWith('"') ? null : ON_COLUMN.exec(term);
  if (!onColumn) {
    const word = unquoted(term).toLowerCase();
    return word === '' || word === '-' ? null : (e) => e.lower.includes(word);
  }
  const field = onColumn[1]!.toLowerCase();
  const operator = onColumn[2]!;
  const value = unquoted(onColumn[3]!).trim();
  const number = Object.hasOwn(NUMBERS, field) ? NUMBERS[field]! : null;
  if (number) return onNumber(term, number, operator, value);
  const texts = Object.hasOwn(TEXTS, field) ? TEXTS[field]! : null;
  if (!texts) return t('"{0}": there is no column "{1}". Known are {2}.', term, field, FILTER_FIELDS.join(', '));
  if (operator !== ':' && operator !== '=')
    return t('"{0}": {1} is a word, so write {1}:{2}.', term, field, value || t('word'));
  if (value === '') return t('"{0}": a word is missing after {1}', term, operator);
  return onText(term, field, texts, value.toLowerCase());
}

function onNumber(term: string, read: (e: Entry) => number | null, operator: string, value: string): Test | string {
  const wanted = value === '' ? NaN : typed(value);
  if (!Number.isFinite(wanted)) return t('"{0}": a number belongs after {1}', term, operator);
  const compare = COMPARE[operator]!;
  return (e) => {
    const v = read(e);
    return v !== null && compare(v, wanted);
  };
}

function onText(term: string, field: string, read: (e: Entry) => string[], value: string): Test | string {
  if (field === 'status' && !STATUSES.some((s) => s.startsWith(value)))
    return t('"{0}": a status is one of {1}.', term, STATUSES.join(', '));
  if (
    field === 'defect' &&
    !ATTRIBUTES.some((a) => a.includes(value) || attributeWord(a).toLowerCase().includes(value))
  )
    return t('"{0}": a defect is one of {1}.', term, ATTRIBUTES.map(attributeWord).join(', '));
  return (e) => read(e).some((text) => text.toLowerCase().includes(value));
}

const unquoted = (text: string): string => text.replaceAll('"', '');

/** "12 of 200 clips" */
export const shownWords = (shown: number, all: number): string =>
  shown === all ? plural(all, '{0} clip', '{0} clips') : plural(all, '{1} of {0} clip', '{1} of {0} clips', shown);
