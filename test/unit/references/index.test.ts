/** The index of an edited document says what reading it anew would say. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { REFERENCE_FORMATS, type ReferenceFormat } from '../../../src/protocol/index.js';
import { findReferences, ReferenceIndex, type TextChange } from '../../../src/engine/references/index.js';
import { corpus } from './corpus.js';

/** What opens, closes or escapes something in some format, and names among it. */
const FRAGMENTS = [
  ...[
    'a.mp4',
    'my clip.mov',
    'enc/*.mp4',
    'c%20d.mkv',
    'seg_001.ts',
    'file:///x/y.mp4',
    'http://h/z.mp4',
    '.mp4',
    '{n}.mp4',
  ],
  ...[
    '"',
    "'",
    '`',
    '\\',
    '\\"',
    '"""',
    "'''",
    '```',
    '```\n',
    '~~~\n',
    '\n',
    '\n',
    '\n',
    '\r\n',
    ' ',
    ' ',
    '  ',
    '\t',
    ',',
    ';',
  ],
  ...[
    '[',
    ']',
    '](',
    '(',
    ')',
    '<',
    '>',
    '</a>',
    '<a href="',
    '<b>',
    '</b>',
    '<br/>',
    '<script>',
    '</script>',
    '<!--',
    '<!--\n',
    '-->',
    '<BaseURL>v/</BaseURL>',
    '<BaseURL>',
    '</BaseURL>',
    '<Period>',
    '</Period>',
    '<Representation>',
    '<SegmentURL media="s.mp4"/>',
    '<![CDATA[',
    ']]>',
  ],
  ...[
    '<?',
    '&amp;',
    '&#46;mp4',
    '&lol;',
    '{',
    '}',
    ':',
    ': ',
    '- ',
    'key: |\n',
    '    ',
    '#',
    ' # ',
    '|',
    '/*',
    '*/',
    '//',
    '*',
    '_',
    '~~',
  ],
  ...[
    'file ',
    "file '",
    '#EXTM3U\n',
    'URI="',
    '* FROM CLIP NAME: ',
    '\u001b[31m',
    '\u001b]8;;',
    '\u202e',
    '\u200f',
    '\\u002emp4',
    '\ud800',
    '🎬',
    'é',
  ],
];
const fragments = (maxLength: number) =>
  fc.array(fc.constantFrom(...FRAGMENTS), { maxLength, size: 'max' }).map((parts) => parts.join(''));
const change = fc.record({ at: fc.nat(), length: fc.oneof(fc.nat(4), fc.nat(200)), text: fragments(6) });

const whole = (index: ReferenceIndex): ReferenceIndex => {
  for (let pass = 0; index.advance(); pass++) expect(pass).toBeLessThan(100_000);
  return index;
};
const applied = (text: string, { start, end, text: put }: TextChange) => text.slice(0, start) + put + text.slice(end);
const within = (text: string, { at, length, text: put }: { at: number; length: number; text: string }): TextChange => {
  const start = at % (text.length + 1);
  return { start, end: Math.min(text.length, start + length), text: put };
};

describe.each(REFERENCE_FORMATS)('%s', (format) => {
  test.each([
    { edit: 1e6, stretch: 40 },
    { edit: 0, pass: 0, stretch: 40 },
    { edit: 1e6, stretch: 4096 },
  ])('after any edits it is as a full pass finds it ($edit ms, $stretch units)', (limits) => {
    fc.assert(
      fc.property(fragments(400), fc.array(change, { minLength: 1, maxLength: 8 }), (start, changes) => {
        const index = new ReferenceIndex(format, limits);
        let text = start;
        index.set(text);
        for (const c of changes) {
          const one = within(text, c);
          index.edit([one]);
          text = applied(text, one);
          if (limits.edit > 0) expect(index.references).toEqual(findReferences(text, format));
        }
        expect(whole(index).references).toEqual(findReferences(text, format));
        expect(index.truncated).toBe(false);
      }),
      { numRuns: 60 },
    );
  });

  test('references come in order, apart from each other, and inside the text', () => {
    fc.assert(
      fc.property(fragments(400), (text) => {
        let read = 0;
        for (const { start, end, name } of findReferences(text, format)) {
          expect(start).toBeGreaterThanOrEqual(read);
          expect(end).toBeGreaterThan(start);
          expect(name).not.toBe('');
          read = end;
        }
        expect(read).toBeLessThanOrEqual(text.length);
      }),
      { numRuns: 100 },
    );
  });
});

test('every manifest of the corpus, typed letter by letter backwards, is found as if it was opened', () => {
  for (const { text, format } of corpus()) {
    const index = new ReferenceIndex(format, { stretch: 64, edit: 1e6 });
    index.set('');
    for (let i = text.length - 1; i >= 0; i--) index.edit([{ start: 0, end: 0, text: text.charAt(i) }]);
    expect(index.references).toEqual(findReferences(text, format));
  }
});

test('changes of one edit count from the text that those before left', () => {
  const index = new ReferenceIndex('text');
  index.set('a.mp4 b.mp4 c.mp4');
  index.edit([
    { start: 12, end: 17, text: 'third.mp4' },
    { start: 0, end: 6, text: '' },
  ]);
  expect(index.references.map((r) => [r.name, r.start])).toEqual([
    ['b.mp4', 0],
    ['third.mp4', 6],
  ]);
});

test('the same array is given until something changes', () => {
  const index = new ReferenceIndex('text');
  index.set('a.mp4');
  const { references } = index;
  expect(index.references).toBe(references);
  index.edit([{ start: 0, end: 0, text: 'x' }]);
  expect(index.references).not.toBe(references);
});

test('an edit reads a few thousand units anew, however long the document is', () => {
  const line = (i: number) => `  { "clip": "encodes/clip_${i}.mp4", "score": ${i} },\n`;
  const text = `[\n${Array.from({ length: 20_000 }, (_, i) => line(i)).join('')}]`;
  const index = new ReferenceIndex('json', { pass: 1e6, edit: 1e6 });
  index.set(text);
  const before = performance.now();
  new ReferenceIndex('json', { pass: 1e6, edit: 1e6 }).set(text);
  const full = performance.now() - before;
  const edits: number[] = [];
  for (let i = 0; i < 50; i++) {
    const from = performance.now();
    index.edit([{ start: 500_000 + i, end: 500_000 + i, text: '1' }]);
    edits.push(performance.now() - from);
  }
  expect(edits.sort((a, b) => a - b)[25]!).toBeLessThan(full / 4);
});

test('a comment that is not closed yet is passed over in an edit, and typed in at the cost of a few lines', () => {
  const text = Array.from({ length: 20_000 }, (_, i) => `<clip src="encodes/clip_${i}.mp4">take ${i}</clip>\n`).join(
    '',
  );
  const index = new ReferenceIndex('xml', { references: 1e6, pass: 1e6, edit: 1e6 });
  const full = timed(() => index.set(text));
  expect(index.references).toHaveLength(20_000);
  const open = timed(() => index.edit([{ start: 0, end: 0, text: '<!--' }]));
  expect([index.references, index.truncated]).toEqual([[], false]);
  const typed = Array.from({ length: 50 }, (_, i) =>
    timed(() => index.edit([{ start: 300_000 + i, end: 300_000 + i, text: 'x' }])),
  );
  expect(typed.sort((a, b) => a - b)[25]!).toBeLessThan(full / 4);
  expect(open).toBeLessThan(full);
  index.edit([{ start: 500_000, end: 500_000, text: '-->' }]);
  const now = text.slice(0, 299_996) + 'x'.repeat(50) + text.slice(299_996);
  const edited = `<!--${now}`.slice(0, 500_000) + '-->' + `<!--${now}`.slice(500_000);
  expect(index.references).toEqual(findReferences(edited, 'xml'));
  index.edit([{ start: 0, end: 4, text: '' }]);
  expect(index.references).toEqual(findReferences(edited.slice(4), 'xml'));
});

function timed(work: () => void): number {
  const from = performance.now();
  work();
  return performance.now() - from;
}

describe('bounds', () => {
  const lines = (count: number) => Array.from({ length: count }, (_, i) => `clips/${i}.mp4,1\n`).join('');

  test('units behind the limit are not read, and it says so', () => {
    const index = new ReferenceIndex('csv', { units: 1000, pass: 1e6, edit: 1e6 });
    index.set(lines(1000));
    expect(index.truncated).toBe(true);
    expect(index.references.at(-1)!.end).toBeLessThanOrEqual(1000);
    expect(index.advance()).toBe(false);
    index.edit([{ start: 2000, end: 2001, text: 'x' }]);
    index.edit([{ start: 0, end: 0, text: 'first.mp4,2\n' }]);
    expect(index.references[0]!.name).toBe('first.mp4');
    expect(index.references.at(-1)!.end).toBeLessThanOrEqual(1000);
    index.set('a.mp4');
    expect(index.truncated).toBe(false);
  });

  test('references behind the limit are not kept, and edits before it still count', () => {
    const index = new ReferenceIndex('csv', { references: 100, pass: 1e6, edit: 1e6 });
    index.set(lines(5000));
    expect(index.truncated).toBe(true);
    expect(index.references.length).toBeGreaterThanOrEqual(100);
    expect(index.references.length).toBeLessThan(500);
    index.edit([{ start: 0, end: 11, text: 'new.mkv' }]);
    expect(index.references[0]!.name).toBe('new.mkv');
    index.edit([{ start: 500, end: lines(5000).length, text: '' }]);
    expect(index.truncated).toBe(false);
  });

  test('a pass that runs out of time goes on with the next, and former names move along until then', () => {
    const format: ReferenceFormat = 'markdown';
    const text = lines(2000);
    const index = new ReferenceIndex(format, { pass: 0, edit: 0 });
    index.set(text);
    expect(index.truncated).toBe(true);
    expect(whole(index).references).toHaveLength(2000);
    index.edit([{ start: 0, end: 0, text: '```\n' }]);
    expect(index.truncated).toBe(true);
    expect(index.references).toHaveLength(2000);
    expect(whole(index).references).toEqual(findReferences('```\n' + text, format));
  });
});
