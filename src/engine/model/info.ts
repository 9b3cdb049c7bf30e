/** What model.json alone says of a package of either kind: who it is, and what it wants to see of a clip. Reads no graph. */
import type { FrameSampling } from '../media/types.js';
import { checkMini, readModelJson, shippedModelFolder, type ModelInfo } from './package.js';
import { checkVlm, samplingOf } from './vlm/manifest.js';

export interface ModelHead extends ModelInfo {
  /** Whole frames, so many and so large (kind `vlm`, which has no glance). Absent: bursts of fragments (kind `mini`). */
  frames?: FrameSampling;
}

/** Errors: model/missing, model/unsupported. */
export async function readModelInfo(folder: string | null): Promise<ModelHead> {
  const model = await readModelJson(folder ?? shippedModelFolder());
  if (model.kind !== 'vlm') return infoOf(checkMini(model));
  const vlm = checkVlm(model);
  return { ...infoOf(vlm), frames: samplingOf(vlm.manifest) };
}

const infoOf = ({ manifest, hash }: { manifest: { name: string; version: string }; hash: string }): ModelInfo => ({
  name: manifest.name,
  version: manifest.version,
  hash,
});
