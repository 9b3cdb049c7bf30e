/**
 * The host's side of the worker: forks it at the first request, gives it the settings, and speaks the protocol. A lost worker
 * rejects all its requests with `worker/crashed`; the next request forks anew. Every request ends: with its result, its error,
 * or a cancellation, which does not wait for the worker.
 */
import { fork, type ChildProcess } from 'node:child_process';
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

/** A worker without work is ended after this long, milliseconds. */
const IDLE_MS = 10 * 60_000;
/** A worker that does not confirm a cancellation within this time is stuck and is ended, milliseconds. */
const CANCEL_CONFIRM_MS = 10_000;
/** A worker that was asked to end is killed after this long, milliseconds. */
const END_MS = 3000;
/** The channel closes a moment before the exit is told, which knows the reason; milliseconds. */
const EXIT_LAG_MS = 250;
/** So much of what the worker wrote last is kept for an error's details, characters. */
const LAST_WORDS = 4000;

export interface WorkerClientOptions {
  /** dist/worker.cjs */
  workerPath: string;
  /** Asked at every start of a worker. */
  settings: () => EngineSettings;
  /** Lines the worker writes to stderr. */
  log?: (text: string) => void;
  onStoreTrouble?: (trouble: StoreTrouble) => void;
  env?: NodeJS.ProcessEnv;
  idleMs?: number;
}

export interface RequestOptions {
  signal?: AbortSignal;
  onEvent?: (event: WorkerEvent) => void;
}

interface Pending {
  resolve: (result: unknown) => void;
  reject: (error: VersusqError) => void;
  onEvent: ((event: WorkerEvent) => void) | undefined;
  /** Set once the caller was told: only the worker's confirmation is awaited. */
  cancelled: NodeJS.Timeout | null;
}

/** Ends what a dead worker left running (ffmpeg). On Windows there are no process groups. */
function killGroup(pid: number | undefined): void {
  if (pid === undefined || process.platform === 'win32') return;
  try {
    process.kill(-pid, 'SIGKILL');
  } catch {
    // nothing was left
  }
}

/** One running worker process and its requests. */
class Connection {
  readonly child: ChildProcess;
  readonly pending = new Map<number, Pending>();
  private lastWords = '';
  private lost = false;

  constructor(options: WorkerClientOptions, onLost: (connection: Connection) => void) {
    this.child = fork(options.workerPath, [], {
      execArgv: [],
      stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
      // Its own process group, so that what it started can be ended when it was killed and could not do so itself.
      detached: process.platform !== 'win32',
      ...(options.env ? { env: options.env } : {}),
    });
    this.child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      this.lastWords = (this.lastWords + text).slice(-LAST_WORDS);
      for (const line of text.split('\n')) if (line.trim()) options.log?.(line);
    });
    const fail = (how: string, cause?: unknown) => {
      if (this.lost) return;
      this.lost = true;
      onLost(this);
      for (const [id, entry] of this.pending) {
        this.forget(id);
        const message = say`The worker that computes comparisons ended unexpectedly (${how}). Retry: a new one starts by itself.`;
        entry.reject(new VersusqError('worker/crashed', message, { details: this.lastWords || how, cause }));
      }
    };
    this.child.on('error', (error) => fail(error.message, error));
    this.child.on('exit', (code, signal) => {
      killGroup(this.child.pid);
      fail(signal === null ? `exit code ${code}` : `signal ${signal}`);
    });
    this.child.on('disconnect', () => {
      setTimeout(() => {
        fail('its channel closed');
        this.end();
      }, EXIT_LAG_MS).unref();
    });
    this.child.on('message', (message) => this.receive(message as FromWorker, options));
  }

  post(message: ToWorker): void {
    this.child.send(message, () => {}); // a failure to send is followed by `exit` or `disconnect`
  }

  /** Asks the process to end, then makes it. */
  end(): void {
    this.lost = true;
    if (this.child.exitCode !== null || this.child.signalCode !== null) return;
    if (this.child.connected) this.child.disconnect();
    const kill = setTimeout(() => this.child.kill('SIGKILL'), END_MS);
    this.child.once('exit', () => clearTimeout(kill));
    kill.unref();
    this.child.unref();
  }

  forget(id: number): void {
    const entry = this.pending.get(id);
    if (entry?.cancelled) clearTimeout(entry.cancelled);
    this.pending.delete(id);
  }

  private receive(message: FromWorker, { onStoreTrouble }: WorkerClientOptions): void {
    if (message.type === 'storeTrouble') return onStoreTrouble?.(message.trouble);
    const entry = this.pending.get(message.id);
    if (!entry) return;
    if (message.type === 'event') {
      if (!entry.cancelled) entry.onEvent?.(message.event);
      return;
    }
    this.forget(message.id);
    if (message.type === 'result') entry.resolve(message.result);
    else entry.reject(VersusqError.fromData(message.error));
  }
}

export class WorkerClient {
  private connection: Connection | null = null;
  private nextId = 1;
  private idle: NodeJS.Timeout | null = null;
  private disposed = false;

  constructor(private readonly options: WorkerClientOptions) {}

  /** Process id of the running worker, or null. */
  get pid(): number | null {
    return this.connection?.child.pid ?? null;
  }

  /** Errors: whatever the method says, `worker/crashed`, `cancelled` (at once when the signal fires). */
  async request<M extends WorkerMethod>(
    method: M,
    params: WorkerMethods[M][0],
    options: RequestOptions = {},
  ): Promise<WorkerMethods[M][1]> {
    if (this.disposed) throw new VersusqError('cancelled', say`VersusQ is closing.`);
    if (options.signal?.aborted) throw new VersusqError('cancelled', say`Cancelled.`);
    const connection = (this.connection ??= this.start());
    return (await this.ask(connection, method, params, options)) as WorkerMethods[M][1];
  }

  /** Ends the worker; running requests reject with `cancelled`. The next request starts one with the settings of then. */
  restart(): void {
    const { connection } = this;
    this.connection = null;
    this.settle();
    if (!connection) return;
    for (const [id, entry] of connection.pending) {
      connection.forget(id);
      entry.reject(new VersusqError('cancelled', say`The worker was restarted.`));
    }
    connection.end();
  }

  dispose(): void {
    this.disposed = true;
    this.restart();
  }

  private start(): Connection {
    const connection = new Connection(this.options, (lost) => {
      if (this.connection === lost) this.connection = null;
      this.settle();
    });
    // Messages arrive in order, so the requests that follow find the engine made.
    this.ask(connection, 'start', this.options.settings(), {}).catch(() => undefined);
    return connection;
  }

  private ask(
    connection: Connection,
    method: WorkerMethod,
    params: unknown,
    options: RequestOptions,
  ): Promise<unknown> {
    const id = this.nextId++;
    const { signal, onEvent } = options;
    return new Promise<unknown>((resolve, reject) => {
      const cancel = () => {
        entry.cancelled = setTimeout(() => connection.child.kill('SIGKILL'), CANCEL_CONFIRM_MS);
        connection.post({ type: 'cancel', id });
        reject(new VersusqError('cancelled', say`Cancelled.`));
      };
      const done = () => {
        signal?.removeEventListener('abort', cancel);
        this.settle();
      };
      const entry: Pending = {
        resolve: (result) => (resolve(result), done()),
        reject: (error) => (reject(error), done()),
        onEvent,
        cancelled: null,
      };
      connection.pending.set(id, entry);
      signal?.addEventListener('abort', cancel, { once: true });
      this.settle();
      connection.post({ type: 'request', id, method, params });
    });
  }

  /** Starts the idle clock where nothing runs, stops it where something does. */
  private settle(): void {
    if (this.idle) clearTimeout(this.idle);
    this.idle = null;
    const { connection } = this;
    if (!connection || connection.pending.size > 0) return;
    this.idle = setTimeout(() => this.restart(), this.options.idleMs ?? IDLE_MS);
    this.idle.unref();
  }
}
