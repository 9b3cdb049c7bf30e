/**
 * Clip -> ClipTokens: each burst through the encoder graph as it arrives, the time line at the end. A clip is encoded once;
 * everything that a pair needs of it is in the answer.
 */
import { VersusqError, say } from '../../protocol/index.js';
import { FRAGMENTS } from '../media/fragments.js';
import type { FrameBurst, PlannedBurst, Size, TimelineLuma } from '../media/types.js';
import type { Manifest } from './package.js';
import { asTensor, type Graphs, type Tensors } from './sessions.js';
import { runTimeline } from './timeline.js';
import type { ClipEncoder, ClipTokens } from './types.js';

interface EncodedBurst {
  index: number;
  time: number;
  share: number;
  cells: number[];
  tokens: Float32Array;
  measurements: Float32Array;
  crops: Uint8Array;
  detail: Float32Array;
  thumb: Float32Array;
}

/** `colour`: code values -> canonical, [3, 4]. `size`: the picture that the plan's places lie in. */
export function createClipEncoder(graphs: Graphs, manifest: Manifest, colour: Float32Array, size: Size): ClipEncoder {
  const { crop, places, framesPerBurst } = manifest.input;
  const colourTensor = asTensor(graphs.runtime, 'float32', colour, [3, 4]);
  const bursts: EncodedBurst[] = [];

  return {
    async addBurst(burst: FrameBurst, plan: PlannedBurst): Promise<void> {
      const { width, height } = FRAGMENTS;
      const plane = (data: Uint8Array, scale: 1 | 2) =>
        asTensor(graphs.runtime, 'uint8', data, [framesPerBurst, height / scale, width / scale]);
      const out = await graphs.run('encoder', {
        y: plane(burst.y, 1),
        u: plane(burst.u, 2),
        v: plane(burst.v, 2),
        colour: colourTensor,
      });
      const burstCrops = asTensor(graphs.runtime, 'uint8', out['crops']!.data as Uint8Array, [1, places, crop, crop]);
      const { detail } = await graphs.run('detail', { crops: burstCrops });
      bursts.push({
        index: burst.index,
        time: burst.times[0]!,
        share: plan.share,
        cells: plan.places.flatMap(([row, column]) => [
          (row + crop / 2) / size.height,
          (column + crop / 2) / size.width,
        ]),
        ...encoded(out),
        detail: detail!.data as Float32Array,
      });
    },

    async finish(timeline: TimelineLuma): Promise<ClipTokens> {
      if (bursts.length === 0) {
        throw new VersusqError('media/too-short', say`No burst of frames could be read from the clip.`);
      }
      bursts.sort((a, b) => a.index - b.index);
      const { series, summary } = await runTimeline(graphs, manifest, timeline, colourTensor);
      return {
        count: bursts.length,
        times: Float64Array.from(bursts, (b) => b.time),
        shares: Float64Array.from(bursts, (b) => b.share),
        cells: Float32Array.from(bursts.flatMap((b) => b.cells)),
        tokens: joined(bursts.map((b) => b.tokens)),
        measurements: joined(bursts.map((b) => b.measurements)),
        crops: joinedBytes(bursts.map((b) => b.crops)),
        detail: joined(bursts.map((b) => b.detail)),
        thumbs: joined(bursts.map((b) => b.thumb)),
        summary,
        series,
        seriesTimes: Float64Array.from(timeline.times.subarray(0, timeline.frames)),
      };
    },
  };
}

const encoded = (out: Tensors) => ({
  tokens: out['tokens']!.data as Float32Array,
  measurements: out['measurements']!.data as Float32Array,
  crops: out['crops']!.data as Uint8Array,
  thumb: out['thumb']!.data as Float32Array,
});

function joined(parts: Float32Array[]): Float32Array {
  const all = new Float32Array(parts.reduce((n, p) => n + p.length, 0));
  parts.reduce((at, p) => (all.set(p, at), at + p.length), 0);
  return all;
}

function joinedBytes(parts: Uint8Array[]): Uint8Array {
  const all = new Uint8Array(parts.reduce((n, p) => n + p.length, 0));
  parts.reduce((at, p) => (all.set(p, at), at + p.length), 0);
  return all;
}
