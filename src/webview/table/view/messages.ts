/**
 * Nothing reaches the table unchecked: a message is taken only if it has the shape of ToTable, as far as the table reads it.
 * By hand, since 10,000 rows come many times and a schema takes milliseconds a thousand. Gives null for anything else; a single
 * broken row or clip is left out.
 */
import { ATTRIBUTES, ERROR_CODES } from '../../../protocol/index.js';
import { GROUPINGS, type RankRow } from '../../../protocol/rank.js';
import type { ToTable } from '../../../protocol/table.js';

type Bag = Record<string, unknown>;
const isBag = (v: unknown): v is Bag => typeof v === 'object' && v !== null && !Array.isArray(v);
const isText = (v: unknown): v is string => typeof v === 'string';
const isNumber = (v: unknown): v is number => typeof v === 'number' && Number.isFinite(v);
const orNull = (v: unknown, check: (v: unknown) => boolean): boolean => v === null || check(v);
const isSpan = (v: unknown): boolean => Array.isArray(v) && v.length === 2 && v.every(isNumber);
const isTexts = (v: unknown): boolean => Array.isArray(v) && v.every(isText);

const STATUSES: ReadonlySet<unknown> = new Set<RankRow['status']>(['waiting', 'measured', 'ranked', 'failed']);
const STAGES: ReadonlySet<unknown> = new Set(['probe', 'encode', 'compare', 'done']);
const DEFECTS: ReadonlySet<unknown> = new Set(ATTRIBUTES);
const CODES: ReadonlySet<unknown> = new Set(ERROR_CODES);

export function readTableMessage(data: unknown): ToTable | null {
  if (!isBag(data)) return null;
  switch (data['type']) {
    case 'state':
      return isState(data['state']) ? (data as ToTable) : null;
    case 'clips':
      if (!Array.isArray(data['clips'])) return null;
      return { type: 'clips', clips: data['clips'].filter(isClip), reset: data['reset'] === true };
    case 'rows':
      return Array.isArray(data['rows']) ? { type: 'rows', rows: data['rows'].filter(isRow) } : null;
    case 'thumbnails':
      return isText(data['path']) && isTexts(data['pictures']) ? (data as ToTable) : null;
    case 'pairs':
      return Array.isArray(data['pairs']) ? { type: 'pairs', pairs: data['pairs'].filter(isPair) } : null;
    default:
      return null;
  }
}

const isState = (v: unknown): boolean =>
  isBag(v) &&
  isText(v['folder']) &&
  isText(v['title']) &&
  isRun(v['run']) &&
  orNull(v['progress'], isProgress) &&
  GROUPINGS.some((g) => g === v['grouping']) &&
  orNull(v['reference'], isText) &&
  isTexts(v['excluded']) &&
  orNull(v['deviceNote'], isText) &&
  orNull(v['storeNote'], isText) &&
  orNull(v['provenance'], isText);

function isRun(v: unknown): boolean {
  if (!isBag(v)) return false;
  if (v['status'] === 'working') return isNumber(v['since']);
  if (v['status'] === 'failed') return isError(v['error']);
  return v['status'] === 'idle' || v['status'] === 'paused' || v['status'] === 'done';
}

const isError = (v: unknown): boolean => isBag(v) && CODES.has(v['code']) && isText(v['message']);

const isProgress = (v: unknown): boolean =>
  isBag(v) &&
  STAGES.has(v['stage']) &&
  ['clips', 'encoded', 'failed', 'comparisons', 'expected'].every((k) => isNumber(v[k])) &&
  ['rate', 'secondsLeft', 'inconsistency'].every((k) => orNull(v[k], isNumber));

const isRow = (v: unknown): v is RankRow =>
  isBag(v) &&
  isText(v['path']) &&
  STATUSES.has(v['status']) &&
  orNull(v['rank'], isNumber) &&
  orNull(v['score'], isNumber) &&
  orNull(v['interval95'], isSpan) &&
  orNull(v['toReference'], (r) => isBag(r) && isNumber(r['margin']) && isSpan(r['interval95'])) &&
  orNull(v['mainDefect'], (d) => DEFECTS.has(d)) &&
  orNull(v['group'], isText) &&
  orNull(v['rankInGroup'], isNumber) &&
  isNumber(v['wins']) &&
  isNumber(v['losses']) &&
  isNumber(v['ties']);

type Clip = Extract<ToTable, { type: 'clips' }>['clips'][number];
const isClip = (v: unknown): v is Clip =>
  isBag(v) && isText(v['path']) && orNull(v['facts'], isFacts) && orNull(v['error'], isError);

/** The facts that the table shows. */
const isFacts = (v: unknown): boolean =>
  isBag(v) &&
  isText(v['codec']) &&
  isNumber(v['duration']) &&
  isNumber(v['displayWidth']) &&
  isNumber(v['displayHeight']) &&
  orNull(v['bitRate'], isNumber);

type Pair = Extract<ToTable, { type: 'pairs' }>['pairs'][number];
const isPair = (v: unknown): v is Pair =>
  isBag(v) && isText(v['a']) && isText(v['b']) && isNumber(v['margin']) && isNumber(v['stdDev']);
