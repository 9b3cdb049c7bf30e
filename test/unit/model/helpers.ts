/** Shared by the model's tests: the shipped package opened on the CPU, and made-up clips of its shapes. */
import { parseGolden, type GoldenCase } from '../../../src/engine/model/golden.js';
import { mulberry32 } from '../../../src/engine/random.js';
import { readManifest, readVerified, shippedModelFolder, type Manifest } from '../../../src/engine/model/package.js';
import { Graphs, loadRuntime } from '../../../src/engine/model/sessions.js';
import type { ClipTokens, PairInput } from '../../../src/engine/model/types.js';
import { Vocabulary } from '../../../src/engine/model/vocabulary.js';

export interface OpenPackage {
  manifest: Manifest;
  golden: GoldenCase[];
  graphs: Graphs;
  vocabulary: Vocabulary;
}

export async function openShipped(): Promise<OpenPackage> {
  const folder = shippedModelFolder();
  const { manifest } = await readManifest(folder);
  const files = await readVerified(folder, manifest);
  return {
    manifest,
    golden: parseGolden(files.get('golden.json')!),
    graphs: new Graphs(await loadRuntime(), 'cpu', files),
    vocabulary: new Vocabulary(files.get('tokenizer.json')!, manifest.dimensions.vocabulary),
  };
}

/** A clip of `count` bursts at 0, step, 2 step ... seconds of `duration`, filled with numbers drawn from the seed. */
export function madeUpClip(
  manifest: Manifest,
  seed: number,
  count: number,
  { step = 1, duration = 12 } = {},
): ClipTokens {
  const random = mulberry32(seed);
  const { input, dimensions: d } = manifest;
  const places = count * input.places;
  const unit = (n: number) => Float32Array.from({ length: n }, random);
  const signed = (n: number) => Float32Array.from({ length: n }, () => 2 * random() - 1);
  const times = Float64Array.from({ length: count }, (_, k) => k * step);
  const frames = 50;
  return {
    count,
    times,
    shares: times.map((t) => t / duration),
    cells: Float32Array.from({ length: places * 2 }, (_, n) => ((n * 7919) % 97) / 97),
    tokens: signed(places * d.token),
    measurements: signed(places * d.measurements),
    detail: null,
    crops: Uint8Array.from({ length: places * input.crop ** 2 }, () => Math.floor(random() * 256)),
    thumbs: unit(count * input.thumb[0] * input.thumb[1]),
    summary: signed(d.timeline),
    series: unit(frames * 4),
    seriesTimes: Float64Array.from({ length: frames }, (_, n) => n / 25),
  };
}

/** The pair the other way round, as a caller would ask for it. */
export const turned = (pair: PairInput): PairInput => ({
  ...pair,
  a: pair.b,
  b: pair.a,
  hashA: pair.hashB,
  hashB: pair.hashA,
  offset: 0 - pair.offset,
});
