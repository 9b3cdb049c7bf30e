/**
 * A model package, loaded (of kind `vlm`: vlm/load.ts): verified files, a device that proved itself, and the stations encode, compare and explain on it.
 * Graphs open when first needed; the ones that will be needed next open while the clip is still being decoded.
 */
import { say, type DeviceName } from '../../protocol/index.js';
import { createClipEncoder } from './clip-encoder.js';
import { stopIfCancelled } from './decoding.js';
import {
  devicesOf,
  DEVICE_LABELS,
  DEVICE_TABLE,
  openDevice,
  thisHost,
  tryDevice,
  whyAbsent,
  whyNotAuto,
  type PackageParts,
} from './devices.js';
import { parseGolden, type GoldenCase } from './golden.js';
import { isSwapped } from './margins.js';
import { checkMini, readModelJson, readVerified, shippedModelFolder, type Manifest } from './package.js';
import { glanceFor, runPair, type OrderedPair, type PairOutput } from './pair.js';
import { reason } from './reasoning.js';
import { Graphs, loadRuntime, type Device } from './sessions.js';
import type { DeviceReport, LoadedModel, PairInput } from './types.js';
import { loadVlm, readVlm, type VlmParts } from './vlm/load.js';
import { Vocabulary } from './vocabulary.js';

/** Graphs by the station that needs them. The decoder is opened when reasons are wanted: no glance needs it. */
const NEEDED_TO = { encode: ['encoder', 'detail'], compare: ['timeline', 'pair'] } as const;

export interface LoadOptions {
  /** null: the package that ships with VersusQ */
  folder: string | null;
  device: DeviceName;
  log?: (message: string) => void;
}

/** Errors: model/missing, model/hash-mismatch, model/unsupported, device/unavailable (no runtime for this platform). */
export async function loadModel({ folder, device: wanted, log }: LoadOptions): Promise<LoadedModel> {
  const parts = await readPackage(folder);
  if (isVlm(parts)) return loadVlm(parts, wanted, log);
  const { manifest, hash } = parts;
  const vocabulary = new Vocabulary(parts.files.get('tokenizer.json')!, manifest.dimensions.vocabulary);
  const { graphs, note } = await openDevice(parts, wanted);
  log?.(`model ${manifest.name} ${manifest.version} on ${graphs.device}${note === null ? '' : `: ${note}`}`);

  let last: { pair: CanonicalPair; output: Promise<PairOutput> } | null = null;
  /** The pair graph's answer, kept for the reasoning that follows a glance. */
  const answerTo = (pair: CanonicalPair): Promise<PairOutput> => {
    if (last && samePair(last.pair, pair)) return last.output;
    const output = runPair(graphs, manifest, pair);
    const mine = (last = { pair, output });
    output.catch(() => {
      if (last === mine) last = null;
    });
    return output;
  };

  return {
    name: manifest.name,
    version: manifest.version,
    hash,
    planVersion: manifest.input.planVersion,
    device: graphs.device,
    deviceNote: note,

    open: (station) => graphs.warm(NEEDED_TO[station]),
    encoder: (colour, { size }) => createClipEncoder(graphs, manifest, colour, size),

    async glance(input) {
      stopIfCancelled(input.signal);
      const pair = canonical(input);
      return glanceFor(await answerTo(pair), manifest, pair.swapped);
    },

    async explain(input, onText) {
      stopIfCancelled(input.signal);
      const pair = canonical(input);
      return reason(graphs, manifest, vocabulary, await answerTo(pair), {
        swapped: pair.swapped,
        identical: pair.identical,
        duration: pair.duration,
        from: input.from ?? [0, 0],
        signal: input.signal,
        onText,
      });
    },

    dispose: () => graphs.dispose(),
  };
}

/** What every device of this platform is good for, each tried on the package. Errors: model/*. */
export async function probeDevices(folder: string | null): Promise<DeviceReport> {
  const parts = await readPackage(folder);
  const host = thisHost();
  const report: DeviceReport = [];
  const all = [...new Set(Object.values(DEVICE_TABLE).flat())].sort((x, y) => rank(x) - rank(y));
  for (const device of all) {
    const reason = whyAbsent(device, host) ?? (await failureOf(parts, device));
    const slow = reason === null && device !== 'cpu' ? whyNotAuto(device, host) : null;
    const note =
      reason ??
      (slow === null ? say`gives the known answers` : say`gives the known answers; not taken by auto: ${slow}`);
    report.push({ name: device, available: reason === null, note: `${DEVICE_LABELS[device]}: ${note}` });
  }
  return report;

  function rank(device: Device): number {
    const place = devicesOf(host).indexOf(device);
    return place < 0 ? Infinity : place;
  }
}

async function failureOf(parts: PackageParts, device: Device): Promise<string | null> {
  const opened = await tryDevice(parts, device, false);
  if (!(opened instanceof Graphs)) return opened;
  await opened.dispose();
  return null;
}

type MiniParts = Omit<PackageParts, 'files'> & { manifest: Manifest; files: ReadonlyMap<string, Uint8Array> };

const isVlm = (parts: MiniParts | VlmParts): parts is VlmParts => parts.manifest.kind === 'vlm';

async function readPackage(named: string | null): Promise<MiniParts | VlmParts> {
  const folder = named ?? shippedModelFolder();
  const model = await readModelJson(folder);
  if (model.kind === 'vlm') return readVlm(folder, model);
  const { manifest, hash } = checkMini(model);
  const [runtime, files] = await Promise.all([loadRuntime(), readVerified(folder, manifest)]);
  let golden: GoldenCase[] | undefined;
  return { runtime, manifest, hash, files, golden: () => (golden ??= parseGolden(files.get('golden.json')!)) };
}

interface CanonicalPair extends OrderedPair {
  hashes: readonly [string, string];
  swapped: boolean;
}

function canonical({ a, b, hashA, hashB, offset, durationSeconds, inStep = true }: PairInput): CanonicalPair {
  const both = { duration: durationSeconds, inStep, identical: hashA === hashB };
  return isSwapped(hashA, hashB)
    ? { ...both, clips: [b, a], hashes: [hashB, hashA], offset: 0 - offset, swapped: true }
    : { ...both, clips: [a, b], hashes: [hashA, hashB], offset: offset + 0, swapped: false };
}

const samePair = (x: CanonicalPair, y: CanonicalPair) =>
  x.clips[0] === y.clips[0] &&
  x.clips[1] === y.clips[1] &&
  x.hashes[0] === y.hashes[0] &&
  x.hashes[1] === y.hashes[1] &&
  x.offset === y.offset &&
  x.inStep === y.inStep &&
  x.duration === y.duration;
