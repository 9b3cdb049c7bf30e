/** The arithmetic and the words of the rank table, without a browser. */
import { describe, expect, test } from 'vitest';
import { ALL_COLUMNS, asText } from '../../src/webview/table/view/columns.js';
import { TableData, type Entry } from '../../src/webview/table/view/data.js';
import { parseFilter } from '../../src/webview/table/view/filter.js';
import { Hold, STILL_MS } from '../../src/webview/table/view/hold.js';
import { axisOf, difference, overlap, percent } from '../../src/webview/table/view/intervals.js';
import { keep, initialTableView, restoreTable } from '../../src/webview/table/view/kept.js';
import { TABLE_KEYS, commandOf } from '../../src/webview/table/view/keys.js';
import { readTableMessage } from '../../src/webview/table/view/messages.js';
import { FIRST_SORT, arrange, nextSort, sortEntries } from '../../src/webview/table/view/order.js';
import { NO_SELECTION, choose, chooseAll, moveTo, pruned } from '../../src/webview/table/view/selection.js';
import { doneWords, estimateWords, pairWords, shareDone } from '../../src/webview/table/view/words.js';
import { unrankedRow } from '../../src/protocol/rank.js';
import { grouped, progress, ranking, row, tableState } from './harness/ranking.js';

const MINUS = '\u2212';
const at = (value: number, half: number) => ({ value, interval95: [value - half, value + half] as const });
function dataOf({ clips, rows } = ranking()): TableData {
  const data = new TableData();
  data.setClips(clips, true);
  data.setRows(rows);
  return data;
}
const entriesOf = (from = ranking()): Entry[] => [...dataOf(from).entries.values()];
const matching = (text: string, entries = entriesOf()): string[] =>
  entries.filter((e) => parseFilter(text).matches(e)).map((e) => e.path);

describe('the filter', () => {
  test('takes words of the path, all of which must be there, in any case', () => {
    expect(matching('COAST crf18')).toEqual(['day2/coast_x265_crf18.mp4', 'day1/coast_x264_crf18.mp4']);
    expect(parseFilter('  ').empty).toBe(true);
    expect(matching('"coast_x264 crf"')).toEqual([]);
  });

  test('takes terms on columns, and a minus before any of them', () => {
    const all = entriesOf();
    expect(matching('rank<=3')).toHaveLength(3);
    expect(matching('score<-1').length).toBe(all.filter((e) => (e.estimate?.value ?? 0) < -1).length);
    expect(matching('score>=0.5').length).toBe(all.filter((e) => (e.estimate?.value ?? -9) >= 0.5).length);
    expect(matching('codec:hevc')).toEqual(matching('codec:H.265'));
    expect(matching('codec:hevc')).toHaveLength(12);
    expect(matching('defect:banding').length).toBeGreaterThan(3);
    expect(matching('status:failed')).toEqual(['day1/broken1.mp4', 'day1/broken2.mp4']);
    expect(matching('-status:failed -coast -codec:hevc folder:day2').every((p) => /^day2\/.*x264/.test(p))).toBe(true);
    const inGroups = dataOf({ ...ranking(), rows: grouped(ranking().rows, (p) => p.split('/')[1]!.split('_')[0]!) });
    expect(matching('group:night rank:1', [...inGroups.entries.values()])).toHaveLength(1);
  });

  test('tells what it cannot understand in words, and goes on with the rest', () => {
    const filter = parseFilter('score<abc colour:red codec<h264 status:lost defect:beauty coast codec:');
    expect(filter.problems).toHaveLength(6);
    expect(filter.problems[0]).toBe('"score<abc": a number belongs after <');
    expect(filter.problems[1]).toContain('there is no column "colour"');
    expect(filter.problems[2]).toContain('codec:h264');
    expect(filter.problems[3]).toContain('failed');
    expect(filter.problems[4]).toContain('banding');
    expect(filter.empty).toBe(false);
    expect(matching('score<abc coast')).toEqual(matching('coast'));
    for (const odd of ['"', '-', '--', ':', '<', 'score<', '"a', 'constructor:x', 'score:', '\\', '*'])
      expect(() => parseFilter(odd).matches(entriesOf()[0]!)).not.toThrow();
  });
});

describe('the order', () => {
  test('each column sorts, clips without a value last whichever way', () => {
    const all = entriesOf();
    for (const { id, key } of ALL_COLUMNS) {
      if (!key) continue;
      const up = sortEntries(all, { column: id, descending: false });
      const down = sortEntries(all, { column: id, descending: true });
      expect(new Set(up)).toEqual(new Set(all));
      const none = (e: Entry): boolean => key(e) === null;
      const first = up.findIndex(none);
      if (first >= 0) expect(up.slice(first).every(none)).toBe(true);
      expect(down.filter(none)).toEqual(up.filter(none));
      if (first !== 0) expect(key(down[0]!)).toEqual(key(up.filter((e) => !none(e)).at(-1)!));
    }
  });

  test('numbers in names are read as numbers', () => {
    const data = dataOf({ clips: [], rows: ['a10.mp4', 'a9.mp4'].map((p) => unrankedRow(p, 'waiting')) });
    const sorted = sortEntries([...data.entries.values()], { column: 'name', descending: false });
    expect(sorted.map((e) => e.path)).toEqual(['a9.mp4', 'a10.mp4']);
  });

  test('a head sorts its own way first, then the other', () => {
    expect(nextSort(FIRST_SORT, 'score')).toEqual({ column: 'score', descending: true });
    expect(nextSort({ column: 'score', descending: true }, 'score')).toEqual({ column: 'score', descending: false });
    expect(nextSort(FIRST_SORT, 'name')).toEqual({ column: 'name', descending: false });
  });

  test('groups have heads with counts; folded ones keep their clips to themselves', () => {
    const rows = grouped(ranking().rows, (p) => p.split('/')[0]!);
    const { entries } = dataOf({ ...ranking(), rows });
    const options = { filter: parseFilter(''), sort: FIRST_SORT, grouped: true, folded: new Set(['day2']) };
    const { items, paths } = arrange(entries.values(), options);
    const heads = items.filter((i) => i.kind === 'group');
    expect(heads.map((h) => [h.name, h.count, h.folded])).toEqual([
      ['day1', 14, false],
      ['day2', 12, true],
    ]);
    expect(items).toHaveLength(2 + 14);
    expect(paths).toHaveLength(26);
  });

  test('the one above is the one ranked above, within the group where there are groups', () => {
    const all = entriesOf();
    expect(all[0]!.above).toBeNull();
    expect(all[1]!.above!.path).toBe(all[0]!.path);
    expect(all[1]!.above!.margin.value).toBeLessThanOrEqual(0);
    const rows = grouped(ranking().rows, (p) => p.split('/')[0]!);
    for (const e of dataOf({ ...ranking(), rows }).entries.values())
      if (e.above) expect(e.above.path.split('/')[0]).toBe(e.group);
  });

  test('a clip told of before its row waits; a failed or excluded one says so', () => {
    const data = dataOf();
    data.setClips([{ path: 'new.mp4', facts: null, error: null }], false);
    expect(data.entries.get('new.mp4')).toMatchObject({ status: 'waiting', rank: null });
    data.setExcluded(['day1/coast_x264_crf18.mp4']);
    expect(data.entries.get('day1/coast_x264_crf18.mp4')!.status).toBe('excluded');
    expect(data.entries.get('day1/broken1.mp4')!.status).toBe('failed');
  });
});

describe('intervals', () => {
  test('overlap where they share a stretch, if only a point', () => {
    expect(overlap(at(0, 1), at(1.5, 1))).toBe(true);
    expect(overlap(at(0, 1), at(2, 1))).toBe(true);
    expect(overlap(at(0, 1), at(2.1, 1))).toBe(false);
    expect(overlap(at(0, 5), at(1, 0.1))).toBe(true);
  });

  test('the difference of two has half widths added as squares', () => {
    expect(difference(at(2, 0.3), at(0.5, 0.4))).toEqual({ value: 1.5, interval95: [1, 2] });
  });

  test('the axis holds zero and every interval, at round ends', () => {
    const axis = axisOf([at(2.2, 0.5), at(-1.4, 0.3)]);
    expect(axis.domain).toEqual([-2, 3]);
    expect(percent(axis, -2)).toBe(0);
    expect(percent(axis, 0)).toBe(40);
    expect(percent(axis, 99)).toBe(100);
    expect(axisOf([]).domain).toEqual([-0.5, 0.5]);
  });
});

describe('what the person does', () => {
  const items = ['a', 'b', 'c', 'd', 'e'].map((path) => ({ kind: 'row' as const, key: path, path }));

  test('selects as lists do: one, toggled, up to there, all', () => {
    let s = choose(NO_SELECTION, items, 1, 'only');
    expect([...s.selected]).toEqual(['b']);
    s = choose(s, items, 3, 'extend');
    expect([...s.selected]).toEqual(['b', 'c', 'd']);
    s = choose(s, items, 0, 'extend');
    expect([...s.selected]).toEqual(['a', 'b']);
    s = choose(s, items, 4, 'toggle');
    expect([...s.selected]).toEqual(['a', 'b', 'e']);
    s = choose(s, items, 4, 'toggle');
    expect([...s.selected]).toEqual(['a', 'b']);
    expect(chooseAll(s, ['a', 'b', 'c']).selected.size).toBe(3);
    expect([...pruned(s, (p) => p === 'a').selected]).toEqual(['a']);
  });

  test('moves by rows, pages and to the ends, never beyond', () => {
    const on = (focus: string | null) => ({ ...NO_SELECTION, focus });
    expect(moveTo(on(null), items, 'down', 2)).toBe(0);
    expect(moveTo(on('b'), items, 'down', 2)).toBe(2);
    expect(moveTo(on('a'), items, 'up', 2)).toBe(0);
    expect(moveTo(on('b'), items, 'page-down', 2)).toBe(3);
    expect(moveTo(on('b'), items, 'page-down', 9)).toBe(4);
    expect(moveTo(on('b'), items, 'end', 2)).toBe(4);
    expect(moveTo(on('d'), items, 'home', 2)).toBe(0);
  });

  test('keys are told apart by Shift and Ctrl, and none has two meanings', () => {
    const press = (key: string, over: object = {}) =>
      commandOf({ key, shiftKey: false, ctrlKey: false, altKey: false, metaKey: false, ...over });
    expect(press('c')).toBe('columns');
    expect(press('C', { shiftKey: true })).toBe('copy-path');
    expect(press('c', { ctrlKey: true })).toBe('copy-rows');
    expect(press('c', { metaKey: true })).toBe('copy-rows');
    expect(press('?', { shiftKey: true })).toBe('keys');
    expect(press('F10', { shiftKey: true })).toBe('row-menu');
    expect(press('c', { altKey: true })).toBeNull();
    const keys = TABLE_KEYS.map((k) => k.key).filter((k) => k !== '');
    expect(new Set(keys).size).toBe(keys.length);
  });

  test('a new order waits for a still pointer, not for one that is outside', () => {
    const hold = new Hold();
    expect(hold.wait(0)).toBe(0);
    hold.moved(1000);
    expect(hold.wait(1100)).toBe(STILL_MS - 100);
    expect(hold.wait(1000 + STILL_MS)).toBe(0);
    hold.moved(2000);
    hold.left();
    expect(hold.wait(2001)).toBe(0);
    hold.held = true;
    expect(hold.wait(2001)).toBe(Infinity);
  });

  test('what is kept comes back for the same folder; selection stays with its folder; rubbish is forgotten', () => {
    const view = { ...initialTableView(), filter: 'coast', selected: ['a'], plots: ['rate'], scroll: 40 };
    const kept = JSON.parse(JSON.stringify(keep('/x', view))) as unknown;
    expect(restoreTable(kept, '/x')).toEqual(view);
    expect(restoreTable(kept, '/y')).toMatchObject({ filter: 'coast', selected: [], scroll: 0 });
    for (const bad of [
      null,
      3,
      {},
      { version: 1, view: { sort: { column: 'thumbnail' }, columns: ['x'], scroll: -1 } },
    ])
      expect(restoreTable(bad, '/x')).toEqual(initialTableView());
  });
});

describe('words and text', () => {
  test('two clips and their margin, the better ranked first', () => {
    const data = dataOf({
      clips: [],
      rows: [row('a.mp4', 1, 1.2, 0.3), row('b.mp4', 2, -0.3, 0.4), row('c.mp4', 3, -0.5)],
    });
    const [a, b, c] = [...data.entries.values()] as [Entry, Entry, Entry];
    expect(pairWords(b, a)).toBe('a.mp4 looks noticeably better than b.mp4: +1.5 (+1.0 to +2.0)');
    expect(pairWords(b, c)).toContain('no visible difference');
    expect(estimateWords('score', a.estimate!)).toBe('score +1.2, 95 % from +0.9 to +1.5');
    expect(estimateWords('score', b.estimate!)).toBe(`score ${MINUS}0.3, 95 % from ${MINUS}0.7 to +0.1`);
  });

  test('progress counts what its stage counts', () => {
    expect(doneWords(progress())).toBe('130 of about 320 comparisons');
    expect(doneWords(progress({ stage: 'encode', encoded: 10 }))).toBe('12 of 26 clips');
    expect(shareDone(progress({ comparisons: 400 }))).toBe(1);
    expect(shareDone(progress({ stage: 'probe', clips: 0 }))).toBe(0);
  });

  test('copied rows are tab-separated with a line of names; the score brings its interval', () => {
    const [first] = entriesOf();
    const [head, line] = asText([first!], ['rank', 'name', 'score', 'codec']).split('\n');
    expect(head).toBe('Rank\tName\tScore\tLow\tHigh\tCodec');
    expect(line!.split('\t')).toHaveLength(6);
    expect(asText(entriesOf(), ['name', 'status'])).toContain('day1/broken1.mp4\tThe file ends too early: ');
  });

  test('copied text is never a formula, and scores below zero stay numbers', () => {
    const { entries } = dataOf({ clips: [], rows: [row('=1+1.mp4', 1, 0.5), row('\t@x.mp4', 2, -1.5)] });
    const [, ...lines] = asText([...entries.values()], ['rank', 'name', 'score']).split('\n');
    expect(lines.map((line) => line.split('\t').slice(0, 3))).toEqual([
      ['1', "'=1+1.mp4", '0.500'],
      ['2', ' @x.mp4', '-1.500'],
    ]);
  });
});

describe('messages', () => {
  test('are taken in the shapes of the protocol, broken rows left out, anything else refused', () => {
    const { clips, rows } = ranking();
    expect(readTableMessage({ type: 'state', state: tableState() })).not.toBeNull();
    expect(readTableMessage({ type: 'rows', rows: [...rows, { path: 3 }, null] })).toEqual({ type: 'rows', rows });
    expect(readTableMessage({ type: 'clips', clips: [...clips, {}], reset: true })).toEqual({
      type: 'clips',
      clips,
      reset: true,
    });
    expect(readTableMessage({ type: 'pairs', pairs: [{ a: 'a', b: 'b', margin: NaN, stdDev: 1 }] })).toEqual({
      type: 'pairs',
      pairs: [],
    });
    for (const bad of [
      null,
      'x',
      {},
      { type: 'rows' },
      { type: 'state', state: { ...tableState(), grouping: 'size' } },
    ])
      expect(readTableMessage(bad)).toBeNull();
  });
});
