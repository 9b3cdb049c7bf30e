/** Which clips of a ranking belong together: those of one folder, of one stem of names, or of one content. */
import { dirname } from 'node:path';
import { isOtherContent, nameGroups, stemOf, type Grouping } from '../../protocol/index.js';
import type { ClipTokens } from '../model/types.js';

/** Small pictures that correlate at least so much show the same content. */
const SAME_PICTURES = 0.96;
/** Up to so many, looks are held against each other, every two: a second. */
const LOOKED_AT = 3000;
/** Bursts looked at, and rows and columns that a small picture is averaged to. */
const LOOKS = 3;
const [ROWS, COLUMNS] = [6, 8];
/** Rows and columns of the model's small pictures. */
const [THUMB_ROWS, THUMB_COLUMNS] = [18, 32];

/** What a clip shows, as LOOKS small pictures: mean 0, length 1. Null where the tokens have no pictures. */
export type Look = Float32Array;

export function lookOf({ thumbs, count }: Pick<ClipTokens, 'thumbs' | 'count'>): Look | null {
  const size = THUMB_ROWS * THUMB_COLUMNS;
  if (count === 0 || thumbs.length !== count * size) return null;
  const look = new Float32Array(LOOKS * ROWS * COLUMNS);
  for (let n = 0; n < LOOKS; n++) {
    const from = Math.floor(((n + 0.5) * count) / LOOKS) * size;
    for (let k = 0; k < size; k++) {
      const row = Math.floor((Math.floor(k / THUMB_COLUMNS) * ROWS) / THUMB_ROWS);
      const column = Math.floor(((k % THUMB_COLUMNS) * COLUMNS) / THUMB_COLUMNS);
      look[(n * ROWS + row) * COLUMNS + column]! += thumbs[from + k]!;
    }
  }
  let mean = 0;
  for (const v of look) mean += v / look.length;
  let length = 0;
  for (let k = 0; k < look.length; k++) length += (look[k]! -= mean) ** 2;
  if (length > 0) for (let k = 0; k < look.length; k++) look[k]! /= Math.sqrt(length);
  return length > 0 ? look : null;
}

/** Whether the looks of so many are held against each other; of more, nothing but comparisons tells what shows the same. */
export const areLookedAt = (count: number): boolean => count <= LOOKED_AT;

export interface Likeness {
  /** by clip; null: not known; empty: nothing is known */
  looks: readonly (Look | null)[];
  /** compared pairs, and the probability that both show the same content */
  pairs: readonly { i: number; j: number; sameContent: number }[];
}

/** The group of each clip (`paths` relative to the folder); null without groups. */
export function groupsOf(grouping: Grouping, paths: readonly string[], likeness: Likeness): (string | null)[] {
  switch (grouping) {
    case 'none':
      return paths.map(() => null);
    case 'folder':
      return paths.map((path) => dirname(path));
    case 'name':
      return nameGroups(paths);
    case 'content':
      return byContent(paths, likeness);
  }
}

/** Items that look alike have the same number, the smallest of theirs. Every two are held against each other (`areLookedAt`). */
export function alike(looks: readonly (Look | null)[]): Int32Array {
  const names = Int32Array.from(looks, (_, k) => k);
  const root = (k: number): number => {
    while (names[k] !== k) k = names[k] = names[names[k]!]!;
    return k;
  };
  for (let i = 0; i < looks.length; i++) {
    for (let j = i + 1; j < looks.length; j++) {
      if (!looksAlike(looks[i]!, looks[j]!)) continue;
      const [a, b] = [root(i), root(j)];
      names[Math.max(a, b)] = Math.min(a, b);
    }
  }
  return names.map((_, k) => root(k));
}

function looksAlike(x: Look | null, y: Look | null): boolean {
  if (!x || !y) return false;
  let sum = 0;
  for (let k = 0; k < x.length; k++) sum += x[k]! * y[k]!;
  return sum >= SAME_PICTURES;
}

/** Clips that show the same are joined; a group has the beginning that its names share, or the name of its first clip. */
function byContent(paths: readonly string[], { looks, pairs }: Likeness): string[] {
  const parent = paths.map((_, k) => k);
  const root = (k: number): number => {
    while (parent[k] !== k) k = parent[k] = parent[parent[k]!]!;
    return k;
  };
  const join = (i: number, j: number): void => {
    const [a, b] = [root(i), root(j)];
    parent[Math.max(a, b)] = Math.min(a, b);
  };
  const different = new Set<number>();
  for (const { i, j, sameContent } of pairs) {
    if (!isOtherContent({ sameContent })) join(i, j);
    else different.add(Math.min(i, j) * paths.length + Math.max(i, j));
  }
  for (let i = 0; i < looks.length && areLookedAt(looks.length); i++) {
    for (let j = i + 1; j < looks.length; j++) {
      if (looksAlike(looks[i]!, looks[j]!) && !different.has(i * paths.length + j)) join(i, j);
    }
  }
  const members = new Map<number, string[]>();
  paths.forEach((path, k) => {
    const group = members.get(root(k));
    if (group) group.push(stemOf(path));
    else members.set(root(k), [stemOf(path)]);
  });
  const names = new Map<number, string>();
  const used = new Set<string>();
  for (const [k, stems] of members) {
    const shared = commonStart(stems).replace(/[ _.-]+$/, '');
    const name = shared.length >= 2 && !used.has(shared) ? shared : stems.toSorted()[0]!;
    used.add(name);
    names.set(k, name);
  }
  return paths.map((_, k) => names.get(root(k))!);
}

function commonStart(texts: readonly string[]): string {
  const [first = '', ...others] = texts;
  let length = first.length;
  for (const other of others) while (!other.startsWith(first.slice(0, length))) length--;
  // a name is not cut within a word: scene10 and scene12 do not share "scene1"
  return others.length > 0 ? first.slice(0, length).replace(/[^ _.-]*$/, '') || first.slice(0, length) : first;
}
