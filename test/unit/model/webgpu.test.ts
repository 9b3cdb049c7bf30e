/**
 * The shipped graphs on onnxruntime's WebGPU provider, on a Vulkan device made of software: Chromium's SwiftShader. It proves
 * that a GPU can run them and agrees with the CPU; it says nothing of speed.
 */
import { build } from 'esbuild';
import { fork } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { shippedModelFolder } from '../../../src/engine/model/package.js';
import type { ChildMessage, ChildReport } from './webgpu-child.js';

/** Where Debian's and Ubuntu's chromium put the driver; another one is named in VERSUSQ_SOFTWARE_VULKAN. */
const DRIVERS = ['/usr/lib/chromium/vk_swiftshader_icd.json', '/usr/lib/chromium-browser/vk_swiftshader_icd.json'];
/** A hang, not a slow machine: SwiftShader takes one to two minutes on two free cores. */
const HANG_MS = 900_000;

let folder: string;
let report: ChildReport;

beforeAll(async () => {
  const driver = [process.env['VERSUSQ_SOFTWARE_VULKAN'] ?? '', ...DRIVERS].find((file) => file && existsSync(file));
  if (!driver) {
    throw new Error(
      'No software Vulkan driver is on this machine. `npm test` installs it with chromium (apt-get install chromium: /usr/lib/chromium/vk_swiftshader_icd.json); or name the ICD file of another one in VERSUSQ_SOFTWARE_VULKAN.',
    );
  }
  folder = await mkdtemp(join(tmpdir(), 'versusq-webgpu-'));
  // Inside node_modules, so that the native runtime is found from the bundle.
  const outfile = resolve('node_modules', '.cache', 'versusq', `webgpu-child-${process.pid}.cjs`);
  await build({
    entryPoints: [resolve('test/unit/model/webgpu-child.ts')],
    bundle: true,
    platform: 'node',
    format: 'cjs',
    target: 'node20',
    external: ['onnxruntime-node'],
    logLevel: 'error',
    outfile,
  });
  try {
    report = await runChild(outfile, driver);
  } finally {
    await rm(outfile, { force: true });
  }
}, HANG_MS);
afterAll(async () => {
  if (folder) await rm(folder, { recursive: true, force: true });
});

function runChild(file: string, driver: string): Promise<ChildReport> {
  return new Promise((done, failed) => {
    const child = fork(file, [shippedModelFolder(), folder], {
      execArgv: [],
      env: { ...process.env, VK_DRIVER_FILES: driver, VK_ICD_FILENAMES: driver },
      stdio: ['ignore', 'inherit', 'pipe', 'ipc'],
    });
    let errors = '';
    child.stderr?.on('data', (text: Buffer) => (errors += text.toString()));
    let stage = 'starting';
    const began = performance.now();
    const hung = setTimeout(() => {
      child.kill('SIGKILL');
      failed(new Error(`The WebGPU process hangs at: ${stage}.`));
    }, HANG_MS - 20_000);
    child.on('message', (message: ChildMessage) => {
      if ('stage' in message) {
        stage = message.stage;
        console.log(`${((performance.now() - began) / 1000).toFixed(0)} s: ${stage}`);
      } else if ('report' in message) done(message.report);
      else failed(new Error(message.error));
    });
    child.on('error', failed);
    child.on('exit', (code, signal) => {
      clearTimeout(hung);
      failed(new Error(`The WebGPU process ended with ${signal ?? code} before it reported. ${errors.slice(-2000)}`));
    });
  });
}

describe('the shipped graphs on WebGPU (software Vulkan)', () => {
  it('are run by the WebGPU provider, all convolutions and matrix products among them', () => {
    for (const { graph, nodes, onCpu } of report.placements) {
      console.log(`${graph}: ${JSON.stringify(nodes)}; on the CPU: ${onCpu.join(', ') || 'nothing'}`);
      const gpu = nodes['WebGpuExecutionProvider'] ?? 0;
      const cpu = nodes['CPUExecutionProvider'] ?? 0;
      expect(gpu, graph).toBeGreaterThan(cpu);
      for (const kind of ['Conv', 'MatMul', 'Gemm', 'Attention', 'Softmax']) expect(onCpu, graph).not.toContain(kind);
    }
  });

  it('give the known answers, so that the model runs there when WebGPU is asked for', () => {
    // Golden vectors of all four graphs are checked before a device is taken; a difference would be the note.
    expect(report.opened).toEqual({ device: 'webgpu', note: null });
  });

  it('give the margins and the words of the CPU', () => {
    const { webgpu, cpu } = report;
    console.log(
      `tokens/s: webgpu (software) ${webgpu.tokensPerSecond.toFixed(0)}, cpu ${cpu.tokensPerSecond.toFixed(0)}`,
    );
    expect(webgpu.glance).toBeCloseTo(cpu.glance, 2);
    expect(webgpu.text).toBe(cpu.text);
    expect(webgpu.considered).toBeCloseTo(cpu.considered, 2);
  });

  it('are left to the CPU by auto, since the adapter is a software one', () => {
    expect(report.auto.device).toBe('cpu');
  });
});
