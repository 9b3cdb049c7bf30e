// The schema files that ship are the definitions of the code, and tell right from wrong.
import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { Value } from '@sinclair/typebox/value';
import { describe, expect, it } from 'vitest';
import { Comparison, DoctorReport, ErrorData, Ranking, VersusqError } from '../../../src/protocol/index.js';
import { fakeComparison, run } from '../cli/fake-engine.js';

describe('the schema files', () => {
  it('are up to date with src/protocol', () => {
    const { status, stderr } = spawnSync(process.execPath, ['scripts/schemas.mjs', '--check'], { encoding: 'utf8' });
    expect(stderr).toBe('');
    expect(status).toBe(0);
  });

  it('name draft 7 and their own version', () => {
    const ids = readdirSync('schemas').map((name) => {
      const schema = JSON.parse(readFileSync(`schemas/${name}`, 'utf8')) as { $schema: string; $id: string };
      expect(schema.$schema).toBe('http://json-schema.org/draft-07/schema#');
      return schema.$id;
    });
    expect(ids.sort()).toEqual([
      'versusq.bench/1',
      'versusq.check/1',
      'versusq.comparison/1',
      'versusq.doctor/1',
      'versusq.failure/1',
      'versusq.ranking/1',
    ]);
  });
});

describe('the comparison schema', () => {
  const good = fakeComparison('/a10.mp4', '/b20.mp4');

  it('accepts a comparison', () => {
    expect([...Value.Errors(Comparison, good)]).toEqual([]);
  });

  it.each([
    ['a missing margin', { margin: undefined }],
    ['a margin that is no number', { margin: 'much' }],
    ['a margin that is not finite', { margin: Number.NaN }],
    ['a probability above 1', { probabilityABetter: 1.2 }],
    ['an unknown verdict', { verdict: 'c' }],
    ['an unknown field', { extra: 1 }],
    ['an unknown attribute', { attributes: [{ attribute: 'beauty', margin: 1 }] }],
    ['an interval of three', { interval95: [1, 2, 3] }],
  ])('refuses %s', (_, change) => {
    expect(Value.Check(Comparison, { ...good, ...change })).toBe(false);
  });

  it('refuses a comparison as a ranking', () => {
    expect(Value.Check(Ranking, good)).toBe(false);
  });
});

describe('the doctor schema', () => {
  const printed = async () => JSON.parse((await run(['doctor', '--json'])).out) as DoctorReport;

  it('accepts what `versusq doctor --json` prints', async () => {
    const shipped = JSON.parse(readFileSync('schemas/doctor.schema.json', 'utf8')) as object;
    expect(shipped).toMatchObject(JSON.parse(JSON.stringify(DoctorReport)) as object);
    expect([...Value.Errors(DoctorReport, await printed())]).toEqual([]);
  });

  it.each([
    ['an unknown item', { items: [{ name: 'printer', ok: true, found: '', remedy: null }] }],
    ['an item without a remedy', { items: [{ name: 'node', ok: true, found: '' }] }],
    ['an unknown device', { devices: [{ name: 'abacus', available: true, note: '' }] }],
    ['another version', { schema: 'versusq.doctor/2' }],
    ['an unknown field', { extra: 1 }],
  ])('refuses %s', async (_, change) => {
    expect(Value.Check(DoctorReport, { ...(await printed()), ...change })).toBe(false);
  });
});

describe('an error', () => {
  it('keeps code, message, path and details over a process border', () => {
    const error = new VersusqError('media/truncated', 'x.mp4 ends early.', { path: 'x.mp4', details: 'moov' });
    const data = JSON.parse(JSON.stringify(error.toData())) as unknown;
    expect(Value.Check(ErrorData, data)).toBe(true);
    expect(VersusqError.fromData(data as Parameters<typeof VersusqError.fromData>[0]).toData()).toEqual(error.toData());
  });

  it('is cancelled when the work was aborted, and internal when nobody knows it', () => {
    expect(VersusqError.from(new DOMException('stop', 'AbortError')).code).toBe('cancelled');
    expect(VersusqError.from('boom', 'x.mp4')).toMatchObject({ code: 'internal', message: 'x.mp4: boom' });
  });
});
