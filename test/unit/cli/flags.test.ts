// The engine's sentences name VS Code settings; on the command line they name flags.
import { readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { withFlags } from '../../../src/cli/flags.js';
import { run, scratch } from './fake-engine.js';

const ENGINE = join(import.meta.dirname, '../../../src/engine');

describe('sentences that name a setting', () => {
  it.each([
    ['or name it in the setting versusq.ffmpegPath.', 'or name it with --ffmpeg.'],
    ['The setting versusq.ffmpegPath names /x, but', '--ffmpeg names /x, but'],
    ['Correct it, or empty it to use the one on the PATH.', 'Correct it, or leave it out to use the one on the PATH.'],
    ['or name another model folder in the setting versusq.modelPath.', 'or name another model folder with --model.'],
    ['Set versusq.device (or --device) to cpu.', 'Set --device to cpu.'],
    ['Set versusq.device to "auto" or "cpu".', 'Set --device to "auto" or "cpu".'],
    ['ffmpeg 7.1 (/opt/ffmpeg, from the setting)', 'ffmpeg 7.1 (/opt/ffmpeg, from --ffmpeg)'],
    ['/clips/versusq.mp4 does not exist.', '/clips/versusq.mp4 does not exist.'],
  ])('%s', (sentence, told) => {
    expect(withFlags(sentence)).toBe(told);
  });

  it('are all known: no sentence of the engine names a setting that would stay', () => {
    const files = readdirSync(ENGINE, { recursive: true, encoding: 'utf8' }).filter((f) => f.endsWith('.ts'));
    const lines = files.flatMap((file) => readFileSync(join(ENGINE, file), 'utf8').split('\n'));
    const naming = lines.filter((line) => /versusq\.(ffmpegPath|modelPath|device|store)\b/.test(line));
    expect(naming.length).toBeGreaterThan(5);
    for (const line of naming) expect(withFlags(line)).not.toMatch(/versusq\.[a-z]+|the setting/i);
  });

  it('are reworded wherever a command tells an error: on stderr, as JSON, in a row, and by doctor', async () => {
    const pair = ['compare', 'noffmpeg1.mp4', 'b2.mp4'];
    expect((await run(pair)).err).toContain('or name it with --ffmpeg.');
    expect((await run([...pair, '--json'])).out).toContain('or name it with --ffmpeg.');
    const folder = scratch();
    writeFileSync(join(folder, 'pairs.csv'), 'a,b\nnoffmpeg1.mp4,b2.mp4\n');
    expect((await run(['compare', '--pairs', 'pairs.csv'], { cwd: folder })).out).toContain('name it with --ffmpeg.');
    expect((await run(['doctor', '--ffmpeg', '/nowhere/ffmpeg'])).out).toContain('or give --ffmpeg its path');
  });
});
