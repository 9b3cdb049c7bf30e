/** Lists with one clip a line: CSV and TSV, M3U, ffconcat, CMX 3600 edit lists; and plain text. */
import { lineReader } from '../reader.js';
import { readPlace, readWords, type Found } from '../words.js';
import { part, rewrite, written, type Written } from '../written.js';

export const textReader = lineReader((line, at, found) => readWords(written(line, at), { prose: true }, found));

/** Cells may be quoted (RFC 4180). A name has no line break, so a quoted cell of several lines is read line by line. */
export const csvReader = lineReader(
  (line, at, found, state) => readCells(line, at, String(state), found),
  (firstLine) => delimiterOf(firstLine),
);
export const tsvReader = lineReader((line, at, found) => readCells(line, at, '\t', found));

/** The one of `,` `;` tab `|` that the first line has most of, outside quotes. */
function delimiterOf(firstLine: string): string {
  const bare = firstLine.slice(0, 65_536).replace(/"[^"]*"/g, '');
  const counts = [',', ';', '\t', '|'].map((c) => ({ c, count: bare.split(c).length }));
  return counts.reduce((a, b) => (b.count > a.count ? b : a)).c;
}

function readCells(line: string, at: number, delimiter: string, found: Found): void {
  const first = endOfCellFromAbove(line, delimiter);
  if (first > 0) readWords(written(line.slice(0, first), at), { prose: true }, found);
  for (let i = first; i <= line.length;) {
    const quote = /^[ \ufeff]*"/.exec(line.slice(i, i + 16));
    if (!quote) {
      const end = endOr(line.indexOf(delimiter, i), line);
      readPlace(written(line.slice(i, end), at + i), {}, found);
      i = end + 1;
      continue;
    }
    const start = i + quote[0].length;
    let end = line.indexOf('"', start);
    while (end >= 0 && line.charAt(end + 1) === '"') end = line.indexOf('"', end + 2);
    end = endOr(end, line);
    readPlace(
      rewrite(written(line.slice(start, end), at + start), /""/g, () => '"'),
      {},
      found,
    );
    i = endOr(line.indexOf(delimiter, end), line) + 1;
  }
}

/** Behind the quote that ends a cell of lines further up: the first quote begins no cell, and one has no partner. 0: there is none. */
function endOfCellFromAbove(line: string, delimiter: string): number {
  const quote = line.indexOf('"');
  if (quote <= 0 || line.slice(0, quote).trimEnd().endsWith(delimiter)) return 0;
  return line.split('"').length % 2 === 0 ? endOr(line.indexOf(delimiter, quote), line) + 1 : 0;
}

const endOr = (index: number, line: string): number => (index < 0 ? line.length : index);

/** M3U and HLS: a line that is no comment is a URI or a path; tags carry `URI="..."`. */
export const m3uReader = lineReader((line, at, found) => {
  const place = { uri: true, media: true };
  if (!line.startsWith('#')) return readPlace(written(line, at), place, found);
  for (const { index, 0: all, 1: uri = '' } of line.matchAll(/[:,]URI="([^"]*)"/g)) {
    const start = index + all.length - 1 - uri.length;
    readPlace(part(written(line, at), start, start + uri.length), place, found);
  }
});

/** ffmpeg's concat demuxer: `file NAME`; `'...'` is taken as it is, `\` outside quotes escapes one character (av_get_token). */
export const ffconcatReader = lineReader((line, at, found) => {
  const directive = /^\s*file\s+/.exec(line);
  if (!directive) return;
  const token: Written = { text: '', at: at + directive[0].length, map: { starts: [], ends: [] } };
  let quoted = false;
  for (let i = directive[0].length; i < line.length; i++) {
    const escaped = !quoted && line.charAt(i) === '\\' && i + 1 < line.length;
    const start = at + i;
    const c = line.charAt(escaped ? ++i : i);
    if (!escaped && c === "'") quoted = !quoted;
    else if (!escaped && !quoted && /\s/.test(c)) break;
    else {
      token.text += c;
      token.map!.starts.push(start);
      token.map!.ends.push(at + i + 1);
    }
  }
  readPlace(token, { media: true }, found);
});

/** The notes of an event that name a clip; elsewhere words. */
const CLIP_NOTE = /^\s*\*\s*(?:(?:FROM|TO) CLIP(?: NAME)?|CLIP NAME|SOURCE FILE|FILE|MEDIA(?: FILE)?)\s*:/i;
export const edlReader = lineReader((line, at, found) => {
  const note = CLIP_NOTE.exec(line);
  if (note) readPlace(written(line.slice(note[0].length), at + note[0].length), { media: true }, found);
  else if (!/^\s*TITLE\s*:/i.test(line)) readWords(written(line, at), { media: true }, found);
});
