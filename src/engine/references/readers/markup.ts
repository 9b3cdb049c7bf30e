/**
 * XML (FCPXML, XMEML, MLT, XSPF), DASH MPD and HTML: attributes and text between tags. Read by htmlparser2's tokenizer, begun anew at
 * the end of a start tag; it never looks into a document type, so no entity of a document is ever expanded, and it keeps no tree. A
 * long comment is passed over line by line: one that is not closed yet costs no more than that.
 */
import { decodeHTML, decodeXML } from 'entities';
import { Tokenizer } from 'htmlparser2';
import { hasEnding, type Place } from '../names.js';
import type { Reference } from '../../../protocol/index.js';
import { shifted, type Reader, type Stop } from '../reader.js';
import { readPlace, readWords, type Found } from '../words.js';
import { part, rewrite, written, type Written } from '../written.js';
import { Bases } from './mpd-bases.js';
import { readSourceLine } from './source.js';

/** How a kind of markup says what is a URI, and where text is one name. */
interface Dialect {
  isXml: boolean;
  isUri: (tag: string, attribute: string) => boolean;
  /** Elements whose text may be one name with spaces. */
  delimits: (tag: string) => boolean;
  /** Elements name what others are relative to. */
  hasBases?: boolean;
  place: Place;
}

const URI_ATTRIBUTES = /^(?:src|href|url|uri|xlink:href|poster|data|data-.*|content|sourceurl|media)$/;
const xml: Dialect = {
  isXml: true,
  isUri: (tag, attribute) =>
    attribute === ''
      ? /^(?:location|baseurl|pathurl|url|href|link)$/.test(tag)
      : /^(?:src|href|url|uri|xlink:href)$/.test(attribute),
  delimits: () => true,
  place: {},
};
const mpd: Dialect = { ...xml, isUri: () => true, hasBases: true, place: { media: true } };
const html: Dialect = {
  isXml: false,
  isUri: (_, attribute) => URI_ATTRIBUTES.test(attribute),
  delimits: (tag) => /^(?:a|button|code|dd|dt|figcaption|kbd|li|option|samp|td|th)$/.test(tag),
  place: { prose: true },
};

/** Their content is no markup, in HTML. */
const RAW = /^(?:script|style|textarea|title|xmp)$/;
/** Code units that the tokenizer is given at a time. */
const WINDOW = 4096;

export const xmlReader = markupReader(xml);
export const mpdReader = markupReader(mpd);
export const htmlReader = markupReader(html);

/** What is known where reading goes on; as a state, its lines: marks, tag, bases. */
interface Known {
  isComment: boolean;
  /** In a link to a video, whose words are not read again. */
  isLink: boolean;
  /** The element that was just opened. */
  tag: string;
  /** Of `Bases`. */
  own: string[];
}

function stateOf({ isComment, isLink, tag, own }: Known): string {
  return [(isComment ? 'comment ' : '') + (isLink ? 'link' : ''), tag, ...own].join('\n');
}

function knownOf(state: string): Known {
  const [marks = '', tag = '', ...own] = state.split('\n');
  return { isComment: marks.startsWith('comment'), isLink: marks.endsWith('link'), tag, own };
}

function markupReader(dialect: Dialect): Reader {
  const read: Reader['read'] = (text, state, until, found) => {
    const known = knownOf(String(state));
    if (!known.isComment) return new Pass(dialect, text, until, found, known).read();
    const line = text.indexOf('\n', until - 1) + 1;
    const close = (line > 0 ? text.slice(0, line) : text).indexOf('-->');
    if (close < 0) return { at: line > 0 ? line : text.length, state };
    const behind = close + 3;
    const after = stateOf({ ...known, isComment: false });
    if (behind === text.length) return { at: behind, state: after };
    const rest = text.slice(behind);
    const stop = read(rest, after, Math.max(until - behind, 1), (r) => found(shifted(r, behind)));
    return { at: stop.at + behind, state: stop.state };
  };
  return { start: stateOf({ isComment: false, isLink: false, tag: '', own: [] }), read };
}

class Pass {
  #tag: string;
  #inLink: boolean;
  readonly #bases: Bases;
  /** Behind the last thing that the tokenizer told of. */
  #told = 0;
  #attribute = '';
  #value = { start: -1, end: -1 };
  #run = { start: -1, end: -1 };
  #stop: Stop | null = null;
  readonly #tokenizer: Tokenizer;

  constructor(
    private readonly dialect: Dialect,
    private readonly text: string,
    private readonly until: number,
    private readonly found: Found,
    { tag, isLink, own }: Known,
  ) {
    this.#tag = tag;
    this.#inLink = isLink;
    this.#bases = new Bases(own);
    this.#tokenizer = new Tokenizer(
      { xmlMode: dialect.isXml, decodeEntities: false },
      {
        ontext: (start, end) => {
          this.#extend(this.#run, start, end);
          this.#told = end;
        },
        onattribdata: (start, end) => this.#extend(this.#value, start, end),
        onattribname: (start, end) => {
          this.#attribute = this.#slice(start, end).toLowerCase();
          this.#value.start = -1;
        },
        onattribend: () => this.#endOfAttribute(),
        onopentagname: (start, end) => {
          this.#endOfText('');
          this.#tag = this.#slice(start, Math.min(end, start + 64)).toLowerCase();
          if (dialect.hasBases) this.#bases.open(this.#tag);
        },
        onopentagend: (end) => this.#boundary(end + 1),
        onselfclosingtag: (end) => {
          this.#bases.close(this.#tag);
          this.#tag = '';
          this.#boundary(end + 1);
        },
        onclosetag: (start, end) => {
          const tag = this.#slice(start, Math.min(end, start + 64)).toLowerCase();
          this.#endOfText(tag);
          this.#bases.close(tag);
          this.#tag = '';
          if (tag === 'a') this.#inLink = false;
          const close = this.text.indexOf('>', end); // what stands before it is passed over without a word
          this.#told = close < 0 ? this.text.length : close + 1;
        },
        oncdata: (start, end, behind) => {
          this.#endOfText('');
          this.#readText(written(this.#slice(start, end - behind), start), true);
          this.#told = end + 1;
        },
        oncomment: (_, end) => this.#passedOver(end + 1),
        ondeclaration: (_, end) => this.#passedOver(end + 1),
        onprocessinginstruction: (_, end) => this.#passedOver(end + 1),
        onend: () => this.#endOfText(''),
        onattribentity: () => {},
        ontextentity: () => {},
      },
    );
  }

  read(): Stop {
    for (let at = 0; at < this.text.length && !this.#stop; at += WINDOW) {
      this.#tokenizer.write(this.text.slice(at, at + WINDOW));
      if (at + WINDOW >= this.until) this.#stopInComment();
    }
    if (!this.#stop) this.#tokenizer.end();
    return this.#stop ?? { at: this.text.length, state: this.#state(false) };
  }

  #state(isComment: boolean): string {
    return stateOf({ isComment, isLink: this.#inLink, tag: this.#tag, own: this.#bases.own });
  }

  #slice(start: number, end: number): string {
    return this.text.slice(start, end);
  }

  /** The tokenizer gives text and values in parts. */
  #extend(range: { start: number; end: number }, start: number, end: number): void {
    if (range.start < 0) range.start = start;
    range.end = end;
  }

  #boundary(at: number): void {
    this.#told = at;
    if (this.#stop || at < this.until || this.#isRaw) return;
    this.#stop = { at, state: this.#state(false) };
    this.#tokenizer.pause();
  }

  /** A comment that has not ended where the tokenizer is: the next beginning of a line in it. */
  #stopInComment(): void {
    if (this.#stop || this.#isRaw || !this.text.startsWith('<!--', this.#told)) return;
    const at = this.text.indexOf('\n', Math.max(this.until - 1, this.#told + 4)) + 1;
    if (at === 0 || this.text.slice(0, at).indexOf('-->', this.#told + 2) >= 0) return;
    this.#endOfText('');
    this.#stop = { at, state: this.#state(true) };
  }

  get #isRaw(): boolean {
    return !this.dialect.isXml && RAW.test(this.#tag);
  }

  #passedOver(until: number): void {
    this.#endOfText('');
    this.#told = until;
  }

  #endOfAttribute(): void {
    const { start, end } = this.#value;
    if (start < 0 || end <= start) return;
    this.#value.start = -1;
    const raw = this.#slice(start, end);
    if (!mayName(raw)) return;
    const uri = this.dialect.isUri(this.#tag, this.#attribute);
    const piece = this.#unescaped(written(raw, start));
    if (this.#tag === 'a' && this.#attribute === 'href' && hasEnding(piece.text)) this.#inLink = !this.dialect.isXml;
    readPlace(piece, { ...this.dialect.place, uri }, (r) => this.#give(this.#bases.ofAttribute(this.#attribute, r)));
  }

  #give(reference: Reference | null): void {
    if (reference !== null) this.found(reference);
  }

  /** Text up to a tag; `closing`: the name of the end tag that ends it, if one does. */
  #endOfText(closing: string): void {
    const { start, end } = this.#run;
    if (start < 0) return;
    this.#run.start = -1;
    if (this.#stop || this.#inLink) return;
    const isAlone = closing !== '' && closing === this.#tag;
    const raw = this.#slice(start, end);
    const isBase = this.dialect.hasBases && isAlone && this.#tag === 'baseurl';
    if (!isBase && !mayName(raw)) return;
    const piece = written(raw, start);
    if (isBase) {
      const url = this.#unescaped(piece);
      const place = { ...this.dialect.place, uri: true };
      if (mayName(raw)) readPlace(url, place, (r) => this.#give(this.#bases.ofBase(r)));
      this.#bases.name(url.text);
    } else if (!this.dialect.isXml && this.#tag === 'script') readLines(piece, this.found);
    else if (this.dialect.isXml || this.#tag !== 'style') this.#readText(this.#unescaped(piece), isAlone);
  }

  #readText(piece: Written, isAlone: boolean): void {
    const { delimits, isUri, place } = this.dialect;
    if (!isAlone || !delimits(this.#tag)) readWords(piece, { ...place, prose: true }, this.found);
    else readPlace(piece, { ...place, uri: this.dialect.isXml && isUri(this.#tag, '') }, this.found);
  }

  /** An entity that only the document type knows becomes a null character, which no name has. */
  #unescaped(piece: Written): Written {
    const { isXml } = this.dialect;
    return rewrite(piece, /&(?:#\d{1,7}|#x[\da-f]{1,6}|[a-z][\w.-]{0,31});/gi, (entity) => {
      const decoded = isXml ? decodeXML(entity) : decodeHTML(entity);
      return decoded === entity ? '\0' : decoded;
    });
  }
}

const mayName = (raw: string): boolean => hasEnding(raw) || raw.includes('&#');

function readLines(piece: Written, found: Found): void {
  for (const { index, 0: line } of piece.text.matchAll(/[^\r\n]+/g)) {
    const { at } = part(piece, index, index + line.length);
    readSourceLine(line, at, found, 0);
  }
}
