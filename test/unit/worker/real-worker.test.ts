/** The shipped worker on real clips: it may be killed at any time, and takes its ffmpeg processes with it. */
import { mkdirSync, mkdtempSync, readdirSync, rmSync, statSync, truncateSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { build } from 'esbuild';
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import { WorkerClient } from '../../../src/engine/worker/client.js';
import type { EngineSettings, RankProgress, WorkerEvent } from '../../../src/protocol/index.js';
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

const isAlive = (pid: number) => {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
};
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
  await expect.poll(() => isAlive(pid), HANG).toBe(false);
});

describe('a ranking', () => {
  const store = () => join(folder, 'store');
  const clips = () => (['clean.mp4', 'poor.mp4', 'small.mkv', 'late.mp4'] as const).map(realClip);
  /** The same clips in a worker with a store; what is told goes to `onProgress`. */
  const ranking = (ranker: WorkerClient, onProgress: (progress: RankProgress) => void = () => {}) =>
    ranker.request(
      'rank',
      { folder: dirname(realClip('clean.mp4')), paths: clips() },
      { onEvent: (event: WorkerEvent) => event.type === 'rankRows' && onProgress(event.progress) },
    );
  const makeRanker = () =>
    new WorkerClient({
      workerPath: join(folder, 'worker.cjs'),
      settings: () => ({ ...SETTINGS, storePath: store() }),
    });
  afterEach(() => rmSync(store(), { recursive: true, force: true }));

  test.runIf(process.platform === 'linux')('whose worker is killed has lost no comparison that was told', async () => {
    const ranker = makeRanker();
    let told = 0;
    const killed = ranking(ranker, ({ comparisons }) => {
      if (comparisons === 0 || told > 0) return;
      told = comparisons;
      process.kill(ranker.pid!, 'SIGKILL');
    });
    await expect(killed).rejects.toMatchObject({ code: 'worker/crashed' });
    expect(told).toBeGreaterThan(0);
    const known: number[] = [];
    const result = await ranking(ranker, ({ stage, comparisons }) => stage !== 'probe' && known.push(comparisons));
    ranker.dispose();
    expect(known[0]).toBeGreaterThanOrEqual(told);
    expect(result.clips.map((clip) => clip.rank)).toEqual([1, 2, 3, 4]);
  });

  test('whose store was cut short is made again, and the damaged file is kept', async () => {
    const first = makeRanker();
    const before = await ranking(first);
    const pid = first.pid!;
    first.dispose();
    await expect.poll(() => isAlive(pid), HANG).toBe(false);
    const file = join(store(), 'versusq.sqlite');
    for (const journal of ['-wal', '-shm']) rmSync(file + journal, { force: true });
    truncateSync(file, Math.floor(statSync(file).size / 2));
    const second = makeRanker();
    const after = await ranking(second);
    second.dispose();
    expect(after.clips.map(({ path, score }) => [path, score])).toEqual(
      before.clips.map(({ path, score }) => [path, score]),
    );
    expect(readdirSync(store()).some((name) => name.includes('.corrupt-'))).toBe(true);
  });
});
