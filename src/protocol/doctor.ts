/** What an installation has and lacks (`versusq.doctor/1`): type and shipped JSON Schema from one definition. */
import { Type, type Static } from '@sinclair/typebox';

const closed = { additionalProperties: false } as const;

/** Where the model may run, besides the choice to leave it to VersusQ. */
export const DEVICES = ['cpu', 'webgpu', 'cuda', 'directml', 'coreml'] as const;
const ITEMS = ['ffmpeg', 'ffprobe', 'model', 'device', 'store', 'node'] as const;

const literals = <T extends string>(names: readonly T[]) =>
  Type.Unsafe<T>(Type.Union(names.map((n) => Type.Literal(n))));

export const DoctorItem = Type.Object(
  {
    name: literals(ITEMS),
    ok: Type.Boolean(),
    found: Type.String({ description: 'one line: what was found' }),
    remedy: Type.Union([Type.String(), Type.Null()], { description: 'what to do when it is not ok, or worth knowing' }),
  },
  closed,
);
export type DoctorItem = Static<typeof DoctorItem>;

export const DoctorReport = Type.Object(
  {
    schema: Type.Literal('versusq.doctor/1'),
    versusq: Type.String({ description: 'version' }),
    ok: Type.Boolean({ description: 'all items are ok' }),
    items: Type.Array(DoctorItem),
    devices: Type.Array(
      Type.Object({ name: literals(DEVICES), available: Type.Boolean(), note: Type.String() }, closed),
      { description: 'where the model could run; empty without a model' },
    ),
  },
  { ...closed, $id: 'versusq.doctor/1', title: 'VersusQ doctor: what the installation has and lacks' },
);
export type DoctorReport = Static<typeof DoctorReport>;
