/**
 * Panel states as the host would send them: two clips with facts, and a comparison in which A is clearly better. Tests change
 * what they look at.
 */
import type { ClipFacts, ClipState, ComparePanelState, Comparison, RunState } from '../../../src/protocol/index.js';
import { ATTRIBUTES } from '../../../src/protocol/index.js';
import { CLIP_SECONDS } from './clips.js';

export function facts(over: Partial<ClipFacts> = {}): ClipFacts {
  return {
    path: '/clips/encode_crf20.mp4',
    hash: 'aa'.repeat(16),
    bytes: 4_600_000,
    container: 'mov,mp4',
    codec: 'h264',
    profile: 'High',
    width: 1920,
    height: 1080,
    displayWidth: 1920,
    displayHeight: 1080,
    rotation: 0,
    sampleAspectRatio: 1,
    fps: 30,
    variableFrameRate: false,
    duration: CLIP_SECONDS,
    start: 0,
    frames: 30 * CLIP_SECONDS,
    bitRate: 6_100_000,
    pixelFormat: 'yuv420p',
    bitDepth: 8,
    chroma: '4:2:0',
    colour: { primaries: 'bt709', transfer: 'bt709', matrix: 'bt709', range: 'limited', hdr: false },
    interlaced: false,
    audio: { codec: 'aac', channels: 2, sampleRate: 48_000 },
    timeline: {
      covered: 1,
      freezeSeconds: 0,
      droppedFrames: 0,
      repeatedFrames: 0,
      cuts: 1,
      cadence: 'steady',
      flicker: 0.21,
      spatialInformation: 61.2,
      temporalInformation: 14.8,
      events: [{ kind: 'cut', time: [3.5, 3.5], frames: 1 }],
    },
    warnings: [],
    ...over,
  };
}

export function clip(name: string, uri: string | null, over: Partial<ClipState> = {}): ClipState {
  return {
    path: `/clips/${name}`,
    name,
    facts: facts({ path: `/clips/${name}` }),
    media: { uri, source: 'original', proxyShare: null, note: null },
    ...over,
  };
}

const ATTRIBUTE_MARGINS = [2.1, -0.3, 1.4, 0.9, 0.4, 0, 0.1, 0.2, -0.1, 0, 0, 0, 0];
const SEGMENT_MARGINS = [1.1, 1.8, 3.4, 3.1, 2.2, -0.6, -0.9, 1.3];

export function comparison(over: Partial<Comparison> = {}): Comparison {
  const fa = facts();
  const fb = facts({
    path: '/clips/encode_crf32.mp4',
    hash: 'bb'.repeat(16),
    bytes: 1_050_000,
    bitRate: 1_400_000,
    profile: 'Main',
    timeline: {
      ...facts().timeline!,
      freezeSeconds: 0.4,
      repeatedFrames: 12,
      events: [
        { kind: 'cut', time: [3.5, 3.5], frames: 1 },
        { kind: 'freeze', time: [4.2, 4.6], frames: 12 },
      ],
    },
  });
  const step = CLIP_SECONDS / SEGMENT_MARGINS.length;
  return {
    schema: 'versusq.comparison/1',
    a: fa,
    b: fb,
    margin: 2.6,
    stdDev: 0.26,
    interval95: [2.1, 3.1],
    probabilityABetter: 0.97,
    kind: 'considered',
    glance: 2.3,
    verdict: 'a',
    reasoning:
      'B smears the grass at the lower left from 0:01.5 on, and the edges of the fence ring. In dark parts blocks stand out while the camera moves.\n\nA keeps fine texture throughout; it is a little noisier in the sky. A looks clearly better.',
    claims: [
      {
        attribute: 'blockiness',
        worse: 'b',
        severity: 0.8,
        time: [1.5, 3],
        region: { x: 0, y: 0.5, w: 0.5, h: 0.5 },
        regionName: 'bottom-left',
        confidence: 0.9,
        supported: true,
      },
      {
        attribute: 'ringing',
        worse: 'b',
        severity: 0.5,
        time: [2.25, 4.5],
        region: { x: 0.25, y: 0.25, w: 0.5, h: 0.5 },
        regionName: 'centre',
        confidence: 0.7,
        supported: true,
      },
      {
        attribute: 'noise',
        worse: 'a',
        severity: 0.2,
        time: [4, 5],
        region: { x: 0, y: 0, w: 1, h: 0.5 },
        regionName: 'top',
        confidence: 0.4,
        supported: false,
      },
    ],
    segments: SEGMENT_MARGINS.map((margin, i) => ({ time: [i * step, (i + 1) * step] as [number, number], margin })),
    attributes: ATTRIBUTES.map((attribute, i) => ({ attribute, margin: ATTRIBUTE_MARGINS[i]! })),
    alignment: {
      sameContent: 0.99,
      offset: 0,
      rate: 1,
      matchedSamples: 12,
      comparisonSize: { width: 1920, height: 1080 },
      a: { dropped: 0, repeated: 0 },
      b: { dropped: 0, repeated: 12 },
      notes: [],
    },
    provenance: {
      versusq: '0.1.0',
      model: { name: 'versusq-mini', version: '1.0.0', hash: 'cc'.repeat(32) },
      device: 'cpu',
      deviceNote: null,
      ffmpeg: 'ffmpeg version 7.1',
      timings: { probe: 120, decode: 1900, encode: 300, compare: 60, explain: 900, total: 3300 },
      cached: { a: false, b: false, margin: false },
      tokensPerSecond: 140,
      finished: '2026-11-02T10:00:00Z',
    },
    ...over,
  };
}

/** The same clips the other way round. */
export function mirrored(c: Comparison): Comparison {
  return {
    ...c,
    a: c.b,
    b: c.a,
    margin: -c.margin,
    interval95: [-c.interval95[1], -c.interval95[0]],
    probabilityABetter: 1 - c.probabilityABetter,
    verdict: c.verdict === 'a' ? 'b' : c.verdict === 'b' ? 'a' : 'tie',
    claims: c.claims.map((claim) => ({ ...claim, worse: claim.worse === 'a' ? ('b' as const) : ('a' as const) })),
    segments: c.segments.map((s) => ({ ...s, margin: -s.margin })),
    attributes: c.attributes.map((s) => ({ ...s, margin: -s.margin })),
  };
}

export const working = (over: Partial<Extract<RunState, { status: 'working' }>> = {}): RunState => ({
  status: 'working',
  station: 'decode',
  clip: 'b',
  share: 0.42,
  since: Date.now() - 3000,
  ...over,
});

/** Media addresses are relative to the page of the test server. */
export function panelState(over: Partial<ComparePanelState> = {}): ComparePanelState {
  return {
    a: clip('encode_crf20.mp4', '/clips/a30.mp4'),
    b: clip('encode_crf32.mp4', '/clips/c30.mp4'),
    run: { status: 'done' },
    comparison: comparison(),
    reasoning: '',
    stale: [],
    deviceNote: null,
    storeNote: null,
    ...over,
  };
}

export const NO_MEDIA = { uri: null, source: 'original' as const, proxyShare: null, note: null };

/** Without media: for what needs no picture. */
export const still = (over: Partial<ComparePanelState> = {}): ComparePanelState =>
  panelState({
    a: clip('encode_crf20.mp4', null, { media: NO_MEDIA }),
    b: clip('encode_crf32.mp4', null, { media: NO_MEDIA }),
    ...over,
  });
