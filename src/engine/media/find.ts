/**
 * Finds ffmpeg and ffprobe: the setting, then PATH, then the npm packages. What is found is asked for its version first; too
 * old a program is passed over where another one is left. No failure is remembered.
 */
import { accessSync, constants, statSync } from 'node:fs';
import { createRequire } from 'node:module';
import { delimiter, dirname, join, resolve } from 'node:path';
import { VersusqError, say } from '../../protocol/index.js';
import { ask } from './run.js';
import type { Ffmpeg, Located } from './types.js';

/** An ffmpeg on the disk, and the ffprobe that goes with it, if there is one. */
type Candidate = Omit<Located, 'ffprobePath'> & { ffprobePath: string | null };

export interface FindOptions {
  setting: string | null;
  env?: NodeJS.ProcessEnv;
}

const OLDEST_MAJOR = 4;
const exe = process.platform === 'win32' ? '.exe' : '';
const HOW_TO_GET = say`Install it (Debian/Ubuntu: sudo apt install ffmpeg; macOS: brew install ffmpeg; Windows: winget install ffmpeg) or name it in the setting versusq.ffmpegPath.`;

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

/** ffmpeg and ffprobe of one build name different first years. */
const withoutYears = (banner: string): string => banner.replace(/ Copyright .*/, '');

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

async function identify(located: Located): Promise<Ffmpeg> {
  const { ffmpegPath } = located;
  const versionText = (await ask(ffmpegPath, '-version')).split(/\r?\n/, 1)[0] ?? ''; // some builds print much more below
  const version = parseVersion(versionText);
  if (version[0] < OLDEST_MAJOR)
    throw new VersusqError(
      'ffmpeg/too-old',
      say`${ffmpegPath} is too old; ffmpeg ${OLDEST_MAJOR} or newer is needed. ${HOW_TO_GET}`,
      {
        path: ffmpegPath,
        details: versionText,
      },
    );
  return { ...located, version, versionText: withoutYears(versionText) };
}

/** Programs that may do, the preferred first, each looked for when asked for; none has been run yet. */
function* candidates({ setting, env = process.env }: FindOptions): Generator<Candidate> {
  const withProbe = (ffmpegPath: string, source: Located['source']): Candidate => {
    const beside = join(dirname(ffmpegPath), `ffprobe${exe}`);
    const ffprobePath = isProgram(beside)
      ? beside
      : (onPath('ffprobe', env) ?? fromPackage('@ffprobe-installer/ffprobe'));
    return { ffmpegPath, ffprobePath, source };
  };
  const wanted = setting?.trim() ?? '';
  if (wanted !== '') {
    const named = resolve(wanted);
    const path = [named, join(named, `ffmpeg${exe}`)].find(isProgram);
    if (path === undefined)
      throw new VersusqError(
        'ffmpeg/not-found',
        say`The setting versusq.ffmpegPath names ${wanted}, but there is no program of that name. Correct it, or empty it to use the one on the PATH.`,
        { path: wanted },
      );
    yield withProbe(path, 'setting');
    return;
  }
  const installed = onPath('ffmpeg', env);
  if (installed !== null) yield withProbe(installed, 'path');
  const packaged = fromPackage('@ffmpeg-installer/ffmpeg');
  if (packaged !== null) yield withProbe(packaged, 'package');
}

/** Files of one build carry nearly the same date, however they were unpacked. */
const SAME_BUILD_MS = 3_600_000;

/**
 * The ffmpeg beside an ffprobe that told its version, without a process of its own. Null where they need not be of one build,
 * or where it is too old: then ffmpeg itself is asked.
 */
export function identityFrom(located: Located, banner: string | null): Ffmpeg | null {
  if (banner === null || dirname(located.ffmpegPath) !== dirname(located.ffprobePath)) return null;
  const [ffmpeg, ffprobe] = [located.ffmpegPath, located.ffprobePath].map((path) => statSync(path).mtimeMs);
  const version = parseVersion(banner);
  if (Math.abs(ffmpeg! - ffprobe!) > SAME_BUILD_MS || version[0] < OLDEST_MAJOR) return null;
  return { ...located, version, versionText: withoutYears(banner) };
}

/** What `findFfmpeg` will most likely give, before any program has run; null where that can't be told. */
export function likelyFfmpeg(options: FindOptions): Located | null {
  try {
    const first = candidates(options).next();
    return first.done || first.value.ffprobePath === null
      ? null
      : { ...first.value, ffprobePath: first.value.ffprobePath };
  } catch {
    return null; // findFfmpeg says why
  }
}

/**
 * The ffmpeg to use. A setting that does not work is an error and never passed over in silence.
 * Errors: ffmpeg/not-found, ffmpeg/too-old.
 */
export async function findFfmpeg(options: FindOptions): Promise<Ffmpeg> {
  let failure: VersusqError | null = null;
  for (const { ffmpegPath: path, ffprobePath, source } of candidates(options)) {
    try {
      if (ffprobePath === null)
        throw new VersusqError(
          'ffmpeg/not-found',
          say`ffmpeg is at ${path}, but no ffprobe beside it or on the PATH. ${HOW_TO_GET}`,
        );
      return await identify({ ffmpegPath: path, ffprobePath, source });
    } catch (error) {
      failure ??=
        error instanceof VersusqError
          ? error
          : new VersusqError('ffmpeg/not-found', say`${path} does not run. ${HOW_TO_GET}`, {
              path,
              cause: error,
              details: String(error),
            });
    }
  }
  throw failure ?? new VersusqError('ffmpeg/not-found', say`ffmpeg was not found on the PATH. ${HOW_TO_GET}`);
}

const answers = new Map<string, Promise<string>>();
/** Does this ffmpeg have the filter or encoder? Asked once per program and kept for the life of the process. */
export async function has(ffmpeg: Located, kind: '-filters' | '-encoders', name: string): Promise<boolean> {
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
