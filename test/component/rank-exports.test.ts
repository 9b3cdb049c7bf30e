/** One ranking, with groups, a reference, equal and uncompared clips: the rank table and every export tell the same of it. */
import { expect, test } from 'vitest';
import { parseCsv } from '../../src/engine/csv.js';
import { rankingOf } from '../../src/engine/rank/ranking.js';
import { makeRows, type RowClip } from '../../src/engine/rank/rows.js';
import { EdgeList } from '../../src/engine/rank/edges.js';
import { solveScale } from '../../src/engine/rank/scale.js';
import { Tally } from '../../src/engine/rank/tally.js';
import { rankingCsv, rankingMarkdown } from '../../src/engine/report/ranking-text.js';
import { reportHtml } from '../../src/engine/report/report.js';
import type { RankClip } from '../../src/engine/rank/clips.js';
import type { Ranking } from '../../src/protocol/index.js';
import { TableData, type Entry } from '../../src/webview/table/view/data.js';
import { fakeComparison } from '../unit/cli/fake-engine.js';

/** Place, item in the scale, group. The two masters are one file: their scores are equal. */
const CLIPS: [place: string, item: number, group: string][] = [
  ['coast/master.mp4', 0, 'coast'],
  ['coast/copy.mp4', 0, 'coast'],
  ['coast/crf32.mp4', 1, 'coast'],
  ['market/crf20.mp4', 2, 'market'],
  ['market/crf40.mp4', 3, 'market'],
  ['market/later.mp4', -1, 'market'],
  ['market/broken.mp4', -1, 'market'],
];
const REFERENCE = 'market/crf20.mp4';

function both(): { ranking: Ranking; entries: Entry[] } {
  const clips = CLIPS.map(([place, item, group]): RowClip => ({
    place,
    item,
    group,
    state: place.includes('broken') ? 'failed' : item < 0 ? 'waiting' : 'measured',
  }));
  const truth = [2, 0.5, 1, -1.5];
  const pairs = truth.flatMap((x, i) =>
    truth.slice(i + 1).map((y, k) => ({ i, j: i + 1 + k, margin: x - y + 0.1 * k, stdDev: 3 })),
  );
  const edges = EdgeList.from(truth.length, pairs);
  const scale = solveScale(truth.length, pairs);
  const rows = makeRows(clips, { edges, scale, tally: new Tally(truth.length, false) }, REFERENCE);
  const facts = new Map(
    CLIPS.flatMap(([path, item]) => (item < 0 ? [] : [[path, fakeComparison(path, path).a] as const])),
  );
  const error = { code: 'media/truncated' as const, message: 'It ends too early.' };
  const told = CLIPS.map(([place]) => ({
    place,
    facts: facts.get(place) ?? null,
    error: place.includes('broken') ? error : null,
  }));
  const { provenance } = fakeComparison('/a1.mp4', '/b2.mp4');
  const rest = { comparisons: pairs.length, inconsistency: 0.01, reference: REFERENCE, provenance };
  const data = new TableData();
  data.setClips(
    told.map(({ place, ...clip }) => ({ path: place, ...clip })),
    true,
  );
  data.setRows(rows);
  return { ranking: rankingOf('/films', rows, told as RankClip[], rest), entries: [...data.entries.values()] };
}

/** What a page's table holds: its cells by the heads of their columns. */
function cellsOf(page: string): Record<string, string>[] {
  const text = (markup: string): string => markup.replace(/<[^>]*>/g, '').trim();
  const cells = (row: string, tag: string): string[] =>
    [...row.matchAll(new RegExp(`<${tag}[^>]*>([^]*?)</${tag}>`, 'g'))].map((m) => text(m[1]!));
  const [head, ...rows] = [...page.matchAll(/<tr>[^]*?<\/tr>/g)].map((m) => m[0]);
  return rows.map((row) => Object.fromEntries(cells(row, 'td').map((cell, k) => [cells(head!, 'th')[k]!, cell])));
}

/** As a page prints a margin. */
const shown = (value: number | undefined): string => {
  const text = Math.abs(value ?? 0).toFixed(1);
  return value === undefined ? '' : Number(text) === 0 ? text : (value > 0 ? '+' : '-') + text;
};

test('the exports have the rows of the table: ranks in groups, margins to the one above in the group and to the reference', () => {
  const { ranking, entries } = both();
  const ranked = entries.filter((e) => e.rank !== null);
  expect(ranked.map((e) => e.rankInGroup)).toContain(1);
  expect(ranked.filter((e) => e.group === 'coast').map((e) => e.rankInGroup)).toEqual([1, 1, 3]);
  expect(ranked.map((e) => e.path)).toHaveLength(5);

  const [head, ...lines] = parseCsv(rankingCsv(ranking));
  const csv = lines.map((line) => Object.fromEntries(head!.map((name, k) => [name, line[k]!])));
  const exact = (value: number | undefined): string => (value === undefined ? '' : value.toFixed(4));
  expect(csv).toMatchObject(
    entries.map((e) => ({
      path: e.path,
      rank: String(e.rank ?? ''),
      group: e.group,
      rank_in_group: String(e.rankInGroup ?? ''),
      to_above: exact(e.above?.margin.value),
      to_reference: exact(e.toReference?.value),
    })),
  );

  const same = ranked.map((e) => ({
    Rank: String(e.rank),
    Clip: e.path,
    'To above': shown(e.above?.margin.value),
    'To reference': shown(e.toReference?.value),
    Group: e.group,
    'In group': String(e.rankInGroup),
  }));
  const markdown = rankingMarkdown(ranking)
    .split('\n')
    .filter((line) => line.startsWith('|'))
    .map((line) => line.split('|').slice(1, -1));
  const [names, , ...cells] = markdown as [string[], ...string[][]];
  const told = cells.map((line) => Object.fromEntries(names.map((name, k) => [name.trim(), line[k]!.trim()])));
  expect(told).toMatchObject(same);

  const empty = { title: 't', generated: 'g', versusq: '1', comparisons: [], failures: [] };
  const page = reportHtml({ ...empty, ranking: { ranking, pictures: new Map() } });
  expect(cellsOf(page)).toMatchObject(same);
});

test('every export names the reference, the clips that failed and those that were not compared', () => {
  const { ranking } = both();
  const empty = { title: 't', generated: 'g', versusq: '1', comparisons: [], failures: [] };
  const page = reportHtml({ ...empty, ranking: { ranking, pictures: new Map() } });
  for (const text of [page, rankingMarkdown(ranking)]) {
    expect(text).toContain(`Reference: ${REFERENCE}.`);
    expect(text).toMatch(/Not ranked[^]*market\/broken\.mp4[^]*It ends too early/);
    expect(text).toMatch(/Not compared[^]*market\/later\.mp4[^]*no comparison within the budget/);
    expect(text).toContain('5 clips, 6 comparisons');
  }
});

test('where there are no margins against the reference, every export says why', () => {
  const { ranking } = both();
  const empty = { title: 't', generated: 'g', versusq: '1', comparisons: [], failures: [] };
  for (const [reference, why] of [
    ['market/broken.mp4', 'it could not be read'],
    ['market/later.mp4', 'it was not compared'],
  ] as const) {
    const other = { ...ranking, reference };
    const page = reportHtml({ ...empty, ranking: { ranking: other, pictures: new Map() } });
    for (const text of [page, rankingMarkdown(other)]) {
      expect(text).toContain(`There are no margins against the reference ${reference}: ${why}.`);
      expect(text).not.toContain('To reference');
    }
  }
});
