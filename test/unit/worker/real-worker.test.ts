/** The shipped worker on real clips: it may be killed at any time, and takes its ffmpeg processes with it. */
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { build } from 'esbuild';
import { afterAll, afterEach, beforeAll, expect, test, vi } from 'vitest';
import { WorkerClient } from '../../../src/engine/worker/client.js';
import type { EngineSettings } from '../../../src/protocol/index.js';
import { decodersOf, realClip } from '../compare/clips.js';

/** A hang, not a speed: the promise of one second is measured in docs/performance.md. */
const HANG = { timeout: 20_000, interval: 20 };
const ROOT = resolve(import.meta.dirname, '../../..');
const SETTINGS: EngineSettings = {
  ffmpegPath: null,
  modelPath: join(ROOT, 'models', 'versusq-mini'),
  device: 'cpu',
  storePath: null,
};
vi.setConfig({ testTimeout: 400_000 }); // a hang on a busy machine, not a speed
let folder: string;
let client: WorkerClient;

beforeAll(async () => {
  mkdirSync(join(ROOT, 'out'), { recursive: true });
  folder = mkdtempSync(join(ROOT, 'out', 'test-worker-')); // inside the tree, where native modules are found
  await build({
    entryPoints: [join(ROOT, 'src/engine/worker/main.ts')],
    outfile: join(folder, 'worker.cjs'),
    bundle: true,
    platform: 'node',
    format: 'cjs',
    external: ['onnxruntime-node', '@photostructure/sqlite', '@ffmpeg-installer/ffmpeg', '@ffprobe-installer/ffprobe'],
    define: { VERSUSQ_VERSION: '"test"' },
    logLevel: 'error',
  });
  client = new WorkerClient({ workerPath: join(folder, 'worker.cjs'), settings: () => SETTINGS });
});
afterEach(() => client.restart());
afterAll(() => {
  client.dispose();
  rmSync(folder, { recursive: true, force: true });
});

const decoders = () => decodersOf('long-worker.mp4');
const startLong = async () => {
  const stop = new AbortController();
  const running = client
    .request('compare', { a: realClip('long-worker.mp4'), b: realClip('clean.mp4') }, { signal: stop.signal })
    .then(() => 'done', (error: { code: string }) => error.code); // prettier-ignore
  await expect.poll(decoders, { timeout: 60_000, interval: 10 }).not.toEqual([]);
  return { running, stop };
};

test.runIf(process.platform === 'linux')(
  'killed in the middle of a decode, it is told as crashed, no ffmpeg stays, and the next comparison works',
  async () => {
    const { running } = await startLong();
    process.kill(client.pid!, 'SIGKILL');
    expect(await running).toBe('worker/crashed');
    await expect.poll(decoders, HANG).toEqual([]);
    const pair = { a: realClip('clean.mp4'), b: realClip('poor.mp4'), glanceOnly: true };
    expect((await client.request('compare', pair)).schema).toBe('versusq.comparison/1');
  },
);

test.runIf(process.platform === 'linux')('a cancelled comparison leaves no ffmpeg', async () => {
  const { running, stop } = await startLong();
  stop.abort();
  expect(await running).toBe('cancelled');
  await expect.poll(decoders, HANG).toEqual([]);
});

test.runIf(process.platform === 'linux')('a worker whose parent goes away ends with its ffmpeg', async () => {
  const { running } = await startLong();
  const pid = client.pid!;
  client.restart();
  expect(await running).toBe('cancelled');
  await expect.poll(decoders, HANG).toEqual([]);
  const alive = () => {
    try {
      return process.kill(pid, 0);
    } catch {
      return false;
    }
  };
  await expect.poll(alive, HANG).toBe(false);
});
