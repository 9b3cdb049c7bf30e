// The whole check on an engine with made-up media and model: what is computed, what is only read from the store.
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Value } from '@sinclair/typebox/value';
import { beforeEach, describe, expect, it } from 'vitest';
import { GateCheck, VersusqError, type CheckRequest, type WorkerEvent } from '../../../src/protocol/index.js';
import { clip, fakeEngine, scratch } from '../compare/fakes.js';

let folder: string;
let config: string;
const rules = (value: object) => writeFileSync(config, JSON.stringify({ rules: value }));
beforeEach(() => {
  folder = scratch();
  for (const name of ['e', 'm', 's']) mkdirSync(join(folder, name));
  config = join(folder, '.versusq.json');
  clip(folder, 'm/one.mov', { quality: 3 });
  clip(folder, 'm/two.mov', { quality: 3, width: 640, height: 360 });
  clip(folder, 'e/one.mp4', { quality: 2.9 });
  clip(folder, 'e/two.mp4', { quality: 1 });
});
const open = () => fakeEngine({ storePath: join(folder, 's') });

it('compares each clip with its reference, at the size at which the panel would, with reasoning', async () => {
  rules({ 'e/*.mp4': { against: 'm/{name}.mov', minMargin: -0.5 } });
  const { engine, counts } = open();
  const events: WorkerEvent[] = [];
  const check = await engine.check({ config }, { onEvent: (event) => events.push(event) });
  expect([...Value.Errors(GateCheck, check)]).toEqual([]);
  expect(check.state).toBe('failed');
  expect(check.violations).toHaveLength(1);
  expect(check.violations[0]).toMatchObject({ clip: 'e/two.mp4', against: 'm/two.mov', kind: 'minMargin' });
  expect(counts.explains).toBe(2);
  expect(events.filter((e) => e.type === 'check').map(({ done, of }) => [done, of])).toEqual([
    [0, 2],
    [1, 2],
    [2, 2],
  ]);
  const panel = await engine.compare(join(folder, 'e/two.mp4'), join(folder, 'm/two.mov'));
  expect(panel.margin).toBe(check.violations[0]?.judged?.found);
  expect([counts.decodes.length, counts.explains]).toEqual([4, 2]); // all of it was stored
});

it.each([
  ['by its name', 'e/{name}.mp4', () => undefined],
  ['by a link', 'm/self.mov', () => symlinkSync(join(folder, 'e/one.mp4'), join(folder, 'm/self.mov'))],
])(
  'fails a clip that is its own reference %s, asks nothing of the engine for that, and says it of what is stored',
  async (_, against, link) => {
    link();
    rules({ 'e/one.mp4': { against, minMargin: -0.5 } });
    const { engine, counts } = open();
    for (const storedOnly of [true, false]) {
      const { state, violations, rules: judged } = await engine.check({ config, storedOnly });
      expect([state, violations.map(({ kind, message }) => [kind, message])]).toEqual([
        'failed',
        [['ownReference', 'e/one.mp4 is its own reference: correct "against", or exclude the clip.']],
      ]);
      expect(judged[0]?.clips[0]?.limits).toEqual([]);
    }
    expect(counts.explains).toBe(0);
  },
);

it('fails where exclude or baseline names what the rule does not match, at the name', async () => {
  const text = [
    '{"rules": {"e/*.mp4": {"maxDroppedFrames": 0, "exclude": {',
    '"./e/two.mp4": "odd", "e/gone.mp4": "old" }, "baseline": {',
    '"m/one.mov": {"maxDroppedFrames": 1}, "./e/one.mp4": {"maxDroppedFrames": 3} }}}}',
  ].join('\n');
  writeFileSync(config, text);
  const { engine } = open();
  const { state, violations, rules: judged } = await engine.check({ config });
  const why = 'is named here, but the rule matches no such clip. Correct the name, or take it out.';
  expect(
    violations.map(({ clip: name, kind, message, position: { line, column } }) => [name, kind, message, line, column]),
  ).toEqual([
    [null, 'noSuchClip', `e/gone.mp4 ${why}`, 2, 23],
    [null, 'noSuchClip', `m/one.mov ${why}`, 3, 1],
  ]);
  expect(state).toBe('failed');
  expect(judged[0]?.clips.map(({ path, state: of, limits }) => [path, of, limits[0]?.limit])).toEqual([
    ['e/one.mp4', 'passed', 3],
    ['e/two.mp4', 'excluded', undefined],
  ]);
});

describe('a link', () => {
  const told = async (): Promise<string[]> => {
    const { engine } = open();
    const { violations } = await engine.check({ config });
    expect((await engine.check({ config, storedOnly: true })).violations).toEqual(violations);
    return violations.map(({ clip: name, kind, error, message }) => `${name} ${kind} ${error?.code}: ${message}`);
  };

  it('to a file that is not there makes a clip that fails, and stops no other', async () => {
    symlinkSync(join(folder, 'gone.mp4'), join(folder, 'e/lost.mp4'));
    symlinkSync(join(folder, 'e/circle.mp4'), join(folder, 'e/circle.mp4'));
    rules({ 'e/*.mp4': { maxDroppedFrames: 0 }, 'e/lost.mp4': { minScore: 0 } });
    const why = "can't be judged: it is a link to a file that is not there.";
    expect(await told()).toEqual([
      `e/circle.mp4 unreadable media/not-found: e/circle.mp4 ${why}`,
      `e/lost.mp4 unreadable media/not-found: e/lost.mp4 ${why}`,
      `e/lost.mp4 unreadable media/not-found: e/lost.mp4 ${why}`,
      'null noScore undefined: "e/lost.mp4" matches one clip only, and minScore needs two to rank: add clips, or take minScore out.',
    ]);
  });

  it('out of the folder of the config is followed for no clip and no reference', async () => {
    const beside = scratch();
    clip(beside, 'far.mp4', { quality: 3 });
    symlinkSync(join(beside, 'far.mp4'), join(folder, 'e/far.mp4'));
    symlinkSync(join(beside, 'far.mp4'), join(folder, 'm/far.mov'));
    symlinkSync(beside, join(folder, 'm/deep'));
    rules({
      'e/far.mp4': { maxDroppedFrames: 0 },
      'm/deep/*.mp4': { maxDroppedFrames: 0 },
      'e/one.mp4': { against: 'm/far.mov', minMargin: -0.5 },
    });
    const out = 'is a link that leads out of the folder of the config, which is not allowed.';
    expect(await told()).toEqual([
      `e/far.mp4 unreadable usage: e/far.mp4 can't be judged: it ${out}`,
      `m/deep/far.mp4 unreadable usage: m/deep/far.mp4 can't be judged: it ${out}`,
      `e/one.mp4 noReference undefined: e/one.mp4 has no reference: m/far.mov ${out}`,
    ]);
  });

  it('within the folder is followed, also where a link leads to the folder itself', async () => {
    symlinkSync(join(folder, 'm/one.mov'), join(folder, 'm/master.mov'));
    symlinkSync(folder, join(folder, 's/here'));
    config = join(folder, 's/here/.versusq.json');
    rules({ 'e/one.mp4': { against: 'm/master.mov', minMargin: -0.5 } });
    expect(await told()).toEqual([]);
  });
});

it('computes nothing when only what is stored is wanted, and then tells the same as a check that computed', async () => {
  rules({
    'e/*.mp4': { against: 'm/{name}.mov', minMargin: -0.5, forbid: ['sharpness'] },
    'm/*.mov': { minScore: -0.1 },
    '*/one.*': { maxFreezeSeconds: 0 },
  });
  const stored: CheckRequest = { config, storedOnly: true };
  const first = open();
  const before = await first.engine.check(stored);
  expect(before.state).toBe('unknown');
  expect(before.notAnalysed.map(({ clip: name }) => name)).toEqual([
    'e/one.mp4',
    'e/two.mp4',
    'm/one.mov',
    'm/two.mov',
    'e/one.mp4',
    'm/one.mov',
  ]);
  expect(first.counts).toMatchObject({ probes: 0, decodes: [], models: 0, glances: 0 });
  const computed = await first.engine.check({ config });
  await first.engine.dispose();

  const second = open();
  const after = await second.engine.check(stored);
  expect(second.counts).toMatchObject({ probes: 0, decodes: [], models: 0, glances: 0 });
  const said = ({ rules, violations, notAnalysed }: GateCheck) => ({ rules, violations, notAnalysed });
  expect(said(after)).toEqual(said(computed));
  expect(after.violations.map(({ kind }) => kind)).toContain('forbid');
  await second.engine.dispose();
});

it('knows from the store why a clip can not be read', async () => {
  writeFileSync(join(folder, 'e/text.mp4'), 'no video');
  rules({ 'e/text.mp4': { maxDroppedFrames: 0 } });
  const { engine, counts } = open();
  const computed = await engine.check({ config });
  expect(computed.violations[0]?.message).toMatch(/^e\/text\.mp4 can't be judged: .*is no video/);
  const { probes } = counts;
  const stored = await engine.check({ config, storedOnly: true });
  expect(stored.violations).toEqual(computed.violations);
  expect(counts.probes).toBe(probes);
  clip(folder, 'e/text.mp4', { quality: 1 });
  expect((await engine.check({ config, storedOnly: true })).state).toBe('unknown');
});

it('reads anew what is asked for, and no other clip', async () => {
  rules({ 'e/*.mp4': { maxDroppedFrames: 0 } });
  const { engine, counts } = open();
  await engine.check({ config });
  counts.decodes.length = 0;
  await engine.check({ config });
  expect(counts.decodes).toEqual([]);
  await engine.check({ config, anew: [join(folder, 'e/two.mp4')] });
  expect(counts.decodes).toEqual([join(folder, 'e/two.mp4')]);
});

it('judges an unsaved text, and refuses a wrong one with its lines', async () => {
  rules({ 'e/*.mp4': { maxDroppedFrames: 0 } });
  const { engine } = open();
  const text = '{"rules": {"none/*.mp4": {"maxDroppedFrames": 0}}}';
  expect((await engine.check({ config, text, storedOnly: true })).violations[0]?.kind).toBe('noClips');
  await expect(engine.check({ config, text: '{"rules":\n1}' })).rejects.toMatchObject({
    code: 'usage',
    message: expect.stringContaining('.versusq.json:1:2: "rules" must be an object'),
  });
  await expect(engine.check({ config: join(folder, 'e', '.versusq.json') })).rejects.toMatchObject({ code: 'usage' });
});

it('stops at once when it is cancelled', async () => {
  rules({ 'e/*.mp4': { maxDroppedFrames: 0 } });
  const { engine, control } = open();
  control.hang = true;
  const stop = new AbortController();
  const running = expect(engine.check({ config }, { signal: stop.signal })).rejects.toMatchObject({
    code: 'cancelled',
  });
  setTimeout(() => stop.abort(), 50);
  await running;
});

it('forgets why a clip could not be read once it was read anew, or compared', async () => {
  rules({ 'e/two.mp4': { against: 'm/two.mov', minMargin: -9 } });
  const broken = fakeEngine(
    { storePath: join(folder, 's') },
    {
      readModelInfo: () => ({ name: 'fake', version: '1', hash: 'model-hash' }),
      loadModel: () =>
        Promise.reject(
          new VersusqError('media/decode-failed', 'e/two.mp4 is odd.', { path: join(folder, 'e/two.mp4') }),
        ),
    },
  );
  expect((await broken.engine.check({ config })).violations[0]?.kind).toBe('unreadable');
  await broken.engine.dispose();
  const { engine } = open();
  const stored: CheckRequest = { config, storedOnly: true };
  expect((await engine.check(stored)).violations[0]?.kind).toBe('unreadable');
  await engine.compare(join(folder, 'e/two.mp4'), join(folder, 'm/two.mov'));
  expect((await engine.check(stored)).state).toBe('passed');
  await engine.dispose();
});

it('judges hundreds of stored clips within the two seconds that the editor has', async () => {
  const names = Array.from({ length: 400 }, (_, k) => `e/n${k}.mp4`);
  for (const [k, name] of names.entries()) clip(folder, name, { quality: k / 400 });
  rules({ 'e/n*.mp4': { against: 'm/one.mov', minMargin: -2.5 } });
  const { engine } = open();
  const computed = await engine.check({ config });
  const began = performance.now();
  const stored = await engine.check({ config, storedOnly: true });
  const seconds = (performance.now() - began) / 1000;
  expect(stored.violations).toEqual(computed.violations);
  expect(stored.violations.length).toBeGreaterThan(100);
  expect(seconds).toBeLessThan(2);
  await engine.dispose();
});
