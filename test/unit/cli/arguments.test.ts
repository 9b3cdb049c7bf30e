// What may be written on the command line, what help says, and where settings go.
import { describe, expect, it } from 'vitest';
import { run } from './fake-engine.js';

describe('the command line', () => {
  it('prints its version and ends well', async () => {
    const { code, out } = await run(['--version']);
    expect(out).toBe('versusq 0.0.0-test\n');
    expect(code).toBe(0);
  });

  it('tells every command, examples and exit codes in its help, without making an engine', async () => {
    const { code, out, engine } = await run(['--help']);
    expect(code).toBe(0);
    for (const word of ['compare', 'rank', 'doctor', '--pairs', '130 cancelled', 'Examples:'])
      expect(out).toContain(word);
    expect(engine).toBeUndefined();
  });

  it.each(['compare', 'rank', 'doctor'])('tells the options of %s in its help', async (command) => {
    const { code, out } = await run([command, '--help']);
    expect(code).toBe(0);
    for (const option of ['--json', '--device', '--no-store', '--ffmpeg', '--model']) expect(out).toContain(option);
  });

  it.each([
    [[]],
    [['frobnicate']],
    [['compare']],
    [['compare', 'a10.mp4']],
    [['compare', 'a10.mp4', 'b20.mp4', 'c30.mp4']],
    [['compare', 'a10.mp4', 'b20.mp4', '--frob']],
    [['compare', 'a10.mp4', 'b20.mp4', '--device', 'tpu']],
    [['compare', 'a10.mp4', '--pairs', 'list.csv']],
    [['compare', '--pairs', '/nowhere/list.csv']],
    [['compare', 'a10.mp4', 'b20.mp4', '--report', '/nowhere/at/all/report.html']],
    [['rank']],
  ])('refuses %j as wrong usage, with words on stderr and none on stdout', async (args) => {
    const { code, out, err } = await run(args);
    expect(code).toBe(2);
    expect(out).toBe('');
    expect(err).not.toBe('');
  });

  it('says how to give a name that starts with a dash', async () => {
    const { err } = await run(['compare', '-odd.mp4', 'b.mp4']);
    expect(err).toContain("goes after '--'");
  });

  it('takes odd names after -- as names of files', async () => {
    const { code, engine } = await run(['compare', '--', '--json', '-y']);
    expect(code).toBe(0);
    expect(engine?.calls).toEqual(['compare --json -y']);
  });

  it('takes look-alikes of URLs as names of files in the working directory', async () => {
    const { out } = await run(['compare', '--json', 'http:x1.mp4', 'concat:a2|b'], { cwd: '/some/where' });
    const { a, b } = JSON.parse(out) as { a: { path: string }; b: { path: string } };
    expect([a.path, b.path]).toEqual(['/some/where/http:x1.mp4', '/some/where/concat:a2|b']);
  });

  it('gives the engine what the options say', async () => {
    const args = ['compare', 'a1.mp4', 'b2.mp4', '--device', 'cpu', '--ffmpeg', './bin/ffmpeg', '--model', 'm'];
    const { engine } = await run(args, { cwd: '/w', env: { VERSUSQ_HOME: '/store' } });
    expect(engine?.settings).toEqual({
      device: 'cpu',
      ffmpegPath: '/w/bin/ffmpeg',
      modelPath: '/w/m',
      storePath: '/store',
    });
  });

  it('leaves a bare program name to the PATH and keeps nothing with --no-store', async () => {
    const { engine } = await run(['compare', 'a1.mp4', 'b2.mp4', '--ffmpeg', 'ffmpeg7', '--no-store']);
    expect(engine?.settings).toEqual({ device: 'auto', ffmpegPath: 'ffmpeg7', modelPath: null, storePath: null });
  });
});
