/**
 * Golden vectors (golden.json): inputs drawn from a seed, outputs that the training code expects. They prove that a device
 * computes what was trained. The generator and the kinds are those of training/versusq_training/export.py.
 */
import { mulberry32 } from '../random.js';
import type { GraphName } from './package.js';
import { asTensor, type Graphs, type Tensors } from './sessions.js';

type InputType = 'uint8' | 'float32' | 'int64';
export interface GoldenInput {
  dims: number[];
  type: InputType;
  kind?: string;
  values?: number[];
}
export interface GoldenOutput {
  dims: number[];
  /** every n-th value is given */
  sample?: number;
  values: number[];
  tolerance: number;
}
export interface GoldenCase {
  graph: GraphName;
  seed: number;
  inputs: Record<string, GoldenInput>;
  outputs: Record<string, GoldenOutput>;
}
export interface GoldenDifference {
  graph: GraphName;
  output: string;
  /** largest absolute difference over the values given; Infinity where the shape or a number is wrong */
  worst: number;
  tolerance: number;
}

/** BT.709 limited range to full range, as docs/model-package.md defines `colour`. */
const LUMA = 255 / 219;
const CHROMA = 255 / 224;
const COLOUR = [LUMA, 0, 0, -16 * LUMA, 0, CHROMA, 0, -128 * CHROMA, 0, 0, CHROMA, -128 * CHROMA];

/** What is needed of a manifest: tokens are drawn below the size of the vocabulary. */
type Sized = { dimensions: { vocabulary: number } };

/** Inputs of a case as tensors, drawn in the order listed. */
export function goldenInputs(graphs: Graphs, golden: GoldenCase, manifest: Sized): Tensors {
  const random = mulberry32(golden.seed);
  const draw: Record<string, (index: number, length: number) => number> = {
    u8: () => Math.floor(random() * 256),
    unit: () => random(),
    signed: () => 2 * random() - 1,
    one: () => 1,
    zero: () => 0,
    ramp: (index, length) => index / length,
    token: () => Math.floor(random() * manifest.dimensions.vocabulary),
    colour: (index) => COLOUR[index]!,
  };
  const values = (spec: GoldenInput): number[] => {
    if (spec.kind === undefined) return spec.values ?? [];
    const one = draw[spec.kind];
    if (!one) throw new Error(`golden.json: unknown kind "${spec.kind}".`);
    const length = spec.dims.reduce((a, b) => a * b, 1);
    return Array.from({ length }, (_, index) => one(index, length));
  };
  return Object.fromEntries(
    Object.entries(golden.inputs).map(([name, spec]) => [
      name,
      asTensor(graphs.runtime, spec.type, values(spec), spec.dims),
    ]),
  );
}

/** Runs a case and tells how far each output is off. */
export async function runGolden(graphs: Graphs, golden: GoldenCase, manifest: Sized): Promise<GoldenDifference[]> {
  const names = Object.keys(golden.outputs);
  const found = await graphs.run(golden.graph, goldenInputs(graphs, golden, manifest), names);
  return names.map((output) => {
    const expected = golden.outputs[output]!;
    const tensor = found[output]!;
    const data = tensor.data as Float32Array | Uint8Array;
    const sample = expected.sample ?? 1;
    let worst = tensor.dims.join() === expected.dims.join() ? 0 : Infinity;
    expected.values.forEach((value, i) => {
      const difference = Math.abs(Number(data[i * sample]) - value);
      worst = Math.max(worst, Number.isNaN(difference) ? Infinity : difference);
    });
    return { graph: golden.graph, output, worst, tolerance: expected.tolerance };
  });
}

/** Null where all cases agree within tolerance x factor; else what differs, in words. */
export async function checkGolden(
  graphs: Graphs,
  cases: GoldenCase[],
  manifest: Sized,
  factor: number,
): Promise<string | null> {
  for (const golden of cases) {
    const off = (await runGolden(graphs, golden, manifest)).find((d) => d.worst > d.tolerance * factor);
    if (off) {
      return `its answers differ from the model's known ones (${off.graph}.${off.output} by ${off.worst.toPrecision(3)})`;
    }
  }
  return null;
}

export function parseGolden(bytes: Uint8Array): GoldenCase[] {
  const json = JSON.parse(new TextDecoder().decode(bytes)) as { schema?: string; cases?: GoldenCase[] };
  if (json.schema !== 'versusq.golden/1' || !json.cases) throw new Error('golden.json is of another version.');
  return json.cases;
}
