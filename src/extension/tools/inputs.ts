/**
 * What a language model may ask of the tools. The same schemas stand in package.json (`contributes.languageModelTools`), where
 * VS Code reads them; a test holds them together.
 */
import { Type, type Static } from '@sinclair/typebox';

const closed = { additionalProperties: false } as const;
const PATH = 'Path relative to a workspace folder, or an absolute path inside one.';

export const CompareInput = Type.Object(
  {
    a: Type.String({ description: `The first video, called A. ${PATH}` }),
    b: Type.String({ description: `The second video, called B. ${PATH}` }),
    glanceOnly: Type.Optional(
      Type.Boolean({ description: 'Only the margin at a glance: faster, without reasoning and claims.' }),
    ),
  },
  closed,
);
export type CompareInput = Static<typeof CompareInput>;

export const RankInput = Type.Object(
  {
    folder: Type.Optional(Type.String({ description: `The folder whose videos are ranked. ${PATH}` })),
    clips: Type.Optional(
      Type.Array(Type.String(), {
        minItems: 2,
        description: `Instead of a folder: the videos to rank, at least two. ${PATH}`,
      }),
    ),
    reference: Type.Optional(
      Type.String({ description: `One of the ranked videos; the margin of the others against it is told. ${PATH}` }),
    ),
    recursive: Type.Optional(Type.Boolean({ description: "Also the videos of the folder's subfolders." })),
  },
  closed,
);
export type RankInput = Static<typeof RankInput>;

export const ExplainInput = Type.Object(
  {
    clip: Type.String({ description: `The video that is asked about; in a pair it is A. ${PATH}` }),
    against: Type.Optional(
      Type.String({ description: `The video to explain the difference to; in the answer it is B. ${PATH}` }),
    ),
  },
  closed,
);
export type ExplainInput = Static<typeof ExplainInput>;
