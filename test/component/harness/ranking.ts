/**
 * A ranked folder as the host would send it: encodes of a few scenes at several rates, the last ones broken. Deterministic;
 * tests change what they look at.
 */
import { unrankedRow, type RankProgress, type RankRow } from '../../../src/protocol/rank.js';
import type { RankTableState, TableClip } from '../../../src/protocol/table.js';
import type { AttributeName, ErrorData } from '../../../src/protocol/index.js';
import { facts } from './states.js';

const DEFECTS: AttributeName[] = ['blockiness', 'banding', 'sharpness', 'ringing', 'noise'];
const SCENES = ['coast', 'market', 'night'];
const CODECS = [
  { name: 'x264', codec: 'h264', gain: 0 },
  { name: 'x265', codec: 'hevc', gain: 0.5 },
] as const;

export interface Ranking {
  clips: TableClip[];
  rows: RankRow[];
}

export const broken = (path: string): ErrorData => ({
  code: 'media/truncated',
  message: `${path} ends in the middle of a frame. Copy or render it again.`,
  path,
});

/** Names like `day1/coast_x264_crf20.mp4`; better ones first, then `failed` broken ones. */
export function ranking(count = 24, failed = 2): Ranking {
  const made = Array.from({ length: count }, (_, i) => {
    const scene = SCENES[i % SCENES.length]!;
    const codec = CODECS[Math.floor(i / SCENES.length) % CODECS.length]!;
    const step = Math.floor(i / (SCENES.length * CODECS.length));
    const steps = Math.ceil(count / (SCENES.length * CODECS.length));
    const share = steps > 1 ? step / (steps - 1) : 0;
    const path = `day${(i % 2) + 1}/${scene}_${codec.name}_crf${18 + step * 4}.mp4`;
    const bitRate = Math.round(8_000_000 * 2 ** (-4 * share) * (codec.codec === 'hevc' ? 0.7 : 1));
    const score = 2.4 - 5 * share + codec.gain * (share + 0.2) + 0.13 * (i % SCENES.length);
    return { path, codec: codec.codec, bitRate, score, scene, half: 0.15 + 0.05 * (i % 5) };
  }).sort((a, b) => b.score - a.score);
  const clips: TableClip[] = made.map(({ path, codec, bitRate }, i) => ({
    path,
    facts: facts({ path, codec, bitRate, duration: 10 + (i % 7) }),
    error: null,
  }));
  const rows: RankRow[] = made.map(({ path, score, half }, i) => row(path, i + 1, score, half, DEFECTS[i % 5]!));
  for (let i = 0; i < failed; i++) {
    const path = `day1/broken${i + 1}.mp4`;
    clips.push({ path, facts: null, error: broken(path) });
    rows.push(unrankedRow(path, 'failed'));
  }
  return { clips, rows };
}

export const row = (
  path: string,
  rank: number,
  score: number,
  half = 0.2,
  mainDefect: AttributeName | null = null,
): RankRow => ({
  ...unrankedRow(path, 'ranked'),
  rank,
  score,
  interval95: [score - half, score + half],
  mainDefect,
  wins: Math.max(0, 12 - rank),
  losses: Math.min(12, rank),
});

/** The rows with a group each and ranks within it. */
export function grouped(rows: readonly RankRow[], groupOf: (path: string) => string): RankRow[] {
  const seen = new Map<string, number>();
  return rows.map((r) => {
    const group = groupOf(r.path);
    if (r.rank === null) return { ...r, group };
    seen.set(group, (seen.get(group) ?? 0) + 1);
    return { ...r, group, rankInGroup: seen.get(group)! };
  });
}

/** The same rows in the order of `paths`, scored anew from the top. */
export function reordered(rows: readonly RankRow[], paths: readonly string[]): RankRow[] {
  const byPath = new Map(rows.map((r) => [r.path, r]));
  const ranked = paths.map((path, i) => ({ ...byPath.get(path)!, ...row(path, i + 1, 3 - i * 0.2) }));
  return [...ranked, ...rows.filter((r) => !paths.includes(r.path))];
}

export const progress = (over: Partial<RankProgress> = {}): RankProgress => ({
  stage: 'compare',
  clips: 26,
  encoded: 24,
  failed: 2,
  comparisons: 130,
  expected: 320,
  rate: 41,
  secondsLeft: 5,
  inconsistency: 0.04,
  ...over,
});

export const tableState = (over: Partial<RankTableState> = {}): RankTableState => ({
  folder: '/media/encodes',
  title: 'encodes',
  run: { status: 'done' },
  progress: progress({ stage: 'done', secondsLeft: null, rate: null }),
  grouping: 'none',
  reference: null,
  excluded: [],
  deviceNote: null,
  storeNote: null,
  provenance: 'versusq-mini 1.0.0 on the CPU',
  ...over,
});

/** A picture of one colour, as text that an <img> takes. */
export const picture = (hue: number): string =>
  `data:image/svg+xml,${encodeURIComponent(
    `<svg xmlns="http://www.w3.org/2000/svg" width="64" height="36"><rect width="64" height="36" fill="hsl(${hue} 40% 45%)"/><circle cx="${10 + (hue % 45)}" cy="18" r="8" fill="hsl(${hue + 60} 60% 75%)"/></svg>`,
  )}`;
