/**
 * Two clips -> glance margin and decoder prefix, by the pair graph. The graph is always run in the canonical order of the
 * content hashes; `glanceFor` turns its answer into the caller's order.
 */
import { ATTRIBUTES } from '../../protocol/index.js';
import { flip, plain, spreadsOf } from './margins.js';
import { besideEachOther, commonShares, matchBursts, matchFrames, type Matching } from './matching.js';
import type { Manifest } from './package.js';
import { asTensor, type Graphs } from './sessions.js';
import type { ClipTokens, Glance } from './types.js';

/** Values a frame in a time line's series, where the package does not say. */
const SERIES = 4;

/** What the pair graph says, in canonical order. */
export interface PairOutput {
  margin: number;
  raw: [number, number];
  logSd: number;
  sameContent: number;
  /** in the order of ATTRIBUTES */
  attributes: number[];
  segments: { share: number; margin: number }[];
  /** [PREFIX, MODEL] of (first, second) and of (second, first) */
  prefixes: [Float32Array, Float32Array];
  /** bursts at the same time and places in both */
  matched: number;
}

/** Two clips in canonical order. */
export interface OrderedPair {
  clips: readonly [ClipTokens, ClipTokens];
  /** seconds: frame at t of the first is at t + offset of the second */
  offset: number;
  /** of the common part, seconds */
  duration: number;
  /** the same content at the same time, as far as it is the same */
  inStep: boolean;
  /** both are the same bytes */
  identical: boolean;
}

export async function runPair(graphs: Graphs, manifest: Manifest, pair: OrderedPair): Promise<PairOutput> {
  const { offset, duration, inStep, identical } = pair;
  const [first, second] = pair.clips;
  const { input, dimensions: d } = manifest;
  const matching = inStep ? matchBursts(first, second, offset) : besideEachOther(first, second);
  const k = matching.a.length;
  const f32 = (values: Float32Array, ...dims: number[]) => asTensor(graphs.runtime, 'float32', values, dims);
  const bursts = (clip: ClipTokens, picks: number[], detail: Float32Array) => {
    const pick = (data: Float32Array) => rows(data, clip.count, picks);
    return {
      tokens: f32(pick(clip.tokens), k, input.places, d.token),
      measurements: f32(pick(clip.measurements), k, input.places, d.measurements),
      crops: asTensor(graphs.runtime, 'uint8', rows(clip.crops, clip.count, picks), [
        k,
        input.places,
        input.crop,
        input.crop,
      ]),
      detail: f32(pick(detail), k, input.places, d.detail),
      thumbs: f32(pick(clip.thumbs), k, ...input.thumb),
      timeline: f32(clip.summary, d.timeline),
    };
  };
  const [detailA, detailB] = [await detailOf(graphs, manifest, first), await detailOf(graphs, manifest, second)];
  const [a, b] = [bursts(first, matching.a, detailA), bursts(second, matching.b, detailB)];
  const { cells, shares } = placesOf(first, second, matching, duration);
  const frames = inStep ? matchFrames(first, second, offset) : null;
  const columns = input.series ?? SERIES;
  const seriesOf = (clip: ClipTokens, picks: number[] | undefined) =>
    picks === undefined
      ? f32(new Float32Array(columns), 1, columns) // of two equal lines the graph says nothing
      : f32(rows(clip.series, clip.seriesTimes.length, picks), picks.length, columns);
  const series = { a: seriesOf(first, frames?.a), b: seriesOf(second, frames?.b) };
  const out = await graphs.run('pair', {
    tokens_a: a.tokens,
    tokens_b: b.tokens,
    measurements_a: a.measurements,
    measurements_b: b.measurements,
    crops_a: a.crops,
    crops_b: b.crops,
    detail_a: a.detail,
    detail_b: b.detail,
    thumbs_a: a.thumbs,
    thumbs_b: b.thumbs,
    timeline_a: a.timeline,
    timeline_b: b.timeline,
    series_a: series.a,
    series_b: series.b,
    aligned: f32(new Float32Array(k).fill(matching.aligned ? 1 : 0), k),
    cells: f32(cells, k, input.places, 3),
  });
  const data = (name: string) => out[name]!.data as Float32Array;
  const numbers = (name: string) => Array.from(data(name), identical ? () => 0 : plain);
  const [ab = 0, ba = 0] = data('raw');
  const prefix = data('prefix');
  const half = prefix.length / 2;
  return {
    margin: numbers('margin')[0]!,
    raw: [plain(ab), plain(ba)],
    logSd: data('log_sd')[0]!,
    sameContent: data('same_content')[0]!,
    attributes: numbers('attributes'),
    segments: numbers('segments').map((margin, i) => ({ share: shares[i]!, margin })),
    prefixes: [prefix.slice(0, half), prefix.slice(half)],
    matched: matching.aligned ? k : 0,
  };
}

/** What a clip's crops bring to every comparison; a clip that came from the store has it made at its first one. */
async function detailOf(graphs: Graphs, { input }: Manifest, clip: ClipTokens): Promise<Float32Array> {
  if (clip.detail === null) {
    const shape = [clip.count, input.places, input.crop, input.crop];
    const { detail } = await graphs.run('detail', { crops: asTensor(graphs.runtime, 'uint8', clip.crops, shape) });
    clip.detail = detail!.data as Float32Array;
  }
  return clip.detail;
}

/** The glance in the caller's order. */
export function glanceFor(out: PairOutput, manifest: Manifest, swapped: boolean): Glance & { matched: number } {
  const turn = swapped ? flip : plain;
  return {
    margin: turn(out.margin),
    raw: swapped ? [out.raw[1], out.raw[0]] : [out.raw[0], out.raw[1]],
    ...spreadsOf(manifest.margin.calibration.glance, out.logSd, out.raw),
    sameContent: out.sameContent,
    attributes: ATTRIBUTES.map((attribute, i) => ({ attribute, margin: turn(out.attributes[i]!) })),
    segments: out.segments.map(({ share, margin }) => ({ share, margin: turn(margin) })),
    matched: out.matched,
  };
}

/** Rows of a [count, ...] array, in the order of `picks`. */
function rows<T extends Float32Array | Uint8Array>(data: T, count: number, picks: readonly number[]): T {
  const row = data.length / count;
  const out = data.slice(0, picks.length * row) as T;
  picks.forEach((pick, i) => out.set(data.subarray(pick * row, (pick + 1) * row), i * row));
  return out;
}

/**
 * `cells` [K, P, 3] of the graph: centre of each place and time of its burst; and the times alone. Where the clips are not
 * aligned, two bursts that stand side by side were taken at different places: the middle stands for both, in either order.
 */
function placesOf(
  first: ClipTokens,
  second: ClipTokens,
  matching: Matching,
  duration: number,
): { cells: Float32Array; shares: number[] } {
  const perBurst = first.cells.length / first.count;
  const middle = (x: number, y: number) => (x + y) / 2;
  const [sharesA, sharesB] = [commonShares(first, duration), commonShares(second, duration)];
  const shares = matching.a.map((i, n) => middle(sharesA[i]!, sharesB[matching.b[n]!]!));
  const cells = matching.a.flatMap((i, n) => {
    const at = (clip: ClipTokens, burst: number, place: number) => clip.cells[burst * perBurst + place]!;
    return Array.from({ length: perBurst / 2 }, (_, place) => [
      middle(at(first, i, 2 * place), at(second, matching.b[n]!, 2 * place)),
      middle(at(first, i, 2 * place + 1), at(second, matching.b[n]!, 2 * place + 1)),
      shares[n]!,
    ]).flat();
  });
  return { cells: Float32Array.from(cells), shares };
}
