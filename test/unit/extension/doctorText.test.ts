import { expect, it } from 'vitest';
import { doctorText } from '../../../src/extension/doctorText.js';

it('the check of the installation says what is missing and what to do about it', () => {
  const text = doctorText({
    schema: 'versusq.doctor/1',
    versusq: '1.2.3',
    ok: false,
    items: [
      { name: 'ffmpeg', ok: false, found: 'no ffmpeg', remedy: 'sudo apt install ffmpeg' },
      { name: 'model', ok: true, found: 'versusq-mini 1.0', remedy: null },
    ],
    devices: [
      { name: 'cpu', available: true, note: 'always there' },
      { name: 'cuda', available: false, note: 'no CUDA library' },
    ],
  });
  expect(text).toMatch(/^VersusQ 1\.2\.3: something is missing$/m);
  expect(text).toMatch(/^MISSING +ffmpeg +no ffmpeg\n +sudo apt install ffmpeg$/m);
  expect(text).toMatch(/^ok +model +versusq-mini 1\.0$/m);
  expect(text).toMatch(/^- +cuda +no CUDA library$/m);
});
