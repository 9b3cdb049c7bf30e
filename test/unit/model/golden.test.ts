import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { goldenInputs, runGolden } from '../../../src/engine/model/golden.js';
import { mulberry32 } from '../../../src/engine/random.js';
import { GRAPHS } from '../../../src/engine/model/package.js';
import { openShipped, type OpenPackage } from './helpers.js';

let opened: OpenPackage;
beforeAll(async () => {
  opened = await openShipped();
});
afterAll(() => opened.graphs.dispose());

describe('golden inputs', () => {
  it('draws the numbers that the training code draws for the same seed', () => {
    // First values of training/versusq_training/export.py's mulberry32, times 2^32.
    const drawn = (seed: number) => {
      const random = mulberry32(seed);
      return Array.from({ length: 4 }, () => random() * 4294967296);
    };
    expect(drawn(1)).toEqual([2693262067, 11749833, 2265367787, 4213581821]);
    expect(drawn(0xdeadbeef)).toEqual([4043151706, 1147597007, 3315858022, 1538288752]);
  });

  it('stay inside their kinds', () => {
    const golden = opened.golden.find((c) => c.graph === 'decoder')!;
    const { tokens, prefix } = goldenInputs(opened.graphs, golden, opened.manifest);
    const ids = Array.from(tokens!.data as BigInt64Array, Number);
    expect(ids.every((id) => Number.isInteger(id) && id >= 0 && id < opened.manifest.dimensions.vocabulary)).toBe(true);
    expect(Math.min(...(prefix!.data as Float32Array))).toBeLessThan(-0.9);
    expect(Math.max(...(prefix!.data as Float32Array))).toBeGreaterThan(0.9);
  });
});

describe('the shipped graphs on the CPU', () => {
  it('has golden vectors for every graph', () => {
    expect([...new Set(opened.golden.map((c) => c.graph))].sort()).toEqual([...GRAPHS].sort());
  });

  it.each(GRAPHS)('%s gives the answers that the training code expects', async (graph) => {
    for (const golden of opened.golden.filter((c) => c.graph === graph)) {
      const differences = await runGolden(opened.graphs, golden, opened.manifest);
      expect(differences.length).toBeGreaterThan(0);
      for (const { output, worst, tolerance } of differences) expect(worst, output).toBeLessThanOrEqual(tolerance);
    }
  });

  it('notices an expected answer that is wrong by more than its tolerance', async () => {
    const golden = structuredClone(opened.golden.find((c) => c.graph === 'pair')!);
    const margin = golden.outputs['margin']!;
    margin.values[0]! += 3 * margin.tolerance;
    const off = (await runGolden(opened.graphs, golden, opened.manifest)).filter((d) => d.worst > d.tolerance);
    expect(off.map((d) => d.output)).toEqual(['margin']);
  });

  it.each(GRAPHS)('%s gives the same bits again', async (graph) => {
    const golden = opened.golden.find((c) => c.graph === graph)!;
    const run = () => opened.graphs.run(graph, goldenInputs(opened.graphs, golden, opened.manifest));
    const [one, two] = [await run(), await run()];
    for (const name of Object.keys(one)) expect(two[name]!.data, name).toEqual(one[name]!.data);
  });
});
