/**
 * Where the model can run. One frozen table by platform; `auto` tries from left to right. A GPU is used only after the
 * package's golden vectors came out right on it and, under `auto`, only where it is not slower than the CPU (a software
 * adapter is). What failed once in a process is not tried again.
 */
import { existsSync, readdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import { homedir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { say, type DeviceName } from '../../protocol/index.js';
import { checkGolden, goldenInputs, type GoldenCase } from './golden.js';
import { firstLine, Graphs, PROVIDERS, type Device, type Runtime } from './sessions.js';

/** Providers in onnxruntime-node's own builds (and CUDA where its libraries were put beside it), checked on this version. */
export const CHECKED_ON = 'onnxruntime-node 1.30.0';
export const DEVICE_TABLE: Readonly<Record<string, readonly Device[]>> = Object.freeze({
  'linux-x64': ['cuda', 'webgpu', 'cpu'],
  'linux-arm64': ['cpu'],
  'win32-x64': ['directml', 'webgpu', 'cpu'],
  'win32-arm64': ['directml', 'webgpu', 'cpu'],
  'darwin-arm64': ['coreml', 'webgpu', 'cpu'],
});
/** A GPU may round differently: golden tolerances are this much wider there. */
export const GPU_TOLERANCE_FACTOR = 2;
/** Timed runs of the gate against software adapters; the fastest counts. */
const TIMED_RUNS = 3;

export const DEVICE_LABELS: Readonly<Record<Device, string>> = {
  cpu: say`the CPU`,
  webgpu: 'WebGPU',
  cuda: 'CUDA',
  directml: 'DirectML',
  coreml: 'Core ML',
};

export interface Host {
  platform: string;
  arch: string;
  env: Readonly<Record<string, string | undefined>>;
  /** Folder of onnxruntime's native libraries, or null. */
  libraries: string | null;
}

export const thisHost = (): Host => ({
  platform: process.platform,
  arch: process.arch,
  env: process.env,
  libraries: librariesFolder(),
});

export const devicesOf = (host: Pick<Host, 'platform' | 'arch'>): readonly Device[] =>
  DEVICE_TABLE[`${host.platform}-${host.arch}`] ?? ['cpu'];

/** Why a device cannot be there at all, in words that follow "WebGPU: "; null where it is worth a try. Starts nothing. */
export function whyAbsent(device: Device, host: Host): string | null {
  if (!devicesOf(host).includes(device)) {
    return say`${CHECKED_ON} has no such build for ${host.platform}-${host.arch}`;
  }
  if (device === 'cuda') {
    const missing = ['libonnxruntime_providers_shared.so', 'libonnxruntime_providers_cuda.so'].find(
      (file) => host.libraries === null || !existsSync(join(host.libraries, file)),
    );
    if (missing) return say`${missing} does not lie beside onnxruntime (docs/devices.md says how to put it there)`;
  }
  if (device === 'webgpu' && host.platform === 'linux' && vulkanDrivers(host.env).length === 0) {
    return say`no Vulkan driver is installed`;
  }
  return null;
}

/** As `whyAbsent`, and also leaves out what only emulates a GPU: for `auto`. */
export function whyNotAuto(device: Device, host: Host): string | null {
  const absent = whyAbsent(device, host);
  if (absent !== null || device !== 'webgpu' || host.platform !== 'linux') return absent;
  const onlySoftware = vulkanDrivers(host.env).every((file) => /lvp|llvmpipe|swiftshader/i.test(file));
  return onlySoftware ? say`the only Vulkan driver is a software one` : null;
}

/** Manifests of installed Vulkan drivers, by the rules of the Vulkan loader (VK_DRIVER_FILES replaces the folders). */
export function vulkanDrivers(env: Host['env']): string[] {
  const named = env['VK_DRIVER_FILES'] ?? env['VK_ICD_FILENAMES'];
  if (named) return named.split(delimiter).filter((file) => existsSync(file));
  const data = env['XDG_DATA_HOME'] || join(env['HOME'] || homedir(), '.local', 'share');
  const folders = ['/usr/share', '/usr/local/share', '/etc', data].map((at) => join(at, 'vulkan', 'icd.d'));
  return folders.flatMap((folder) => {
    try {
      return readdirSync(folder)
        .filter((file) => file.endsWith('.json'))
        .map((file) => join(folder, file));
    } catch {
      return [];
    }
  });
}

function librariesFolder(): string | null {
  try {
    const root = dirname(createRequire(join(__dirname, 'x.js')).resolve('onnxruntime-node/package.json'));
    return join(root, 'bin', 'napi-v6', process.platform, process.arch);
  } catch {
    return null;
  }
}

export interface PackageParts {
  runtime: Runtime;
  manifest: { dimensions: { vocabulary: number } };
  hash: string;
  files: ReadonlyMap<string, Uint8Array | string>;
  golden: () => GoldenCase[];
}
export interface OpenedDevice {
  graphs: Graphs;
  /** Why it is not the device that was wanted; null where it is. */
  note: string | null;
}

/** What failed in this process: `device|model hash` -> reason. */
const failed = new Map<string, string>();

/**
 * Opens the package on the wanted device, else on the CPU with a note. `auto` takes the first of the table that proves itself;
 * it leaves no note where there simply is no GPU.
 */
export async function openDevice(parts: PackageParts, wanted: DeviceName, host = thisHost()): Promise<OpenedDevice> {
  const auto = wanted === 'auto';
  const reasons: { device: Device; reason: string }[] = [];
  for (const device of auto ? devicesOf(host) : [wanted]) {
    if (device === 'cpu') break;
    const absent = auto ? whyNotAuto(device, host) : whyAbsent(device, host);
    if (absent !== null) {
      if (!auto) reasons.push({ device, reason: absent });
      continue;
    }
    const opened = await tryDevice(parts, device, auto);
    if (opened instanceof Graphs) return { graphs: opened, note: null };
    reasons.push({ device, reason: opened });
  }
  const graphs = new Graphs(parts.runtime, 'cpu', parts.files);
  if (reasons.length === 0) return { graphs, note: null };
  const why = reasons.map(({ device, reason }) => `${DEVICE_LABELS[device]}: ${reason}`).join('; ');
  const [only, second] = reasons;
  if (!auto && only && !second) {
    const label = DEVICE_LABELS[only.device];
    return {
      graphs,
      note: say`The device that was asked for cannot be used (${label}: ${only.reason}). The model runs on the CPU.`,
    };
  }
  return { graphs, note: say`No GPU can be used (${why}). The model runs on the CPU.` };
}

/** The open graphs, golden vectors checked; or why not. */
export async function tryDevice(parts: PackageParts, device: Device, mustBeFast: boolean): Promise<Graphs | string> {
  const key = `${device}|${parts.hash}|${mustBeFast}`;
  const before = failed.get(key);
  if (before !== undefined) return before;
  const graphs = new Graphs(parts.runtime, device, parts.files);
  let reason: string | null;
  try {
    // A provider that a build lacks is dropped with a mere warning: the CPU would answer in its name.
    const known = parts.runtime.listSupportedBackends().some((backend) => backend.name === PROVIDERS[device]);
    if (!known) throw new Error(say`the installed runtime was built without it`);
    reason = await checkGolden(graphs, parts.golden(), parts.manifest, GPU_TOLERANCE_FACTOR);
    if (reason === null && mustBeFast) reason = await slowerThanCpu(parts, graphs);
  } catch (error) {
    reason = reasonOf(error);
  }
  if (reason === null) return graphs;
  failed.set(key, reason);
  await graphs.dispose();
  return reason;
}

/**
 * onnxruntime does not tell what kind of adapter answered. A real GPU is at least as fast as the CPU on the golden case of
 * the graph that sees; an emulated one is many times slower.
 */
async function slowerThanCpu(parts: PackageParts, graphs: Graphs): Promise<string | null> {
  const golden = parts.golden().find((c) => c.graph === 'encoder' || c.graph === 'vision');
  if (!golden) return null;
  const cpu = new Graphs(parts.runtime, 'cpu', parts.files);
  try {
    const [there, here] = [await fastest(parts, graphs, golden), await fastest(parts, cpu, golden)];
    return there > here ? say`it is slower than the CPU (${there.toFixed(0)} ms against ${here.toFixed(0)} ms)` : null;
  } finally {
    await cpu.dispose();
  }
}

async function fastest({ manifest }: PackageParts, graphs: Graphs, golden: GoldenCase): Promise<number> {
  const feeds = goldenInputs(graphs, golden, manifest);
  const outputs = Object.keys(golden.outputs);
  await graphs.run(golden.graph, feeds, outputs);
  let best = Infinity;
  for (let i = 0; i < TIMED_RUNS; i++) {
    const began = performance.now();
    await graphs.run(golden.graph, feeds, outputs);
    best = Math.min(best, performance.now() - began);
  }
  return best;
}

function reasonOf(error: unknown): string {
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  const text = firstLine(cause instanceof Error ? cause.message : String(cause));
  return /adapter/i.test(text) ? say`no graphics adapter answered` : text;
}
