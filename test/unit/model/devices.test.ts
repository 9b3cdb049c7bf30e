import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  CHECKED_ON,
  DEVICE_TABLE,
  devicesOf,
  openDevice,
  thisHost,
  whyAbsent,
  whyNotAuto,
  type Host,
  type PackageParts,
} from '../../../src/engine/model/devices.js';
import { loadModel, probeDevices } from '../../../src/engine/model/index.js';
import { readManifest, readVerified, shippedModelFolder } from '../../../src/engine/model/package.js';
import { loadRuntime } from '../../../src/engine/model/sessions.js';
import { parseGolden } from '../../../src/engine/model/golden.js';
import runtimePackage from 'onnxruntime-node/package.json' with { type: 'json' };

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'versusq-devices-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const linux = (change: Partial<Host> = {}): Host => ({
  platform: 'linux',
  arch: 'x64',
  env: { HOME: folder, XDG_DATA_HOME: folder, VK_DRIVER_FILES: join(folder, 'none.json') },
  libraries: folder,
  ...change,
});

describe('the device table', () => {
  it('ends with the CPU on every platform and cannot be changed', () => {
    for (const devices of Object.values(DEVICE_TABLE)) expect(devices.at(-1)).toBe('cpu');
    expect(Object.isFrozen(DEVICE_TABLE)).toBe(true);
    expect(devicesOf({ platform: 'plan9', arch: 'mips' })).toEqual(['cpu']);
  });

  it('was checked on the version of the runtime that is installed', () => {
    expect(CHECKED_ON).toBe(`onnxruntime-node ${runtimePackage.version}`);
  });

  it('names only providers that the installed runtime has, or CUDA', async () => {
    const { listSupportedBackends } = await loadRuntime();
    const bundled = listSupportedBackends()
      .filter((b) => b.bundled)
      .map((b) => b.name);
    const names = { directml: 'dml', webgpu: 'webgpu', cpu: 'cpu', coreml: 'coreml', cuda: 'cuda' };
    for (const device of devicesOf(thisHost())) if (device !== 'cuda') expect(bundled).toContain(names[device]);
  });
});

describe('a device', () => {
  it('that the platform does not have is absent', () => {
    expect(whyAbsent('directml', linux())).toContain('linux-x64');
    expect(whyAbsent('webgpu', linux({ arch: 'arm64' }))).toContain('linux-arm64');
    expect(whyAbsent('directml', linux({ platform: 'win32' }))).toBeNull();
  });

  it('CUDA is absent until both of its libraries lie beside the runtime', async () => {
    const libraries = join(folder, 'libraries');
    await mkdir(libraries);
    expect(whyAbsent('cuda', linux({ libraries }))).toContain('libonnxruntime_providers_shared.so');
    await writeFile(join(libraries, 'libonnxruntime_providers_shared.so'), '');
    expect(whyAbsent('cuda', linux({ libraries }))).toContain('libonnxruntime_providers_cuda.so');
    await writeFile(join(libraries, 'libonnxruntime_providers_cuda.so'), '');
    expect(whyAbsent('cuda', linux({ libraries }))).toBeNull();
  });

  it('WebGPU on Linux is absent without a Vulkan driver, and auto leaves software drivers alone', async () => {
    expect(whyAbsent('webgpu', linux())).toBe('no Vulkan driver is installed');
    const driver = async (name: string) => {
      await writeFile(join(folder, name), '{}');
      return linux({ env: { VK_DRIVER_FILES: join(folder, name) } });
    };
    const software = await driver('lvp_icd.x86_64.json');
    expect(whyAbsent('webgpu', software)).toBeNull();
    expect(whyNotAuto('webgpu', software)).toContain('software');
    expect(whyNotAuto('webgpu', await driver('radeon_icd.json'))).toBeNull();
  });
});

describe('opening the shipped package', () => {
  const parts = async (): Promise<PackageParts> => {
    const { manifest, hash } = await readManifest(shippedModelFolder());
    const files = await readVerified(shippedModelFolder(), manifest);
    return {
      runtime: await loadRuntime(),
      manifest,
      hash,
      files,
      golden: () => parseGolden(files.get('golden.json')!),
    };
  };

  it('on auto without any GPU runs on the CPU and says nothing of it', async () => {
    const { graphs, note } = await openDevice(await parts(), 'auto', linux());
    expect([graphs.device, note]).toEqual(['cpu', null]);
  });

  it('on a device that is not there runs on the CPU and says why', async () => {
    const { graphs, note } = await openDevice(await parts(), 'webgpu', linux());
    expect(graphs.device).toBe('cpu');
    expect(note).toBe(
      'The device that was asked for cannot be used (WebGPU: no Vulkan driver is installed). The model runs on the CPU.',
    );
  });

  it('on a GPU whose runtime refuses falls back to the CPU, and the refusal is remembered', async () => {
    let starts = 0;
    const real = await parts();
    const create = () => (starts++, Promise.reject(new Error('Failed to get a WebGPU adapter.\nat x')));
    const runtime = {
      Tensor: real.runtime.Tensor,
      InferenceSession: { create } as never,
      listSupportedBackends: () => ['dml', 'webgpu'].map((name) => ({ name, bundled: true })),
    };
    const refusing = { ...real, hash: 'refusing', runtime };
    const host = linux({ platform: 'win32' });
    for (let i = 0; i < 2; i++) {
      const { graphs, note } = await openDevice(refusing, 'auto', host);
      expect(graphs.device).toBe('cpu');
      expect(note).toBe(
        'No GPU can be used (DirectML: no graphics adapter answered; WebGPU: no graphics adapter answered). The model runs on the CPU.',
      );
      expect(starts).toBe(2);
    }
  });

  it('never takes the CPU for a GPU that the installed runtime was built without', async () => {
    const { Tensor, InferenceSession } = await loadRuntime();
    const runtime = { Tensor, InferenceSession, listSupportedBackends: () => [{ name: 'cpu', bundled: true }] };
    const host = linux({ platform: 'win32' });
    const { graphs, note } = await openDevice({ ...(await parts()), runtime, hash: 'without' }, 'directml', host);
    expect(graphs.device).toBe('cpu');
    expect(note).toContain('the installed runtime was built without it');
  });

  it('on a GPU that computes something else falls back to the CPU and names what differs', async () => {
    const real = await parts();
    const wrong = real.golden().map((c) => structuredClone(c));
    wrong[0]!.outputs['tokens']!.values[0]! += 1;
    // The "GPU" here is the CPU: a provider name that this build drops.
    const { InferenceSession, Tensor } = real.runtime;
    const runtime = { InferenceSession, Tensor, listSupportedBackends: () => [{ name: 'dml', bundled: true }] };
    const lying = { ...real, runtime, hash: 'wrong', golden: () => wrong };
    const { graphs, note } = await openDevice(lying, 'directml', linux({ platform: 'win32' }));
    expect(graphs.device).toBe('cpu');
    expect(note).toMatch(/DirectML: its answers differ from the model's known ones \(encoder\.tokens by 1/);
  });

  it('tells in loadModel what it runs on', async () => {
    const lines: string[] = [];
    const model = await loadModel({ folder: null, device: 'coreml', log: (line) => lines.push(line) });
    expect(model.device).toBe('cpu');
    expect(model.deviceNote).toContain('Core ML');
    expect(lines.join()).toContain('on cpu');
    await model.dispose();
  });

  it('is reported device by device for the doctor', async () => {
    const report = await probeDevices(null);
    expect(report.map((d) => d.name).sort()).toEqual(['coreml', 'cpu', 'cuda', 'directml', 'webgpu']);
    expect(report.find((d) => d.name === 'cpu')).toEqual({
      name: 'cpu',
      available: true,
      note: 'the CPU: gives the known answers',
    });
    for (const device of report) expect(device.note.length).toBeGreaterThan(10);
  });
});
