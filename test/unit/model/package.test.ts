import { createHash } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { loadModel, readModelInfo } from '../../../src/engine/model/index.js';
import { GRAPHS, readManifest, readVerified, shippedModelFolder } from '../../../src/engine/model/package.js';

const NAMES = [...GRAPHS.map((graph) => `${graph}.onnx`), 'tokenizer.json', 'golden.json'];
const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');

let folder: string;
let model: Record<string, unknown>;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'versusq-package-'));
  const shipped = (await readManifest(shippedModelFolder())).manifest;
  for (const name of NAMES) await writeFile(join(folder, name), `content of ${name}`);
  const files = Object.fromEntries(NAMES.map((n) => [n, { sha256: sha256(`content of ${n}`), bytes: 1 }]));
  model = { ...shipped, name: 'tiny', version: '9.8.7', files };
  await writeModel();
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const writeModel = (change: Record<string, unknown> = {}) =>
  writeFile(join(folder, 'model.json'), JSON.stringify({ ...model, ...change }));
const read = async () => readVerified(folder, (await readManifest(folder)).manifest);

describe('a model package', () => {
  it('gives its files when every hash is right', async () => {
    const files = await read();
    expect(files.get('pair.onnx')?.toString()).toBe('content of pair.onnx');
    expect([...files.keys()].sort()).toEqual([...NAMES].sort());
  });

  it('tells name, version and a hash that changes with any file', async () => {
    const before = await readModelInfo(folder);
    expect(before).toMatchObject({ name: 'tiny', version: '9.8.7' });
    expect(before.hash).toMatch(/^[0-9a-f]{64}$/);
    expect(await readModelInfo(folder)).toEqual(before);
    const files = { ...(model['files'] as object), 'pair.onnx': { sha256: sha256('another'), bytes: 1 } };
    await writeModel({ files });
    expect((await readModelInfo(folder)).hash).not.toBe(before.hash);
  });

  it('is refused by name of the file that was changed', async () => {
    await writeFile(join(folder, 'decoder.onnx'), 'something else');
    const path = join(folder, 'decoder.onnx');
    await expect(read()).rejects.toMatchObject({ code: 'model/hash-mismatch', path });
    await expect(read()).rejects.toThrow(/decoder\.onnx.*Install the model again/);
    await expect(loadModel({ folder, device: 'cpu' })).rejects.toMatchObject({ code: 'model/hash-mismatch' });
  });

  it('is missing where a file is missing, and the file is named', async () => {
    await rm(join(folder, 'timeline.onnx'));
    await expect(read()).rejects.toMatchObject({ code: 'model/missing', path: join(folder, 'timeline.onnx') });
    await rm(join(folder, 'model.json'));
    await expect(readModelInfo(folder)).rejects.toMatchObject({ code: 'model/missing' });
    await expect(readModelInfo(folder)).rejects.toThrow(/model\.json is missing.*versusq\.modelPath/);
  });

  it.each(['vlm', 'other'])('of kind "%s" with the parts of a mini is refused', async (kind) => {
    await writeModel({ kind });
    await expect(readModelInfo(folder)).rejects.toMatchObject({ code: 'model/unsupported' });
    await expect(loadModel({ folder, device: 'cpu' })).rejects.toMatchObject({ code: 'model/unsupported' });
  });

  it.each([
    ['another schema', { schema: 'versusq.model/2' }],
    ['another sample plan', { input: { planVersion: 99 } }],
    ['no files', { files: {} }],
    ['a file outside the folder', { files: { '../pair.onnx': { sha256: 'a'.repeat(64), bytes: 0 } } }],
    ['other attributes', { attributes: ['sharpness'] }],
    ['no dimensions', { dimensions: {} }],
  ])('with %s is refused', async (_, change) => {
    await writeModel(change);
    await expect(readModelInfo(folder)).rejects.toMatchObject({ code: 'model/unsupported' });
  });

  it('whose model.json is no JSON is refused', async () => {
    await writeFile(join(folder, 'model.json'), '{ "schema": ');
    await expect(readModelInfo(folder)).rejects.toMatchObject({ code: 'model/unsupported' });
  });

  it('ships with VersusQ and is at most 25 MB', async () => {
    const { manifest } = await readManifest(shippedModelFolder());
    const files = await readVerified(shippedModelFolder(), manifest);
    expect([...files.values()].reduce((n, f) => n + f.length, 0)).toBeLessThan(25e6);
    expect(await readModelInfo(null)).toMatchObject({ name: 'versusq-mini' });
  });
});
