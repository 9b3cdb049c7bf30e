/**
 * XML (FCPXML, XMEML, MLT, XSPF), DASH MPD and HTML: attributes and text between tags. Read by htmlparser2's tokenizer, begun anew at
 * the end of a start tag; it never looks into a document type, so no entity of a document is ever expanded, and it keeps no tree.
 */
import { decodeHTML, decodeXML } from 'entities';
import { Tokenizer } from 'htmlparser2';
import { hasEnding, type Place } from '../names.js';
import type { Reader, Stop } from '../reader.js';
import { readPlace, readWords, type Found } from '../words.js';
import { part, rewrite, written, type Written } from '../written.js';
import { readSourceLine } from './source.js';

/** How a kind of markup says what is a URI, and where text is one name. */
interface Dialect {
  isXml: boolean;
  isUri: (tag: string, attribute: string) => boolean;
  /** Elements whose text may be one name with spaces. */
  delimits: (tag: string) => boolean;
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
const mpd: Dialect = { ...xml, isUri: () => true, place: { media: true } };
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

/** The state: the element that was just opened, behind `^` where it lies in a link to a video, whose words are not read again. */
function markupReader(dialect: Dialect): Reader {
  return {
    start: '',
    read: (text, state, until, found) => new Pass(dialect, text, until, found).read(String(state)),
  };
}

class Pass {
  #tag = '';
  #inLink = false;
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
  ) {
    this.#tokenizer = new Tokenizer(
      { xmlMode: dialect.isXml, decodeEntities: false },
      {
        ontext: (start, end) => this.#extend(this.#run, start, end),
        onattribdata: (start, end) => this.#extend(this.#value, start, end),
        onattribname: (start, end) => {
          this.#attribute = this.#slice(start, end).toLowerCase();
          this.#value.start = -1;
        },
        onattribend: () => this.#endOfAttribute(),
        onopentagname: (start, end) => {
          this.#endOfText('');
          this.#tag = this.#slice(start, Math.min(end, start + 64)).toLowerCase();
        },
        onopentagend: (end) => this.#boundary(end + 1),
        onselfclosingtag: (end) => {
          this.#tag = '';
          this.#boundary(end + 1);
        },
        onclosetag: (start, end) => {
          const tag = this.#slice(start, Math.min(end, start + 64)).toLowerCase();
          this.#endOfText(tag);
          this.#tag = '';
          if (tag === 'a') this.#inLink = false;
        },
        oncdata: (start, end, behind) => {
          this.#endOfText('');
          this.#readText(written(this.#slice(start, end - behind), start), true);
        },
        oncomment: () => this.#endOfText(''),
        ondeclaration: () => this.#endOfText(''),
        onprocessinginstruction: () => this.#endOfText(''),
        onend: () => this.#endOfText(''),
        onattribentity: () => {},
        ontextentity: () => {},
      },
    );
  }

  read(state: string): Stop {
    this.#inLink = state.startsWith('^');
    this.#tag = this.#inLink ? state.slice(1) : state;
    for (let at = 0; at < this.text.length && !this.#stop; at += WINDOW) {
      this.#tokenizer.write(this.text.slice(at, at + WINDOW));
    }
    if (!this.#stop) this.#tokenizer.end();
    return this.#stop ?? { at: this.text.length, state: '' };
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
    if (this.#stop || at < this.until) return;
    if (!this.dialect.isXml && RAW.test(this.#tag)) return;
    this.#stop = { at: at, state: (this.#inLink ? '^' : '') + this.#tag };
    this.#tokenizer.pause();
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
    readPlace(piece, { ...this.dialect.place, uri }, this.found);
  }

  /** Text up to a tag; `closing`: the name of the end tag that ends it, if one does. */
  #endOfText(closing: string): void {
    const { start, end } = this.#run;
    if (start < 0) return;
    this.#run.start = -1;
    if (this.#stop || this.#inLink) return;
    const isAlone = closing !== '' && closing === this.#tag;
    const raw = this.#slice(start, end);
    if (!mayName(raw)) return;
    const piece = written(raw, start);
    if (!this.dialect.isXml && this.#tag === 'script') readLines(piece, this.found);
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
