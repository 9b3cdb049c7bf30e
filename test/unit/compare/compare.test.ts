/** The way from two files to one Comparison, on stand-ins for ffmpeg and the model. */
import { mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { decodesAtOnce } from '../../../src/engine/compare/context.js';
import type { Comparison, WorkerEvent } from '../../../src/protocol/index.js';
import { clip, fakeEngine, scratch } from './fakes.js';

let folder: string;
beforeEach(() => {
  folder = scratch();
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));
const storePath = () => join(folder, 'store');

/** All that must be equal between two runs: everything but times and what was cached. */
const essence = ({ provenance, ...rest }: Comparison) => ({
  ...rest,
  model: provenance.model,
  device: provenance.device,
});

function expectMirrored(ab: Comparison, ba: Comparison): void {
  expect(ba.margin).toBe(0 - ab.margin);
  expect(ba.glance).toBe(0 - ab.glance);
  expect(ba.stdDev).toBe(ab.stdDev);
  expect(ba.interval95).toEqual([0 - ab.interval95[1], 0 - ab.interval95[0]]);
  expect(ba.probabilityABetter + ab.probabilityABetter).toBe(1);
  expect(ba.attributes.map((x) => 0 - x.margin)).toEqual(ab.attributes.map((x) => x.margin));
  expect(ba.segments.map((x) => 0 - x.margin)).toEqual(ab.segments.map((x) => x.margin));
  expect(ba.claims.map((c) => c.worse)).toEqual(ab.claims.map((c) => (c.worse === 'a' ? 'b' : 'a')));
}

test('the better clip wins, glance first and reasoning streamed after it', async () => {
  const { engine } = fakeEngine();
  const events: WorkerEvent[] = [];
  const onEvent = (e: WorkerEvent) => events.push(e);
  const a = clip(folder, 'a', { quality: 2 });
  const b = clip(folder, 'b');
  const result = await engine.compare(a, b, { onEvent });
  expect(result).toMatchObject({
    verdict: 'a',
    kind: 'considered',
    glance: 2,
    reasoning: 'A small advantage for A: B is soft.',
  });
  expect(result.margin).toBeCloseTo(2.2);
  expect(result.probabilityABetter).toBeGreaterThan(0.99);
  expect(result.claims[0]).toMatchObject({ worse: 'b', time: [0, 5] });
  expect(result.segments.map((s) => s.time)).toEqual([
    [0, 5],
    [5, 10],
  ]);
  const told = events.map((e) => e.type);
  expect(told.indexOf('glance')).toBeGreaterThan(told.lastIndexOf('facts'));
  expect(told.indexOf('reasoning')).toBeGreaterThan(told.indexOf('glance'));
  expect(events.flatMap((e) => (e.type === 'reasoning' ? [e.text] : [])).join('')).toBe(result.reasoning);
  const stations = new Set(events.flatMap((e) => (e.type === 'progress' ? [e.station] : [])));
  expect([...stations]).toEqual(['probe', 'plan', 'decode', 'encode', 'compare', 'explain']);
  expect(Object.keys(result.provenance.timings)).toEqual(
    expect.arrayContaining(['probe', 'decode', 'encode', 'compare', 'explain', 'total']),
  );
});

test('swapping the clips negates the margin in every bit, with and without the store', async () => {
  const pairs = [0.123456789, -1.7, 0.3, 5].map((quality, i) => [
    clip(folder, `a${i}`, { quality }),
    clip(folder, `b${i}`, { quality: 0.1 * i }),
  ]);
  for (const settings of [{}, { storePath: storePath() }]) {
    const { engine } = fakeEngine(settings);
    for (const [a, b] of pairs as [string, string][]) {
      const ab = await engine.compare(a, b);
      const ba = await engine.compare(b, a);
      expectMirrored(ab, ba);
      expect(essence(await engine.compare(a, b))).toEqual(essence(ab));
      expect(essence(await engine.compare(b, a))).toEqual(essence(ba));
    }
    await engine.dispose();
  }
});

test('the words of the other order come from the model, which knows the article from the clip', async () => {
  const { engine } = fakeEngine({ storePath: storePath() });
  const [a, b] = [clip(folder, 'a', { quality: 2 }), clip(folder, 'b')];
  await engine.compare(a, b);
  expect((await engine.compare(b, a)).reasoning).toBe('A small advantage for B: A is soft.');
  expect((await engine.compare(a, b)).reasoning).toBe('A small advantage for A: B is soft.');
  await engine.dispose();
});

test('a clip against itself has margin exactly 0, under any name', async () => {
  const { engine, counts } = fakeEngine();
  const [a, copy] = [clip(folder, 'a', { quality: 3 }), clip(folder, 'copy', { quality: 3 })];
  for (const other of [a, copy]) {
    const result = await engine.compare(a, other);
    expect(result).toMatchObject({ margin: 0, stdDev: 0, interval95: [0, 0], probabilityABetter: 0.5, verdict: 'tie' });
    expect(result.b.path).toBe(other);
    expect(result.alignment.notes.join()).toContain('same bytes');
  }
  expect(counts.decodes).toHaveLength(1);
});

test('a known pair costs no probe, no decode and no model, also in a new engine', async () => {
  const [a, b] = [clip(folder, 'a', { quality: 2 }), clip(folder, 'b')];
  const first = fakeEngine({ storePath: storePath() });
  const fresh = await first.engine.compare(a, b);
  await first.engine.dispose();
  const { engine, counts } = fakeEngine({ storePath: storePath() });
  const events: WorkerEvent[] = [];
  const again = await engine.compare(a, b, { onEvent: (e) => events.push(e) });
  expect(essence(again)).toEqual(essence(fresh));
  expect(again.provenance.cached).toEqual({ a: true, b: true, margin: true });
  expect(counts).toMatchObject({ probes: 0, decodes: [], models: 0 });
  expect(events.some((e) => e.type === 'glance')).toBe(true);
  expect(events.flatMap((e) => (e.type === 'reasoning' ? [e.text] : [])).join('')).toBe(again.reasoning);
  await engine.dispose();
});

test('known clips in a new pair are not decoded again, even after they were renamed', async () => {
  const [a, b, c] = [clip(folder, 'a', { quality: 2 }), clip(folder, 'b'), clip(folder, 'c', { quality: 1 })];
  const { engine, counts } = fakeEngine({ storePath: storePath() });
  await engine.compare(a, b);
  await engine.compare(b, c);
  renameSync(a, join(folder, 'renamed'));
  const result = await engine.compare(join(folder, 'renamed'), c);
  expect(counts.decodes).toEqual(expect.arrayContaining([a, b, c]));
  expect(counts.decodes).toHaveLength(3);
  expect(result.provenance.cached).toEqual({ a: true, b: true, margin: false });
  expect(result.a.path).toBe(join(folder, 'renamed'));
  await engine.dispose();
});

test('a file whose content changed is looked at anew', async () => {
  const [a, b] = [clip(folder, 'a', { quality: 2 }), clip(folder, 'b')];
  const { engine, counts } = fakeEngine({ storePath: storePath() });
  expect((await engine.compare(a, b)).verdict).toBe('a');
  clip(folder, 'a', { quality: -2, salt: 'changed' });
  expect((await engine.compare(a, b)).verdict).toBe('b');
  expect(counts.decodes).toHaveLength(3);
  await engine.dispose();
});

test.each([
  ['deleted', 'media/not-found', (path: string) => rmSync(path)],
  ['written anew', 'media/decode-failed', () => clip(folder, 'b', { quality: 3 })],
])('a file that is %s while it is read is an error that names it', async (_, code, disturb) => {
  const { engine } = fakeEngine();
  const [a, b] = [clip(folder, 'a', { quality: 2 }), clip(folder, 'b')];
  let reading = true;
  const onEvent = (e: WorkerEvent) => {
    if (!reading || e.type !== 'progress' || e.station !== 'decode' || e.path !== b) return;
    reading = false;
    queueMicrotask(() => disturb(b)); // once it is open
  };
  await expect(engine.compare(a, b, { onEvent })).rejects.toMatchObject({ code, path: b });
  expect(reading).toBe(false);
});

test('fresh ignores what is kept and gives the same answer', async () => {
  const [a, b] = [clip(folder, 'a', { quality: 2 }), clip(folder, 'b')];
  const { engine, counts } = fakeEngine({ storePath: storePath() });
  const kept = await engine.compare(a, b);
  const fresh = await engine.compare(a, b, { fresh: true });
  expect(essence(fresh)).toEqual(essence(kept));
  expect(counts.decodes).toHaveLength(4);
  await engine.dispose();
});

test('a pair is decoded side by side on few cores, more clips at once on many', () => {
  expect([1, 2, 8, 16, 64].map(decodesAtOnce)).toEqual([2, 2, 2, 4, 8]);
});

test('a glance needs no reasoning, and a later full comparison adds it', async () => {
  const [a, b] = [clip(folder, 'a', { quality: 2 }), clip(folder, 'b')];
  const { engine, counts } = fakeEngine({ storePath: storePath() });
  const glance = await engine.compare(a, b, { glanceOnly: true });
  expect(glance).toMatchObject({ kind: 'glance', margin: 2, reasoning: '', claims: [] });
  expect(counts.explains).toBe(0);
  const full = await engine.compare(a, b);
  expect(full).toMatchObject({ kind: 'considered', glance: 2 });
  expect(counts.decodes).toHaveLength(2);
  await engine.dispose();
});

test('what is kept of an HDR file does not tell whether the ffmpeg of today can tone map: it is probed again', async () => {
  const [a, b] = [clip(folder, 'a', { quality: 1 }), clip(folder, 'b', { hdr: true })];
  const place = storePath();
  for (const probes of [2, 1]) {
    const { engine, counts } = fakeEngine({ storePath: place });
    await engine.compare(a, b);
    expect(counts.probes).toBe(probes);
    await engine.dispose();
  }
});

test('the same content at another offset is brought into step, and the mirror of it holds', async () => {
  const [a, b] = [clip(folder, 'a', { quality: 1, start: 0 }), clip(folder, 'b', { delay: 2, duration: 9, start: 5 })];
  const { engine, counts } = fakeEngine();
  const ab = await engine.compare(a, b);
  expect(ab.alignment).toMatchObject({ offset: 2, rate: 1 });
  expect(ab.alignment.notes[0]).toBe(
    'A begins 2 s into B: the clips were brought into step and compared over the common 7 s.',
  );
  expect(ab.segments.at(-1)!.time).toEqual([3.5, 7]);
  const ba = await engine.compare(b, a);
  expectMirrored(ab, ba);
  expect(ba.alignment.offset).toBe(-2);
  expect(ba.segments.at(-1)!.time).toEqual([5.5, 9]);
  expect(ba.alignment.notes[0]).toMatch(/^B begins 2 s into A/);
  expect(counts.decodes).toHaveLength(4);
});

test('notes tell in plain words what differs', async () => {
  const { engine } = fakeEngine();
  const a = clip(folder, 'a', { width: 1920, height: 1080, covered: 0.12 });
  const b = clip(folder, 'b', { width: 640, height: 360, duration: 8.8, fps: 50, hdr: true, bars: 2 });
  const { notes } = (await engine.compare(a, b, { glanceOnly: true })).alignment;
  expect(notes).toEqual([
    'B ends 1.2 s earlier; compared over the common 8.8 s.',
    'B was scaled up from 640x360 to 1920x1080, as a player does.',
    'B has black bars above and below (11 % of the height each).',
    'Black bars move the picture: the clips do not show the same places.',
    'B is HDR (PQ); it was compared after tone mapping to BT.709.',
    'One clip is HDR: differences of brightness, contrast and colour come from the tone mapping.',
    'A has 25 frames a second, B 50; they were compared by time.',
    'Only 12 % of A was looked at frame by frame.',
  ]);
});

test('cancelling ends the decoders and rejects with cancelled', async () => {
  const { engine, counts, control } = fakeEngine();
  control.hang = true;
  const stop = new AbortController();
  const running = engine.compare(clip(folder, 'a'), clip(folder, 'b', { quality: 1 }), { signal: stop.signal });
  await expect.poll(() => counts.running).toBe(2);
  stop.abort();
  await expect(running).rejects.toMatchObject({ code: 'cancelled' });
  expect(counts.running).toBe(0);
  control.hang = false;
  expect((await engine.compare(join(folder, 'a'), join(folder, 'b'))).verdict).toBe('b');
});

test('disposing the engine ends what runs', async () => {
  const { engine, counts, control } = fakeEngine();
  control.hang = true;
  const running = engine.compare(clip(folder, 'a'), clip(folder, 'b'));
  const rejected = expect(running).rejects.toMatchObject({ code: 'cancelled' });
  await engine.dispose();
  await rejected;
  expect(counts.running).toBe(0);
});

test('a failure names its file, stops the other clip and is not remembered', async () => {
  const { engine, counts } = fakeEngine({ storePath: storePath() });
  const a = clip(folder, 'a');
  const bad = join(folder, 'bad.mp4');
  writeFileSync(bad, 'just text');
  await expect(engine.compare(a, bad)).rejects.toMatchObject({ code: 'media/not-a-video', path: bad });
  await expect(engine.compare(a, join(folder, 'none'))).rejects.toMatchObject({ code: 'media/not-found' });
  expect(counts.decodes).toHaveLength(0);
  clip(folder, 'bad.mp4', { quality: -1 });
  expect((await engine.compare(a, bad)).verdict).toBe('a');
  await engine.dispose();
});

test('a model that fails to load fails the comparison, and the next one tries again', async () => {
  const broken = fakeEngine();
  let failures = 1;
  const { engine, counts } = fakeEngine(
    {},
    {
      readModelInfo: () => {
        if (failures-- > 0) throw new Error('no model.json');
        return { name: 'fake', version: '1', hash: 'model-hash' };
      },
    },
  );
  const [a, b] = [clip(folder, 'a'), clip(folder, 'b', { quality: 1 })];
  await expect(engine.compare(a, b)).rejects.toMatchObject({ code: 'internal' });
  expect((await engine.compare(a, b)).verdict).toBe('b');
  expect(counts.running).toBe(0);
  await broken.engine.dispose();
});

test('pairs are answered in order, each clip is decoded once, and a bad pair stops no other', async () => {
  for (const settings of [{}, { storePath: storePath() }]) {
    const { engine, counts } = fakeEngine(settings);
    const [a, b, c] = [0, 1, 2].map((quality) => clip(folder, `q${quality}`, { quality })) as [string, string, string];
    const bad = join(folder, 'none.mp4');
    const answers: { index: number; margin: number | string }[] = [];
    await engine.comparePairs(
      [
        { a: b, b: a },
        { a, b: bad },
        { a: c, b: a },
        { a: b, b: c },
      ],
      {
        glanceOnly: true,
        fresh: true,
        onResult: ({ index, result }) =>
          answers.push({ index, margin: 'error' in result ? result.error.code : result.margin }),
      },
    );
    expect(answers).toEqual([
      { index: 0, margin: 1 },
      { index: 1, margin: 'media/not-found' },
      { index: 2, margin: 2 },
      { index: 3, margin: -1 },
    ]);
    expect(counts.decodes.toSorted()).toEqual([a, b, c]);
    expect(counts.mostRunning).toBeLessThanOrEqual(decodesAtOnce(availableParallelism()));
    await engine.dispose();
  }
});

test.each([
  { oneSize: false, heights: [180, 720], decodes: ['a', 'a', 'b', 'big'] },
  { oneSize: true, heights: [720, 720], decodes: ['a', 'b', 'big'] },
])('a pair of a list is compared at its own size, or all at that of the largest clip: %o', async (wanted) => {
  const { engine, counts } = fakeEngine();
  const paths = {
    a: clip(folder, 'a'),
    b: clip(folder, 'b', { quality: 1 }),
    big: clip(folder, 'big', { width: 1280, height: 720 }),
  };
  const heights: unknown[] = [];
  await engine.comparePairs(
    [
      { a: paths.a, b: paths.b },
      { a: paths.a, b: paths.big },
    ],
    {
      glanceOnly: true,
      oneSize: wanted.oneSize,
      onResult: ({ result }) => heights.push('error' in result ? result : result.alignment.comparisonSize.height),
    },
  );
  expect(heights).toEqual(wanted.heights);
  expect(counts.decodes.toSorted()).toEqual(wanted.decodes.map((name) => paths[name as keyof typeof paths]));
});

test('cancelling a batch rejects it and leaves nothing running', async () => {
  const { engine, counts, control } = fakeEngine();
  control.hang = true;
  const stop = new AbortController();
  const pairs = [{ a: clip(folder, 'a'), b: clip(folder, 'b', { quality: 1 }) }];
  const running = engine.comparePairs(pairs, { signal: stop.signal, onResult: () => {} });
  await expect.poll(() => counts.running).toBe(2);
  stop.abort();
  await expect(running).rejects.toMatchObject({ code: 'cancelled' });
  expect(counts.running).toBe(0);
});

test('doctor tells what is there and what is missing, with a remedy', async () => {
  mkdirSync(storePath());
  const good = await fakeEngine({ storePath: storePath() }).engine.doctor();
  expect(good).toMatchObject({ ok: true, devices: [{ name: 'cpu' }] });
  expect(good.items.map((i) => i.name)).toEqual(['ffmpeg', 'ffprobe', 'model', 'device', 'store', 'node']);
  const bad = await fakeEngine(
    { device: 'cuda' },
    {
      findFfmpeg: () => {
        throw new Error('no ffmpeg here');
      },
    },
  ).engine.doctor();
  expect(bad.ok).toBe(false);
  for (const name of ['ffmpeg', 'ffprobe', 'device']) {
    const item = bad.items.find((i) => i.name === name)!;
    expect(item.ok).toBe(false);
    expect(item.remedy).toBeTruthy();
  }
});

test('facts read early count only if they come from the programs that are used', async () => {
  const run = async (ffmpegPath: string, told: boolean) => {
    let early = 0;
    let asked = 0;
    const { engine, counts, parts } = fakeEngine();
    const ffmpeg = await parts.findFfmpeg({ setting: null });
    Object.assign(parts, {
      findFfmpeg: () => {
        asked++;
        return ffmpeg;
      },
      probeEarly: (_: unknown, path: string, signal: AbortSignal) => {
        early++;
        const programs = { ...ffmpeg, ffmpegPath };
        return {
          programs,
          facts: parts.createMedia(ffmpeg).probe(path, signal),
          ffmpeg: Promise.resolve(told ? programs : null),
        };
      },
    });
    await engine.compare(clip(folder, 'a'), clip(folder, 'b'), { glanceOnly: true });
    const probes = counts.probes;
    await engine.compare(clip(folder, 'c'), clip(folder, 'd'), { glanceOnly: true });
    return { asked, again: probes - 2, early, later: counts.probes - probes };
  };
  const { ffmpegPath } = await fakeEngine().parts.findFfmpeg({ setting: null });
  expect(await run(ffmpegPath, true)).toMatchObject({ asked: 0, again: 0, later: 2 });
  expect(await run(ffmpegPath, false)).toMatchObject({ asked: 1, again: 0, later: 2 });
  const other = await run('/another/ffmpeg', false);
  expect(other).toMatchObject({ asked: 1, again: other.early, later: 2 });
  expect(other.early).toBeGreaterThan(0);
});

test('a clip that is slow to read does not hold up the others', async () => {
  const { engine, parts } = fakeEngine();
  const ffmpeg = await parts.findFfmpeg({ setting: null });
  const media = parts.createMedia(ffmpeg);
  const stop = new AbortController();
  const slow = clip(folder, 'slow');
  parts.probeEarly = (_, path, signal) => ({
    programs: ffmpeg,
    facts:
      path === slow
        ? new Promise((_fulfil, reject) => signal.addEventListener('abort', () => reject(new Error('stopped'))))
        : media.probe(path, signal),
    ffmpeg: new Promise(() => undefined), // never tells
  });
  const held = engine.compare(slow, clip(folder, 'a'), { glanceOnly: true, signal: stop.signal });
  held.catch(() => undefined);
  const result = await engine.compare(clip(folder, 'b'), clip(folder, 'c'), { glanceOnly: true });
  expect(result.kind).toBe('glance');
  stop.abort();
  await expect(held).rejects.toMatchObject({ code: 'cancelled' });
});

test('proxies without a store go to a folder that is removed with the engine', async () => {
  const { engine } = fakeEngine();
  const { path, note } = await engine.proxy(clip(folder, 'a'));
  expect(path).toContain('versusq-proxies-');
  expect(note).toContain('H.264');
  expect((await engine.thumbnail(join(folder, 'a'), 1, 160)).dataUri).toMatch(/^data:image\/jpeg;base64,/);
  await engine.dispose();
});
