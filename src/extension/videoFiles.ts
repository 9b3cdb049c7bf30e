/**
 * Names of videos as the Explorer and pickers want them, and what names a pair. Pure: no `vscode`, tested without it.
 */
import { VIDEO_EXTENSIONS } from '../protocol/index.js';

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
