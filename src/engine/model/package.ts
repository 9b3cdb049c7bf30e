/**
 * The model package as files (docs/model-package.md): where it lies, what model.json says, and that every file is the one it
 * names. Nothing of a package is used before its hash was checked; the bytes that were hashed are the bytes that are used.
 */
import { Type, type Static, type TSchema } from '@sinclair/typebox';
import { Value } from '@sinclair/typebox/value';
import { createHash, webcrypto } from 'node:crypto';
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ATTRIBUTES, VersusqError, say } from '../../protocol/index.js';
import { PLAN_VERSION } from '../media/plan.js';

export const GRAPHS = ['encoder', 'timeline', 'detail', 'pair', 'decoder'] as const;
/** Graphs of both kinds of package (vlm/manifest.ts). */
export type GraphName = (typeof GRAPHS)[number] | 'vision' | 'language';

/** Major version of model.json that this runtime reads. */
const SCHEMA = 'versusq.model/1';
const SHIPPED = join('models', 'versusq-mini');
const NEEDED = [...GRAPHS.map((g) => `${g}.onnx`), 'tokenizer.json', 'golden.json'];

export const Count = Type.Integer({ minimum: 1 });
export const Calibration = Type.Object({
  scale: Type.Number(),
  floor: Type.Number({ minimum: 0 }),
  /** The sign is surer than the size: its probability is read from this share of the standard deviation. */
  probability: Type.Optional(Type.Number({ exclusiveMinimum: 0 })),
});
export const Files = Type.Record(
  Type.String({ pattern: '^[A-Za-z0-9][A-Za-z0-9._-]*$' }),
  Type.Object({ sha256: Type.String({ pattern: '^[0-9a-f]{64}$' }), bytes: Type.Integer({ minimum: 0 }) }),
  { additionalProperties: false },
);
const Manifest = Type.Object({
  schema: Type.String(),
  name: Type.String(),
  version: Type.String(),
  kind: Type.Literal('mini'),
  files: Files,
  input: Type.Object({
    planVersion: Type.Literal(PLAN_VERSION),
    crop: Count,
    places: Count,
    framesPerBurst: Count,
    maxBursts: Count,
    timeline: Type.Object({ width: Count, height: Count }),
    thumb: Type.Tuple([Count, Count]),
    series: Type.Optional(Count),
  }),
  dimensions: Type.Object({
    token: Count,
    detail: Count,
    measurements: Count,
    timeline: Count,
    prefix: Count,
    model: Count,
    layers: Count,
    heads: Count,
    vocabulary: Count,
    maxLength: Type.Optional(Count),
  }),
  margin: Type.Object({ calibration: Type.Object({ glance: Calibration, considered: Calibration }) }),
  attributes: Type.Array(Type.String()),
  generation: Type.Object({ maxTokens: Type.Integer({ minimum: 16 }) }),
});
export type Manifest = Static<typeof Manifest>;
export type Calibration = Static<typeof Calibration>;

export interface ModelInfo {
  name: string;
  version: string;
  /** sha256 of model.json, which holds the hash of every file and the calibration: names the model in the store. */
  hash: string;
}

/** Folder of the package that ships with VersusQ: beside dist/, or in the source tree. Error: model/missing. */
export function shippedModelFolder(): string {
  for (const up of ['..', join('..', '..', '..')]) {
    const folder = join(__dirname, up, SHIPPED);
    if (existsSync(join(folder, 'model.json'))) return folder;
  }
  throw new VersusqError(
    'model/missing',
    say`The model that ships with VersusQ (models/versusq-mini) is not there. Install VersusQ again, or name another model folder in the setting versusq.modelPath.`,
  );
}

/** model.json as it stands: of the schema that this runtime reads, but of any kind. */
export interface ModelJson {
  path: string;
  json: unknown;
  kind: unknown;
  /** sha256 of the file */
  hash: string;
}

/** Errors: model/missing, model/unsupported. */
export async function readModelJson(folder: string): Promise<ModelJson> {
  const path = join(folder, 'model.json');
  const text = await readPart(path, say`a model folder holds model.json, its graphs and its tokenizer`);
  let json: unknown;
  try {
    json = JSON.parse(text.toString('utf8'));
  } catch (cause) {
    throw unsupported(path, say`it is not JSON`, cause);
  }
  const head = (json ?? {}) as { schema?: unknown; kind?: unknown };
  if (head.schema !== SCHEMA)
    throw unsupported(path, say`its schema is ${JSON.stringify(head.schema)}, not "${SCHEMA}"`);
  return { path, json, kind: head.kind, hash: createHash('sha256').update(text).digest('hex') };
}

/** model.json of a package of kind `mini`, checked. Errors: model/missing, model/unsupported. */
export async function readManifest(folder: string): Promise<{ manifest: Manifest; hash: string }> {
  return checkMini(await readModelJson(folder));
}

/** Error: model/unsupported. */
export function checkMini({ path, json, hash }: ModelJson): { manifest: Manifest; hash: string } {
  const manifest = checked(Manifest, path, json, NEEDED);
  if (manifest.attributes.join() !== ATTRIBUTES.join())
    throw unsupported(path, say`its attributes are not those of VersusQ`);
  if (manifest.dimensions.model % manifest.dimensions.heads !== 0)
    throw unsupported(path, say`its heads do not divide its width`);
  return { manifest, hash };
}

/** `json` if it is of the schema and lists the files. Error: model/unsupported. */
export function checked<S extends TSchema & { static: { files: Static<typeof Files> } }>(
  schema: S,
  path: string,
  json: unknown,
  needed: readonly string[],
): Static<S> {
  if (!Value.Check(schema, json)) {
    const first = Value.Errors(schema, json).First();
    throw unsupported(path, `${first?.path || 'it'}: ${first?.message ?? 'is not as expected'}`);
  }
  const missing = needed.find((name) => !(name in (json as { files: object }).files));
  if (missing !== undefined) throw unsupported(path, say`it does not list ${missing}`);
  return json;
}

/** All files that model.json lists, by name. Errors: model/missing, model/hash-mismatch (each names the file). */
export async function readVerified(folder: string, manifest: Manifest): Promise<Map<string, Buffer>> {
  const names = Object.keys(manifest.files).sort();
  const parts = await Promise.all(names.map((name) => readChecked(folder, name, manifest.files[name]!.sha256)));
  return new Map(names.map((name, i) => [name, parts[i]!]));
}

async function readChecked(folder: string, name: string, sha256: string): Promise<Buffer> {
  const path = join(folder, name);
  const bytes = await readPart(path, say`model.json lists it`);
  // Off the JavaScript thread, so that the files are hashed side by side.
  const found = Buffer.from(await webcrypto.subtle.digest('SHA-256', bytes)).toString('hex');
  expectHash(path, found, sha256);
  return bytes;
}

/** Error: model/hash-mismatch. */
export function expectHash(path: string, found: string, expected: string): void {
  if (found === expected) return;
  throw new VersusqError(
    'model/hash-mismatch',
    say`${path} is not the file that model.json names (its SHA-256 differs): it is damaged or was changed. Install the model again.`,
    { path, details: `expected ${expected}, found ${found}` },
  );
}

async function readPart(path: string, why: string): Promise<Buffer> {
  try {
    return await readFile(path);
  } catch (cause) {
    throw unreadable(path, why, cause);
  }
}

/** model/missing, with what a file system said of a part of the package. */
export function unreadable(path: string, why: string, cause: unknown): VersusqError {
  const code = (cause as NodeJS.ErrnoException).code;
  return new VersusqError(
    'model/missing',
    code === 'ENOENT' || code === 'ENOTDIR'
      ? say`${path} is missing; ${why}. Install the model again, or name another folder in the setting versusq.modelPath.`
      : say`${path} cannot be read (${code ?? String(cause)}); ${why}. Install the model again, or name another folder in the setting versusq.modelPath.`,
    { path, cause },
  );
}

export function unsupported(path: string, why: string, cause?: unknown): VersusqError {
  return new VersusqError(
    'model/unsupported',
    say`${path} cannot be used: ${why}. Use a model package made for this version of VersusQ.`,
    { path, cause },
  );
}
