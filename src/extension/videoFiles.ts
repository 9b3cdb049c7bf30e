/**
 * Which files are videos by their name, and what names a pair. Pure: no `vscode`, tested without it. Whether a file really is
 * a video only the engine can say.
 */

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

/** In the Explorer these names mean TypeScript: the menus leave them out, the pickers do not. */
export const TYPESCRIPT_TOO: readonly string[] = ['ts', 'mts'];

const videoName = new RegExp(`\\.(${VIDEO_EXTENSIONS.join('|')})$`, 'i');

export function isVideoName(path: string): boolean {
  return videoName.test(path);
}

/** A glob that finds the videos of a workspace, whatever the case of their extension. */
export function videoGlob(): string {
  const anyCase = (extension: string): string =>
    [...extension].map((c) => (/[a-z]/.test(c) ? `[${c}${c.toUpperCase()}]` : c)).join('');
  return `**/*.{${VIDEO_EXTENSIONS.map(anyCase).join(',')}}`;
}

/** Names an unordered pair: comparing B with A is the same panel as A with B. */
export function pairKey(a: string, b: string): string {
  return [a, b].sort().join('\0');
}
