/** Options that every command shares, and the engine settings that come of them. */
import { Option, type Command } from 'commander';
import { resolve } from 'node:path';
import { storeFolder } from '../engine/paths.js';
import type { DeviceName, EngineSettings } from '../protocol/index.js';
import type { CliContext } from './context.js';
import { programPath } from './paths.js';

const DEVICES: DeviceName[] = ['auto', 'cpu', 'webgpu', 'cuda', 'directml', 'coreml'];

export interface EngineOptions {
  device: DeviceName;
  store: boolean;
  ffmpeg?: string;
  model?: string;
}

export function addEngineOptions(command: Command): Command {
  return command
    .addOption(
      new Option('--device <name>', 'where the model runs; auto tries the GPU first').choices(DEVICES).default('auto'),
    )
    .option('--no-store', 'neither use nor keep earlier results')
    .option('--ffmpeg <path>', 'the ffmpeg program (default: the one on the PATH, then the npm-packaged one)')
    .option('--model <folder>', 'another model package (default: the versusq-mini that comes with it)');
}

export function settingsOf(options: EngineOptions, context: CliContext): EngineSettings {
  return {
    ffmpegPath: options.ffmpeg === undefined ? null : programPath(context.cwd, options.ffmpeg),
    modelPath: options.model === undefined ? null : resolve(context.cwd, options.model),
    device: options.device,
    storePath: options.store ? storeFolder(context) : null,
  };
}
