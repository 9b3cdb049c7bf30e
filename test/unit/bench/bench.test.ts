// A whole benchmark on an engine that answers from true scores: recovery, failures, resumption.
import { appendFileSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { scoreClips, type BenchOptions } from '../../../src/engine/bench/bench.js';
import { metricsOf } from '../../../src/engine/bench/evaluate.js';
import type { BenchClip } from '../../../src/engine/bench/join.js';
import { noLog, openPairsLog } from '../../../src/engine/bench/pairs-log.js';
import { mulberry32 } from '../../../src/engine/random.js';
import type { Engine } from '../../../src/engine/types.js';
import { VersusqError } from '../../../src/protocol/index.js';
import { fakeComparison } from '../cli/fake-engine.js';
import { scratch } from './files.js';

/** Clips 1..count; the true quality of clip k is k / 10, its MOS a bent function of that. */
const clipsOf = (count: number): BenchClip[] =>
  Array.from({ length: count }, (_, k) => ({
    name: `c${k + 1}`,
    path: `/v/c${k + 1}.mp4`,
    mos: 100 / (1 + Math.exp(-(k - count / 2) / (count / 5))),
    source: `c${k + 1}`,
  }));

const qualityOf = (path: string): number => Number(/\d+/.exec(basename(path))![0]) / 10;

interface FakeOptions {
  noise?: number;
  broken?: string[];
  model?: string;
  /** Cancels after so many pairs. */
  cancelAfter?: number;
}

/** Margins are differences of quality with noise; `asked` remembers the pairs, without order. */
function fakeEngine({ noise = 0, broken = [], model = 'abc', cancelAfter = Infinity }: FakeOptions = {}) {
  const asked: string[] = [];
  const engine: Pick<Engine, 'comparePairs'> = {
    async comparePairs(pairs, { onResult, glanceOnly }) {
      expect(glanceOnly).toBe(true);
      for (const [index, { a, b }] of pairs.entries()) {
        if (asked.length >= cancelAfter) throw new VersusqError('cancelled', 'Cancelled.');
        const key = [a, b].map((path) => basename(path, '.mp4')).sort();
        asked.push(key.join(' '));
        const bad = [a, b].find((path) => broken.includes(basename(path, '.mp4')));
        if (bad !== undefined) {
          const error = { code: 'media/truncated' as const, message: `${bad} ends early.`, path: bad };
          onResult({ index, result: { error } });
          continue;
        }
        const jitter = mulberry32(
          key
            .join()
            .split('')
            .reduce((h, c) => h * 31 + c.charCodeAt(0), 7),
        );
        const comparison = fakeComparison(a, b, true);
        const off = noise * (jitter() + jitter() - 1) * (a < b ? 1 : -1);
        const provenance = { ...comparison.provenance, model: { ...comparison.provenance.model, hash: model } };
        const margin = qualityOf(a) - qualityOf(b) + off;
        onResult({ index, result: { ...comparison, margin, stdDev: 0.3, provenance } });
      }
    },
  };
  return { engine, asked };
}

const options = (more: Partial<BenchOptions> = {}): BenchOptions => ({
  pairsPerClip: 4,
  seed: 1,
  log: noLog(),
  ...more,
});

describe('scoreClips', () => {
  it('recovers exact margins exactly, whatever the order of the clips', async () => {
    const { engine, asked } = fakeEngine();
    const scored = await scoreClips(engine, clipsOf(40).reverse(), options());
    expect(asked).toHaveLength(160);
    expect(new Set(asked).size).toBe(160);
    const { srcc, krcc, scorePairs, marginPairs, krasula } = metricsOf(scored, 1)!;
    expect([srcc.value, krcc.value, scorePairs.accuracy, marginPairs.accuracy]).toEqual([1, 1, 1, 1]);
    expect(krasula.correct).toBe(1);
    expect(scored.inconsistency).toBeLessThan(1e-9);
    expect(scored.clips.map(({ name }) => name)).toEqual(
      clipsOf(40)
        .reverse()
        .map(({ name }) => name),
    );
  });

  it('recovers the order well through noise as large as the spread of ten clips', async () => {
    const scored = await scoreClips(fakeEngine({ noise: 1 }).engine, clipsOf(120), options());
    const metrics = metricsOf(scored, 1)!;
    expect(metrics.srcc.value).toBeGreaterThan(0.98);
    expect(metrics.srcc.interval95![0]).toBeGreaterThan(0.95);
    expect(metrics.plcc.value).toBeGreaterThan(metrics.plccRaw.value!);
    expect(metrics).toMatchObject({ clips: 120, sources: 120 });
  });

  it('asks for every pair there is where clips are few', async () => {
    const { engine, asked } = fakeEngine();
    const told: [number, number][] = [];
    await scoreClips(engine, clipsOf(4), options({ pairsPerClip: 8, onPair: (...step) => told.push(step) }));
    expect(asked).toHaveLength(6);
    expect(told.at(-1)).toEqual([6, 6]);
  });

  it('leaves out clips that fail, tells why, and asks no more of them than the stage that found out', async () => {
    const { engine, asked } = fakeEngine({ broken: ['c5', 'c17'] });
    const scored = await scoreClips(engine, clipsOf(30), options());
    expect(scored.failed.map(({ name, error }) => [name, error.code])).toEqual([
      ['c5', 'media/truncated'],
      ['c17', 'media/truncated'],
    ]);
    expect(metricsOf(scored, 1)!.srcc.value).toBe(1);
    expect(asked.filter((pair) => pair.split(' ').includes('c5')).length).toBeLessThanOrEqual(4);
  });

  it('connects what failures left apart', async () => {
    // One cycle a clip, and half of the clips broken: the path falls to pieces.
    const broken = clipsOf(24).flatMap(({ name }, k) => (k % 2 ? [name] : []));
    const scored = await scoreClips(fakeEngine({ broken }).engine, clipsOf(24), options({ pairsPerClip: 1 }));
    expect(scored.clips).toHaveLength(12);
    expect(scored.failed).toHaveLength(12);
    expect(metricsOf(scored, 1)!.srcc.value).toBe(1);
  });

  it('gives no figures where every clip fails', async () => {
    const clips = clipsOf(5);
    const scored = await scoreClips(fakeEngine({ broken: clips.map((c) => c.name) }).engine, clips, options());
    expect([scored.clips.length, scored.failed.length, metricsOf(scored, 1)]).toEqual([0, 5, null]);
  });

  it('ends with what concerns all clips', async () => {
    const error = { code: 'ffmpeg/not-found' as const, message: 'No ffmpeg was found.' };
    const engine: Pick<Engine, 'comparePairs'> = {
      comparePairs: async (_, { onResult }) => onResult({ index: 0, result: { error } }),
    };
    await expect(scoreClips(engine, clipsOf(5), options())).rejects.toMatchObject({ code: 'ffmpeg/not-found' });
  });
});

describe('resumption', () => {
  it('goes on after a stop without asking anything twice, and ends where an unbroken run ends', async () => {
    const file = join(scratch(), 'x.pairs.csv');
    const clips = clipsOf(30);
    const whole = await scoreClips(fakeEngine({ noise: 0.5 }).engine, clips, options());
    const asked: string[] = [];
    for (const cancelAfter of [7, 55, 20, Infinity]) {
      const fake = fakeEngine({ noise: 0.5, cancelAfter });
      const log = openPairsLog(file);
      const run = scoreClips(fake.engine, clips, options({ log }));
      if (cancelAfter < Infinity) await expect(run).rejects.toMatchObject({ code: 'cancelled' });
      else expect((await run).clips).toEqual(whole.clips);
      log.close();
      asked.push(...fake.asked);
    }
    expect(asked).toHaveLength(120);
    expect(new Set(asked).size).toBe(120);
  });

  it('asks nothing at all of a run that was complete, and says so', async () => {
    const file = join(scratch(), 'x.pairs.csv');
    const first = openPairsLog(file);
    const done = await scoreClips(fakeEngine().engine, clipsOf(12), options({ log: first }));
    first.close();
    const { engine, asked } = fakeEngine();
    const log = openPairsLog(file);
    const again = await scoreClips(engine, clipsOf(12), options({ log }));
    log.close();
    expect(asked).toEqual([]);
    expect(again).toMatchObject({ resumed: 48, asked: 0, provenance: null, sizes: ['640x360'] });
    expect(again.clips).toEqual(done.clips);
  });

  it('asks again for pairs that failed', async () => {
    const file = join(scratch(), 'x.pairs.csv');
    for (const [broken, scored] of [
      [['c3'], 9],
      [[], 10],
    ] as const) {
      const log = openPairsLog(file);
      const run = await scoreClips(fakeEngine({ broken: [...broken] }).engine, clipsOf(10), options({ log }));
      log.close();
      expect(run.clips).toHaveLength(scored);
    }
  });

  it('drops a row that was being written when the run was killed', async () => {
    const file = join(scratch(), 'x.pairs.csv');
    const log = openPairsLog(file);
    log.add({ a: 'one, "1"', b: 'two', margin: -0.1234567890123, stdDev: 0.3, model: 'abc', size: '64x64', error: '' });
    log.close();
    appendFileSync(file, '"three, ');
    const again = openPairsLog(file);
    expect(again.earlier).toMatchObject([{ a: 'one, "1"', b: 'two', margin: -0.1234567890123, stdDev: 0.3 }]);
    again.add({ a: 'x', b: 'y', margin: null, stdDev: null, model: '', size: '', error: 'media/truncated' });
    again.close();
    expect(readFileSync(file, 'utf8').split('\n')).toEqual([
      'a,b,margin,std_dev,model,size,error',
      '"one, ""1""",two,-0.1234567890123,0.3,abc,64x64,',
      'x,y,,,,,media/truncated',
      '',
    ]);
  });

  it('refuses pairs of another model and files of another kind', async () => {
    const file = join(scratch(), 'x.pairs.csv');
    for (const model of ['one', 'two']) {
      const log = openPairsLog(file);
      const clips = clipsOf(model === 'one' ? 5 : 8);
      const run = scoreClips(fakeEngine({ model }).engine, clips, options({ log }));
      if (model === 'two') await expect(run).rejects.toThrow('those of another model');
      else await run;
      log.close();
    }
    const other = join(scratch(), 'y.csv');
    writeFileSync(other, 'a,b\n1,2\n');
    expect(() => openPairsLog(other)).toThrow(/y\.csv is no list of pairs/);
    expect(() => openPairsLog('/nowhere/at/all.csv')).toThrow('its folder must exist');
  });
});
