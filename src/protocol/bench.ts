/** What a benchmark says (`versusq.bench/1`): type and shipped JSON Schema from one definition. */
import { Type, type Static } from '@sinclair/typebox';
import { Provenance } from './comparison.js';
import { ErrorData } from './errors.js';

const closed = { additionalProperties: false } as const;
const nullable = <T extends Parameters<typeof Type.Union>[0][number]>(t: T) => Type.Union([t, Type.Null()]);
const Interval = Type.Tuple([Type.Number(), Type.Number()], { description: '[from, to]' });
/** Labels that could not be used, and why. */
const Reasons = Type.Array(Type.Object({ name: Type.String(), reason: Type.String() }, closed));
const Share = nullable(Type.Number({ minimum: 0, maximum: 1 }));

export const BenchFigure = Type.Object(
  {
    value: nullable(Type.Number()),
    interval95: nullable(Interval),
  },
  { ...closed, description: 'null where it is not defined: too few clips, or one side does not vary' },
);
export type BenchFigure = Static<typeof BenchFigure>;

const PairAccuracy = Type.Object(
  {
    pairs: Type.Integer({ description: 'pairs with different MOS' }),
    accuracy: Share,
    bins: Type.Array(
      Type.Object(
        {
          from: Type.Number({ description: 'size of the MOS difference, MOS units' }),
          to: nullable(Type.Number()),
          pairs: Type.Integer(),
          accuracy: Share,
        },
        closed,
      ),
    ),
  },
  closed,
);

export const BenchMetrics = Type.Object(
  {
    clips: Type.Integer({ description: 'clips with a score and a MOS' }),
    sources: Type.Integer({ description: 'contents they were made from; the bootstrap draws these' }),
    resamples: Type.Integer(),
    srcc: BenchFigure,
    krcc: BenchFigure,
    plcc: BenchFigure,
    plccRaw: BenchFigure,
    rmse: BenchFigure,
    logistic: nullable(
      Type.Tuple([Type.Number(), Type.Number(), Type.Number(), Type.Number()], {
        description: 'b1..b4 of b2 + (b1 - b2) / (1 + exp(-(x - b3) / |b4|)); plcc and rmse stand after it',
      }),
    ),
    scorePairs: PairAccuracy,
    marginPairs: PairAccuracy,
    krasula: Type.Object(
      {
        threshold: Type.Number({ description: 'pairs differ from this MOS difference on, MOS units' }),
        pairs: Type.Integer(),
        aucDifferentSimilar: Share,
        aucBetterWorse: Share,
        correct: Share,
      },
      closed,
    ),
  },
  closed,
);
export type BenchMetrics = Static<typeof BenchMetrics>;

export const BenchResult = Type.Object(
  {
    schema: Type.Literal('versusq.bench/1'),
    dataset: Type.Object(
      {
        id: Type.String(),
        title: Type.String(),
        clips: nullable(Type.Integer({ description: 'in the published set; null where papers use different subsets' })),
        note: Type.String(),
      },
      closed,
    ),
    folder: Type.String(),
    labels: Type.Object(
      { file: Type.String(), count: Type.Integer({ description: 'usable labels' }), skipped: Reasons },
      closed,
    ),
    missing: Reasons,
    pairsPerClip: Type.Integer({ minimum: 1 }),
    limit: nullable(Type.Integer({ minimum: 1, description: 'clips drawn of those found; null: all' })),
    seed: Type.Integer(),
    comparisons: Type.Integer({ description: 'margins on the scale' }),
    resumed: Type.Integer({ description: 'of these, how many an earlier run had asked for' }),
    sizes: Type.Array(Type.String({ description: 'comparison sizes, "1920x1080"' })),
    inconsistency: Type.Number({ description: '||m - Bs||^2_W / ||m||^2_W; 0 is a perfect scale' }),
    metrics: nullable(BenchMetrics),
    published: Type.Array(Type.Object({ method: Type.String(), srcc: Type.Number(), source: Type.String() }, closed), {
      description: 'SRCC as others published it; subsets, training and protocol differ',
    }),
    clips: Type.Array(
      Type.Object(
        {
          name: Type.String({ description: 'as in the label file' }),
          path: Type.String({ description: 'relative to the folder' }),
          mos: Type.Number(),
          score: nullable(Type.Number({ description: 'margin units, mean 0' })),
          error: nullable(ErrorData),
        },
        closed,
      ),
    ),
    provenance: Type.Union([Provenance, Type.Null()], {
      description: 'of the last comparison; null where an earlier run had asked for all of them',
    }),
  },
  { ...closed, $id: 'versusq.bench/1', title: 'VersusQ bench: scores of a data set against its opinion scores' },
);
export type BenchResult = Omit<Static<typeof BenchResult>, 'clips'> & {
  clips: (Omit<Static<typeof BenchResult>['clips'][number], 'error'> & { error: ErrorData | null })[];
};
