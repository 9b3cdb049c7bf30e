import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, expect, it, vi } from 'vitest';
import type { DoctorReport } from '../../../src/protocol/index.js';
import * as vscode from './fake-vscode.js';

vi.mock('vscode', () => import('./fake-vscode.js'));
const { doctorText } = await import('../../../src/extension/doctorText.js');
const { languageFrom } = await import('../../../src/extension/language.js');

const REPORT: DoctorReport = {
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
};
const root = join(import.meta.dirname, '../../..');
const english = vscode.l10n.t;
afterEach(() => {
  vscode.env.language = 'en';
  vscode.l10n.t = english;
  languageFrom(root);
});

it('the check of the installation says what is missing and what to do about it', () => {
  const text = doctorText(REPORT);
  expect(text).toMatch(/^VersusQ 1\.2\.3: something is missing$/m);
  expect(text).toMatch(/^MISSING +ffmpeg +no ffmpeg\n +sudo apt install ffmpeg$/m);
  expect(text).toMatch(/^ok +model +versusq-mini 1\.0$/m);
  expect(text).toMatch(/^- +cuda +no CUDA library$/m);
});

it('in a German window says all but names in German, in the same columns', () => {
  const bundle = JSON.parse(readFileSync(join(root, 'l10n/bundle.l10n.de.json'), 'utf8')) as Record<string, string>;
  vscode.l10n.t = (message, ...values) => english(bundle[message] ?? message, ...values);
  vscode.env.language = 'de';
  languageFrom(root);
  const device = 'cpu: No GPU can be used (WebGPU: no Vulkan driver is installed). The model runs on the CPU.';
  const again = 'Set versusq.device to "cpu". If that fails as well, install VersusQ again.';
  const text = doctorText({
    ...REPORT,
    items: [
      { name: 'ffmpeg', ok: true, found: 'ffmpeg 6.1 (/usr/bin/ffmpeg, on the PATH)', remedy: null },
      { name: 'device', ok: false, found: device, remedy: again },
    ],
    devices: [
      { name: 'cpu', available: true, note: 'the CPU: gives the known answers' },
      { name: 'webgpu', available: false, note: 'WebGPU: no Vulkan driver is installed' },
    ],
  });
  expect(text.split('\n')).toEqual([
    'VersusQ 1.2.3: Etwas fehlt',
    '',
    'gut    ffmpeg  ffmpeg 6.1 (/usr/bin/ffmpeg, auf dem PATH)',
    expect.stringMatching(/^FEHLT {2}device {2}cpu: Keine GPU ist nutzbar \(.*\)\. Das Modell rechnet auf der CPU\.$/),
    '               Setzen Sie versusq.device auf „cpu“. Wenn auch das misslingt, installieren Sie VersusQ neu.',
    '',
    'Geräte, auf denen das Modell rechnen kann:',
    'gut    cpu     die CPU: gibt die bekannten Antworten',
    '-      webgpu  WebGPU: kein Vulkan-Treiber ist installiert',
    '',
  ]);
});
