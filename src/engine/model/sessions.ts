/**
 * onnxruntime-node behind one seam: graphs are opened when first needed, run by name, and closed together. Opening and running
 * block the JavaScript thread, so this lives in the forked worker (FACTS); a failure to open is never kept.
 */
import type { InferenceSession, Tensor } from 'onnxruntime-node';
import { availableParallelism } from 'node:os';
import { setTimeout } from 'node:timers/promises';
import { VersusqError, type DeviceName, say } from '../../protocol/index.js';
import type { GraphName } from './package.js';

export type Runtime = Pick<typeof import('onnxruntime-node'), 'InferenceSession' | 'Tensor' | 'listSupportedBackends'>;
export type Device = Exclude<DeviceName, 'auto'>;
export type Tensors = Record<string, Tensor>;

/** More threads than this gain nothing on graphs of this size. */
const MAX_THREADS = 4;
/** What runs for each burst runs beside two decoders, which use every core: a second thread costs a quarter more and waits for them. */
const BESIDE_DECODERS: ReadonlySet<GraphName> = new Set(['encoder', 'detail']);
/** onnxruntime's severity "error": its warnings about dropped providers and node placement are said in our own words. */
const LOG_ERRORS = 3;

/**
 * Graphs of many small element-wise nodes, on the CPU: optimising them takes longer (250 and 190 ms of one core, against 85
 * and 70) and gains nothing in their runs, measured on versusq-mini 0.1.0. A graph of convolutions would need `all`.
 */
const OPENED_PLAIN: ReadonlySet<GraphName> = new Set(['encoder', 'timeline', 'detail', 'pair']);

/** Opening blocks the thread: what is about to start (the decoder of the other clip) gets so long to do so first. */
const OTHERS_FIRST_MS = 5;

/** Names of execution providers in onnxruntime. */
export const PROVIDERS: Readonly<Record<Device, string>> = Object.freeze({
  cpu: 'cpu',
  webgpu: 'webgpu',
  cuda: 'cuda',
  directml: 'dml',
  coreml: 'coreml',
});

let runtime: Promise<Runtime> | undefined;
/** The native runtime, loaded at the first call. */
export function loadRuntime(): Promise<Runtime> {
  runtime ??= import('onnxruntime-node').then(
    (m) => ('InferenceSession' in m ? m : (m as { default: unknown }).default) as Runtime,
    (cause: unknown) => {
      runtime = undefined;
      throw new VersusqError(
        'device/unavailable',
        say`The model runtime (onnxruntime-node) has no build that starts on ${process.platform}-${process.arch}. Install VersusQ for this platform again.`,
        { cause, details: String(cause) },
      );
    },
  );
  return runtime;
}

/** Options by which every graph is opened. Spinning threads would steal the cores from the decoders. */
export function sessionOptions(device: Device, graph: GraphName): InferenceSession.SessionOptions {
  return {
    executionProviders: device === 'cpu' ? ['cpu'] : [PROVIDERS[device], 'cpu'],
    graphOptimizationLevel: device === 'cpu' && OPENED_PLAIN.has(graph) ? 'disabled' : 'all',
    intraOpNumThreads: BESIDE_DECODERS.has(graph) ? 1 : Math.min(MAX_THREADS, availableParallelism()),
    interOpNumThreads: 1,
    logSeverityLevel: LOG_ERRORS,
    extra: { session: { intra_op: { allow_spinning: '0' } } },
  };
}

export function asTensor(
  { Tensor }: Runtime,
  type: 'uint8' | 'float32' | 'int64',
  values: ArrayLike<number>,
  dims: readonly number[],
): Tensor {
  if (type === 'int64') return new Tensor('int64', BigInt64Array.from(Array.from(values, BigInt)), dims);
  if (type === 'uint8')
    return new Tensor('uint8', values instanceof Uint8Array ? values : Uint8Array.from(values), dims);
  return new Tensor('float32', values instanceof Float32Array ? values : Float32Array.from(values), dims);
}

/** The graphs of one package on one device. */
export class Graphs {
  private readonly sessions = new Map<GraphName, Promise<InferenceSession>>();

  constructor(
    readonly runtime: Runtime,
    readonly device: Device,
    /** bytes of each file, or its path where it is too large to be held */
    private readonly files: ReadonlyMap<string, Uint8Array | string>,
  ) {}

  /** Opens a graph, or gives the open one. Rejects where the device does not take it. */
  session(name: GraphName): Promise<InferenceSession> {
    let session = this.sessions.get(name);
    if (!session) {
      const options = sessionOptions(this.device, name);
      const graph = this.files.get(`${name}.onnx`)!;
      const { InferenceSession } = this.runtime;
      session =
        typeof graph === 'string' ? InferenceSession.create(graph, options) : InferenceSession.create(graph, options);
      this.sessions.set(name, session);
      session.catch(() => this.sessions.delete(name));
    }
    return session;
  }

  /** Opens graphs ahead of their use, one by one; what fails here fails again, and is told, where it is needed. */
  async warm(names: readonly GraphName[]): Promise<void> {
    for (const name of names) {
      await setTimeout(OTHERS_FIRST_MS);
      await this.session(name).catch(() => undefined);
    }
  }

  /** Runs a graph. Error: device/unavailable where a GPU fails on the way. */
  async run(name: GraphName, feeds: Tensors, outputs?: readonly string[]): Promise<Tensors> {
    try {
      const session = await this.session(name);
      return (await (outputs ? session.run(feeds, outputs) : session.run(feeds))) as Tensors;
    } catch (cause) {
      const details = cause instanceof Error ? cause.message : String(cause);
      if (this.device === 'cpu') {
        throw new VersusqError('internal', say`The model's ${name} graph failed: ${firstLine(details)}`, {
          cause,
          details,
        });
      }
      throw new VersusqError(
        'device/unavailable',
        say`The model's ${name} graph failed on ${this.device}: ${firstLine(details)} Set versusq.device (or --device) to cpu.`,
        { cause, details },
      );
    }
  }

  async dispose(): Promise<void> {
    const open = [...this.sessions.values()];
    this.sessions.clear();
    await Promise.allSettled(open.map(async (session) => (await session).release()));
  }
}

/** For sentences: the runtime's messages go on for pages. */
export const firstLine = (text: string) => text.split('\n', 1)[0]!.slice(0, 300);
