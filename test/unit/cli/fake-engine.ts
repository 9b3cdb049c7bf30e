/**
 * An engine that answers from made-up values, and the world around a command (streams that remember, a temporary folder), so
 * that the command line is tested without ffmpeg and without a model. Clips are named by what they do: `missing` in a name
 * fails with media/not-found, `noffmpeg` with ffmpeg/not-found, `slow` waits until cancelled.
 */
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import type { CliContext } from '../../../src/cli/context.js';
import { runCli } from '../../../src/cli/command.js';
import type { EngineContext } from '../../../src/engine/compare/context.js';
import { checkGates } from '../../../src/engine/references/gates/check.js';
import { NO_STORE } from '../../../src/engine/store/store.js';
import type { CompareOptions, Engine, JobOptions } from '../../../src/engine/types.js';
import {
  ATTRIBUTES,
  VersusqError,
  type CheckRequest,
  type ClipFacts,
  type ClipQuality,
  type Comparison,
  type DoctorReport,
  type EngineSettings,
  type GateCheck,
  type PairMargin,
  type Ranking,
  type RankOptions,
  type TimelineFacts,
} from '../../../src/protocol/index.js';

export const REASONING =
  'B smears the grass at the lower left from 0:02.0 on, and its edges ring where the mast stands against the sky. A keeps the fine detail of the water.';

/** Bit rate by the number in the name; more bits are better in this fake world. */
const rateOf = (path: string): number => Number(/\d+/.exec(basename(path))?.[0] ?? 30);

export function fakeFacts(path: string): ClipFacts {
  return {
    path,
    hash: basename(path),
    bytes: 1_234_567,
    container: 'mp4',
    codec: 'h264',
    profile: 'High',
    width: 640,
    height: 360,
    displayWidth: 640,
    displayHeight: 360,
    rotation: 0,
    sampleAspectRatio: 1,
    fps: 29.97,
    variableFrameRate: false,
    duration: 4,
    start: 0,
    frames: 120,
    bitRate: rateOf(path) * 100_000,
    pixelFormat: 'yuv420p',
    bitDepth: 8,
    chroma: '4:2:0',
    colour: { primaries: 'bt709', transfer: 'bt709', matrix: 'bt709', range: 'limited', hdr: false },
    interlaced: false,
    audio: null,
    timeline: null,
    warnings: [],
  };
}

const provenance: Comparison['provenance'] = {
  versusq: '0.1.0',
  model: { name: 'versusq-mini', version: '1.0.0', hash: 'abc' },
  device: 'cpu',
  deviceNote: null,
  ffmpeg: 'ffmpeg version 5.1.9',
  timings: { probe: 80, decode: 1900, encode: 300, compare: 20, explain: 900, total: 3200 },
  cached: { a: false, b: false, margin: false },
  tokensPerSecond: 214.6,
  finished: '2026-11-21T12:00:00.000Z',
};

export function fakeComparison(a: string, b: string, glanceOnly = false): Comparison {
  const margin = (rateOf(a) - rateOf(b)) / 10;
  const sign = Math.sign(margin);
  return {
    schema: 'versusq.comparison/1',
    a: fakeFacts(a),
    b: fakeFacts(b),
    margin,
    stdDev: 0.3,
    interval95: [margin - 0.6, margin + 0.6],
    probabilityABetter: 1 / (1 + Math.exp(-5 * margin)),
    kind: glanceOnly ? 'glance' : 'considered',
    glance: margin * 0.9,
    verdict: margin > 0.5 ? 'a' : margin < -0.5 ? 'b' : 'tie',
    reasoning: glanceOnly ? '' : REASONING,
    claims: glanceOnly
      ? []
      : [
          {
            attribute: 'blockiness',
            worse: sign > 0 ? 'b' : 'a',
            severity: 0.8,
            time: [2, 3.5],
            region: { x: 0, y: 0.5, w: 0.5, h: 0.5 },
            regionName: 'lower left',
            confidence: 0.91,
            supported: true,
          },
          {
            attribute: 'ringing',
            worse: sign > 0 ? 'b' : 'a',
            severity: 0.3,
            time: [0, 4],
            region: { x: 0, y: 0, w: 1, h: 1 },
            regionName: 'whole',
            confidence: 0.55,
            supported: false,
          },
        ],
    segments: [0, 1, 2, 3].map((t) => ({ time: [t, t + 1], margin: margin * (0.4 + t * 0.3) - (t === 0 ? sign : 0) })),
    attributes: ATTRIBUTES.map((attribute, i) => ({ attribute, margin: margin * Math.cos(i) * 0.8 })),
    alignment: {
      sameContent: 0.98,
      offset: 0,
      rate: 1,
      matchedSamples: 12,
      comparisonSize: { width: 640, height: 360 },
      a: { dropped: 0, repeated: 0 },
      b: { dropped: 3, repeated: 0 },
      notes: ['3 frames of B are missing between 0:01.2 and 0:01.3.'],
    },
    provenance,
  };
}

const wait = (signal?: AbortSignal): Promise<never> =>
  new Promise((_, reject) => {
    const stop = (): void => reject(new VersusqError('cancelled', 'Cancelled.'));
    if (signal?.aborted) stop();
    signal?.addEventListener('abort', stop);
  });

function check(path: string): void {
  if (path.includes('missing'))
    throw new VersusqError('media/not-found', `${path} does not exist.`, { path, details: 'stat' });
  if (path.includes('noffmpeg'))
    throw new VersusqError(
      'ffmpeg/not-found',
      'No ffmpeg was found. Install it or name it in the setting versusq.ffmpegPath.',
    );
}

/** Pixels of a 1 x 1 PNG. */
export const PIXEL =
  'data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==';

function fakeTimeline(path: string): TimelineFacts {
  const frozen = path.includes('frozen');
  return {
    covered: 1,
    freezeSeconds: frozen ? 2 : 0,
    droppedFrames: frozen ? 3 : 0,
    repeatedFrames: 0,
    cuts: 0,
    cadence: 'steady',
    flicker: 0,
    spatialInformation: 0,
    temporalInformation: 0,
    events: frozen ? [{ kind: 'freeze', time: [1.5, 3.5], frames: 50 }] : [],
  };
}

/** As a clip that was decoded. */
const measured = (facts: ClipFacts): ClipFacts => ({ ...facts, timeline: fakeTimeline(facts.path) });

export class FakeEngine implements Engine {
  disposed = false;
  readonly calls: string[] = [];
  constructor(readonly settings: EngineSettings) {}

  async probe(path: string): Promise<ClipFacts> {
    check(path);
    return fakeFacts(path);
  }

  async compare(a: string, b: string, options: CompareOptions = {}): Promise<Comparison> {
    this.calls.push(`compare ${basename(a)} ${basename(b)}`);
    check(a);
    check(b);
    const on = options.onEvent ?? ((): void => undefined);
    on({ type: 'progress', station: 'decode', clip: 'a', path: a, share: 0.43 });
    if (a.includes('slow')) await wait(options.signal);
    on({ type: 'facts', side: 'a', facts: fakeFacts(a) });
    on({ type: 'facts', side: 'b', facts: fakeFacts(b) });
    on({ type: 'glance', comparison: fakeComparison(a, b, true) });
    if (options.glanceOnly === true) return fakeComparison(a, b, true);
    for (const word of REASONING.match(/\S+\s*/g) ?? []) on({ type: 'reasoning', text: word });
    return fakeComparison(a, b);
  }

  async storedComparison(): Promise<Comparison | null> {
    return null;
  }

  async comparePairs(pairs: { a: string; b: string }[], options: Parameters<Engine['comparePairs']>[1]): Promise<void> {
    for (const [index, { a, b }] of pairs.entries()) {
      try {
        const comparison = await this.compare(a, b, options);
        options.onResult({ index, result: { ...comparison, a: measured(comparison.a) } });
      } catch (error) {
        const failure = VersusqError.from(error);
        if (failure.code === 'cancelled') throw failure;
        options.onResult({ index, result: { error: failure.toData() } });
      }
    }
  }

  /** What the last ranking was asked with. */
  rankOptions: Partial<RankOptions> = {};

  async rank(folder: string, paths: string[], options: JobOptions & Partial<RankOptions> = {}): Promise<Ranking> {
    this.calls.push(`rank ${paths.map((p) => basename(p)).join(' ')}`);
    this.rankOptions = options;
    const good = paths.filter((p) => !p.includes('missing')).sort((x, y) => rateOf(y) - rateOf(x));
    const mean = good.reduce((sum, p) => sum + rateOf(p) / 10, 0) / good.length;
    const clip = { rank: null, score: null, interval95: null, mainDefect: null, group: null, facts: null, error: null };
    return {
      schema: 'versusq.ranking/1',
      folder,
      clips: [
        ...good.map((p, i): Ranking['clips'][number] => {
          const score = rateOf(p) / 10 - mean;
          return {
            ...clip,
            path: basename(p),
            rank: i + 1,
            score,
            interval95: [score - 0.4, score + 0.4],
            mainDefect: i === 0 ? null : 'blockiness',
            facts: measured(fakeFacts(p)),
          };
        }),
        ...paths
          .filter((p) => p.includes('missing'))
          .map((p) => ({
            ...clip,
            path: basename(p),
            error: { code: 'media/not-found' as const, message: `${p} is gone.` },
          })),
      ],
      comparisons: (good.length * (good.length - 1)) / 2,
      inconsistency: 0.012,
      reference: typeof options.reference === 'string' ? basename(options.reference) : null,
      provenance,
    };
  }

  async quality(paths: string[]): Promise<ClipQuality[]> {
    const none = { state: 'unknown' as const, ranking: null, comparison: null, facts: null, error: null };
    return paths.map((path) => ({ path, ...none }));
  }

  async rankPairs(): Promise<PairMargin[]> {
    return [];
  }

  /** Judged by the real rules on this engine's answers; a clip named `frozen` freezes for 2 s and misses 3 frames. */
  async check(request: CheckRequest, { signal = new AbortController().signal, onEvent }: JobOptions = {}) {
    const context = {
      parts: { comparisonSize: () => ({ width: 640, height: 360 }) },
      store: async () => NO_STORE,
      media: async () => ({ ffmpeg: { versionText: '5.1.9' } }),
    } as unknown as EngineContext;
    const check: GateCheck = await checkGates(context, this, request, { signal, onEvent });
    return { ...check, versusq: '0.1.0', finished: provenance.finished };
  }

  async proxy(path: string): Promise<{ path: string; note: string }> {
    return { path, note: '' };
  }

  async thumbnail(path: string): Promise<{ dataUri: string }> {
    check(path);
    return { dataUri: PIXEL };
  }

  async doctor(): Promise<DoctorReport> {
    const ok = this.settings.ffmpegPath !== '/nowhere/ffmpeg';
    return {
      schema: 'versusq.doctor/1',
      versusq: '0.1.0',
      ok,
      items: [
        {
          name: 'ffmpeg',
          ok,
          found: ok ? 'ffmpeg 5.1.9, /usr/bin/ffmpeg' : 'none',
          remedy: ok ? null : 'sudo apt install ffmpeg, or give versusq.ffmpegPath its path',
        },
        { name: 'model', ok: true, found: 'versusq-mini 1.0.0', remedy: null },
      ],
      devices: [
        { name: 'cpu', available: true, note: '2 cores' },
        { name: 'webgpu', available: false, note: 'no adapter' },
      ],
    };
  }

  async dispose(): Promise<void> {
    this.disposed = true;
  }
}

export interface Ran {
  code: number;
  out: string;
  err: string;
  engine: FakeEngine | undefined;
}

/** A folder of its own for one test. */
export const scratch = (): string => mkdtempSync(join(tmpdir(), 'versusq-cli-'));

/** Runs a command line against the fake engine. */
export async function run(
  args: string[],
  more: { cwd?: string; home?: string; tty?: boolean; env?: Record<string, string>; signal?: AbortSignal } = {},
): Promise<Ran> {
  let [out, err] = ['', ''];
  let engine: FakeEngine | undefined;
  const tty = more.tty === true;
  const context: CliContext = {
    cwd: more.cwd ?? '/work',
    env: more.env ?? {},
    platform: 'linux',
    home: more.home ?? '/home/someone',
    stdout: { write: (text) => (out += text), isTTY: tty, columns: 100 },
    stderr: { write: (text) => (err += text), isTTY: tty, columns: 100 },
    signal: more.signal ?? new AbortController().signal,
    createEngine: async (settings) => (engine = new FakeEngine(settings)),
    now: () => new Date('2026-11-21T12:00:00Z'),
  };
  const code = await runCli(args, context);
  return { code, out, err, engine };
}
