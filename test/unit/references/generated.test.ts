/** Names written into each format by that format's own rules of escaping are found again, where they were put and as they were. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { VIDEO_EXTENSIONS, type Reference, type ReferenceFormat } from '../../../src/protocol/index.js';
import { findReferences } from '../../../src/engine/references/index.js';
import { precision, recall, score, together, type Score } from './corpus.js';

const LEAST = 0.98;
const extension = fc.constantFrom(...VIDEO_EXTENSIONS.filter((e) => !['ts', 'mts'].includes(e)), 'MP4', 'MOV');
const letter = fc.constantFrom(...'abcdefXYZ0123456789_-+~^é日жم');
const word = fc
  .string({ unit: letter, minLength: 1, maxLength: 12 })
  .filter((w) => /^[\p{L}\d_]/u.test(w) && !/^_|[-+~_]$/.test(w));
/** What formats escape. */
const special = fc.constantFrom(' ', ' & ', "'", ' (1)', ',', '.', ' take ', '#', '=');
const folders = fc.array(word, { maxLength: 3 });
const stem = fc
  .array(fc.tuple(word, special), { maxLength: 2 })
  .chain((parts) => word.map((last) => parts.map((p) => p.join('')).join('') + last));
const name = fc.tuple(folders, stem, extension).map(([dirs, s, e]) => [...dirs, `${s}.${e}`].join('/'));
/** In running text a name has no spaces, nor what ends a word. */
const plain = fc.tuple(folders, word, extension).map(([dirs, s, e]) => [...dirs, `${s}.${e}`].join('/'));

const uri = (text: string) => text.split('/').map(encodeURIComponent).join('/');
const xml = (text: string) => text.replaceAll('&', '&amp;').replaceAll("'", '&apos;');
const inside = (text: string) => JSON.stringify(text).slice(1, -1);
const ascii = (text: string) =>
  inside(text).replace(/[^ -~]/g, (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`);

/** What stands before a name, the name as written, and what stands behind it. */
type Writer = (name: string, i: number) => [string, string, string];
const WRITERS: [ReferenceFormat, fc.Arbitrary<string>, Writer][] = [
  ['json', name, (n, i) => [`{ "n": ${i}, "clip": "`, inside(n), '" },\n']],
  ['jsonl', name, (n) => ['{"clip":"', ascii(n), '","score":1}\n']],
  ['yaml', name, (n) => ['- clip: "', inside(n), '" # one\n']],
  ['yaml', name, (n) => ["- 'clip': '", n.replaceAll("'", "''"), "'\n"]],
  ['csv', name, (n, i) => [i === 0 ? 'clip,score\n"' : '"', n.replaceAll('"', '""'), `",${i}\n`]],
  ['tsv', name, (n, i) => [`${i}\t`, n, '\tfine\n']],
  ['xml', name, (n, i) => [`<asset id="r${i}" src='`, xml(n), "'/>\n"]],
  ['xml', name, (n) => ['<file><name>', xml(n), '</name></file>']],
  ['mpd', name, (n) => ['<Representation><BaseURL>', uri(n), '</BaseURL></Representation>\n']],
  ['html', name, (n) => ['<p>clip <video controls src="', xml(uri(n)), '"></video></p>\n']],
  ['edl', name, (n, i) => [`00${i}  AX V C 00:00:00:00\n* FROM CLIP NAME:  `, n, '\n']],
  ['m3u', name, (n) => ['#EXTINF:1,title\n', uri(n), '\n']],
  ['ffconcat', name, (n) => ["file '", n.replaceAll("'", "'\\''"), "'\nduration 1\n"]],
  ['markdown', name, (n) => ['see [the take](<', n.replaceAll('&', '&amp;'), '>) now\n']],
  ['markdown', name, (n) => ['- ![x](', uri(n).replaceAll('(', '\\(').replaceAll(')', '\\)'), ' "title")\n']],
  ['markdown', plain, (n) => ['the clip ', n, ', again\n']],
  ['source', name, (n) => ['const clip = "', inside(n), '";\n']],
  ['notebook', plain, (n, i) => [`{"source": ["clip${i} = \\"`, inside(n), '\\"\\n"]}\n']],
  ['text', plain, (n) => ['compare ', n, ' (again)\n']],
  ['text', name.filter((n) => !n.includes("'")), (n) => ['the clip "', n, '" is soft\n']],
];

test.each(WRITERS)('%s', (format, names, write) => {
  const scores: Score[] = [];
  fc.assert(
    fc.property(fc.array(names, { minLength: 1, maxLength: 12 }), (list) => {
      let text = '';
      const expected: Reference[] = list.map((one, i) => {
        const [before, written, behind] = write(one, i);
        const start = text.length + before.length;
        text += before + written + behind;
        return { start, end: start + written.length, name: one, kind: 'path' };
      });
      scores.push(score(findReferences(text, format), expected));
    }),
    { numRuns: 200, seed: 10 },
  );
  const all = together(scores);
  const told = JSON.stringify([all.wrong.slice(0, 3), all.missed.slice(0, 3)]);
  console.log(
    `${format}: ${all.hits + all.missed.length} names; precision ${precision(all).toFixed(4)}, recall ${recall(all).toFixed(4)}`,
  );
  expect(precision(all), told).toBeGreaterThanOrEqual(LEAST);
  expect(recall(all), told).toBeGreaterThanOrEqual(LEAST);
});
