/** Which files are videos by their name. Whether a file really is a video only the engine can say. */

/** The same list, less TYPESCRIPT_TOO, stands in package.json's `when` clauses (a test holds them together). */
export const VIDEO_EXTENSIONS = [
  'mp4',
  'm4v',
  'mov',
  'mkv',
  'webm',
  'avi',
  'ts',
  'mts',
  'm2ts',
  'mpg',
  'mpeg',
  'wmv',
  'flv',
  'ogv',
  'mxf',
  '3gp',
  'y4m',
] as const;

/** These names mean TypeScript as often: the Explorer's menus leave them out, the pickers do not. */
export const TYPESCRIPT_TOO: readonly string[] = ['ts', 'mts'];

const videoName = new RegExp(`\\.(${VIDEO_EXTENSIONS.join('|')})$`, 'i');

export function isVideoName(path: string): boolean {
  return videoName.test(path);
}
