/**
 * Finds ffmpeg and ffprobe: the setting, then PATH, then the npm packages. What is found is asked for its version first; too
 * old a program is passed over where another one is left. No failure is remembered.
 */
import { accessSync, constants, statSync } from 'node:fs';
import { createRequire } from 'node:module';
import { delimiter, dirname, join, resolve } from 'node:path';
import { VersusqError } from '../../protocol/index.js';
import { ask } from './run.js';
import type { Ffmpeg } from './types.js';

const OLDEST_MAJOR = 4;
const exe = process.platform === 'win32' ? '.exe' : '';
const HOW_TO_GET =
  'Install it (Debian/Ubuntu: sudo apt install ffmpeg; macOS: brew install ffmpeg; Windows: winget install ffmpeg) ' +
  'or name it in the setting versusq.ffmpegPath.';

/** Development builds carry no number; the year of their copyright tells which release they are nearest to. */
const RELEASE_OF_YEAR: [year: number, version: [number, number]][] = [
  [2026, [9, 0]],
  [2025, [8, 0]],
  [2024, [7, 0]],
  [2023, [6, 0]],
  [2022, [5, 0]],
  [2020, [4, 3]],
  [2018, [4, 1]],
];

/** [major, minor] from the first line of `-version`; newer years than known count as the newest. */
export function parseVersion(firstLine: string): [number, number] {
  const numbered = /version n?(\d+)\.(\d+)(?![\d-]*-git)/.exec(firstLine);
  if (numbered) return [Number(numbered[1]), Number(numbered[2])];
  const year = Number(/Copyright \(c\) \d+-(\d+)/.exec(firstLine)?.[1] ?? 0);
  return RELEASE_OF_YEAR.find(([from]) => year >= from)?.[1] ?? [3, 0];
}

function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    return false;
  }
}

function onPath(name: string, env: NodeJS.ProcessEnv): string | null {
  const folders = (env['PATH'] ?? env['Path'] ?? '').split(delimiter).filter((f) => f !== '');
  return folders.map((folder) => resolve(folder, name + exe)).find(isProgram) ?? null;
}

/** Path that the package names, or null where it is not installed or not for this platform. */
function fromPackage(name: '@ffmpeg-installer/ffmpeg' | '@ffprobe-installer/ffprobe'): string | null {
  try {
    const here = typeof __filename === 'string' ? __filename : join(process.cwd(), 'package.json');
    const { path } = createRequire(here)(name) as { path: string };
    return isProgram(path) ? path : null;
  } catch {
    return null;
  }
}

async function identify(ffmpegPath: string, ffprobePath: string, source: Ffmpeg['source']): Promise<Ffmpeg> {
  const versionText = (await ask(ffmpegPath, '-version')).split(/\r?\n/, 1)[0] ?? ''; // some builds print much more below
  const version = parseVersion(versionText);
  if (version[0] < OLDEST_MAJOR)
    throw new VersusqError(
      'ffmpeg/too-old',
      `${ffmpegPath} is too old; ffmpeg ${OLDEST_MAJOR} or newer is needed. ${HOW_TO_GET}`,
      {
        path: ffmpegPath,
        details: versionText,
      },
    );
  return { ffmpegPath, ffprobePath, version, versionText, source };
}

/**
 * The ffmpeg to use. A setting that does not work is an error and never passed over in silence.
 * Errors: ffmpeg/not-found, ffmpeg/too-old.
 */
export async function findFfmpeg(options: { setting: string | null; env?: NodeJS.ProcessEnv }): Promise<Ffmpeg> {
  const env = options.env ?? process.env;
  const packaged = {
    ffmpeg: fromPackage('@ffmpeg-installer/ffmpeg'),
    ffprobe: fromPackage('@ffprobe-installer/ffprobe'),
  };
  const probes = (ffmpeg: string) =>
    [join(dirname(ffmpeg), `ffprobe${exe}`), onPath('ffprobe', env), packaged.ffprobe].find(
      (p): p is string => p !== null && isProgram(p),
    );

  const setting = options.setting?.trim() ?? '';
  const candidates: { path: string; source: Ffmpeg['source'] }[] = [];
  if (setting !== '') {
    const named = resolve(setting);
    const path = [named, join(named, `ffmpeg${exe}`)].find(isProgram);
    if (path === undefined)
      throw new VersusqError(
        'ffmpeg/not-found',
        `The setting versusq.ffmpegPath names ${setting}, but there is no program of that name. Correct it, or empty it to use the one on the PATH.`,
        { path: setting },
      );
    candidates.push({ path, source: 'setting' });
  } else {
    const path = onPath('ffmpeg', env);
    if (path !== null) candidates.push({ path, source: 'path' });
    if (packaged.ffmpeg !== null) candidates.push({ path: packaged.ffmpeg, source: 'package' });
  }

  let failure: VersusqError | null = null;
  for (const { path, source } of candidates) {
    const probe = probes(path);
    try {
      if (probe === undefined)
        throw new VersusqError(
          'ffmpeg/not-found',
          `ffmpeg is at ${path}, but no ffprobe beside it or on the PATH. ${HOW_TO_GET}`,
        );
      return await identify(path, probe, source);
    } catch (error) {
      failure ??=
        error instanceof VersusqError
          ? error
          : new VersusqError('ffmpeg/not-found', `${path} does not run. ${HOW_TO_GET}`, {
              path,
              cause: error,
              details: String(error),
            });
    }
  }
  throw failure ?? new VersusqError('ffmpeg/not-found', `ffmpeg was not found on the PATH. ${HOW_TO_GET}`);
}

const answers = new Map<string, Promise<string>>();
/** Does this ffmpeg have the filter or encoder? Asked once per program and kept for the life of the process. */
export async function has(ffmpeg: Ffmpeg, kind: '-filters' | '-encoders', name: string): Promise<boolean> {
  const key = `${kind} ${ffmpeg.ffmpegPath}`;
  let answer = answers.get(key);
  if (answer === undefined) {
    answer = ask(ffmpeg.ffmpegPath, kind);
    answers.set(key, answer);
    answer.catch(() => answers.delete(key));
  }
  return new RegExp(`^ *\\S+ +${name} `, 'm').test(await answer);
}

/** The option that keeps every frame with its own time: -fps_mode from 5.1, -vsync before; 9.0 has no -vsync. */
export function keepEveryFrame(ffmpeg: Ffmpeg): string[] {
  const [major, minor] = ffmpeg.version;
  return major > 5 || (major === 5 && minor >= 1) ? ['-fps_mode', 'passthrough'] : ['-vsync', 'passthrough'];
}
