/**
 * The `versusq` program: gives the process's streams and signals to `runCli` and leaves with its code. The first Ctrl+C cancels
 * (ffmpeg's processes end), the second leaves at once; a closed pipe ends the work without a word, a full disk with one.
 */
import { homedir } from 'node:os';
import { runCli } from './command.js';
import { EXIT } from './exit.js';

async function main(): Promise<void> {
  const controller = new AbortController();
  const failedWrites: NodeJS.ErrnoException[] = [];
  const interrupt = (): void => {
    if (controller.signal.aborted) process.exit(EXIT.cancelled);
    controller.abort();
  };
  process.on('SIGINT', interrupt);
  process.on('SIGTERM', interrupt);
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    failedWrites.push(error);
    controller.abort();
  });
  process.stderr.on('error', () => undefined);
  const code = await runCli(process.argv.slice(2), {
    cwd: process.cwd(),
    env: process.env,
    platform: process.platform,
    home: homedir(),
    stdout: process.stdout,
    stderr: process.stderr,
    signal: controller.signal,
    createEngine: async (settings) => {
      const { createEngine } = await import('../engine/engine.js');
      return createEngine(settings);
    },
    now: () => new Date(),
  });
  await flushed(process.stdout);
  const [failed] = failedWrites;
  const told = failed === undefined || failed.code === 'EPIPE'; // a reader that wants no more is no failure
  if (!told) process.stderr.write(`versusq: the output can't be written (${failed.code ?? failed.message})\n`);
  await flushed(process.stderr);
  process.exit(failed === undefined ? code : told ? EXIT.done : EXIT.environment);
}

/** Resolves when all that was written has left the process, or can't any more, and the stream has told what failed. */
const flushed = (stream: NodeJS.WriteStream): Promise<void> =>
  new Promise((done) => {
    const told = () => setImmediate(done);
    if (stream.writable) stream.write('', told);
    else told();
  });

void main();
