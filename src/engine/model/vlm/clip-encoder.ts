/**
 * Clip -> ClipTokens by a vision-language model: each sampled frame through the vision graph as it arrives, the time line at the
 * end as for the mini. `tokens` holds the visual tokens of all frames, then each deepstack output of all frames; `cells` rows and
 * columns of visual tokens of a frame; `times` seconds since the plan's origin, as the prompt tells them.
 */
import { say, VersusqError } from '../../../protocol/index.js';
import type { FrameBurst, PlannedBurst, SamplePlan, TimelineLuma } from '../../media/types.js';
import { asTensor, type Graphs } from '../sessions.js';
import { runTimeline } from '../timeline.js';
import type { ClipEncoder, ClipTokens } from '../types.js';
import type { VlmManifest } from './manifest.js';

interface SeenFrame {
  index: number;
  time: number;
  share: number;
  /** visual tokens, then each deepstack output */
  parts: Float32Array[];
  thumb: Float32Array;
}

/** Names of what the vision graph gives to the language graph, in order. */
export const seenNames = ({ dimensions }: Pick<VlmManifest, 'dimensions'>): string[] => [
  'visual',
  ...Array.from({ length: dimensions.deepstack }, (_, i) => `deepstack_${i}`),
];

export function createFrameEncoder(
  graphs: Graphs,
  manifest: VlmManifest,
  colour: Float32Array,
  plan: Pick<SamplePlan, 'size' | 'origin'>,
): ClipEncoder {
  const { square, frames: wanted } = manifest.input;
  const [rows, columns] = [plan.size.height / square, plan.size.width / square];
  const colourTensor = asTensor(graphs.runtime, 'float32', colour, [3, 4]);
  const names = seenNames(manifest);
  const frames: SeenFrame[] = [];

  return {
    async addBurst(burst: FrameBurst, planned: PlannedBurst): Promise<void> {
      const plane = (data: Uint8Array, side: number) =>
        asTensor(graphs.runtime, 'uint8', data, [rows, side, columns, side]);
      const out = await graphs.run('vision', {
        y: plane(burst.y, square),
        u: plane(burst.u, square / 2),
        v: plane(burst.v, square / 2),
        colour: colourTensor,
      });
      frames.push({
        index: burst.index,
        time: planned.time - plan.origin,
        share: planned.share,
        parts: names.map((name) => out[name]!.data as Float32Array),
        thumb: out['thumb']!.data as Float32Array,
      });
    },

    async finish(timeline: TimelineLuma): Promise<ClipTokens> {
      if (frames.length !== wanted) {
        throw new VersusqError(
          'media/too-short',
          say`Only ${frames.length} of ${wanted} frames could be read from the clip, and the model looks at all of them.`,
        );
      }
      frames.sort((a, b) => a.index - b.index);
      const { series, summary } = await runTimeline(graphs, manifest, timeline, colourTensor);
      return {
        count: frames.length,
        times: Float64Array.from(frames, (f) => f.time),
        shares: Float64Array.from(frames, (f) => f.share),
        cells: Float32Array.of(rows, columns),
        tokens: joined(names.flatMap((_, part) => frames.map((f) => f.parts[part]!))),
        measurements: new Float32Array(),
        crops: new Uint8Array(),
        detail: null,
        thumbs: joined(frames.map((f) => f.thumb)),
        summary,
        series,
        seriesTimes: Float64Array.from(timeline.times.subarray(0, timeline.frames)),
      };
    },
  };
}

export function joined(parts: readonly Float32Array[]): Float32Array {
  const all = new Float32Array(parts.reduce((n, p) => n + p.length, 0));
  parts.reduce((at, p) => (all.set(p, at), at + p.length), 0);
  return all;
}
