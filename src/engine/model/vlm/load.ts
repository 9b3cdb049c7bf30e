/**
 * A package of kind `vlm`, loaded: the same stations as the mini behind the same interface. There is no glance: its head reads
 * margins behind a text alone, so whoever asks for a glance gets the considered margin, written for at that moment.
 */
import { readFile } from 'node:fs/promises';
import type { DeviceName } from '../../../protocol/index.js';
import { stopIfCancelled } from '../decoding.js';
import { openDevice, type PackageParts } from '../devices.js';
import { parseGolden, type GoldenCase } from '../golden.js';
import { isSwapped } from '../margins.js';
import { PLAN_VERSION } from '../../media/plan.js';
import type { ModelJson } from '../package.js';
import { loadRuntime } from '../sessions.js';
import type { ClipTokens, LoadedModel, PairInput } from '../types.js';
import { createFrameEncoder } from './clip-encoder.js';
import { glanceOf, judge, likeness, reasonedOf, type Judged } from './judge.js';
import { checkVlm, verifiedPaths, type VlmManifest } from './manifest.js';
import { Words } from './words.js';

export type VlmParts = PackageParts & { manifest: VlmManifest; tokenizer: Uint8Array };

/** All files checked; graphs stay on the disk until they are opened. Errors: model/*. */
export async function readVlm(folder: string, json: ModelJson): Promise<VlmParts> {
  const { manifest, hash } = checkVlm(json);
  const [runtime, files] = await Promise.all([loadRuntime(), verifiedPaths(folder, manifest)]);
  const [golden, tokenizer] = await Promise.all(
    ['golden.json', 'tokenizer.json'].map((name) => readFile(files.get(name)!)),
  );
  let cases: GoldenCase[] | undefined;
  return { runtime, manifest, hash, files, tokenizer: tokenizer!, golden: () => (cases ??= parseGolden(golden!)) };
}

/** Errors: model/unsupported, device/unavailable. */
export async function loadVlm(
  parts: VlmParts,
  wanted: DeviceName,
  log?: (message: string) => void,
): Promise<LoadedModel> {
  const { manifest, hash } = parts;
  const words = new Words(parts.tokenizer, manifest.prompt);
  const { graphs, note } = await openDevice(parts, wanted);
  log?.(`model ${manifest.name} ${manifest.version} on ${graphs.device}${note === null ? '' : `: ${note}`}`);

  /** The last answer: what stands for the glance is asked of the same pair right behind it. */
  let last: { clips: readonly [ClipTokens, ClipTokens]; judged: Judged } | null = null;
  const answerTo = async (pair: CanonicalPair, input: PairInput, onText: (piece: string) => void): Promise<Judged> => {
    const known = last?.clips[0] === pair.clips[0] && last.clips[1] === pair.clips[1] ? last.judged : null;
    if (known) return known;
    const judged = await judge(graphs, manifest, words, pair.clips, {
      swapped: pair.swapped,
      signal: input.signal,
      onText,
    });
    last = { clips: pair.clips, judged };
    return judged;
  };

  return {
    name: manifest.name,
    version: manifest.version,
    hash,
    planVersion: PLAN_VERSION,
    device: graphs.device,
    deviceNote: note,
    glances: false,

    open: (station) => graphs.warm(station === 'encode' ? ['vision'] : ['timeline', 'language']),
    encoder: (colour, plan) => createFrameEncoder(graphs, manifest, colour, plan),

    likeness: ({ a, b, hashA, hashB }) => (hashA === hashB ? 1 : likeness(a, b)),

    async glance(input) {
      stopIfCancelled(input.signal);
      const pair = canonical(input);
      const matched = input.a.count;
      if (input.hashA === input.hashB) return { ...NO_DIFFERENCE, matched };
      const judged = await answerTo(pair, input, () => undefined);
      return { ...glanceOf(manifest, judged, pair.swapped), sameContent: likeness(...pair.clips), matched };
    },

    async explain(input, onText) {
      stopIfCancelled(input.signal);
      const pair = canonical(input);
      last = null; // the words are to be streamed
      return reasonedOf(manifest, await answerTo(pair, input, onText), pair.swapped);
    },

    dispose: () => graphs.dispose(),
  };
}

/** A clip against itself: nothing is asked. */
const NO_DIFFERENCE = {
  margin: 0,
  raw: [0, 0] as [number, number],
  stdDev: 0,
  sameContent: 1,
  attributes: [],
  segments: [],
};

interface CanonicalPair {
  clips: readonly [ClipTokens, ClipTokens];
  swapped: boolean;
}

const canonical = ({ a, b, hashA, hashB }: PairInput): CanonicalPair =>
  isSwapped(hashA, hashB) ? { clips: [b, a], swapped: true } : { clips: [a, b], swapped: false };
