/** The reference that a rule names for a clip: `masters/{name}.mov`. Paths are relative to the folder of the config, with `/`. */
import { posix } from 'node:path';
import { say } from '../../../protocol/index.js';

const PLACEHOLDERS: Record<string, (clip: string) => string> = {
  name: (clip) => posix.basename(clip, posix.extname(clip)),
  stem: (clip) => {
    const name = posix.basename(clip, posix.extname(clip));
    return /^(.+?)[ _.-]+[^ _.-]+$/.exec(name)?.[1] ?? name;
  },
  ext: (clip) => posix.extname(clip).slice(1),
  dir: (clip) => posix.dirname(clip),
};
const PLACEHOLDER = /\{([^{}]*)\}/g;

/** What is wrong with the pattern, or null. */
export function placeholderTrouble(against: string): string | null {
  const known = Object.keys(PLACEHOLDERS).map((name) => `{${name}}`);
  for (const [whole, name] of against.matchAll(PLACEHOLDER))
    if (!Object.hasOwn(PLACEHOLDERS, name!)) return say`${whole} is not known here: there are ${known.join(', ')}.`;
  return /[{}]/.test(against.replace(PLACEHOLDER, '')) ? say`A brace stands alone: write ${'{name}'}.` : null;
}

export function referenceOf(against: string, clip: string): string {
  const path = against.replaceAll('\\', '/').replace(PLACEHOLDER, (_, name: string) => PLACEHOLDERS[name]!(clip));
  return posix.normalize(path);
}
