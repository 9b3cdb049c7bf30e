/** Texts that are made to stall or to mislead: time grows with their length and no faster, and nothing throws. */
import { expect, test } from 'vitest';
import { REFERENCE_FORMATS } from '../../../src/protocol/index.js';
import { findReferences } from '../../../src/engine/references/index.js';

const MEGABYTE = 2 ** 20;
const filled = (unit: string, length: number): string => unit.repeat(Math.ceil(length / unit.length)).slice(0, length);

/** Lines without an end, of what some reader looks far ahead or back for. */
const LINES: Record<string, string> = {
  'one word': 'a',
  spaces: ' ',
  names: 'a.mp4 ',
  extensions: '.mp4',
  'names without a space': 'a.mp4,',
  'names joined': 'a.mp4&',
  addresses: 'http://x/a.mp4,',
  'double quotes': '"',
  'names before a quote': `a.mp4"`,
  'names before an apostrophe': `x a.mp4'`,
  'open parentheses': '(',
  'link beginnings': '](',
  'angled link beginnings': '](<',
  links: '[a](a.mp4)',
  'open labels': '[',
  backslashes: '\\',
  'escaped spaces': '\\ ',
  backticks: '`a.mp4',
  tags: '<a href="a.mp4">',
  'open tags': '<a ',
  'open comments': '<!--',
  'lines in an open comment': '<!-- a.mp4\n',
  bases: '<Period><BaseURL>v/</BaseURL>',
  'bases within bases': '<MPD><Period><AdaptationSet><Representation><BaseURL>v/</BaseURL><S media="a.mp4"/>',
  'names joined by slashes': 'a.mp4/',
  'names joined by dots': 'a.mp4..',
  'words before a name': 'a b ',
  entities: '&lol;',
  'entities without an end': '&a',
  stars: '*',
  braces: '{',
  'brace names': '{a,.mp4',
  colons: ': ',
  dashes: '- ',
  'block marks': 'a: | ',
  'terminal colours': '\u001b[31m',
  'terminal links': '\u001b]8;;',
  'open colours': '\u001b[',
  'writing directions': '\u202e',
  'percent signs': '%41',
  surrogates: '\ud800',
  delimiters: ',',
  'quoted cells': '"a",',
  'table cells': '|',
  'deep arrays': '[[',
  'deep objects': '{"a":',
  templates: '${a}.mp4 ',
};

const SHORT = 2 ** 13;
const TIMES = 16;
/** Milliseconds under which a long line is not slow, whatever the short one took. */
const QUICK = 50;

test.each(REFERENCE_FORMATS)('%s: time grows with the length of a line and no faster, whatever it holds', (format) => {
  /** Of the processor, in ms: what else the machine does is not counted. */
  const time = (unit: string, length: number): number => {
    const line = filled(unit, length);
    const text = `"${line}my clip.mp4"\n[x]: ${line} .mp4`;
    const from = process.cpuUsage();
    findReferences(text, format);
    const { user, system } = process.cpuUsage(from);
    return (user + system) / 1000;
  };
  const least = (unit: string, length: number): number => Math.min(...[1, 2, 3].map(() => time(unit, length)));
  // 16 times the length: 16 times as long if linear, 256 times if quadratic
  const isSlow = (unit: string): boolean =>
    time(unit, SHORT * TIMES) > QUICK && least(unit, SHORT * TIMES) > Math.max(QUICK, 4 * TIMES * least(unit, SHORT));
  const slow = Object.keys(LINES).filter((what) => isSlow(LINES[what]!));
  expect(slow).toEqual([]);
});

test('a document type that multiplies entities is neither expanded nor waited for', () => {
  const entities = Array.from({ length: 30 }, (_, i) => `<!ENTITY l${i + 1} "${`&l${i};`.repeat(10)}">`).join('\n');
  const text = `<!DOCTYPE x [<!ENTITY l0 "ha">\n${entities}]>\n<x><c src="&l30;.mp4"/><c src="a.mp4"/>&l30;</x>`;
  expect(findReferences(text, 'xml').map((r) => r.name)).toEqual(['a.mp4']);
});

test('JSON may be as deep as it is long', () => {
  const text = `${'['.repeat(300_000)}{"a":"deep.mp4"}${']'.repeat(300_000)}`;
  expect(findReferences(text, 'json')).toEqual([{ start: 300_006, end: 300_014, name: 'deep.mp4', kind: 'path' }]);
  expect(findReferences(text, 'notebook')).toHaveLength(1);
  expect(findReferences(`${'<a>'.repeat(100_000)}<b src="deep.mp4"/>`, 'xml')).toHaveLength(1);
  expect(findReferences(`${'['.repeat(100_000)}deep.mp4`, 'yaml')).toHaveLength(1);
});

test('a name at the end of a megabyte is found where it stands', () => {
  for (const format of REFERENCE_FORMATS) {
    const before = format === 'ffconcat' ? '\nfile ' : format === 'm3u' ? '\n' : ' ';
    const quote = ['json', 'jsonl', 'notebook', 'source'].includes(format) ? '"' : '';
    const text = `${filled('some words ', MEGABYTE)}${before}${quote}clip.mp4${quote}`;
    const start = text.length - quote.length - 8;
    // XML and YAML, CSV, EDL and lists take the whole of a place or its words; here there are too many words for one name
    expect(findReferences(text, format), format).toMatchObject([{ start, end: start + 8, name: 'clip.mp4' }]);
  }
});

test('what only looks like a video by writing direction is none', () => {
  expect(findReferences('x\u202e4pm.exe and y.mp4\u202e.exe', 'text')).toEqual([]);
  expect(findReferences('\u202aC:\\a.mp4\u202c', 'text')).toEqual([
    { start: 1, end: 9, name: 'C:\\a.mp4', kind: 'path' },
  ]);
});

test('a name holds no control characters, also where escapes hide them', () => {
  expect(findReferences('{"a":"x\\u0000.mp4","b":"y\\n.mp4","c":"z\\u0007z.mp4"}', 'json')).toEqual([]);
  expect(findReferences('<a src="x&#0;.mp4" b="y&#10;z.mp4"/>', 'xml').map((r) => r.name)).not.toContain('x\0.mp4');
});
