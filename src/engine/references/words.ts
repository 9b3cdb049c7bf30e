/**
 * Names in a piece of text. A place that delimits its names (a cell, a quoted string) is taken whole, spaces and all, where it can be
 * one name; otherwise its words are looked at, and what is quoted among them. Linear: no code unit is looked at more than a fixed
 * number of times, whatever is written.
 */
import { isVideoName, VIDEO_EXTENSIONS, type Reference } from '../../protocol/index.js';
import { kindOf, MAX_NAME, newEnding, percentDecoded, type Place } from './names.js';
import { part, whereIn, withoutUnseen, type Written } from './written.js';

export type Found = (reference: Reference) => void;

/** A name takes more words than this only in prose. */
const MOST_WORDS = 12;
/** Begins a sentence or a command rather than a name. */
const LEADS =
  /^(?:see|looks?|compare[sd]?|open(?:s|ed|ing)?|play|watch|use[sd]?|using|like|missing|found|expected|cannot|can't|could|failed|reading|writing|loading|encod(?:e|ing)|render(?:ed|ing) (?:to|from)|from|into|against|ffmpeg|ffprobe|mv|cp|rm|cat)\s/i;

/** A delimited place: one name, or words. */
export function readPlace(piece: Written, place: Place, found: Found): void {
  const clean = withoutUnseen(piece);
  if (!readWhole(clean, place, found)) readClean(clean, { ...place, uri: false }, found);
}

/** Running text. */
export function readWords(piece: Written, place: Place, found: Found): void {
  readClean(withoutUnseen(piece), place, found);
}

const whole = newEnding();
/** Whether the piece is one thing (a name, or none that counts), so that its words need no look. */
function readWhole(piece: Written, place: Place, found: Found): boolean {
  const { text } = piece;
  let start = text.length - text.trimStart().length;
  if (text.charAt(start) === '!' && !place.uri) start++; // lists of patterns: all but this one
  let end = text.trimEnd().length;
  if (place.uri) {
    const query = text.slice(start).search(/[?#]/);
    // a `#` that was not written as %23 belongs to the name
    if (query >= 0 && isVideoName(text.slice(start, start + query).slice(-8))) end = Math.min(end, start + query);
  }
  if (end <= start) return false;
  const name = text.slice(start, end);
  if (!isOneName(name)) return OTHER_MACHINE.test(name) && !/\s/.test(name);
  const decoded = place.uri && !/^file:/i.test(name) ? percentDecoded(name) : name;
  const kind = kindOf(decoded, place);
  if (kind) found(referenceTo(piece, start, end, decoded, kind));
  return true;
}

const OTHER_MACHINE = /^(?!file:)[a-z][a-z0-9+.-]*:\/\//i;

function isOneName(text: string): boolean {
  whole.lastIndex = 0;
  const first = whole.exec(text);
  if (!first || whole.lastIndex !== text.length || text.length > MAX_NAME) return false;
  if (/^["`]|[=(]["`]/.test(text)) return false;
  if (!/\s/.test(text)) return true;
  return (
    !/[\r\n\t<>|]|: |:\/\/(?<!^file:\/\/)|\s-{1,2}[a-z][\w-]*\s|[,;.]\s(?:see|cf|compare|like|use|but)\b/i.test(text) &&
    !LEADS.test(text) &&
    text.split(/\s+/, MOST_WORDS + 1).length <= MOST_WORDS
  );
}

const QUOTES: Record<string, string> = { '"': '"', "'": "'", '`': '`', '”': '“', '’': '‘', '»': '«', '」': '「' };
const OPENS = { ')': '(', ']': '[', '}': '{' } as Record<string, string>;
const STOP = /[\s"`<>|“”‘„«»、。，；：「」（）《》]/;

const ending = newEnding();
function readClean(piece: Written, place: Place, found: Found): void {
  const { text } = piece;
  /** Units before this belong to what was read already. */
  let read = 0;
  /** The run of text without a space that was looked at: from, up to, and whether it is an address of another machine. */
  let run = 0;
  let seen = 0;
  let remote = false;
  ending.lastIndex = 0;
  for (let match = ending.exec(text); match; match = ending.exec(text)) {
    const end = ending.lastIndex;
    const opened = openingOf(text, read, end);
    const uri = opened > 0 && ADDRESS.test(text.slice(Math.max(0, opened - 12), opened - 1));
    if (opened >= 0 && readWhole(part(piece, opened, end), { ...place, uri }, found)) {
      read = seen = run = end;
      remote = false;
      continue;
    }
    const start = startOfRun(text, seen, match.index);
    if (start !== null) {
      run = start;
      remote = false;
    }
    remote ||= OTHER_MACHINE_INSIDE.test(text.slice(Math.max(run, seen - 12), match.index));
    seen = end;
    if (!remote) readWord(piece, { run: Math.max(run, read), read }, end, place, found);
    read = end;
  }
}

/** `src="a%20b.mp4"`: markup among words. */
const ADDRESS = /\b(?:src|href|poster)\s?=\s?$/i;
const OTHER_MACHINE_INSIDE = /(?<![a-z0-9+.-])(?!file:)[a-z][a-z0-9+.-]{0,30}:\/\//i;

/** Where the quoted text that ends at `end` begins; -1: it is not quoted. */
function openingOf(text: string, from: number, end: number): number {
  const quote = QUOTES[text.charAt(end)];
  if (quote === undefined) return -1;
  for (let i = end - 1; i >= from && i >= end - MAX_NAME; i--) {
    if (text.charAt(i) === '\n') return -1;
    if (text.charAt(i) === quote && (quote !== "'" || !/[\p{L}\p{N}]/u.test(text.charAt(i - 1)))) return i + 1;
  }
  return -1;
}

/** The beginning of the run that `dot` is in; null: it began before `seen`. */
function startOfRun(text: string, seen: number, dot: number): number | null {
  for (let i = dot - 1; i >= seen; i--) {
    const c = text.charAt(i);
    if (STOP.test(c) && !(c === ' ' && text.charAt(i - 1) === '\\')) return i + 1;
    if (c === "'" && !/[\p{L}\p{N}]/u.test(text.charAt(i - 1))) return i + 1;
  }
  return seen === 0 ? 0 : null;
}

/** One unquoted name that ends at `end`, not before `run`; what stands before `read` belongs to others. */
function readWord(
  piece: Written,
  { run, read }: { run: number; read: number },
  end: number,
  place: Place,
  found: Found,
): void {
  const { text } = piece;
  let from = run;
  if (end - from > MAX_NAME) from = end - MAX_NAME - 1;
  const depth: string[] = [];
  let start = end;
  for (; start > from; start--) {
    const c = text.charAt(start - 1);
    if (c in OPENS) depth.push(OPENS[c]!);
    else if ('([{'.includes(c)) {
      if (depth.pop() === c) continue;
      if (c === '{' && text.charAt(start - 2) === '$') return;
      break;
    } else if (depth.length === 0) {
      if (c === ',' || c === ';' || c === '=') break;
      if (c === ':' && !isPartOfPath(text, start - 1, from)) break;
    }
  }
  while (start < end && /[@&!)\]}]/.test(text.charAt(start))) start++;
  while (start < end && /[*_~]/.test(text.charAt(start)) && text.charAt(start) === text.charAt(end)) start++;
  if (start === read && start > 0) while (start < end && JOINS.test(text.charAt(start))) start++;
  const within = { ...place, uri: false };
  const reference = (from: number, to: number): Reference | null => {
    const name = text.slice(from, to).replace(/\\([ ()'"&[\]!;_*~`#])/g, '$1');
    const kind = kindOf(name, within);
    return kind && referenceTo(piece, from, to, name, kind);
  };
  const parts = (place.media ? [[start, end] as const] : partsOf(text, start, end)).map(([from, to]) =>
    reference(from, to),
  );
  const [first = null, ...others] = parts.includes(null) ? [reference(start, end)] : parts;
  if (first === null) return;
  const lead = first.kind === 'path' ? leadOf(piece, Math.max(read, start - MOST_LEAD), start) : '';
  const { start: at, end: until, name, kind } = first; // not spread: see `shifted`
  found(lead === '' ? first : { start: at, end: until, name, kind, lead });
  for (const other of others) if (other !== null) found(other);
}

/** So many code units before a name may belong to it: no longer name is a file. */
const MOST_LEAD = 200;
/** Ends what may belong to a name: line breaks, quotes, what delimits elsewhere. */
const ENDS_LEAD = /[\r\n\t"`<>|“”‘„«»、。，；：「」（）《》\0]/;

/** The words before a name that may belong to it, where they stand in the document as they read; empty where there is none. */
function leadOf(piece: Written, from: number, start: number): string {
  const { text } = piece;
  if (text.charAt(start - 1) !== ' ') return '';
  const at = whereIn(piece, start, start + 1).start;
  let i = start;
  while (i > from && !ENDS_LEAD.test(text.charAt(i - 1)) && whereIn(piece, i - 1, i).start === at - (start - i + 1))
    i--;
  // a word that began before that is none
  if (i > 0 && /[\p{L}\p{N}]/u.test(text.charAt(i - 1))) while (i < start && text.charAt(i) !== ' ') i++;
  const lead = text.slice(i, start).trimStart();
  return /[\p{L}\p{N}]/u.test(lead) ? lead : '';
}

/** Directly behind a name, they join the next one to it. */
const JOINS = /[^\p{L}\p{N}\s._~*({[-]/u;
/** `a.mp4/b.mp4`, `a.mp4+b.mp4`, `a.mp4..b.mp4`: two names, in running text. Folders that are called like videos are rarer. */
const JOINT = new RegExp(
  String.raw`(?<=[^\s./\\]\.(?:${VIDEO_EXTENSIONS.join('|')}))(?:[/+]+|\.{2,}|--+)(?=[^\s/+])`,
  'gi',
);

function partsOf(text: string, start: number, end: number): [number, number][] {
  const parts: [number, number][] = [];
  let from = start;
  for (const { index, 0: joint } of text.slice(start, end).matchAll(JOINT)) {
    parts.push([from, start + index]);
    from = start + index + joint.length;
  }
  return [...parts, [from, end]];
}

/** `C:\` and `file:`. */
function isPartOfPath(text: string, colon: number, from: number): boolean {
  if (/[\\/]/.test(text.charAt(colon + 1))) {
    const drive = /[a-z]/i.test(text.charAt(colon - 1)) && (colon - 1 === from || /[^\w]/.test(text.charAt(colon - 2)));
    if (drive) return true;
  }
  return /(?:^|[^\w])file$/i.test(text.slice(Math.max(from, colon - 5), colon));
}

function referenceTo(piece: Written, from: number, to: number, name: string, kind: Reference['kind']): Reference {
  const { start, end } = whereIn(piece, from, to);
  return { start, end, name, kind };
}
