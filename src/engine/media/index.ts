/** The door of this folder: everything the rest of the engine may use of media. */
import { findOffset } from './align.js';
import { colourMatrix } from './colour.js';
import { decode } from './decode.js';
import { makePlan } from './plan.js';
import { proxy, thumbnail } from './playback.js';
import { probe } from './probe.js';
import { timelineFacts } from './timeline.js';
import { identityFrom, likelyFfmpeg, type FindOptions } from './find.js';
import type { EarlyProbe, Ffmpeg, MediaEngine } from './types.js';

export { findFfmpeg, parseVersion } from './find.js';
export { contentHash } from './hash.js';
export { FRAGMENTS } from './fragments.js';
export { burstStep, burstTimes, comparisonSize, decodeMode, placesAt, PLAN_VERSION, TIMELINE_SIZE } from './plan.js';
export type * from './types.js';

export function createMedia(ffmpeg: Ffmpeg): MediaEngine {
  return {
    ffmpeg,
    probe: (path, signal) => probe(ffmpeg, path, signal),
    plan: makePlan,
    decode: (facts, plan, options) => decode(ffmpeg, facts, plan, options),
    colourMatrix,
    timelineFacts,
    findOffset,
    proxy: (facts, folder, options) => proxy(ffmpeg, facts, folder, options),
    thumbnail: (facts, time, width, signal) => thumbnail(ffmpeg, facts, time, width, signal),
  };
}

/** Starts ffprobe before anybody knows which ffmpeg will be used; null where there is none to try. */
export function probeEarly(options: FindOptions, path: string, signal?: AbortSignal): EarlyProbe | null {
  const programs = likelyFfmpeg(options);
  if (programs === null) return null;
  let tell!: (ffmpeg: Ffmpeg | null) => void;
  const ffmpeg = new Promise<Ffmpeg | null>((fulfil) => (tell = fulfil));
  const facts = probe(programs, path, signal, (banner) => tell(identityFrom(programs, banner)));
  facts.catch(() => tell(null));
  return { programs, facts, ffmpeg };
}
