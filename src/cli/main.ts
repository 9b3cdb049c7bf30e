/**
 * The `versusq` program: gives the process's streams and signals to `runCli` and leaves with its code. The first Ctrl+C cancels
 * (ffmpeg's processes end), the second leaves at once; a closed pipe ends the work without a word.
 */
import { homedir } from 'node:os';
import { runCli } from './command.js';
import { EXIT } from './exit.js';

async function main(): Promise<void> {
  const controller = new AbortController();
  let unread = false;
  const interrupt = (): void => {
    if (controller.signal.aborted) process.exit(EXIT.cancelled);
    controller.abort();
  };
  process.on('SIGINT', interrupt);
  process.on('SIGTERM', interrupt);
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error;
    unread = true;
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
  await Promise.all([flushed(process.stdout), flushed(process.stderr)]);
  process.exit(unread ? EXIT.done : code);
}

/** Resolves when all that was written has left the process, or can't any more. */
const flushed = (stream: NodeJS.WriteStream): Promise<void> =>
  new Promise((done) => (stream.writable ? stream.write('', () => done()) : done()));

void main();
