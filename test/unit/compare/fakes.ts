/**
 * Small stand-ins for ffmpeg and the model. A "clip" is a JSON file that says what it shows (FakeClip); its hash is that of its
 * text. The model's margin is the difference of the qualities, so that a test can tell a right answer from a wrong one.
 */
import { createHash } from 'node:crypto';
import { existsSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createEngineWith } from '../../../src/engine/create.js';
import type { EngineParts } from '../../../src/engine/compare/parts.js';
import type { MediaEngine, SamplePlan } from '../../../src/engine/media/types.js';
import type { ClipTokens, LoadedModel, PairInput } from '../../../src/engine/model/types.js';
import { openStore } from '../../../src/engine/store/store.js';
import {
  ATTRIBUTES,
  VersusqError,
  type ClipFacts,
  type EngineSettings,
  type StoreTrouble,
} from '../../../src/protocol/index.js';

export interface FakeClip {
  quality: number;
  duration: number;
  width: number;
  height: number;
  fps: number;
  start: number;
  /** seconds at which the content of the shared scene begins in this clip */
  delay: number;
  hdr: boolean;
  /** black rows above and below, of 18 */
  bars: number;
  covered: number;
  /** a note that makes files with equal facts different */
  salt: string;
}

export const scratch = (): string => mkdtempSync(join(tmpdir(), 'versusq-test-'));

/** Writes a fake clip and gives its path. */
export function clip(folder: string, name: string, more: Partial<FakeClip> = {}): string {
  const path = join(folder, name);
  const whole: FakeClip = {
    quality: 0,
    duration: 10,
    width: 320,
    height: 180,
    fps: 25,
    start: 0,
    delay: 0,
    hdr: false,
    bars: 0,
    covered: 1,
    salt: '',
    ...more,
  };
  writeFileSync(path, JSON.stringify(whole));
  return path;
}

/** What the fakes were asked to do. */
export interface Counts {
  probes: number;
  decodes: string[];
  running: number;
  mostRunning: number;
  models: number;
  glances: number;
  explains: number;
  log: string[];
}

const read = (path: string) => JSON.parse(readFileSync(path, 'utf8')) as FakeClip;

function fakeMedia(counts: Counts, hang: () => boolean): MediaEngine {
  return {
    ffmpeg: { ffmpegPath: 'f', ffprobePath: 'p', version: [6, 0], versionText: 'fake 6.0', source: 'path' },
    probe(path) {
      counts.probes++;
      if (!existsSync(path)) throw new VersusqError('media/not-found', `${path} is not there.`, { path });
      const text = readFileSync(path, 'utf8');
      if (!text.startsWith('{')) throw new VersusqError('media/not-a-video', `${path} is no video.`, { path });
      const c = JSON.parse(text) as FakeClip;
      const facts: ClipFacts = {
        path,
        hash: createHash('sha256').update(text).digest('hex'),
        bytes: text.length,
        container: 'fake',
        codec: 'fake',
        profile: null,
        width: c.width,
        height: c.height,
        displayWidth: c.width,
        displayHeight: c.height,
        rotation: 0,
        sampleAspectRatio: 1,
        fps: c.fps,
        variableFrameRate: false,
        duration: c.duration,
        start: c.start,
        frames: null,
        bitRate: null,
        pixelFormat: 'yuv420p',
        bitDepth: 8,
        chroma: '4:2:0',
        colour: { primaries: null, transfer: c.hdr ? 'smpte2084' : null, matrix: null, range: 'limited', hdr: c.hdr },
        interlaced: false,
        audio: null,
        timeline: null,
        warnings: [],
      };
      return Promise.resolve(facts);
    },
    plan(facts, size, { offset = 0, duration = facts.duration } = {}) {
      const bursts = [0, 0.25, 0.5, 0.75].map((share) => ({
        time: facts.start + offset + share * duration,
        share,
        places: [] as [number, number][],
      }));
      const key = `v1 ${offset} ${duration}`;
      const origin = facts.start + offset;
      return { version: 1, key, size, origin, duration, step: 1, bursts, mode: 'whole' };
    },
    async decode(facts, plan, { signal, onBurst, onProgress }) {
      counts.decodes.push(facts.path);
      counts.mostRunning = Math.max(counts.mostRunning, ++counts.running);
      try {
        const { covered } = read(facts.path); // open from here on: a real decoder, too, reads on what was deleted
        if (hang()) {
          await new Promise((_, reject) => {
            const stop = () => reject(new VersusqError('cancelled', 'Cancelled.'));
            if (signal?.aborted) stop();
            signal?.addEventListener('abort', stop);
          });
        }
        for (let index = 0; index < plan.bursts.length; index++) {
          if (signal?.aborted) throw new VersusqError('cancelled', 'Cancelled.');
          const y = new TextEncoder().encode(facts.path);
          await onBurst({ index, times: [plan.bursts[index]!.time], y, u: y, v: y });
          onProgress?.((index + 1) / plan.bursts.length);
        }
        const times = Float64Array.of(plan.origin, facts.start + facts.duration);
        return { luma: y(facts, plan), frames: 2, times, valid: Float32Array.of(0, 1), covered };
      } finally {
        counts.running--;
      }
    },
    colourMatrix: () => new Float32Array(12),
    timelineFacts: (_series, luma) => ({
      covered: luma.covered,
      freezeSeconds: 0,
      droppedFrames: 0,
      repeatedFrames: 0,
      cuts: 0,
      cadence: 'steady',
      flicker: 0,
      spatialInformation: 0,
      temporalInformation: 0,
      events: [],
    }),
    // the fake series carries the delay of the clip in its first number
    findOffset: (a, b) => ({ offset: b.series[0]! - a.series[0]!, rate: 1, score: 1 }),
    proxy: (facts, folder) => Promise.resolve({ path: join(folder, `${facts.hash}.mp4`), note: 'H.264 copy' }),
    thumbnail: () => Promise.resolve(Uint8Array.of(0xff, 0xd8)),
  };
}

/** Hands the clip's path and plan to the fake encoder. */
const y = (facts: ClipFacts, plan: SamplePlan) =>
  new TextEncoder().encode(JSON.stringify({ path: facts.path, origin: plan.origin }));

function fakeModel(counts: Counts): LoadedModel {
  const margin = ({ a, b }: PairInput) => a.tokens[0]! - b.tokens[0]!;
  let ready = '';
  return {
    name: 'fake',
    version: '1',
    hash: 'model-hash',
    planVersion: 1,
    device: 'cpu',
    deviceNote: null,
    open: () => Promise.resolve(),
    encoder: () => ({
      addBurst: () => Promise.resolve(),
      finish(timeline) {
        const { path, origin } = JSON.parse(new TextDecoder().decode(timeline.luma)) as {
          path: string;
          origin: number;
        };
        const c = read(path);
        const thumbs = new Float32Array(18 * 32).fill(100);
        thumbs.fill(0, 0, c.bars * 32);
        thumbs.fill(0, (18 - c.bars) * 32);
        const empty = new Float32Array(0);
        const tokens: ClipTokens = {
          count: 1,
          times: Float64Array.of(origin),
          shares: Float64Array.of(0),
          cells: empty,
          tokens: Float32Array.of(c.quality),
          measurements: empty,
          detail: null,
          crops: new Uint8Array(0),
          thumbs,
          summary: empty,
          series: Float32Array.of(c.delay, 0, 0, 0),
          seriesTimes: Float64Array.of(c.start),
        };
        return Promise.resolve(tokens);
      },
    }),
    glance(pair) {
      counts.glances++;
      ready = `${pair.hashA} ${pair.hashB}`;
      const m = margin(pair);
      return Promise.resolve({
        margin: m,
        raw: [m, -m],
        stdDev: 0.3,
        // in step, the same moment of the shared scene stands at the same time in both
        sameContent: pair.from && pair.from[1] - pair.from[0] === pair.b.series[0]! - pair.a.series[0]! ? 0.9 : 0.7,
        attributes: ATTRIBUTES.map((attribute, i) => ({ attribute, margin: i === 0 ? m : 0 })),
        segments: [
          { share: 0, margin: m },
          { share: 0.5, margin: m / 2 },
        ],
        matched: 4,
      });
    },
    async explain(pair, onText) {
      counts.explains++;
      if (ready !== `${pair.hashA} ${pair.hashB}`) throw new Error('explain without the glance of the same pair');
      const m = margin(pair) * 1.1;
      const [better, worse] = m > 0 ? ['A', 'B'] : ['B', 'A'];
      const pieces = [`A small advantage for `, better, `: `, `${worse} is soft.`];
      for (const piece of pieces) {
        await new Promise((done) => setImmediate(done));
        if (pair.signal?.aborted) throw new VersusqError('cancelled', 'Cancelled.');
        onText(piece);
      }
      return {
        margin: m,
        stdDev: 0.2,
        reasoning: pieces.join(''),
        claims: [
          {
            attribute: 'sharpness',
            worse: m > 0 ? 'b' : 'a',
            severity: 0.4,
            time: [0, 0.5],
            region: { x: 0, y: 0, w: 1, h: 1 },
            regionName: 'whole',
            confidence: 0.8,
            supported: true,
          },
        ],
        choice: m > 0 ? 'a' : 'b',
        tokens: 4,
        tokensPerSecond: 100,
      };
    },
    dispose: () => Promise.resolve(),
  };
}

/** An engine on fakes. `control.hang` makes every decode wait until it is cancelled. */
export function fakeEngine(
  settings: Partial<EngineSettings> = {},
  overrides: Partial<EngineParts> = {},
  onTrouble?: (trouble: StoreTrouble) => void,
) {
  const counts: Counts = {
    probes: 0,
    decodes: [],
    running: 0,
    mostRunning: 0,
    models: 0,
    glances: 0,
    explains: 0,
    log: [],
  };
  const control = { hang: false };
  const parts: EngineParts = {
    findFfmpeg: () => fakeMedia(counts, () => false).ffmpeg,
    probeEarly: () => null,
    createMedia: () => fakeMedia(counts, () => control.hang),
    comparisonSize: (facts) => {
      const largest = facts.reduce((x, f) => (f.displayHeight > x.displayHeight ? f : x));
      return { width: largest.displayWidth, height: largest.displayHeight };
    },
    contentHash: (path) => Promise.resolve(createHash('sha256').update(readFileSync(path, 'utf8')).digest('hex')),
    readModelInfo: () => ({ name: 'fake', version: '1', hash: 'model-hash' }),
    loadModel: () => {
      counts.models++;
      return Promise.resolve(fakeModel(counts));
    },
    probeDevices: () => [{ name: 'cpu', available: true, note: '' }],
    serialiseTokens: (t) =>
      new TextEncoder().encode(
        JSON.stringify(t, (_k, v: unknown) => (ArrayBuffer.isView(v) ? [...(v as Float32Array)] : v)),
      ),
    deserialiseTokens: (bytes) => {
      const raw = JSON.parse(new TextDecoder().decode(bytes)) as Record<string, number[]> & { count: number };
      return {
        ...raw,
        tokens: Float32Array.from(raw['tokens']!),
        thumbs: Float32Array.from(raw['thumbs']!),
        series: Float32Array.from(raw['series']!),
        seriesTimes: Float64Array.from(raw['seriesTimes']!),
      } as unknown as ClipTokens;
    },
    openStore,
    modelFolder: () => 'models/fake',
    log: (message) => counts.log.push(message),
    ...overrides,
  };
  const nothing = { ffmpegPath: null, modelPath: null, device: 'cpu', storePath: null } as const;
  const engine = createEngineWith(parts, { ...nothing, ...settings }, onTrouble);
  return { engine, counts, control, parts };
}
