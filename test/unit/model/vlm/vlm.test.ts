/** A package of kind `vlm` (test/fixtures/tiny-vlm): the same answers as training's reference, file by file and word by word. */
import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Graphs } from '../../../../src/engine/model/sessions.js';
import { loadModel, readModelInfo } from '../../../../src/engine/model/index.js';
import { runGolden } from '../../../../src/engine/model/golden.js';
import { readModelJson } from '../../../../src/engine/model/package.js';
import type { ClipTokens } from '../../../../src/engine/model/types.js';
import { createFrameEncoder } from '../../../../src/engine/model/vlm/clip-encoder.js';
import { judge, likeness, reasonedOf } from '../../../../src/engine/model/vlm/judge.js';
import { readVlm, type VlmParts } from '../../../../src/engine/model/vlm/load.js';
import { VLM_GRAPHS } from '../../../../src/engine/model/vlm/manifest.js';
import { Words, mirror } from '../../../../src/engine/model/vlm/words.js';
import { mulberry32 } from '../../../../src/engine/random.js';

const FIXTURE = join(import.meta.dirname, '..', '..', '..', 'fixtures', 'tiny-vlm');
/** The limited-range BT.709 matrix that training's answers are made with. */
const [LUMA, CHROMA] = [255 / 219, 255 / 224];
const COLOUR = Float32Array.of(LUMA, 0, 0, -16 * LUMA, 0, CHROMA, 0, -128 * CHROMA, 0, 0, CHROMA, -128 * CHROMA);

interface Drawing {
  seed: number;
  level: number;
  grain: number;
}
interface KnownAnswer {
  a: Drawing;
  b: Drawing;
  rows: number;
  columns: number;
  duration: number;
  text: string;
  tokens: number[];
  orders: [number, number];
}

let parts: VlmParts;
let graphs: Graphs;
let words: Words;
let known: KnownAnswer[];
beforeAll(async () => {
  parts = await readVlm(FIXTURE, await readModelJson(FIXTURE));
  graphs = new Graphs(parts.runtime, 'cpu', parts.files);
  words = new Words(parts.tokenizer, parts.manifest.prompt);
  const golden = JSON.parse(await readFile(join(FIXTURE, 'golden.json'), 'utf8')) as { answers: KnownAnswer[] };
  known = golden.answers;
});
afterAll(() => graphs.dispose());

/** Frames of one grey with grain, as training's vlm_export draws them, through the runtime's own encoder. */
async function shown(drawing: Drawing, { rows, columns, duration }: KnownAnswer): Promise<ClipTokens> {
  const { square, frames } = parts.manifest.input;
  const plan = { size: { width: columns * square, height: rows * square }, origin: 3 };
  const encoder = createFrameEncoder(graphs, parts.manifest, COLOUR, plan);
  const pixels = plan.size.width * plan.size.height;
  for (let index = frames - 1; index >= 0; index--) {
    const random = mulberry32(drawing.seed + index);
    const grey = () => Math.floor(drawing.level + drawing.grain * (2 * random() - 1));
    const y = Uint8ClampedArray.from({ length: pixels }, grey);
    const chroma = new Uint8Array(pixels / 4).fill(128);
    const share = (index + 0.5) / frames;
    const planned = { time: plan.origin + share * duration, share, places: [] };
    await encoder.addBurst({ index, times: [planned.time], y: new Uint8Array(y), u: chroma, v: chroma }, planned);
  }
  const lines = { luma: new Uint8Array(160 * 90 * 4), frames: 4, times: Float64Array.of(0, 1, 2, 3) };
  return encoder.finish({ ...lines, valid: Float32Array.of(0, 1, 1, 1), covered: 1 });
}

describe('a package of kind vlm', () => {
  it('tells who it is and what it wants to see', async () => {
    const info = await readModelInfo(FIXTURE);
    expect(info).toMatchObject({ name: 'tiny-vlm', frames: { count: 2, square: 16 } });
    expect(info.hash).toMatch(/^[0-9a-f]{64}$/);
  });

  it.each(VLM_GRAPHS)('%s gives the answers that the training code expects', async (graph) => {
    const cases = parts.golden().filter((c) => c.graph === graph);
    expect(cases.length).toBeGreaterThan(0);
    for (const golden of cases)
      for (const { output, worst, tolerance } of await runGolden(graphs, golden, parts.manifest))
        expect(worst, output).toBeLessThanOrEqual(tolerance);
  });

  it('is refused by name of the file that was changed, missing, or not as expected', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'versusq-vlm-'));
    try {
      await cp(FIXTURE, folder, { recursive: true });
      const json = JSON.parse(await readFile(join(folder, 'model.json'), 'utf8')) as Record<string, unknown>;
      const write = (change: object) => writeFile(join(folder, 'model.json'), JSON.stringify({ ...json, ...change }));
      const load = () => loadModel({ folder, device: 'cpu' });
      await write({ dimensions: {} });
      await expect(load()).rejects.toMatchObject({ code: 'model/unsupported' });
      await write({ prompt: { ...(json['prompt'] as object), text: 'no frame at all' } });
      await expect(readModelInfo(folder)).rejects.toThrow(/does not show every frame once/);
      await write({ answer: { ...(json['answer'] as object), maxTokens: 3 } });
      await expect(readModelInfo(folder)).rejects.toThrow(/no token for reasoning/);
      await write({});
      await writeFile(join(folder, 'vision.onnx'), 'something else');
      await expect(load()).rejects.toMatchObject({ code: 'model/hash-mismatch', path: join(folder, 'vision.onnx') });
      await rm(join(folder, 'language.onnx'));
      await expect(load()).rejects.toMatchObject({ code: 'model/missing', path: join(folder, 'language.onnx') });
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  });
});

describe('its tokenizer', () => {
  it('is refused where it is of a kind that is not read here', () => {
    const file = JSON.parse(new TextDecoder().decode(parts.tokenizer)) as { model: { vocab: object } };
    const bytes = (json: object) => new TextEncoder().encode(JSON.stringify(json));
    const { prompt } = parts.manifest;
    const unknown = { ...file, model: { type: 'WordLevel', vocab: file.model.vocab, unk_token: 'none' } };
    expect(() => new Words(bytes(unknown), prompt)).toThrow(/tokenizer\.json cannot be used/);
    expect(() => new Words(bytes({ ...file, added_tokens: [] }), prompt)).toThrow(/tokenizer\.json cannot be used/);
  });
});

describe('an answer', () => {
  it('has the words, tokens and margins that training reads, in both orders', async () => {
    expect(known.length).toBeGreaterThanOrEqual(3);
    expect(new Set(known.map((answer) => answer.text)).size).toBeGreaterThan(1);
    for (const answer of known) {
      const clips = [await shown(answer.a, answer), await shown(answer.b, answer)] as const;
      const judged = await judge(graphs, parts.manifest, words, clips, { swapped: false, onText: () => undefined });
      expect(judged.answer.text).toBe(answer.text);
      expect(judged.answer.tokens).toEqual(answer.tokens);
      expect(Math.abs(judged.orders[0] - answer.orders[0])).toBeLessThan(0.02);
      expect(Math.abs(judged.orders[1] - answer.orders[1])).toBeLessThan(0.02);
      const { margin, choice } = reasonedOf(parts.manifest, judged, false);
      expect(margin).toBe((judged.orders[0] - judged.orders[1]) / 2);
      expect(answer.text).toContain(`<answer>${choice === 'tie' ? 'tie' : choice.toUpperCase()}</answer><margin>`);
    }
  });

  it('sees which clip is brighter, which is all that the tiny model has learned', async () => {
    const [bright] = known;
    const clips = [await shown(bright!.a, bright!), await shown(bright!.b, bright!)] as const;
    const judged = await judge(graphs, parts.manifest, words, clips, { swapped: false, onText: () => undefined });
    expect(judged.orders[0]).toBeGreaterThan(1);
    expect(judged.orders[1]).toBeLessThan(-1);
  });

  it('is the same for the other order, mirrored, in every bit; and so are the words that stream', async () => {
    const [answer] = known;
    const clips = [await shown(answer!.a, answer!), await shown(answer!.b, answer!)] as const;
    const streamed = ['', ''];
    const results = [];
    for (const [n, swapped] of [false, true].entries()) {
      const onText = (piece: string) => (streamed[n] += piece);
      const judged = await judge(graphs, parts.manifest, words, clips, { swapped, onText });
      results.push(reasonedOf(parts.manifest, judged, swapped));
    }
    const [straight, swapped] = results;
    expect(swapped!.margin).toBe(0 - straight!.margin);
    expect(swapped!.stdDev).toBe(straight!.stdDev);
    expect([swapped!.reasoning, swapped!.mirrored]).toEqual([straight!.mirrored, straight!.reasoning]);
    expect(streamed).toEqual([straight!.reasoning, swapped!.reasoning]);
    expect(swapped!.reasoning).toBe(mirror(straight!.reasoning));
  });

  it('knows a picture from another by their small versions', async () => {
    const flat = new Float32Array(2 * 576).fill(80);
    const ramp = Float32Array.from({ length: 2 * 576 }, (_, i) => i % 255);
    const clip = (thumbs: Float32Array) => ({ count: 2, thumbs }) as ClipTokens;
    expect(likeness(clip(ramp), clip(ramp))).toBeGreaterThan(0.99);
    expect(likeness(clip(ramp), clip(flat))).toBe(0);
    expect(likeness(clip(ramp), clip(ramp.map((x) => 255 - x)))).toBe(0);
  });
});
