/** The engine with a vision-language model on real clips: two greys with grain, which the tiny fixture has learned to tell apart. */
import { execFileSync } from 'node:child_process';
import { copyFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Value } from '@sinclair/typebox/value';
import { afterAll, afterEach, beforeAll, expect, test, vi } from 'vitest';
import { createEngineWith } from '../../../src/engine/create.js';
import { REAL_PARTS } from '../../../src/engine/engine.js';
import { mirror } from '../../../src/engine/model/vlm/words.js';
import type { Engine } from '../../../src/engine/types.js';
import { Comparison, Ranking, type EngineSettings, type WorkerEvent } from '../../../src/protocol/index.js';

vi.setConfig({ testTimeout: 400_000, hookTimeout: 400_000 }); // a hang on a busy machine, not a speed
const FIXTURE = join(import.meta.dirname, '..', '..', 'fixtures', 'tiny-vlm');
let folder: string;
let engine: Engine | null = null;
let decodes = 0;

function make(settings: Partial<EngineSettings> = {}): Engine {
  decodes = 0;
  const createMedia: typeof REAL_PARTS.createMedia = (ffmpeg) => {
    const media = REAL_PARTS.createMedia(ffmpeg);
    return { ...media, decode: (...asked) => (decodes++, media.decode(...asked)) };
  };
  const all = { ffmpegPath: null, modelPath: FIXTURE, device: 'cpu', storePath: null, ...settings } as const;
  return (engine = createEngineWith({ ...REAL_PARTS, createMedia }, all));
}

/** All that must be equal in two runs. */
const essence = ({ provenance, ...rest }: Comparison) => ({ ...rest, model: provenance.model });
const clip = (name: string) => join(folder, `${name}.mp4`);

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'versusq-vlm-clips-'));
  for (const [name, grey] of [
    ['bright', 'b4b4b4'],
    ['mid', '787878'],
    ['dark', '3c3c3c'],
  ] as const) {
    const source = `color=0x${grey}:s=192x128:r=10:d=2,noise=alls=12:allf=t,format=yuv420p`;
    const coder = ['-c:v', 'libx264', '-preset', 'ultrafast', '-crf', '18', '-threads', '1'];
    execFileSync('ffmpeg', ['-v', 'error', '-y', '-f', 'lavfi', '-i', source, ...coder, clip(name)]);
  }
});
afterEach(() => engine?.dispose());
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test('a comparison agrees with the schema, is considered, and both orders negate each other in every bit', async () => {
  const events: WorkerEvent[] = [];
  const ab = await make().compare(clip('bright'), clip('dark'), { onEvent: (e) => events.push(e) });
  expect([...Value.Errors(Comparison, ab)]).toEqual([]);
  expect(ab).toMatchObject({ kind: 'considered', claims: [], attributes: [], segments: [], verdict: 'a' });
  expect(ab.margin).toBeGreaterThan(1);
  expect(ab.glance).toBe(ab.margin);
  expect(ab.stdDev).toBeGreaterThan(0);
  expect(ab.reasoning).toContain('Video');
  expect(ab.provenance.model.name).toBe('tiny-vlm');
  expect(events.filter((e) => e.type === 'glance')).toEqual([]);
  expect(events.flatMap((e) => (e.type === 'reasoning' ? [e.text] : [])).join('')).toBe(ab.reasoning);
  await engine!.dispose();
  let streamed = '';
  const ba = await make().compare(clip('dark'), clip('bright'), {
    onEvent: (e) => (streamed += e.type === 'reasoning' ? e.text : ''),
  });
  expect(ba.margin).toBe(0 - ab.margin);
  expect(ba.interval95).toEqual([0 - ab.interval95[1], 0 - ab.interval95[0]]);
  expect(ba.reasoning).toBe(mirror(ab.reasoning));
  expect(streamed).toBe(ba.reasoning);
  const again = await engine!.compare(clip('bright'), clip('dark'), { fresh: true });
  expect(essence(again)).toEqual(essence(ab));
});

test('a clip against its copy has margin exactly 0', async () => {
  copyFileSync(clip('mid'), clip('copy'));
  expect(await make().compare(clip('mid'), clip('copy'))).toMatchObject({ margin: 0, verdict: 'tie', reasoning: '' });
});

test('a known pair costs nothing; a glance is the considered margin; a ranking orders by it', async () => {
  const storePath = join(folder, 'store');
  const first = await make({ storePath }).compare(clip('bright'), clip('mid'), { glanceOnly: true });
  expect(first).toMatchObject({ kind: 'considered', verdict: 'a' });
  await engine!.dispose();
  make({ storePath });
  expect(essence(await engine!.compare(clip('bright'), clip('mid')))).toEqual(essence(first));
  expect((await engine!.compare(clip('mid'), clip('bright'))).margin).toBe(0 - first.margin);
  expect(decodes).toBe(0);
  const ranking = await engine!.rank(folder, ['dark', 'bright', 'mid'].map(clip));
  expect(Value.Check(Ranking, ranking)).toBe(true);
  expect(ranking.clips.map((c) => c.path)).toEqual(['bright.mp4', 'mid.mp4', 'dark.mp4']);
});
