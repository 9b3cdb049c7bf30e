/**
 * What leaves src/engine/media: found programs, facts of a clip, plans, decoded frames. The rest of the engine sees nothing
 * of ffmpeg.
 */
import type { ClipFacts, TimelineFacts } from '../../protocol/index.js';

/** Programs seen on the disk. */
export interface Located {
  ffmpegPath: string;
  ffprobePath: string;
  source: 'setting' | 'path' | 'package';
}

/** Programs that said who they are. */
export interface Ffmpeg extends Located {
  /** [major, minor]; development builds count as the newest. */
  version: readonly [number, number];
  /** As `-version` begins, for provenance: "ffmpeg version 7.1.1". */
  versionText: string;
}

/** Facts on their way, and from whom: of use only if those programs turn out to be the ones to use. */
export interface EarlyProbe {
  programs: Located;
  facts: Promise<ClipFacts>;
  /** What the ffprobe told of the ffmpeg beside it; null where that says nothing for certain. Never rejects. */
  ffmpeg: Promise<Ffmpeg | null>;
}

export interface Size {
  width: number;
  height: number;
}

export interface PlannedBurst {
  /** Wanted presentation time in seconds of the clip's time line. */
  time: number;
  /** Share of the clip, 0..1. */
  share: number;
  /** [row, column] of the P crops at the comparison size. */
  places: [number, number][];
}

/** What a vision-language model wants to see of a clip (docs/model-package.md, "Kind vlm"). */
export interface FrameSampling {
  /** frames of a clip */
  count: number;
  /** both sides of a frame are multiples of it, pixels */
  square: number;
  /** A frame is scaled down to about so many pixels, and up to at least so many. */
  pixels: number;
  leastPixels: number;
}

/** Where to look (docs/model-package.md, "Sample plan"). `key` names the plan in the store. */
export interface SamplePlan {
  version: number;
  key: string;
  size: Size;
  origin: number;
  duration: number;
  step: number;
  bursts: PlannedBurst[];
  /** whole: one decode of everything. windows: seek to each burst; the time line covers only windows around them. */
  mode: 'whole' | 'windows';
  /** Sampled frames come whole at `size`, one a burst. Absent: the fragments of 4 frames a burst. */
  whole?: true;
}

/** What part of a clip is looked at, and how. */
export interface PlanOptions {
  /** moves the origin behind the clip's first frame, seconds */
  offset?: number;
  /** length of the part, seconds of the clip it is compared with */
  duration?: number;
  /** of the clip against the one it is compared with: 25 / 24 plays faster. Moments and places are those of the other clip. */
  speed?: number;
  /** whole frames instead of fragments */
  frames?: FrameSampling | undefined;
}

/**
 * 4 consecutive frames, planar 4:2:0, 8 bit: the fragments of the burst's places in a row and the whole frame small below them
 * (FRAGMENTS, 512 x 218; docs/model-package.md). Of a plan of whole frames: one frame, at the plan's size. The planes are read until
 * `onBurst` settles, not after.
 */
export interface FrameBurst {
  index: number;
  /** Presentation times of the frames, seconds. */
  times: number[];
  /** [4, 218, 512] */
  y: Uint8Array;
  /** [4, 109, 256] */
  u: Uint8Array;
  v: Uint8Array;
}

/** The low-resolution pass: luma 160 x 90 of every frame looked at. */
export interface TimelineLuma {
  luma: Uint8Array;
  frames: number;
  times: Float64Array;
  /** 1 where the frame before it in the array is its true predecessor. */
  valid: Float32Array;
  /** Share of the clip that was looked at. */
  covered: number;
}

export interface DecodeOptions {
  /** A clip that is decoded at the same time: the lighter of the two leaves it the cores. */
  beside?: ClipFacts | undefined;
  signal?: AbortSignal;
  /** Bursts in the order they arrive; awaited, so that memory stays bounded. */
  onBurst: (burst: FrameBurst) => Promise<void> | void;
  onProgress?: (share: number) => void;
  /** A decoder was started: it takes a tenth of a second before it gives anything. */
  onStart?: () => void;
}

export interface MediaEngine {
  readonly ffmpeg: Ffmpeg;
  /** Facts with content hash; `timeline` is null. Errors: media/*. */
  probe(path: string, signal?: AbortSignal): Promise<ClipFacts>;
  plan(facts: ClipFacts, size: Size, options?: PlanOptions): SamplePlan;
  decode(facts: ClipFacts, plan: SamplePlan, options: DecodeOptions): Promise<TimelineLuma>;
  /** float [12], row-major 3 x 4: code values [Y, U, V, 1] -> canonical (docs/model-package.md). */
  colourMatrix(facts: ClipFacts): Float32Array;
  /** Events and sums from the series the `timeline` graph gives ([N, 4], row-major). */
  timelineFacts(series: Float32Array, luma: TimelineLuma, facts: ClipFacts): TimelineFacts;
  /** Same content at another offset? Compares the two series; null where nothing fits better than 0. */
  findOffset(
    a: { series: Float32Array; times: Float64Array },
    b: { series: Float32Array; times: Float64Array },
  ): { offset: number; rate: number; score: number };
  proxy(
    facts: ClipFacts,
    folder: string,
    options: { signal?: AbortSignal; onProgress?: (share: number) => void },
  ): Promise<{ path: string; note: string }>;
  /** JPEG bytes of one frame. */
  thumbnail(facts: ClipFacts, time: number, width: number, signal?: AbortSignal): Promise<Uint8Array>;
}
