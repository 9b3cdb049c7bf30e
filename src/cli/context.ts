/**
 * Everything of the world that a command touches, in one value: streams, folders, environment, the engine's maker. Tests give
 * their own; main.ts gives the process's.
 */
import type { Engine } from '../engine/types.js';
import type { EngineSettings } from '../protocol/index.js';

export interface Output {
  write(text: string): unknown;
  readonly isTTY?: boolean | undefined;
  readonly columns?: number | undefined;
}

export interface CliContext {
  cwd: string;
  env: Record<string, string | undefined>;
  platform: NodeJS.Platform;
  home: string;
  stdout: Output;
  stderr: Output;
  /** Aborted by Ctrl+C, by SIGTERM, and when nobody reads the output any more. */
  signal: AbortSignal;
  /** Loads the engine's code at its first call, so that help costs nothing. */
  createEngine(settings: EngineSettings): Promise<Engine>;
  now(): Date;
}
