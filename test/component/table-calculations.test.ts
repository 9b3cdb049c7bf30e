/** The arithmetic and the words of the rank table, without a browser. */
import { describe, expect, test } from 'vitest';
import { agreementMatrix, agreementOf, contradictions, standingOf } from '../../src/webview/table/view/agreement.js';
import { bdRate, integral, pchip } from '../../src/webview/table/view/bd-rate.js';
import { ALL_COLUMNS, asText } from '../../src/webview/table/view/columns.js';
import { TableData, type Entry } from '../../src/webview/table/view/data.js';
import { histogram, intervalLines } from '../../src/webview/table/view/distribution.js';
import { compareFamilies, families, familyOf } from '../../src/webview/table/view/families.js';
import { parseFilter } from '../../src/webview/table/view/filter.js';
import { Hold, STILL_MS } from '../../src/webview/table/view/hold.js';
import { axisOf, difference, overlap, percent } from '../../src/webview/table/view/intervals.js';
import { keep, initialTableView, restoreTable } from '../../src/webview/table/view/kept.js';
import { TABLE_KEYS, commandOf } from '../../src/webview/table/view/keys.js';
import { readTableMessage } from '../../src/webview/table/view/messages.js';
import { FIRST_SORT, arrange, nextSort, sortEntries } from '../../src/webview/table/view/order.js';
import { paretoFront } from '../../src/webview/table/view/pareto.js';
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

describe('plots', () => {
  test('the front holds what nothing beats in both, ties too', () => {
    const points = [
      [1, 0],
      [2, 3],
      [2, 2],
      [3, 3],
      [4, 5],
      [4, 5],
    ].map(([bitRate, score], i) => ({ path: String(i), bitRate: bitRate!, score: score! }));
    expect(paretoFront(points).map((p) => p.path)).toEqual(['0', '1', '4', '5']);
    expect(paretoFront([])).toEqual([]);
  });

  test('PCHIP and its integral are as worked by hand', () => {
    // x 0 1 2, y 0 1 4: slopes 1 and 3, harmonic mean 1.5 inside, 0 and 4 at the ends (three-point rule).
    const curve = pchip([0, 1, 2], [0, 1, 4]);
    expect(curve.d).toEqual([0, 1.5, 4]);
    // h (y0 + y1) / 2 + h^2 (d0 - d1) / 12: 0.375 + 2.291667.
    expect(integral(curve, 0, 2)).toBeCloseTo(0.375 + 2.5 - 2.5 / 12, 12);
    expect(integral(curve, 0, 0.4) + integral(curve, 0.4, 2)).toBeCloseTo(integral(curve, 0, 2), 12);
    expect(pchip([0, 1, 2], [0, 1, 0]).d[1]).toBe(0);
  });

  test('BD-rate of straight lines is as worked by hand', () => {
    // rate = 1000 * 2^score and 500 * 2^score: half the rate at any quality.
    const first = [0, 2].map((score) => ({ score, bitRate: 1000 * 2 ** score }));
    const second = [1, 3].map((score) => ({ score, bitRate: 500 * 2 ** score }));
    const found = bdRate(first, second);
    expect(found).toMatchObject({ range: [1, 2] });
    expect('percent' in found && found.percent).toBeCloseTo(-50, 9);
    const back = bdRate(second, first);
    expect('percent' in back && back.percent).toBeCloseTo(100, 9);
  });

  test('BD-rate of any curve against itself at 0.8 of the rate is -20 %', () => {
    const first = [-2, -0.4, 0.1, 1.7, 2].map((score, i) => ({ score, bitRate: [1, 2, 2.5, 9, 20][i]! * 1e6 }));
    const found = bdRate(
      first,
      first.map((p) => ({ ...p, bitRate: p.bitRate * 0.8 })),
    );
    expect('percent' in found && found.percent).toBeCloseTo(-20, 9);
  });

  test('BD-rate says why where there is none', () => {
    const point = (score: number) => ({ score, bitRate: 1e6 });
    expect(bdRate([point(0), point(1)], [point(2), point(3)])).toHaveProperty('problem');
    expect(bdRate([point(0), point(0)], [point(0), point(1)])).toHaveProperty('problem');
  });

  test('families come from codecs, or from names without their last number and their group', () => {
    const all = entriesOf();
    expect(
      familyOf(
        all.find((e) => e.path.includes('market_x265_crf22'))!,
        'name',
      ),
    ).toBe('market_x265_crf#');
    const rows = grouped(ranking().rows, (p) => p.split('/')[1]!.split('_')[0]!);
    const inGroups = [...dataOf({ ...ranking(), rows }).entries.values()];
    const found = families(inGroups, 'name');
    expect(found.map((f) => f.name)).toEqual(['x264_crf#', 'x265_crf#']);
    const { groups, percent: mean } = compareFamilies(found[0]!, found[1]!);
    expect(groups.map((g) => g.group).sort()).toEqual(['coast', 'market', 'night']);
    expect(mean).toBeLessThan(-20);
    expect(families(all, 'codec').map((f) => f.name)).toEqual(['H.264', 'H.265']);
  });

  test('the histogram counts every score once, on round borders', () => {
    const scores = entriesOf().flatMap((e) => (e.estimate ? [e.estimate.value] : []));
    const bars = histogram(scores, axisOf([at(2.5, 0.1), at(-2.6, 0.2)]));
    expect(bars.reduce((sum, b) => sum + b.count, 0)).toBe(scores.length);
    for (const [i, b] of bars.entries()) if (i > 0) expect(b.from).toBe(bars[i - 1]!.to);
    expect(histogram([], axisOf([]))).toEqual([]);
    expect(intervalLines([at(0, 1), at(3, 1)]).map((l) => [l.value, l.at])).toEqual([
      [3, 0.25],
      [0, 0.75],
    ]);
  });

  test('a direct margin contradicts the scale where it points the other way and lies further off than is usual', () => {
    expect(agreementOf(1, 2, 0.1)).toBe('agrees');
    expect(agreementOf(-0.1, 0.1, 0.2)).toBe('doubtful');
    expect(agreementOf(-1, 2, 0.2)).toBe('contradicts');
    // Deviations of the model are its error against people; what is usual here is told by the margins.
    const clips = entriesOf().slice(0, 6);
    const scale = (a: Entry, b: Entry): number => a.estimate!.value - b.estimate!.value;
    const pairs = clips.flatMap((a, i) =>
      clips.slice(i + 1).map((b) => ({ a: a.path, b: b.path, margin: scale(a, b) + 0.1, stdDev: 3.1 })),
    );
    expect(contradictions(clips, agreementMatrix(clips, pairs))).toEqual([]);
    const [first, last] = [clips[0]!, clips.at(-1)!];
    const wrong = pairs.map((p) => (p.a === first.path && p.b === last.path ? { ...p, margin: -1 } : p));
    const matrix = agreementMatrix(clips, wrong.slice(1));
    expect(matrix.spread).toBeCloseTo(1.4826 * 0.1, 6);
    expect(matrix.rows[0]![0]).toBeNull();
    expect(matrix.rows[0]![1]!.agreement).toBe('unknown');
    expect(matrix.rows[0]![5]).toMatchObject({ margin: -1, agreement: 'contradicts' });
    expect(matrix.rows[5]![0]).toMatchObject({ margin: 1, agreement: 'contradicts' });
    expect(contradictions(clips, matrix).map(({ a, b }) => [a, b])).toEqual([[first, last]]);
  });

  test('the pairs are asked for anew with each twentieth of a ranking and at its end', () => {
    const at = (comparisons: number) =>
      standingOf({ run: { status: 'working', since: 0 }, progress: progress({ comparisons }) });
    expect(new Set([0, 5, 15].map(at)).size).toBe(1);
    expect(at(17)).not.toBe(at(15));
    expect(standingOf({ run: { status: 'done' }, progress: progress({ comparisons: 17 }) })).not.toBe(at(17));
    expect(standingOf({ run: { status: 'idle' }, progress: null })).toBe('idle 0');
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
