/**
 * Files that a pattern names (`*`, `?`, `[a-z]`, `{a,b}`, `{1..9}`, `**`), inside one folder. Patterns come from strangers' texts:
 * each part is matched in time of at most pattern times name, and folders, alternatives and matches are counted; a matcher built on
 * regular expressions can promise none of that.
 */
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';

/** Files given at most, folders read at most, alternatives of braces looked at at most. */
export const GLOB_LIMITS = { matches: 1000, folders: 2000, alternatives: 64 };

export interface Matches {
  paths: string[];
  /** A limit was reached: there may be more. */
  truncated: boolean;
}

/**
 * `mayEnter` is asked before a folder is read. Absolute paths in the order of their names, hidden ones and `node_modules` only where they are named. `..` goes up.
 */
export async function filesMatching(
  folder: string,
  pattern: string,
  mayEnter: (folder: string) => Promise<boolean>,
): Promise<Matches> {
  const found = new Set<string>();
  const { patterns, truncated } = alternatives(pattern);
  let folders = 0;
  const walk = async (at: string, parts: readonly string[]): Promise<void> => {
    const [first, ...others] = parts;
    if (first === undefined || found.size > GLOB_LIMITS.matches) return;
    if (!isPattern(first) && others.length > 0) return walk(join(at, first), others);
    if (folders++ >= GLOB_LIMITS.folders || !(await mayEnter(at))) return;
    if (first === '**') await walk(at, others.length > 0 ? others : ['*']);
    const entries = (await readdir(at, { withFileTypes: true }).catch(() => [])).sort((a, b) =>
      a.name < b.name ? -1 : 1,
    );
    for (const entry of entries) {
      if (found.size > GLOB_LIMITS.matches) return; // one more than is given tells that there are more
      const path = join(at, entry.name);
      if (first === '**') {
        if (entry.isDirectory() && !entry.name.startsWith('.') && entry.name !== 'node_modules')
          await walk(path, parts);
      } else if (matchesPart(entry.name, first)) {
        if (others.length > 0) {
          if (!entry.isFile()) await walk(path, others);
        } else if (!entry.isDirectory()) found.add(path);
      }
    }
  };
  for (const one of patterns) {
    await walk(
      folder,
      one.split('/').filter((part) => part !== '' && part !== '.'),
    );
  }
  const paths = [...found].slice(0, GLOB_LIMITS.matches);
  return { paths, truncated: truncated || folders > GLOB_LIMITS.folders || found.size > paths.length };
}

const isPattern = (part: string): boolean => /[*?[]/.test(part);

/** `a{b,c{d,e}}` -> `ab`, `acd`, `ace`; `{1..3}` -> 1, 2, 3. */
export function alternatives(pattern: string): { patterns: string[]; truncated: boolean } {
  const patterns: string[] = [];
  const open = [pattern];
  let truncated = false;
  while (open.length > 0) {
    if (patterns.length + open.length > GLOB_LIMITS.alternatives) {
      truncated = true;
      break;
    }
    const one = open.shift()!;
    const innermost = /\{([^{}]*)\}/.exec(one);
    const choices = innermost && choicesOf(innermost[1]!);
    if (!innermost || !choices) {
      patterns.push(one.replaceAll('\u0000', '{').replaceAll('\u0001', '}'));
      continue;
    }
    const [before, after] = [one.slice(0, innermost.index), one.slice(innermost.index + innermost[0].length)];
    truncated ||= choices.length > GLOB_LIMITS.alternatives;
    open.push(...choices.slice(0, GLOB_LIMITS.alternatives).map((choice) => before + choice + after));
  }
  return { patterns, truncated };
}

function choicesOf(inner: string): string[] {
  const range = /^(-?\d{1,9})\.\.(-?\d{1,9})$/.exec(inner);
  if (range) {
    const [from, to] = [Number(range[1]), Number(range[2])];
    const count = Math.min(Math.abs(to - from), GLOB_LIMITS.alternatives) + 1; // one too many tells that there are more
    const width = /^0\d/.test(range[1]!) ? range[1]!.length : 0;
    return Array.from({ length: count }, (_, i) => String(from + (to < from ? -i : i)).padStart(width, '0'));
  }
  return inner.includes(',') ? inner.split(',') : [`\u0000${inner}\u0001`];
}

/** Whether one part of a path fits one part of a pattern. A star does not take a hidden file. */
export function matchesPart(name: string, pattern: string): boolean {
  if (name.startsWith('.') && !pattern.startsWith('.')) return false;
  let [n, p] = [0, 0];
  let star = -1;
  let resume = 0;
  while (n < name.length) {
    const c = pattern.charAt(p);
    const width = c === '*' ? 0 : widthOfOne(pattern, p, name.charAt(n));
    if (width > 0) {
      n++;
      p += width;
    } else if (c === '*') {
      star = p++;
      resume = n;
    } else if (star >= 0) {
      p = star + 1;
      n = ++resume;
    } else return false;
  }
  while (pattern.charAt(p) === '*') p++;
  return p === pattern.length;
}

/** How many code units of the pattern at `p` take the one character; 0: they do not. */
function widthOfOne(pattern: string, p: number, character: string): number {
  const c = pattern.charAt(p);
  if (c === '?') return 1;
  const close = c === '[' ? pattern.indexOf(']', p + 2) : -1;
  if (close < 0) return c === character && c !== '' ? 1 : 0;
  const negated = /[!^]/.test(pattern.charAt(p + 1));
  const set = pattern.slice(p + (negated ? 2 : 1), close);
  let within = false;
  for (let i = 0; i < set.length; i++) {
    const low = set.charAt(i);
    const isRange = set.charAt(i + 1) === '-' && i + 2 < set.length;
    const high = isRange ? set.charAt(i + 2) : low;
    if (isRange) i += 2;
    within ||= low <= character && character <= high;
  }
  return within !== negated ? close + 1 - p : 0;
}
