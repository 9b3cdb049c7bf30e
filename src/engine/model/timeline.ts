/**
 * The time line graph over all frames of a clip. Its working memory grows with the frames, so a long time line is run in
 * pieces: the series piece by piece with the neighbours each value needs, the summary over windows spread evenly over it.
 */
import type { Tensor } from 'onnxruntime-node';
import { VersusqError, say } from '../../protocol/index.js';
import type { TimelineLuma } from '../media/types.js';
import type { Manifest } from './package.js';
import { asTensor, type Graphs } from './sessions.js';

/** Frames in one run of the graph: about 0.3 GB of working memory. */
export const MAX_FRAMES = 900;
/** A series value looks at the two frames before and the one after its own. */
const BEFORE = 2;
const AFTER = 1;
/** Windows that stand for a long time line in the summary. */
const WINDOWS = 12;

export interface TimelineResult {
  /** [frames, 4] */
  series: Float32Array;
  summary: Float32Array;
}

/** Error: media/too-short where there is no frame. */
export async function runTimeline(
  graphs: Graphs,
  manifest: { input: Pick<Manifest['input'], 'timeline' | 'series'> },
  timeline: TimelineLuma,
  colour: Tensor,
): Promise<TimelineResult> {
  const { width, height } = manifest.input.timeline;
  const size = width * height;
  const { frames, luma, times, valid } = timeline;
  if (frames === 0) throw new VersusqError('media/too-short', say`No frame of the time line could be read.`);

  /** `picks` are frames in order; one whose predecessor was not picked has no known predecessor. */
  const run = async (picks: readonly number[]): Promise<TimelineResult> => {
    const n = picks.length;
    const planes = new Uint8Array(n * size);
    const known = new Float32Array(n);
    const at = new Float32Array(n);
    picks.forEach((frame, i) => {
      planes.set(luma.subarray(frame * size, (frame + 1) * size), i * size);
      known[i] = i > 0 && picks[i - 1] === frame - 1 ? valid[frame]! : i === 0 ? valid[frame]! : 0;
      at[i] = times[frame]! - times[0]!; // from 0: a float32 holds no hours to the millisecond
    });
    const out = await graphs.run('timeline', {
      luma: asTensor(graphs.runtime, 'uint8', planes, [n, height, width]),
      valid: asTensor(graphs.runtime, 'float32', known, [n]),
      times: asTensor(graphs.runtime, 'float32', at, [n]),
      colour,
    });
    return { series: out['series']!.data as Float32Array, summary: out['summary']!.data as Float32Array };
  };

  if (frames <= MAX_FRAMES) return run(range(0, frames));
  const { summary } = await run(spreadWindows(frames));
  const columns = manifest.input.series ?? 4;
  const series = new Float32Array(frames * columns);
  const step = MAX_FRAMES - BEFORE - AFTER;
  for (let from = 0; from < frames; from += step) {
    const to = Math.min(frames, from + step);
    const first = Math.max(0, from - BEFORE);
    const piece = await run(range(first, Math.min(frames, to + AFTER)));
    series.set(piece.series.subarray((from - first) * columns, (to - first) * columns), from * columns);
  }
  return { series, summary };
}

/** MAX_FRAMES frames of a longer time line: WINDOWS stretches of equal length, the first at its start, the last at its end. */
export function spreadWindows(frames: number): number[] {
  const length = Math.floor(MAX_FRAMES / WINDOWS);
  return Array.from({ length: WINDOWS }, (_, i) => {
    const from = Math.round((i * (frames - length)) / (WINDOWS - 1));
    return range(from, from + length);
  }).flat();
}

const range = (from: number, to: number) => Array.from({ length: to - from }, (_, i) => from + i);
