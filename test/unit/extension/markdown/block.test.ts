import { expect, it } from 'vitest';
import { isVersusqBlock, namesIn } from '../../../../src/extension/markdown/block.js';
import { extendMarkdownIt, type MarkdownIt } from '../../../../src/extension/markdown/plugin.js';

it('takes a fence by its language alone, whatever the case', () => {
  expect(['versusq', 'versusq a.mp4', ' VersusQ\ta.mp4 '].map(isVersusqBlock)).toEqual([true, true, true]);
  expect(['', 'versusqx', 'mp4 versusq', 'json'].map(isVersusqBlock)).toEqual([false, false, false, false]);
});

it.each([
  ['versusq a.mp4 b.mp4', '', ['a.mp4', 'b.mp4']],
  ['versusq "a b.mp4" \'c d.mp4\'', '', ['a b.mp4', 'c d.mp4']],
  ['versusq', 'a b.mp4\n\n  "c.mp4"\r\n', ['a b.mp4', 'c.mp4']],
  ['versusq a.mp4', 'sub/b.mp4\n', ['a.mp4', 'sub/b.mp4']],
  ['versusq', '', []],
])('reads the names of %j with body %j', (info, body, names) => {
  expect(namesIn(info, body)).toEqual(names);
});

it('leaves other fences to whoever rendered them before, and keeps the line in the source', () => {
  const md: MarkdownIt = { renderer: { rules: { fence: () => 'other' } } };
  const seen: unknown[] = [];
  extendMarkdownIt(md, (names, document) => (seen.push([names, document]), '<b>card</b>'));
  const render = (info: string): string =>
    md.renderer.rules['fence']!(
      [{ info, content: 'b.mp4\n' }],
      0,
      {},
      { currentDocument: 'doc' },
      {
        renderAttrs: () => ' data-line="3"',
      },
    );
  expect(render('json')).toBe('other');
  expect(render('versusq a.mp4')).toBe('<div data-line="3"><b>card</b></div>\n');
  expect(seen).toEqual([[['a.mp4', 'b.mp4'], 'doc']]);
});
