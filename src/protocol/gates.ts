/**
 * Quality gates: what a `.versusq.json` may say, and what a check of it answers (`versusq.check/1`). The one definition from which
 * types, validators, the editor's completion (media/versusq.schema.json) and the shipped schema come. Margins and scores are in
 * margin units, times in seconds. A margin here is that of the clip against its reference: below 0 the clip looks worse.
 */
import { Type, type Static } from '@sinclair/typebox';
import { ATTRIBUTES, type AttributeName } from './comparison.js';
import { ErrorData } from './errors.js';

export const GATES_FILE = '.versusq.json';

/** What a rule may ask, in the order in which it is judged and told. */
export const LIMIT_KINDS = ['minMargin', 'minScore', 'maxFreezeSeconds', 'maxDroppedFrames', 'forbid'] as const;
export type LimitKind = (typeof LIMIT_KINDS)[number];
/** These are judged on a comparison, so that a rule which has one needs a reference. */
export const NEEDS_REFERENCE: readonly LimitKind[] = ['minMargin', 'forbid'];

const closed = { additionalProperties: false } as const;
const Attribute = Type.Unsafe<AttributeName>(Type.Union(ATTRIBUTES.map((a) => Type.Literal(a))));
const nullable = <T extends Parameters<typeof Type.Union>[0][number]>(t: T) => Type.Union([t, Type.Null()]);
/** A description for every reader, and with Markdown for the editor. */
const told = (text: string, more: object = {}) => ({
  description: text.replaceAll('`', ''),
  markdownDescription: text,
  ...more,
});

const limits = {
  minMargin: Type.Optional(
    Type.Number(
      told(
        'Least margin against the reference. `-0.5`: no visible difference is allowed to the worse; 1 is about one just-noticeable difference. Needs `against`.',
        { defaultSnippets: [{ label: '-0.5', description: 'no visible loss', body: -0.5 }] },
      ),
    ),
  ),
  minScore: Type.Optional(
    Type.Number(
      told('Least score in a ranking of the clips of this rule, in margin units; 0 is their mean. Needs two clips.'),
    ),
  ),
  maxFreezeSeconds: Type.Optional(Type.Number(told('Most seconds of frozen picture in a clip.', { minimum: 0 }))),
  maxDroppedFrames: Type.Optional(
    Type.Integer(told('Most frames that are missing by presentation time in a clip.', { minimum: 0 })),
  ),
  forbid: Type.Optional(
    Type.Array(
      Attribute,
      told('Attributes in which a clip must not look worse than its reference. Needs `against`.', {
        uniqueItems: true,
      }),
    ),
  ),
};

export const GateLimits = Type.Object(limits, closed);
export type GateLimits = Static<typeof GateLimits>;

export const GateRule = Type.Object(
  {
    against: Type.Optional(
      Type.String(
        told(
          'The reference of each clip, relative to this file. `{name}`: the clip without extension; `{stem}`: the same up to the last `_`, `-`, `.` or space; `{ext}`: its extension; `{dir}`: its folder.',
          { minLength: 1, defaultSnippets: [{ label: 'masters/{name}.mov', body: 'masters/{name}.mov' }] },
        ),
      ),
    ),
    ...limits,
    exclude: Type.Optional(
      Type.Record(
        Type.String(),
        Type.String({ pattern: '\\S', description: 'Why the clip is not judged.' }),
        told('Clips that this rule does not judge, each with the reason.', {
          ...closed,
          defaultSnippets: [{ label: 'clip: reason', body: { '${1:clip.mp4}': '${2:reason}' } }],
        }),
      ),
    ),
    baseline: Type.Optional(
      Type.Record(
        Type.String(),
        GateLimits,
        told(
          'Limits of single clips that take the place of the limits of the rule: what was seen and accepted.',
          closed,
        ),
      ),
    ),
  },
  closed,
);
export type GateRule = Static<typeof GateRule>;

export const GateConfig = Type.Object(
  {
    $schema: Type.Optional(Type.String()),
    rules: Type.Record(
      Type.String(),
      GateRule,
      told(
        'Rules by the clips that they judge: a glob pattern relative to this file. Each is judged on its worst clip.',
        {
          ...closed,
          minProperties: 1,
          defaultSnippets: [
            {
              label: 'encodes against masters',
              description: 'every encode against the master of its name',
              body: { '${1:encodes/*.mp4}': { against: '${2:masters/{name\\}.mov}', minMargin: '^${3:-0.5}' } },
            },
            {
              label: 'playback faults',
              description: 'no freezes, no dropped frames',
              body: { '${1:renders/**/*.mp4}': { maxFreezeSeconds: '^${2:0.2}', maxDroppedFrames: '^${3:0}' } },
            },
          ],
        },
      ),
    ),
  },
  { ...closed, $id: 'versusq.gates/1', title: 'VersusQ quality gates', allowComments: true, allowTrailingCommas: true },
);
export type GateConfig = Static<typeof GateConfig>;

/** A key in the config. Lines and columns count from 1, columns and lengths in UTF-16 code units. */
export const Position = Type.Object(
  { line: Type.Integer({ minimum: 1 }), column: Type.Integer({ minimum: 1 }), length: Type.Integer({ minimum: 0 }) },
  closed,
);
export type Position = Static<typeof Position>;

const Limit = Type.Unsafe<LimitKind>(Type.Union(LIMIT_KINDS.map((k) => Type.Literal(k))));
const Span = Type.Tuple([Type.Number(), Type.Number()]);
const found = {
  found: Type.Number({ description: 'what was measured, in the unit of the limit; forbid: margin of the attribute' }),
  limit: Type.Number({ description: 'forbid: the margin below which a difference of the attribute counts' }),
  interval95: nullable(Span),
  attribute: nullable(Attribute),
  sure: Type.Boolean({
    description: 'false: the 95 % interval holds the limit, or not all frames were looked at',
  }),
};

/** One limit on one clip; of `forbid`, one for each attribute. */
export const JudgedLimit = Type.Object(
  { kind: Limit, passed: Type.Boolean(), accepted: Type.Boolean({ description: 'the limit is a baseline' }), ...found },
  closed,
);
export type JudgedLimit = Static<typeof JudgedLimit>;

/** unknown: not analysed, which only a check of what is stored says. */
const State = Type.Union((['passed', 'failed', 'excluded', 'unknown'] as const).map((s) => Type.Literal(s)));
export type GateState = 'passed' | 'failed' | 'excluded' | 'unknown';

export const CheckedClip = Type.Object(
  {
    path: Type.String({ description: 'relative to the folder of the config, with /' }),
    state: Type.Unsafe<GateState>(State),
    against: nullable(Type.String({ description: 'the reference, relative like the path' })),
    reason: nullable(Type.String({ description: 'why it is excluded' })),
    limits: Type.Array(JudgedLimit),
  },
  closed,
);
export type CheckedClip = Static<typeof CheckedClip>;

/** The limits that a clip can break, and what else can be wrong with a rule or clip. */
export const FINDING_KINDS = [
  ...LIMIT_KINDS,
  'noClips',
  'noReference',
  'ownReference',
  'noScore',
  'noSuchClip',
  'unreadable',
  'notAnalysed',
] as const;
export type FindingKind = (typeof FINDING_KINDS)[number];

export const GateFinding = Type.Object(
  {
    rule: Type.String(),
    clip: nullable(Type.String({ description: 'relative to the folder of the config; null: the rule itself' })),
    kind: Type.Unsafe<FindingKind>(Type.Union(FINDING_KINDS.map((k) => Type.Literal(k)))),
    message: Type.String({ description: 'the same words in the editor, the terminal and every report' }),
    against: nullable(Type.String()),
    judged: nullable(JudgedLimit),
    error: nullable(ErrorData),
    position: Position,
  },
  closed,
);
export type GateFinding = Omit<Static<typeof GateFinding>, 'error'> & { error: ErrorData | null };

export const CheckedRule = Type.Object(
  {
    rule: Type.String(),
    state: Type.Unsafe<Exclude<GateState, 'excluded'>>(State),
    position: Position,
    clips: Type.Array(CheckedClip),
    worst: Type.Array(
      Type.Object(
        { clip: Type.String(), judged: JudgedLimit },
        { ...closed, description: 'for each limit the clip that comes out worst; the rule is judged on these' },
      ),
    ),
  },
  closed,
);
export type CheckedRule = Static<typeof CheckedRule>;

export const GateCheck = Type.Object(
  {
    schema: Type.Literal('versusq.check/1'),
    config: Type.String({ description: 'absolute path' }),
    state: Type.Unsafe<Exclude<GateState, 'excluded'>>(State),
    storedOnly: Type.Boolean({ description: 'nothing was computed for it' }),
    rules: Type.Array(CheckedRule),
    violations: Type.Array(GateFinding),
    notAnalysed: Type.Array(GateFinding),
    versusq: Type.String(),
    finished: Type.String({ description: 'ISO 8601 time' }),
  },
  { ...closed, $id: 'versusq.check/1', title: 'VersusQ check of quality gates' },
);
export type GateCheck = Omit<Static<typeof GateCheck>, 'violations' | 'notAnalysed'> & {
  violations: GateFinding[];
  notAnalysed: GateFinding[];
};

/** What a check is asked for. */
export interface CheckRequest {
  /** Absolute path of the `.versusq.json`. */
  config: string;
  /** Its text where that is not (yet) what the file holds. */
  text?: string;
  /** Computes nothing: what the store does not know is told as not analysed. */
  storedOnly?: boolean;
  /** Clips (absolute paths) that are read anew, whatever the store holds of them. */
  anew?: string[];
}

/** How far a check is: pairs compared, of all that it needs. Events of a `check` beside those of comparisons and rankings. */
export interface CheckEvent {
  type: 'check';
  done: number;
  of: number;
}
