/**
 * What names of a DASH manifest are relative to (ISO/IEC 23009-1, 5.6): each BaseURL resolves on that of the element around it, and what
 * a segment names on the innermost one (RFC 3986). Of several in one element the first counts. A base on another machine counts as
 * none: a copy of what it holds is looked for beside the manifest.
 */
import { posix } from 'node:path';
import type { Reference } from '../../../protocol/index.js';
import { kindOf, MAX_NAME, percentDecoded } from '../names.js';

const LEVELS = ['mpd', 'period', 'adaptationset', 'representation'];
/** Attributes that name a segment or its like. */
const ON_BASE = /^(?:media|sourceurl|initialization|index|bitstreamswitching)$/;
const REMOTE = /^(?!file:)(?:[a-z][a-z0-9+.-]*:|\/\/)/i;

export class Bases {
  /** `own`: the base that each open element names, from the outermost on; empty: none. */
  constructor(readonly own: string[]) {}

  open(tag: string): void {
    const level = LEVELS.indexOf(tag);
    if (level < 0) return;
    this.own.length = Math.min(this.own.length, level);
    while (this.own.length <= level) this.own.push('');
  }

  close(tag: string): void {
    const level = LEVELS.indexOf(tag);
    if (level >= 0) this.own.length = Math.min(this.own.length, level);
  }

  /** The text of a BaseURL, escapes undone. */
  name(text: string): void {
    const last = this.own.length - 1;
    const url = text.trim().replace(/[?#][^]*$/, '');
    if (last >= 0 && this.own[last] === '' && url.length <= MAX_NAME && !/\s/.test(url)) this.own[last] = url;
  }

  /** What a BaseURL leads to. */
  ofBase(reference: Reference): Reference | null {
    return on(folded(this.own.slice(0, -1)), reference);
  }

  /** What an attribute leads to. */
  ofAttribute(attribute: string, reference: Reference): Reference | null {
    return ON_BASE.test(attribute) ? on(folded(this.own), reference) : reference;
  }
}

function folded(own: readonly string[]): string {
  let base = '';
  for (const each of own) {
    if (each === '') continue;
    if (REMOTE.test(each)) base = '';
    else base = /^(?:\/|file:)/i.test(each) ? each : folderOf(base) + each;
  }
  return folderOf(base);
}

const folderOf = (base: string): string => base.slice(0, base.lastIndexOf('/') + 1);

function on(folder: string, reference: Reference): Reference | null {
  const { start, end, name, kind } = reference;
  if (folder === '' || kind !== 'path' || name.startsWith('/')) return reference;
  if (/^file:/i.test(folder)) {
    if (!URL.canParse(folder)) return reference;
    const path = name.split('/').map(encodeURIComponent).join('/');
    return { start, end, name: new URL(path, folder).href, kind: 'uri' };
  }
  const whole = posix.join(percentDecoded(folder), name);
  return kindOf(whole, { uri: true, media: true }) === null ? null : { start, end, name: whole, kind };
}
