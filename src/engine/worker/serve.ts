/**
 * The worker's side of the protocol (src/protocol/worker.ts), over any channel: requests in, events and one answer out. Requests
 * that use the model run one after the other; probes, proxies and thumbnails run beside them. Every request is answered once.
 */
import {
  VersusqError,
  type EngineSettings,
  type FromWorker,
  type StoreTrouble,
  type ToWorker,
  type WorkerEvent,
  type WorkerMethod,
  type WorkerMethods,
  say,
} from '../../protocol/index.js';
import { Slots } from '../compare/jobs.js';
import type { CreateEngine, Engine } from '../types.js';

type Handlers = {
  [M in Exclude<WorkerMethod, 'start'>]: (
    engine: Engine,
    params: WorkerMethods[M][0],
    job: { signal: AbortSignal; onEvent: (event: WorkerEvent) => void },
  ) => Promise<WorkerMethods[M][1]>;
};

const HANDLERS: Handlers = {
  probe: (engine, { path }, job) => engine.probe(path, job),
  compare: (engine, { a, b, glanceOnly = false, fresh = false }, job) =>
    engine.compare(a, b, { ...job, glanceOnly, fresh }),
  storedComparison: (engine, { a, b }, job) => engine.storedComparison(a, b, job),
  rank: (engine, { folder, paths, options }, job) => engine.rank(folder, paths, { ...options, ...job }),
  rankPairs: (engine, { folder, paths }, job) => engine.rankPairs(folder, paths, job),
  check: (engine, request, job) => engine.check(request, job),
  quality: (engine, { paths }, job) => engine.quality(paths, job),
  proxy: (engine, { path }, job) => engine.proxy(path, job),
  thumbnail: (engine, { path, time, width }, job) => engine.thumbnail(path, time, width, job),
  doctor: (engine) => engine.doctor(),
};
const USES_MODEL: ReadonlySet<WorkerMethod> = new Set<WorkerMethod>(['compare', 'rank', 'check', 'doctor']);
/** What only reads the store does not wait for the model. */
const usesModel = (method: WorkerMethod, params: unknown): boolean =>
  USES_MODEL.has(method) && (params as { storedOnly?: unknown } | null)?.storedOnly !== true;

export class WorkerServer {
  private engine: Engine | null = null;
  private readonly jobs = new Map<number, AbortController>();
  private readonly modelJobs = new Slots(1);

  constructor(
    private readonly create: CreateEngine,
    private readonly send: (message: FromWorker) => void,
  ) {}

  /** Takes one message of the host. */
  receive(message: ToWorker): void {
    if (message.type === 'cancel') this.jobs.get(message.id)?.abort();
    else void this.answer(message.id, message.method, message.params);
  }

  /** Cancels everything and frees what the engine holds. */
  async stop(): Promise<void> {
    for (const job of this.jobs.values()) job.abort();
    await this.engine?.dispose();
    this.engine = null;
  }

  private async answer(id: number, method: WorkerMethod, params: unknown): Promise<void> {
    const controller = new AbortController();
    this.jobs.set(id, controller);
    try {
      const work = () => this.run(id, method, params, controller.signal);
      const result = usesModel(method, params) ? await this.modelJobs.run(work, controller.signal) : await work();
      this.send({ type: 'result', id, result });
    } catch (error) {
      this.send({ type: 'error', id, error: VersusqError.from(error).toData() });
    } finally {
      this.jobs.delete(id);
    }
  }

  private async run(id: number, method: WorkerMethod, params: unknown, signal: AbortSignal): Promise<unknown> {
    if (method === 'start') {
      const before = this.engine;
      const onTrouble = (trouble: StoreTrouble): void => this.send({ type: 'storeTrouble', trouble });
      this.engine = this.create(params as EngineSettings, onTrouble); // at once: requests follow on its heels
      await before?.dispose();
      return { versusq: VERSUSQ_VERSION };
    }
    if (!this.engine) throw new VersusqError('internal', say`The worker was not started.`);
    if (!Object.hasOwn(HANDLERS, method))
      throw new VersusqError('internal', say`The worker knows no "${String(method)}".`);
    const handler = HANDLERS[method] as (engine: Engine, params: unknown, job: object) => Promise<unknown>;
    return handler(this.engine, params, {
      signal,
      onEvent: (event: WorkerEvent) => this.send({ type: 'event', id, event }),
    });
  }
}
