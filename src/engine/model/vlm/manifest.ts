/**
 * model.json of a package of kind `vlm` (docs/model-package.md), and its files: the graphs of a large model do not fit in memory
 * twice, so they are hashed as streams and opened by path.
 */
import { Type, type Static } from '@sinclair/typebox';
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import type { FrameSampling } from '../../media/types.js';
import {
  Calibration,
  checked,
  Count,
  expectHash,
  Files,
  unreadable,
  unsupported,
  type GraphName,
  type ModelJson,
} from '../package.js';

export const VLM_GRAPHS = ['vision', 'timeline', 'language'] as const satisfies readonly GraphName[];
const NEEDED = [...VLM_GRAPHS.map((g) => `${g}.onnx`), 'tokenizer.json', 'golden.json'];

const Token = Type.Integer({ minimum: 0 });
const Tokens = Type.Array(Token, { minItems: 1 });
const VlmManifest = Type.Object({
  schema: Type.String(),
  name: Type.String(),
  version: Type.String(),
  kind: Type.Literal('vlm'),
  files: Files,
  input: Type.Object({
    /** frames of a clip, at the middles of equal parts */
    frames: Count,
    /** A frame is scaled down to about so many pixels, and up to at least so many. */
    pixels: Count,
    leastPixels: Count,
    /** Both sides of a frame are multiples of it: the pixels, one way, that one visual token stands for. */
    square: Type.Integer({ minimum: 2, multipleOf: 2 }),
    timeline: Type.Object({ width: Count, height: Count }),
    thumb: Type.Tuple([Count, Count]),
    series: Count,
  }),
  dimensions: Type.Object({
    width: Count,
    /** outputs of the vision graph beside the visual tokens, which are added behind the first layers */
    deepstack: Type.Integer({ minimum: 0 }),
    layers: Count,
    /** of keys and values */
    heads: Count,
    head: Count,
    vocabulary: Count,
  }),
  prompt: Type.Object({
    /** `{a0}`, `{b0}` .. stand for the times of the frames, `image` once for each frame */
    text: Type.String(),
    image: Type.String({ minLength: 1 }),
    imageToken: Token,
  }),
  answer: Type.Object({
    /** what every answer begins with */
    open: Tokens,
    /** the text that ends the reasoning, and its tokens where the model did not write it in time */
    stop: Type.String({ minLength: 1 }),
    stopTokens: Tokens,
    /** between reasoning and choice */
    ask: Tokens,
    choices: Type.Object({ a: Tokens, b: Tokens, tie: Tokens }),
    /** behind the choice; the margin is read behind its last */
    end: Tokens,
    /** tokens that no reasoning may hold */
    banned: Type.Array(Token),
    /** tokens from this number on are no words */
    words: Count,
    /** of the whole answer */
    maxTokens: Count,
  }),
  margin: Type.Object({ calibration: Type.Object({ considered: Calibration }) }),
});
export type VlmManifest = Static<typeof VlmManifest>;

/** model.json of this kind, checked. Error: model/unsupported. */
export function checkVlm({ path, json, hash }: ModelJson): { manifest: VlmManifest; hash: string } {
  const manifest = checked(VlmManifest, path, json, NEEDED);
  const { prompt, input, dimensions: d } = manifest;
  if (prompt.text.split(prompt.image).length - 1 !== 2 * input.frames)
    throw unsupported(path, 'its prompt does not show every frame once');
  if (thinkingTokens(manifest) < 1) throw unsupported(path, 'its answers leave no token for reasoning');
  if (prompt.imageToken >= d.vocabulary || manifest.answer.words > d.vocabulary)
    throw unsupported(path, 'it names tokens beyond its vocabulary');
  return { manifest, hash };
}

/** Tokens that the reasoning may have: what the rest of the form leaves of an answer. */
export function thinkingTokens({ answer }: VlmManifest): number {
  const fixed = [answer.open, answer.stopTokens, answer.ask, answer.end].reduce((n, part) => n + part.length, 0);
  return answer.maxTokens - fixed - Math.max(...Object.values(answer.choices).map((tokens) => tokens.length));
}

export const samplingOf = ({ input }: VlmManifest): FrameSampling => ({
  count: input.frames,
  square: input.square,
  pixels: input.pixels,
  leastPixels: input.leastPixels,
});

/** Paths of all files that model.json lists, by name, after their hashes were checked. Errors: model/missing, model/hash-mismatch. */
export async function verifiedPaths(folder: string, manifest: VlmManifest): Promise<Map<string, string>> {
  const paths = new Map<string, string>();
  for (const [name, { sha256 }] of Object.entries(manifest.files)) {
    const path = join(folder, name);
    const hash = createHash('sha256');
    try {
      await pipeline(createReadStream(path), hash);
    } catch (cause) {
      throw unreadable(path, 'model.json lists it', cause);
    }
    expectHash(path, hash.digest('hex'), sha256);
    paths.set(name, path);
  }
  return paths;
}
