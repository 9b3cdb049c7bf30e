/** The arithmetic of the plots below the rank table, without a browser. */
import { describe, expect, test } from 'vitest';
import { agreementMatrix, agreementOf, contradictions, standingOf } from '../../src/webview/table/view/agreement.js';
import { bdRate, integral, pchip } from '../../src/webview/table/view/bd-rate.js';
import { TableData, type Entry } from '../../src/webview/table/view/data.js';
import { histogram, intervalLines } from '../../src/webview/table/view/distribution.js';
import {
  compareFamilies,
  families,
  familyOf,
  ratePoints,
  withContents,
} from '../../src/webview/table/view/families.js';
import { axisOf } from '../../src/webview/table/view/intervals.js';
import { paretoFront } from '../../src/webview/table/view/pareto.js';
import { grouped, progress, ranking, row } from './harness/ranking.js';
import { facts } from './harness/states.js';

const at = (value: number, half: number) => ({ value, interval95: [value - half, value + half] as const });
function entriesOf({ clips, rows } = ranking()): Entry[] {
  const data = new TableData();
  data.setClips(clips, true);
  data.setRows(rows);
  return [...data.entries.values()];
}

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
    const inGroups = entriesOf({ ...ranking(), rows });
    const found = families(inGroups, 'name');
    expect(found.map((f) => f.name)).toEqual(['x264_crf#', 'x265_crf#']);
    const { groups, percent: mean } = compareFamilies(found[0]!, found[1]!);
    expect(groups.map((g) => g.group).sort()).toEqual(['coast', 'market', 'night']);
    expect(mean).toBeLessThan(-20);
    expect(families(all, 'codec').map((f) => f.name)).toEqual(['H.264', 'H.265']);
  });

  test('without groups, contents are told by names, so that a still and cheap clip does not beat all others', () => {
    const still = { path: 'still_crf40.mp4', bitRate: 100_000, score: 9 };
    const moving = [20, 30].map((crf) => ({ path: `sea_crf${crf}.mp4`, bitRate: 6e6 / crf, score: 40 / crf }));
    const made = (clips: (typeof still)[]): Entry[] =>
      entriesOf({
        clips: clips.map(({ path, bitRate }) => ({ path, facts: facts({ path, bitRate }), error: null })),
        rows: clips.map(({ path, score }, k) => row(path, k + 1, score)),
      });
    const { by, entries } = withContents(made([still, ...moving]));
    expect(by).toBe('name');
    expect(ratePoints(entries).map((p) => p.group)).toEqual(['still', 'sea', 'sea']);
    const one = withContents(made(moving));
    expect([one.by, ...one.entries.map((e) => e.group)]).toEqual(['one', null, null]);
    expect(withContents(made([still, { ...still, path: 'night.mp4' }])).by).toBe('unknown');
    const rows = grouped(ranking().rows, (p) => p.split('/')[0]!);
    const inTable = entriesOf({ ...ranking(), rows });
    expect(withContents(inTable)).toEqual({ by: 'table', entries: inTable });
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
