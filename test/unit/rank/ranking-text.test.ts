/** A ranking as CSV and as Markdown. */
import { expect, test } from 'vitest';
import { parseCsv } from '../../../src/engine/csv.js';
import { rankingCsv, rankingMarkdown } from '../../../src/engine/report/ranking-text.js';
import type { RankedClip, Ranking } from '../../../src/protocol/index.js';
import { fakeFacts } from '../cli/fake-engine.js';

const clip = (path: string, more: Partial<RankedClip> = {}): RankedClip => ({
  path,
  rank: null,
  score: null,
  interval95: null,
  mainDefect: null,
  group: null,
  facts: null,
  error: null,
  ...more,
});
const ranked = (path: string, rank: number, score: number, group: string): RankedClip =>
  clip(path, { rank, score, interval95: [score - 0.2, score + 0.2], group, facts: fakeFacts(path) });

const ranking: Ranking = {
  schema: 'versusq.ranking/1',
  folder: '/films',
  clips: [
    ranked('a, "take 2".mp4', 1, 1.5, 'a'),
    ranked('b|c*.mp4', 2, 0, 'b'),
    ranked('low.mp4', 3, -1.5, 'a'),
    clip('later.mp4'),
    clip('gone.mp4', { error: { code: 'media/not-found', message: 'It is\ngone.' } }),
  ],
  comparisons: 3,
  inconsistency: 0.0123,
  reference: 'b|c*.mp4',
  provenance: {
    versusq: '0.1.0',
    model: { name: 'versusq-mini', version: '1.0.0', hash: 'abc' },
    device: 'cpu',
    deviceNote: null,
    ffmpeg: 'ffmpeg version 5.1.9',
    timings: {},
    cached: { a: false, b: false, margin: false },
    tokensPerSecond: null,
    finished: '2026-11-21T12:00:00.000Z',
  },
};

test('CSV: one line a clip, in order, names quoted, margins to the one above in the group and to the reference', () => {
  const [head, ...rows] = parseCsv(rankingCsv(ranking));
  const column = (name: string) => rows.map((row) => row[head!.indexOf(name)]);
  expect(column('path')).toEqual(ranking.clips.map((c) => c.path));
  expect(column('rank')).toEqual(['1', '2', '3', '', '']);
  expect(column('to_above')).toEqual(['', '', '-3.0000', '', '']);
  expect(column('to_reference')).toEqual(['1.5000', '0.0000', '-1.5000', '', '']);
  expect(column('rank_in_group')).toEqual(['1', '1', '2', '', '']);
  expect(column('codec')[0]).toBe('h264');
  expect(column('error')[4]).toBe('It is\ngone.');
});

test('CSV: names and reasons are text to a spreadsheet, never formulas; scores stay numbers', () => {
  const names = ['=1+1.mp4', '+a.mp4', '-b.mp4', '@c.mp4', '\td.mp4', 'e=1.mp4'];
  const error = { code: 'internal' as const, message: '=HYPERLINK("x")' };
  const clips = names.map((name, k) => ({ ...ranked(name, k + 1, -k, '-g'), error: k === 0 ? error : null }));
  const [head, ...rows] = parseCsv(rankingCsv({ ...ranking, clips }));
  const column = (name: string) => rows.map((row) => row[head!.indexOf(name)]);
  expect(column('path')).toEqual(["'=1+1.mp4", "'+a.mp4", "'-b.mp4", "'@c.mp4", "'\td.mp4", 'e=1.mp4']);
  expect(column('group')[0]).toBe("'-g");
  expect(column('error')[0]).toBe(`'=HYPERLINK("x")`);
  expect(column('score').slice(1, 3)).toEqual(['-1.0000', '-2.0000']);
});

test('Markdown: a table whose cells a name cannot break, failed clips with reasons, provenance', () => {
  const text = rankingMarkdown(ranking);
  const lines = text.split('\n').filter((line) => line.startsWith('|'));
  expect(lines).toHaveLength(2 + 3);
  const cells = (line: string) => line.split(/(?<!\\)\|/).length;
  expect(new Set(lines.map(cells)).size).toBe(1);
  expect(text).toContain('b\\|c\\*.mp4');
  expect(text).toContain('- gone.mp4: It is gone.');
  expect(text).toContain('- later.mp4: no comparison');
  expect(text).toContain('inconsistency 0.012');
});

test('nothing ranked is a table without rows', () => {
  const none = { ...ranking, clips: [], reference: null };
  expect(rankingCsv(none).split('\r\n')).toHaveLength(2);
  expect(rankingMarkdown(none)).toContain('0 clips');
});
