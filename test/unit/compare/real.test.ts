/** The engine on real clips, ffmpeg and the shipped model: exactness, caching, cancelling. Small clips, no time limits but hangs. */
import { copyFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Value } from '@sinclair/typebox/value';
import { afterAll, afterEach, beforeAll, expect, test, vi } from 'vitest';
import { createEngineWith } from '../../../src/engine/create.js';
import { REAL_PARTS } from '../../../src/engine/engine.js';
import type { Engine } from '../../../src/engine/types.js';
import { Comparison, Ranking, type EngineSettings, type WorkerEvent } from '../../../src/protocol/index.js';
import { decodersOf, realClip } from './clips.js';

const SETTINGS: EngineSettings = { ffmpegPath: null, modelPath: null, device: 'cpu', storePath: null };
vi.setConfig({ testTimeout: 400_000 }); // a hang on a busy machine, not a speed
let folder: string;
let engine: Engine | null = null;
let decodes: string[] = [];

/** The real engine, which notes what it decodes. */
function make(settings: Partial<EngineSettings> = {}): Engine {
  decodes = [];
  const seen = decodes;
  return (engine = createEngineWith(
    {
      ...REAL_PARTS,
      createMedia: (ffmpeg) => {
        const media = REAL_PARTS.createMedia(ffmpeg);
        return {
          ...media,
          decode(facts, plan, options) {
            seen.push(facts.path);
            return media.decode(facts, plan, options);
          },
        };
      },
    },
    { ...SETTINGS, ...settings },
  ));
}

/** All that must be equal in two runs. */
const essence = ({ provenance, ...rest }: Comparison) => ({ ...rest, model: provenance.model });
const clean = () => realClip('clean.mp4');
const poor = () => realClip('poor.mp4');

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'versusq-real-'));
});
afterEach(() => engine?.dispose());
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test('both orders negate each other in every bit, run after run, computed anew', async () => {
  const ab = await make().compare(clean(), poor());
  await engine!.dispose();
  const ba = await make().compare(poor(), clean());
  const again = await engine!.compare(clean(), poor(), { fresh: true });
  expect(essence(again)).toEqual(essence(ab));
  expect(ab.margin).not.toBe(0);
  expect(ba.margin).toBe(0 - ab.margin);
  expect(ba.glance).toBe(0 - ab.glance);
  expect(ba.stdDev).toBe(ab.stdDev);
  expect(ba.attributes.map((x) => 0 - x.margin)).toEqual(ab.attributes.map((x) => x.margin));
  expect(ba.segments.map((x) => 0 - x.margin)).toEqual(ab.segments.map((x) => x.margin));
  expect(ba.claims.map((c) => ({ ...c, worse: c.worse === 'a' ? 'b' : 'a' }))).toEqual(ab.claims);
  expect(Value.Check(Comparison, ab)).toBe(true);
});

test('a clip against its copy has margin exactly 0', async () => {
  const copy = join(folder, 'copy of clean.mp4');
  copyFileSync(clean(), copy);
  expect(await make().compare(clean(), copy)).toMatchObject({ margin: 0, glance: 0, verdict: 'tie', stdDev: 0 });
  expect(decodes).toHaveLength(1);
});

test('a known pair needs no decode and gives the same answer in both orders, words included', async () => {
  const storePath = join(folder, 'store');
  const first = await make({ storePath }).compare(clean(), poor());
  const swapped = await engine!.compare(poor(), clean());
  expect(decodes).toHaveLength(2);
  await engine!.dispose();
  const events: WorkerEvent[] = [];
  const again = await make({ storePath }).compare(clean(), poor(), { onEvent: (e) => events.push(e) });
  expect(essence(again)).toEqual(essence(first));
  expect(essence(await engine!.compare(poor(), clean()))).toEqual(essence(swapped));
  expect(decodes).toEqual([]);
  expect(events.flatMap((e) => (e.type === 'reasoning' ? [e.text] : [])).join('')).toBe(first.reasoning);
});

test('the words that stream are the words of the result, in the swapped order too', async () => {
  make();
  for (const [a, b] of [
    [clean(), poor()],
    [poor(), clean()],
  ] as const) {
    let text = '';
    const result = await engine!.compare(a, b, { onEvent: (e) => (text += e.type === 'reasoning' ? e.text : '') });
    expect(text).toBe(result.reasoning);
    expect(text.length).toBeGreaterThan(0);
  }
});

test('clips that begin at different moments are brought into step', async () => {
  const result = await make().compare(clean(), realClip('late.mp4'), { glanceOnly: true });
  expect(result.alignment.offset).toBeCloseTo(-1.2, 1);
  expect(result.alignment.matchedSamples).toBeGreaterThan(3);
  expect(result.alignment.notes.join(' ')).toContain('B begins 1.2 s into A');
});

test('a copy that begins one frame later is the same clip, in a comparison and in a ranking', async () => {
  const [whole, cut] = [clean(), realClip('next-frame.mp4')];
  const result = await make().compare(whole, cut);
  expect(result.alignment.offset).toBeCloseTo(-0.04, 2);
  expect(Math.abs(result.margin)).toBeLessThan(0.5);
  expect(result.claims).toEqual([]);
  expect(result.verdict).toBe('tie');
  const { clips } = await engine!.rank(folder, [whole, cut]);
  expect(Math.abs(clips[0]!.score! - clips[1]!.score!)).toBeLessThan(1);
});

test('film that plays 25 instead of 24 pictures a second is compared picture by picture', async () => {
  const [fast, film] = [clean(), realClip('film.mp4')];
  const result = await make().compare(fast, film);
  expect(result.alignment).toMatchObject({ rate: 24 / 25, offset: 0 });
  expect(result.alignment.matchedSamples).toBeGreaterThan(3);
  expect(Math.abs(result.margin)).toBeLessThan(0.5);
  expect(result.claims).toEqual([]);
  const other = await engine!.compare(film, fast);
  expect(other.margin).toBe(0 - result.margin);
  expect(other.alignment.rate).toBeCloseTo(25 / 24, 9);
  expect(other.segments.at(-1)!.time[1]).toBeCloseTo((result.segments.at(-1)!.time[1] * 25) / 24, 6);
});

test('a smaller clip is scaled up, and the reader is told', async () => {
  const { alignment } = await make().compare(clean(), realClip('small.mkv'), { glanceOnly: true });
  expect(alignment.comparisonSize).toEqual({ width: 320, height: 180 });
  expect(alignment.notes).toContain('B was scaled up from 160x90 to 320x180, as a player does.');
});

test('pairs and ranking decode each clip once and agree with the schema', async () => {
  const paths = [clean(), poor(), realClip('small.mkv')];
  const margins: number[] = [];
  make({ storePath: join(folder, 'batch') });
  await engine!.comparePairs(
    [
      { a: paths[0]!, b: paths[1]! },
      { a: paths[1]!, b: paths[0]! },
      { a: paths[1]!, b: paths[2]! },
    ],
    { glanceOnly: true, onResult: ({ result }) => margins.push('error' in result ? NaN : result.margin) },
  );
  expect(margins[1]).toBe(0 - margins[0]!);
  expect(margins[2]).not.toBeNaN();
  const ranking = await engine!.rank(join(clean(), '..'), paths);
  expect(decodes.toSorted()).toEqual(paths.toSorted());
  expect(Value.Check(Ranking, ranking)).toBe(true);
  expect(ranking.clips.map((c) => c.rank)).toEqual([1, 2, 3]);
});

test.runIf(process.platform === 'linux')('cancelling ends ffmpeg', async () => {
  const stop = new AbortController();
  const running = make().compare(realClip('long.mp4'), clean(), { signal: stop.signal });
  const rejected = expect(running).rejects.toMatchObject({ code: 'cancelled' });
  const decoding = () => decodersOf('long.mp4', process.pid);
  await expect.poll(decoding, { timeout: 30_000, interval: 10 }).not.toEqual([]);
  stop.abort();
  await rejected;
  await expect.poll(decoding, { timeout: 10_000, interval: 20 }).toEqual([]);
});

test('a missing file and a text are refused by name', async () => {
  const text = join(folder, 'text.mp4');
  copyFileSync(import.meta.filename, text);
  make();
  await expect(engine!.compare(clean(), text)).rejects.toMatchObject({
    path: text,
    message: expect.stringContaining('text.mp4'),
  });
  await expect(engine!.compare(join(folder, 'gone.mp4'), clean())).rejects.toMatchObject({ code: 'media/not-found' });
});

test('doctor finds ffmpeg, model, device and store on this machine', async () => {
  const report = await make({ storePath: join(folder, 'doctor') }).doctor();
  expect(report.items.map((i) => [i.name, i.ok])).toEqual(
    ['ffmpeg', 'ffprobe', 'model', 'device', 'store', 'node'].map((name) => [name, true]),
  );
  expect(report.devices.find((d) => d.name === 'cpu')).toMatchObject({ available: true });
});
