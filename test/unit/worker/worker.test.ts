/** The worker and its client, over a real fork, on the fake engine; and the shipped worker's manners as a process. */
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { build } from 'esbuild';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { WorkerClient } from '../../../src/engine/worker/client.js';
import type { EngineSettings, StoreTrouble, WorkerEvent } from '../../../src/protocol/index.js';
import { clip, scratch } from '../compare/fakes.js';

const SETTINGS: EngineSettings = { ffmpegPath: null, modelPath: null, device: 'cpu', storePath: null };
let folder: string;
let workerPath: string;
let client: WorkerClient | null = null;

beforeAll(async () => {
  folder = scratch();
  mkdirSync(join(folder, 'clips'));
  workerPath = join(folder, 'worker.cjs');
  await build({
    entryPoints: [join(import.meta.dirname, 'fake-worker.ts')],
    outfile: workerPath,
    bundle: true,
    platform: 'node',
    format: 'cjs',
    external: ['@photostructure/sqlite'],
    define: { VERSUSQ_VERSION: '"test"' },
    logLevel: 'error',
  });
});
afterEach(() => client?.dispose());
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const make = (more: Partial<ConstructorParameters<typeof WorkerClient>[0]> = {}) =>
  (client = new WorkerClient({ workerPath, settings: () => SETTINGS, ...more }));
const at = (name: string, quality = 0) => clip(join(folder, 'clips'), name, { quality, salt: name });
const alive = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
};

test('nothing is forked until the first request', async () => {
  const worker = make();
  expect(worker.pid).toBeNull();
  await worker.request('probe', { path: at('a') });
  expect(worker.pid).not.toBeNull();
});

test('a comparison streams its events and gives its result', async () => {
  const events: WorkerEvent[] = [];
  const worker = make();
  const result = await worker.request('compare', { a: at('a', 2), b: at('b') }, { onEvent: (e) => events.push(e) });
  expect(result).toMatchObject({ verdict: 'a', kind: 'considered', reasoning: 'A small advantage for A: B is soft.' });
  expect(new Set(events.map((e) => e.type))).toEqual(new Set(['progress', 'facts', 'glance', 'reasoning']));
});

test('a check of what is stored does not wait for the comparison that runs', async () => {
  const config = join(folder, 'clips', '.versusq.json');
  writeFileSync(config, '{"rules": {"x.mp4": {"maxDroppedFrames": 0}}}');
  at('x.mp4');
  const worker = make();
  const stop = new AbortController();
  const held = worker.request('compare', { a: at('hang'), b: at('b') }, { signal: stop.signal }).catch(() => 'stopped');
  const check = worker.request('check', { config, storedOnly: true });
  expect(await Promise.race([held, check])).toMatchObject({ schema: 'versusq.check/1', state: 'unknown' });
  stop.abort();
  expect(await held).toBe('stopped');
}, 20_000);

test("the store's trouble reaches the host, whatever was asked", async () => {
  const told: StoreTrouble[] = [];
  // beside this worker lies no SQLite module
  const settings = () => ({ ...SETTINGS, storePath: join(folder, 'store') });
  const worker = make({ settings, onStoreTrouble: (trouble) => told.push(trouble) });
  await worker.request('quality', { paths: [at('a')] });
  expect(told).toMatchObject([{ kind: 'unusable', remedy: expect.stringContaining('SQLite') as string }]);
  expect(told[0]!.message).toContain(join(folder, 'store'));
});

test('an error of the engine arrives with its code, sentence and path', async () => {
  const path = join(folder, 'none.mp4');
  await expect(make().request('probe', { path })).rejects.toMatchObject({ code: 'media/not-found', path });
});

test('rank, proxy, thumbnail and doctor are answered', async () => {
  const worker = make();
  const paths = [at('a', 2), at('b')];
  expect((await worker.request('rank', { folder, paths })).clips[0]!.path).toBe(join('clips', 'a'));
  expect((await worker.request('proxy', { path: paths[0]! })).path).toContain('.mp4');
  expect((await worker.request('thumbnail', { path: paths[0]!, time: 0, width: 99 })).dataUri).toMatch(/^data:/);
  expect((await worker.request('doctor', {})).items).toHaveLength(6);
});

test('kill -9 rejects what runs with worker/crashed, and the next comparison works', async () => {
  const worker = make();
  const running = worker.request('compare', { a: at('hang'), b: at('b') });
  const beside = worker.request('compare', { a: at('a'), b: at('b') });
  const rejected = Promise.all(
    [running, beside].map((p) =>
      expect(p).rejects.toMatchObject({ code: 'worker/crashed', message: /SIGKILL.*Retry/s }),
    ),
  );
  const pid = worker.pid!;
  await worker.request('probe', { path: at('a') });
  process.kill(pid, 'SIGKILL');
  await rejected;
  const result = await worker.request('compare', { a: at('a', 2), b: at('b') });
  expect(result.verdict).toBe('a');
  expect(worker.pid).not.toBe(pid);
});

test('a worker that dies while computing is told as crashed', async () => {
  await expect(make().request('compare', { a: at('die'), b: at('b') })).rejects.toMatchObject({
    code: 'worker/crashed',
  });
});

test('a worker that cannot start is told as crashed, with what it said', async () => {
  const worker = make({ workerPath: join(folder, 'missing.cjs') });
  const error: unknown = await worker.request('doctor', {}).catch((e: unknown) => e);
  expect(error).toMatchObject({ code: 'worker/crashed' });
  expect((error as { details: string }).details).toContain('missing.cjs');
});

test('cancelling rejects at once and frees the worker for the next comparison', async () => {
  const worker = make();
  const stop = new AbortController();
  const running = worker.request('compare', { a: at('hang'), b: at('b') }, { signal: stop.signal });
  await worker.request('probe', { path: at('a') });
  const pid = worker.pid;
  stop.abort();
  await expect(running).rejects.toMatchObject({ code: 'cancelled' });
  expect((await worker.request('compare', { a: at('a', 2), b: at('b') })).verdict).toBe('a');
  expect(worker.pid).toBe(pid);
});

test('comparisons run one after the other, probes run beside them', async () => {
  const worker = make();
  const stop = new AbortController();
  const first = worker
    .request('compare', { a: at('hang'), b: at('b') }, { signal: stop.signal })
    .catch(() => 'stopped');
  let secondDone = false;
  const second = worker.request('compare', { a: at('a', 2), b: at('b') }).finally(() => (secondDone = true));
  await worker.request('probe', { path: at('c') });
  expect(secondDone).toBe(false);
  stop.abort();
  expect(await first).toBe('stopped');
  expect((await second).verdict).toBe('a');
});

test('a signal that fired before the request costs no worker', async () => {
  const worker = make();
  const request = worker.request('doctor', {}, { signal: AbortSignal.abort() });
  await expect(request).rejects.toMatchObject({ code: 'cancelled' });
  expect(worker.pid).toBeNull();
});

test('an idle worker is ended, and the next request starts another', async () => {
  const worker = make({ idleMs: 50 });
  await worker.request('probe', { path: at('a') });
  const pid = worker.pid!;
  await expect.poll(() => worker.pid, { timeout: 10_000 }).toBeNull();
  await expect.poll(() => alive(pid), { timeout: 10_000 }).toBe(false);
  await worker.request('probe', { path: at('a') });
  expect(worker.pid).not.toBe(pid);
});

test('restart and dispose end the process; new settings are asked for at the next start', async () => {
  const devices = ['cpu', 'webgpu'] as const;
  let starts = 0;
  const worker = make({ settings: () => ({ ...SETTINGS, device: devices[starts++]! }) });
  expect((await worker.request('doctor', {})).items.find((i) => i.name === 'device')!.ok).toBe(true);
  const pid = worker.pid!;
  worker.restart();
  expect((await worker.request('doctor', {})).items.find((i) => i.name === 'device')!.ok).toBe(false);
  await expect.poll(() => alive(pid), { timeout: 10_000 }).toBe(false);
  const second = worker.pid!;
  worker.dispose();
  await expect.poll(() => alive(second), { timeout: 10_000 }).toBe(false);
  await expect(worker.request('doctor', {})).rejects.toMatchObject({ code: 'cancelled' });
});
