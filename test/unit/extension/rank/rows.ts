/** Rows and progress of a made-up ranking. */
import { unrankedRow, type RankProgress, type RankRow } from '../../../../src/protocol/index.js';

export const waiting = (path: string): RankRow => unrankedRow(path, 'waiting');

export const rankedRow = (path: string, rank: number, score: number): RankRow => ({
  ...waiting(path),
  status: 'ranked',
  rank,
  score,
  interval95: [score - 0.3, score + 0.3],
});

export const progress: RankProgress = {
  stage: 'compare',
  clips: 3,
  encoded: 3,
  failed: 0,
  comparisons: 1,
  expected: 4,
  rate: 2,
  secondsLeft: 1.5,
  inconsistency: 0.01,
};
