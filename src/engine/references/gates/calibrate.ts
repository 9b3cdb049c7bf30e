/**
 * Thresholds from a folder that is known to be good: for each limit the worst that was seen, and a margin beyond it that comes from
 * how far the clips lie apart, so that the next good clip, which may be a little worse, passes too.
 *
 *   limit = worst seen, moved outwards by max(standard deviation of what was seen, LEAST_ROOM), rounded outwards to a tenth
 */
import { posix } from 'node:path';
import type { GateLimits } from '../../../protocol/index.js';

/** Room beyond the worst that is always left: half of what the eye tells apart; frozen seconds; frames. */
export const LEAST_ROOM = { minMargin: 0.25, minScore: 0.25, maxFreezeSeconds: 0.1, maxDroppedFrames: 0 } as const;

/** What was seen of the good clips, each list in any order. Margins and scores in margin units. */
export interface Seen {
  margins: number[];
  scores: number[];
  freezeSeconds: number[];
  droppedFrames: number[];
}

/** Limits for those lists that are not empty. */
export function proposedLimits({ margins, scores, freezeSeconds, droppedFrames }: Seen): GateLimits {
  const least = (kind: 'minMargin' | 'minScore', values: readonly number[]) =>
    values.length === 0
      ? {}
      : { [kind]: Math.floor((Math.min(...values) - room(values, LEAST_ROOM[kind])) * 10 + 1e-9) / 10 };
  const most = Math.max(...freezeSeconds) + room(freezeSeconds, LEAST_ROOM.maxFreezeSeconds);
  const frames = Math.max(...droppedFrames) + room(droppedFrames, LEAST_ROOM.maxDroppedFrames);
  return {
    ...least('minMargin', margins),
    ...least('minScore', scores),
    ...(freezeSeconds.length === 0 ? {} : { maxFreezeSeconds: Math.ceil(most * 10 - 1e-9) / 10 }),
    ...(droppedFrames.length === 0 ? {} : { maxDroppedFrames: Math.ceil(frames - 1e-9) }),
  };
}

/**
 * A pattern for these clips of one folder (its path relative to the config's, with `/`; `` or `.` is that folder itself). Braces are
 * written out before brackets are read, so that no brackets make them letters: `?` stands for them, and for a backslash.
 */
export function patternFor(folder: string, clips: readonly string[]): string {
  const extensions = [...new Set(clips.map((clip) => posix.extname(clip).slice(1)))].sort();
  const [only] = extensions;
  const name = extensions.length === 1 ? `*.${only}` : `*.{${extensions.join(',')}}`;
  const literal = posix
    .normalize(folder)
    .replace(/[*?[]/g, (c) => `[${c}]`)
    .replace(/[{}\\]/g, '?');
  return literal === '.' ? name : `${literal.replace(/\/$/, '')}/${name}`;
}

const room = (values: readonly number[], least: number): number => Math.max(least, standardDeviation(values));

/** Of a sample; 0 for fewer than two values. */
function standardDeviation(values: readonly number[]): number {
  if (values.length < 2) return 0;
  const mean = values.reduce((sum, v) => sum + v, 0) / values.length;
  return Math.sqrt(values.reduce((sum, v) => sum + (v - mean) ** 2, 0) / (values.length - 1));
}
