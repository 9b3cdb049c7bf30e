/**
 * What a comparison says (`versusq.comparison/1`) and what a ranking says (`versusq.ranking/1`): the one definition from
 * which the TypeScript types, the validators and the shipped JSON Schema files come (DESIGN 3.1, 3.2).
 * margin > 0 means A looks better; 1.0 is 6 points of the teachers' 0-100 scale, about one just-noticeable difference.
 */
import { Type, type Static } from '@sinclair/typebox';
import { ErrorData } from './errors.js';

/** The attributes of quality, in the order of every attribute vector. */
export const ATTRIBUTES = [
  'sharpness',
  'noise',
  'blockiness',
  'ringing',
  'banding',
  'colour',
  'exposure',
  'contrast',
  'flicker',
  'smoothness',
  'interlacing',
  'transmission',
  'framing',
] as const;
export type AttributeName = (typeof ATTRIBUTES)[number];

const closed = { additionalProperties: false } as const;
const Side = Type.Union([Type.Literal('a'), Type.Literal('b')]);
export type Side = Static<typeof Side>;
const Attribute = Type.Unsafe<AttributeName>(Type.Union(ATTRIBUTES.map((a) => Type.Literal(a))));
const Span = Type.Tuple([Type.Number(), Type.Number()], { description: '[from, to]' });
const nullable = <T extends Parameters<typeof Type.Union>[0][number]>(t: T) => Type.Union([t, Type.Null()]);

export const TimelineEvent = Type.Object(
  {
    kind: Type.Union((['freeze', 'drop', 'repeat', 'cut', 'flicker', 'black'] as const).map((k) => Type.Literal(k))),
    time: Type.Tuple([Type.Number(), Type.Number()], { description: 'seconds' }),
    frames: Type.Integer({ description: 'how many frames it takes or misses' }),
  },
  closed,
);
export type TimelineEvent = Omit<Static<typeof TimelineEvent>, 'kind'> & {
  kind: 'freeze' | 'drop' | 'repeat' | 'cut' | 'flicker' | 'black';
};

export const TimelineFacts = Type.Object(
  {
    covered: Type.Number({
      minimum: 0,
      maximum: 1,
      description: 'share of the time line that was looked at frame by frame',
    }),
    freezeSeconds: Type.Number(),
    droppedFrames: Type.Integer({ description: 'frames missing by presentation time' }),
    repeatedFrames: Type.Integer({ description: 'frames that only repeat the one before' }),
    cuts: Type.Integer(),
    cadence: Type.String({ description: '"steady", "3:2 pulldown", "every 2nd frame repeated", "irregular", ...' }),
    flicker: Type.Number({ description: 'rms of L(t) - (L(t-1) + L(t+1)) / 2, in luma codes 0-255' }),
    spatialInformation: Type.Number({ description: 'SI of ITU-T P.910, on the low-resolution pass' }),
    temporalInformation: Type.Number({ description: 'TI of ITU-T P.910, on the low-resolution pass' }),
    events: Type.Array(TimelineEvent),
  },
  closed,
);
export type TimelineFacts = Omit<Static<typeof TimelineFacts>, 'events'> & { events: TimelineEvent[] };

export const ClipFacts = Type.Object(
  {
    path: Type.String(),
    hash: Type.String({ description: 'content hash (DESIGN 3.5), not of path or time' }),
    bytes: Type.Integer(),
    container: Type.String(),
    codec: Type.String(),
    profile: nullable(Type.String()),
    width: Type.Integer({ description: 'coded width, before rotation' }),
    height: Type.Integer(),
    displayWidth: Type.Integer({ description: 'after rotation and sample aspect ratio' }),
    displayHeight: Type.Integer(),
    rotation: Type.Integer({ description: 'degrees clockwise: 0, 90, 180, 270' }),
    sampleAspectRatio: Type.Number(),
    fps: Type.Number({ description: 'average frames a second' }),
    variableFrameRate: Type.Boolean(),
    duration: Type.Number({ description: 'seconds of the video stream' }),
    start: Type.Number({ description: 'presentation time of the first frame, seconds' }),
    frames: nullable(Type.Integer({ description: 'as the container says; null if it does not' })),
    bitRate: nullable(Type.Number({ description: 'bit/s of the video stream, or of the file' })),
    pixelFormat: Type.String(),
    bitDepth: Type.Integer(),
    chroma: Type.String({ description: '4:2:0, 4:2:2, 4:4:4 or grey' }),
    colour: Type.Object(
      {
        primaries: nullable(Type.String()),
        transfer: nullable(Type.String()),
        matrix: nullable(Type.String()),
        range: Type.Union([Type.Literal('limited'), Type.Literal('full')]),
        hdr: Type.Boolean({ description: 'PQ or HLG; compared after tone mapping to BT.709' }),
        toneMapped: Type.Optional(
          Type.Boolean({ description: 'of HDR: false where this ffmpeg has no zscale filter' }),
        ),
      },
      closed,
    ),
    interlaced: Type.Boolean(),
    audio: nullable(
      Type.Object({ codec: Type.String(), channels: Type.Integer(), sampleRate: Type.Integer() }, closed),
    ),
    timeline: nullable(TimelineFacts),
    warnings: Type.Array(Type.String({ description: 'what the reader should know, e.g. "the file ends early"' })),
  },
  closed,
);
export type ClipFacts = Omit<Static<typeof ClipFacts>, 'timeline'> & { timeline: TimelineFacts | null };

export const Claim = Type.Object(
  {
    attribute: Attribute,
    worse: Side,
    severity: Type.Number({ minimum: 0, maximum: 1 }),
    time: Type.Tuple([Type.Number(), Type.Number()], { description: 'seconds in the common time line' }),
    region: Type.Object({ x: Type.Number(), y: Type.Number(), w: Type.Number(), h: Type.Number() }, closed),
    regionName: Type.String({ description: '"whole", "top-left", ...' }),
    confidence: Type.Number({ minimum: 0, maximum: 1 }),
    supported: Type.Boolean({ description: 'the measurements (attribute margins) agree with the claim' }),
  },
  closed,
);
export type Claim = Static<typeof Claim>;

export const Alignment = Type.Object(
  {
    sameContent: Type.Number({ minimum: 0, maximum: 1, description: 'probability that both show the same content' }),
    offset: Type.Number({ description: 'seconds; frame at time t of A is at t + offset of B' }),
    rate: Type.Number({
      description:
        'speed of B against A; 1 is equal, 25 / 24 plays faster: what A shows at t, B shows at t / rate + offset',
    }),
    matchedSamples: Type.Integer({ description: 'bursts that stand at the same time in both' }),
    comparisonSize: Type.Object({ width: Type.Integer(), height: Type.Integer() }, closed),
    a: Type.Object({ dropped: Type.Integer(), repeated: Type.Integer() }, closed),
    b: Type.Object({ dropped: Type.Integer(), repeated: Type.Integer() }, closed),
    notes: Type.Array(Type.String({ description: 'sentences for the reader: what was found and done' })),
  },
  closed,
);
export type Alignment = Static<typeof Alignment>;

/** When B shows what A shows at `time`; both in seconds since their first frames. */
export const timeInB = (time: number, { offset, rate }: Pick<Alignment, 'offset' | 'rate'>): number =>
  time / rate + offset;
/** When A shows what B shows at `time`. */
export const timeInA = (time: number, { offset, rate }: Pick<Alignment, 'offset' | 'rate'>): number =>
  (time - offset) * rate;

export const Provenance = Type.Object(
  {
    versusq: Type.String(),
    model: Type.Object({ name: Type.String(), version: Type.String(), hash: Type.String() }, closed),
    device: Type.String({ description: 'where the model ran: cpu, webgpu, cuda, directml, coreml' }),
    deviceNote: nullable(Type.String({ description: 'why not the device that was asked for' })),
    ffmpeg: Type.String(),
    timings: Type.Record(Type.String(), Type.Number(), {
      description: 'milliseconds per station: probe, decode, encode, compare, explain, total',
    }),
    cached: Type.Object({ a: Type.Boolean(), b: Type.Boolean(), margin: Type.Boolean() }, closed),
    tokensPerSecond: nullable(Type.Number()),
    finished: Type.String({ description: 'ISO 8601 time' }),
  },
  closed,
);
export type Provenance = Static<typeof Provenance>;

export const Comparison = Type.Object(
  {
    schema: Type.Literal('versusq.comparison/1'),
    a: ClipFacts,
    b: ClipFacts,
    margin: Type.Number({ description: '> 0: A looks better; 1.0 is about one just-noticeable difference' }),
    stdDev: Type.Number({ minimum: 0 }),
    interval95: Span,
    probabilityABetter: Type.Number({ minimum: 0, maximum: 1 }),
    kind: Type.Union([Type.Literal('glance'), Type.Literal('considered')]),
    glance: Type.Number({ description: 'the glance margin, also where the considered one stands above' }),
    verdict: Type.Union([Type.Literal('a'), Type.Literal('b'), Type.Literal('tie')]),
    reasoning: Type.String({ description: "the model's text; empty for a glance" }),
    claims: Type.Array(Claim),
    segments: Type.Array(Type.Object({ time: Span, margin: Type.Number() }, closed)),
    attributes: Type.Array(Type.Object({ attribute: Attribute, margin: Type.Number() }, closed)),
    alignment: Alignment,
    provenance: Provenance,
  },
  { ...closed, $id: 'versusq.comparison/1', title: 'VersusQ comparison' },
);
export type Comparison = Omit<Static<typeof Comparison>, 'a' | 'b'> & { a: ClipFacts; b: ClipFacts };

export const RankedClip = Type.Object(
  {
    path: Type.String({ description: 'relative to the folder' }),
    rank: nullable(Type.Integer({ minimum: 1 })),
    score: nullable(Type.Number({ description: 'margin units, mean 0' })),
    interval95: nullable(Span),
    mainDefect: nullable(Attribute),
    group: nullable(Type.String()),
    facts: nullable(ClipFacts),
    error: nullable(ErrorData),
  },
  closed,
);
export const Ranking = Type.Object(
  {
    schema: Type.Literal('versusq.ranking/1'),
    folder: Type.String(),
    clips: Type.Array(RankedClip),
    comparisons: Type.Integer(),
    inconsistency: Type.Number({ description: '||m - Bs||^2_W / ||m||^2_W; 0 is a perfect scale' }),
    reference: nullable(Type.String()),
    provenance: Provenance,
  },
  { ...closed, $id: 'versusq.ranking/1', title: 'VersusQ ranking' },
);
export type RankedClip = Omit<Static<typeof RankedClip>, 'facts' | 'error'> & {
  facts: ClipFacts | null;
  error: import('./errors.js').ErrorData | null;
};
export type Ranking = Omit<Static<typeof Ranking>, 'clips'> & { clips: RankedClip[] };

/** Size of a margin in words (DESIGN 3.1). */
export function marginWord(margin: number): 'no visible difference' | 'slightly' | 'noticeably' | 'clearly' | 'much' {
  const m = Math.abs(margin);
  if (m < TIE_BELOW) return 'no visible difference';
  return m < 1 ? 'slightly' : m < 2 ? 'noticeably' : m < 4 ? 'clearly' : 'much';
}
export const TIE_BELOW = 0.5;
