// `versusq doctor`: what is there, what is missing, exit code.
import { describe, expect, it } from 'vitest';
import { run } from './fake-engine.js';

describe('doctor', () => {
  it('lists what was found and the devices, and exits 0', async () => {
    const { code, out } = await run(['doctor']);
    expect(code).toBe(0);
    expect(out).toMatch(/ok +ffmpeg +ffmpeg 5\.1\.9[^]*ok +model[^]*yes +cpu[^]*no +webgpu/);
  });

  it('says how to get what is missing, and exits 3', async () => {
    const { code, out } = await run(['doctor', '--ffmpeg', '/nowhere/ffmpeg']);
    expect(code).toBe(3);
    expect(out).toMatch(/missing +ffmpeg[^]*sudo apt install ffmpeg/);
  });

  it('prints the report as JSON', async () => {
    const { code, out } = await run(['doctor', '--json']);
    expect(code).toBe(0);
    expect(JSON.parse(out)).toMatchObject({ schema: 'versusq.doctor/1', ok: true });
  });
});
