// `versusq compare` of two clips: text, JSON, streams, colours, exit codes.
import { Value } from '@sinclair/typebox/value';
import { describe, expect, it } from 'vitest';
import { Comparison } from '../../../src/protocol/index.js';
import { REASONING, run } from './fake-engine.js';

const PAIR = ['compare', 'a50.mp4', 'b20.mp4'];

describe('compare', () => {
  it('tells facts, verdict, number, reasoning, claims, attributes, alignment and provenance, in this order', async () => {
    const { code, out, err, engine } = await run(PAIR);
    expect(code).toBe(0);
    const stations = [
      'A a50.mp4',
      'B b20.mp4',
      'A looks clearly better',
      '+3.0 (+2.4 to +3.6)',
      'B smears',
      'blockiness  0:02.0-0:03.5',
      'sharpness',
      'same content',
      'versusq-mini',
    ];
    const places = stations.map((s) => out.indexOf(s));
    expect(places).not.toContain(-1);
    expect([...places].sort((x, y) => x - y)).toEqual(places);
    expect(err).toBe('');
    expect(engine?.disposed).toBe(true);
  });

  it('draws bars of an attribute on the side of the better clip', async () => {
    const better = (out: string): string | undefined =>
      /sharpness\s.*/
        .exec(out)?.[0]
        .split('\u2502')
        .map((half) => half.includes('\u2588'))
        .join();
    expect(better((await run(PAIR)).out)).toBe('true,false');
    expect(better((await run(['compare', 'b20.mp4', 'a50.mp4'])).out)).toBe('false,true');
  });

  it('prints JSON that validates against the schema, on one line', async () => {
    const { code, out } = await run([...PAIR, '--json']);
    expect(code).toBe(0);
    expect(out.trim().split('\n')).toHaveLength(1);
    expect([...Value.Errors(Comparison, JSON.parse(out))]).toEqual([]);
  });

  it('asks for no reasoning with --glance', async () => {
    const { out } = await run([...PAIR, '--glance', '--json']);
    expect(JSON.parse(out)).toMatchObject({ kind: 'glance', reasoning: '' });
  });

  it('wraps the reasoning to the width of the terminal', async () => {
    const { out } = await run(PAIR);
    expect(out.replace(/\s+/g, ' ')).toContain(REASONING);
    expect(Math.max(...out.split('\n').map((line) => line.length))).toBeLessThanOrEqual(100);
  });

  it('on a terminal shows the glance before the reasoning and the considered verdict after it, each once', async () => {
    const { out } = await run(PAIR, { tty: true, env: { NO_COLOR: '1' } });
    expect(out.indexOf('at a glance')).toBeLessThan(out.indexOf('B smears'));
    expect(out.indexOf('B smears')).toBeLessThan(out.indexOf('considered'));
    expect(out.split('B smears')).toHaveLength(2);
    expect(out.split('A a50.mp4')).toHaveLength(2);
  });

  it('colours and shows progress on a terminal only, and colours never with NO_COLOR', async () => {
    const pipe = await run(PAIR);
    expect(pipe.out + pipe.err).not.toContain('\x1b');
    const terminal = await run(PAIR, { tty: true });
    expect(terminal.out).toContain('\x1b[1;36m');
    expect(terminal.err).toContain('decode A a50.mp4 43 %');
    expect(terminal.err.endsWith('\r\x1b[K')).toBe(true);
    const plain = await run(PAIR, { tty: true, env: { NO_COLOR: '1' } });
    expect(plain.out).not.toContain('\x1b');
  });

  it('makes escape sequences and line breaks of a name visible', async () => {
    const { out, err } = await run(['compare', 'x\x1b[31m\nred5.mp4', 'missing\x1b[2J.mp4']);
    expect(out + err).not.toContain('\x1b');
    const good = await run(['compare', 'x\x1b[31m\nred5.mp4', 'b20.mp4']);
    expect(good.out).toContain('x\\x1b[31m\\nred5.mp4');
  });

  it('says what happened to which file when a clip fails, and exits 1', async () => {
    const { code, out, err, engine } = await run(['compare', 'a10.mp4', 'missing.mp4']);
    expect(code).toBe(1);
    expect(out).toBe('');
    expect(err).toContain('/work/missing.mp4 does not exist.');
    expect(err).toContain('media/not-found');
    expect(engine?.disposed).toBe(true);
  });

  it('gives an address to the engine as it stands, which refuses it for what it is', async () => {
    const address = 'https://example.com/missing.mp4';
    const { out } = await run(['compare', address, 'b20.mp4', '--json']);
    expect(JSON.parse(out)).toMatchObject({ error: { path: address } });
  });

  it('prints the failure as JSON too with --json, without its details', async () => {
    const { code, out } = await run(['compare', 'a10.mp4', 'missing.mp4', '--json']);
    expect(code).toBe(1);
    expect(JSON.parse(out)).toEqual({
      error: { code: 'media/not-found', message: '/work/missing.mp4 does not exist.', path: '/work/missing.mp4' },
    });
  });

  it('exits 3 when the environment lacks something', async () => {
    expect((await run(['compare', 'noffmpeg.mp4', 'b.mp4'])).code).toBe(3);
  });

  it('exits 130 without an error sentence when cancelled, and lets the engine go', async () => {
    const controller = new AbortController();
    const running = run(['compare', 'slow.mp4', 'b.mp4', '--json'], { signal: controller.signal });
    setTimeout(() => controller.abort(), 10);
    const { code, out, err, engine } = await running;
    expect({ code, out, err }).toEqual({ code: 130, out: '', err: '' });
    expect(engine?.disposed).toBe(true);
  });
});
