import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { write } from '../../../src/engine/model/decoding.js';
import { readMargin } from '../../../src/engine/model/decoding.js';
import { loadModel } from '../../../src/engine/model/index.js';
import { flip } from '../../../src/engine/model/margins.js';
import { runPair, type OrderedPair } from '../../../src/engine/model/pair.js';
import type { LoadedModel, PairInput, Reasoned } from '../../../src/engine/model/types.js';
import { madeUpClip, openShipped, turned, type OpenPackage } from './helpers.js';

let opened: OpenPackage;
let model: LoadedModel;
let pair: PairInput;
beforeAll(async () => {
  opened = await openShipped();
  model = await loadModel({ folder: null, device: 'cpu' });
  pair = {
    a: madeUpClip(opened.manifest, 21, 3),
    b: madeUpClip(opened.manifest, 22, 3),
    hashA: 'one',
    hashB: 'two',
    offset: 0,
    durationSeconds: 12,
  };
});
afterAll(async () => {
  await model.dispose();
  await opened.graphs.dispose();
});

const explained = async (input: PairInput) => {
  const pieces: string[] = [];
  const result = await model.explain(input, (text) => pieces.push(text));
  return { result, pieces };
};
/** All but the speed. */
const said = ({ tokensPerSecond: _, ...rest }: Reasoned) => rest;

describe('the reasoning', () => {
  it('streams in pieces that make up the text', async () => {
    const { result, pieces } = await explained(pair);
    expect(pieces.join('')).toBe(result.reasoning);
    expect(pieces.every((piece) => piece.length > 0)).toBe(true);
    expect(result.reasoning).not.toMatch(/[<>▁]/);
    expect(result.tokens).toBeGreaterThan(2);
    expect(result.tokens).toBeLessThanOrEqual(opened.manifest.generation.maxTokens);
    console.log(`${result.tokens} tokens, ${result.tokensPerSecond.toFixed(0)} tokens/s: ${result.reasoning}`);
  });

  it('is the same again, with and without a glance before it', async () => {
    const first = await explained(pair);
    await model.glance({ ...pair, hashA: 'three' });
    const again = await explained(pair);
    expect(said(again.result)).toEqual(said(first.result));
  });

  it('of the pair turned round is mirrored, with the exact negative margin', async () => {
    const [{ result: one }, { result: two, pieces }] = [await explained(pair), await explained(turned(pair))];
    expect(one.margin).toBe(flip(two.margin));
    expect(one.stdDev).toBe(two.stdDev);
    expect(two.reasoning).toBe(one.mirrored);
    expect(two.mirrored).toBe(one.reasoning);
    expect(pieces.join('')).toBe(two.reasoning);
    expect(two.choice).toBe({ a: 'b', b: 'a', tie: 'tie' }[one.choice]);
    expect(two.claims).toEqual(one.claims.map((c) => ({ ...c, worse: c.worse === 'a' ? 'b' : 'a' })));
  });

  it('of a clip and itself ends in a margin of exactly 0 and a tie', async () => {
    const { result } = await explained({ ...pair, b: pair.a, hashB: pair.hashA });
    expect(Object.is(result.margin, 0)).toBe(true);
    expect(result.choice).toBe('tie');
  });

  it('makes claims with shares of time, regions inside the picture and probabilities', async () => {
    for (const seed of [1, 2, 3]) {
      const other = { ...pair, b: madeUpClip(opened.manifest, seed, 3), hashB: `seed ${seed}` };
      for (const claim of (await explained(other)).result.claims) {
        expect(claim.time[0]).toBeLessThan(claim.time[1]);
        expect(claim.time[1]).toBeLessThanOrEqual(1);
        expect(claim.region.x + claim.region.w).toBeLessThanOrEqual(1);
        expect(claim.severity).toBeGreaterThan(0);
        expect(claim.confidence).toBeGreaterThan(0);
        expect(claim.confidence).toBeLessThanOrEqual(1);
      }
    }
  });

  it('stops between two tokens when it is cancelled', async () => {
    const controller = new AbortController();
    let seen = 0;
    const onToken = () => {
      if (++seen === 2) controller.abort();
    };
    const { graphs, manifest, vocabulary } = opened;
    const { prefixes } = await runPair(graphs, manifest, asOrdered(pair));
    const writing = write(graphs, manifest, vocabulary, prefixes[0], true, { signal: controller.signal, onToken });
    await expect(writing).rejects.toMatchObject({ code: 'cancelled' });
    expect(seen).toBe(2);
  });

  it('sees a cancel that comes from outside while it writes', async () => {
    const controller = new AbortController();
    const writing = model.explain({ ...pair, signal: controller.signal }, () => undefined);
    setImmediate(() => controller.abort());
    await expect(writing).rejects.toMatchObject({ code: 'cancelled' });
    expect((await explained(pair)).result.reasoning.length).toBeGreaterThanOrEqual(0);
  });
});

/** What the pair graph is asked of two made-up clips. */
function asOrdered({ a, b }: Pick<PairInput, 'a' | 'b'>): OrderedPair {
  return { clips: [a, b], offset: 0, duration: 12, inStep: true, identical: false };
}

describe('the decoder', () => {
  it('reads the same margin step by step as over the whole text at once', async () => {
    const { graphs, manifest, vocabulary } = opened;
    const { prefixes } = await runPair(graphs, manifest, asOrdered(pair));
    const written = await write(graphs, manifest, vocabulary, prefixes[0], true, {});
    const whole = await readMargin(graphs, manifest, prefixes[0], written.ids);
    expect(whole.margin).toBeCloseTo(written.margin, 3);
    expect(whole.logSd).toBeCloseTo(written.logSd, 3);
  });
});
