/** From names to files: in which order folders are asked, and what is never touched. */
import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { resolveReference, type Surroundings } from '../../../src/engine/references/index.js';
import { alternatives, GLOB_LIMITS, matchesPart } from '../../../src/engine/references/glob.js';

let base: string;
let around: Surroundings;
const touch = (...names: string[]): void => {
  for (const name of names) {
    mkdirSync(dirname(join(base, name)), { recursive: true });
    writeFileSync(join(base, name), '');
  }
};
const at = (...names: string[]): string[] => names.map((name) => join(base, name));

beforeEach(() => {
  base = realpathSync(mkdtempSync(join(tmpdir(), 'versusq-resolve-')));
  touch('work/notes/review.md', 'work/clips/a.mp4', 'root/r.mp4', 'outside/secret.mp4');
  around = { document: join(base, 'work/notes/review.md'), workspaceFolders: at('work'), roots: at('root') };
});
afterEach(() => rmSync(base, { recursive: true, force: true }));

const path = (name: string) => resolveReference({ name, kind: 'path' }, around);
const glob = (name: string) => resolveReference({ name, kind: 'glob' }, around);
const uri = (name: string) => resolveReference({ name, kind: 'uri' }, around);
const files = (...names: string[]) => ({ kind: 'files', paths: at(...names) });

describe('a path', () => {
  test('is read from the document, then from the workspace folders, then from the roots', async () => {
    expect(await path('clips/a.mp4')).toEqual(files('work/clips/a.mp4'));
    expect(await path('../clips/a.mp4')).toEqual(files('work/clips/a.mp4'));
    touch('work/notes/clips/a.mp4');
    expect(await path('clips/a.mp4')).toEqual(files('work/notes/clips/a.mp4'));
    expect(await path('r.mp4')).toEqual(files('root/r.mp4'));
    touch('work/r.mp4');
    expect(await path('r.mp4')).toEqual(files('work/r.mp4'));
  });

  test('that is nowhere is missing, with the places that were looked at', async () => {
    expect(await path('gone.mp4')).toEqual({
      kind: 'missing',
      looked: at('work/notes/gone.mp4', 'work/gone.mp4', 'root/gone.mp4'),
    });
    expect(await path('clips')).toMatchObject({ kind: 'missing' });
  });

  test('may have the separators of Windows and percent signs', async () => {
    touch('work/clips/my clip.mp4', 'work/clips/100%.mp4', 'work/clips/b%20c.mp4');
    expect(await path('..\\clips\\a.mp4')).toEqual(files('work/clips/a.mp4'));
    expect(await path('clips/my%20clip.mp4')).toEqual(files('work/clips/my clip.mp4'));
    expect(await path('clips/100%.mp4')).toEqual(files('work/clips/100%.mp4'));
    expect(await path('clips/b%20c.mp4')).toEqual(files('work/clips/b%20c.mp4'));
  });

  test('that is absolute is followed inside, and from a workspace folder as in Markdown', async () => {
    expect(await path(join(base, 'work/clips/a.mp4'))).toEqual(files('work/clips/a.mp4'));
    expect(await path('/clips/a.mp4')).toEqual(files('work/clips/a.mp4'));
  });

  test('needs no document', async () => {
    around = { ...around, document: null };
    expect(await path('clips/a.mp4')).toEqual(files('work/clips/a.mp4'));
  });
});

describe('nothing outside is touched', () => {
  test.each([
    '../../outside/secret.mp4',
    '../'.repeat(40) + 'etc/passwd.mp4',
    '..\\..\\outside\\secret.mp4',
    '%2e%2e/%2e%2e/outside/secret.mp4',
    'clips/../../../outside/secret.mp4',
    '\\\\server\\share\\a.mp4',
    '//server/share/a.mp4',
    'a\0b.mp4',
    'https://example.com/a.mp4',
    'smb://server/a.mp4',
  ])('%j', async (name) => {
    const asked: string[] = [];
    around = { ...around, exists: (p) => asked.push(p) > 0 };
    const { kind } = await path(name);
    for (const p of asked) expect(p.startsWith(join(base, 'work')) || p.startsWith(join(base, 'root'))).toBe(true);
    // what the name says with its percent signs taken as written does lie inside, and is asked for; it is not there
    if (!name.includes('%2e')) expect(kind).toBe('refused');
  });

  test('not by an absolute path, nor by a file: address', async () => {
    around = { ...around, exists: () => false };
    expect(await uri(pathToFileURL(join(base, 'outside/secret.mp4')).href)).toMatchObject({ kind: 'refused' });
    expect(await path(join(base, 'outside/secret.mp4'))).toMatchObject({ kind: 'refused' });
    expect(await path('/nowhere/secret.mp4')).toMatchObject({ kind: 'refused' });
    expect(await uri('file://server/share/a.mp4')).toMatchObject({ kind: 'refused' });
    expect(await uri('http://localhost/a.mp4')).toMatchObject({ kind: 'refused' });
    expect(await uri('file://%zz/a.mp4')).toMatchObject({ kind: 'refused' });
    expect(await uri('file:///a%2fb%00.mp4')).toMatchObject({ kind: 'refused' });
  });

  test('not by a link, of a file or of a folder, one by one or in a pattern', async () => {
    symlinkSync(join(base, 'outside/secret.mp4'), join(base, 'work/clips/link.mp4'));
    symlinkSync(join(base, 'outside'), join(base, 'work/door'));
    symlinkSync(join(base, 'work/clips/a.mp4'), join(base, 'work/clips/inside.mp4'));
    expect(await path('clips/link.mp4')).toMatchObject({ kind: 'refused', reason: expect.stringContaining('link') });
    expect(await path('door/secret.mp4')).toMatchObject({ kind: 'refused' });
    expect(await path('clips/inside.mp4')).toEqual(files('work/clips/inside.mp4'));
    expect(await glob('../clips/*.mp4')).toEqual(files('work/clips/a.mp4', 'work/clips/inside.mp4'));
    expect(await glob('../door/*.mp4')).toMatchObject({ kind: 'refused' });
    expect(await glob('../../outside/*.mp4')).toMatchObject({ kind: 'refused' });
    expect(await glob('../*/secret.mp4')).toMatchObject({ kind: 'refused' });
  });

  test('whatever the name is', async () => {
    const pieces = [
      '..',
      '.',
      '/',
      '\\',
      '%2e',
      '%2f',
      'outside',
      'secret.mp4',
      'clips',
      'file://',
      'C:',
      '*',
      '**',
      '{',
      ',',
      '}',
      '~',
      '\0',
      'a',
    ];
    const name = fc.array(fc.constantFrom(...pieces), { minLength: 1, maxLength: 12 }).map((parts) => parts.join(''));
    await fc.assert(
      fc.asyncProperty(name, fc.constantFrom('path', 'uri', 'glob'), async (written, kind) => {
        const target = await resolveReference({ name: written, kind: kind as 'path' }, around);
        const seen = target.kind === 'files' ? target.paths : target.kind === 'missing' ? target.looked : [];
        for (const p of seen)
          expect(p.startsWith(join(base, 'work')) || p.startsWith(join(base, 'root')), p).toBe(true);
      }),
      { numRuns: 300 },
    );
  });

  test('a folder whose name begins as the workspace does is outside', async () => {
    touch('work-secret/a.mp4');
    expect(await path('../../work-secret/a.mp4')).toMatchObject({ kind: 'refused' });
  });

  test('a workspace that is reached through a link itself is no way out', async () => {
    symlinkSync(join(base, 'work'), join(base, 'alias'));
    around = { document: null, workspaceFolders: at('alias'), roots: [] };
    expect(await path('clips/a.mp4')).toEqual(files('alias/clips/a.mp4'));
  });
});

test('a file: address is followed inside', async () => {
  touch('work/clips/my clip.mp4');
  expect(await uri(pathToFileURL(join(base, 'work/clips/my clip.mp4')).href)).toEqual(files('work/clips/my clip.mp4'));
  expect(await uri(`file://localhost${join(base, 'work/clips/a.mp4')}`)).toEqual(files('work/clips/a.mp4'));
});

describe('a pattern', () => {
  test('gives its files by name, hidden ones not, and folders at any depth', async () => {
    touch(
      'work/enc/b.mp4',
      'work/enc/a.mp4',
      'work/enc/.h.mp4',
      'work/enc/c.mov',
      'work/enc/deep/er/d.mp4',
      'work/enc/node_modules/n.mp4',
    );
    expect(await glob('enc/*.mp4')).toEqual(files('work/enc/a.mp4', 'work/enc/b.mp4'));
    expect(await glob('enc/**/*.mp4')).toEqual(files('work/enc/a.mp4', 'work/enc/b.mp4', 'work/enc/deep/er/d.mp4'));
    expect(await glob('enc/{b,a}.mp4')).toEqual(files('work/enc/b.mp4', 'work/enc/a.mp4'));
    expect(await glob('enc/[ac].m??')).toEqual(files('work/enc/a.mp4', 'work/enc/c.mov'));
    expect(await glob('enc\\*.mov')).toEqual(files('work/enc/c.mov'));
    expect(await glob(join(base, 'work/enc/*.mov'))).toEqual(files('work/enc/c.mov'));
    expect(await glob('enc/x*.mp4')).toMatchObject({ kind: 'missing' });
  });

  test('may be the name of a file', async () => {
    touch('work/what?.mp4', 'work/whats.mp4');
    expect(await glob('what?.mp4')).toEqual(files('work/what?.mp4'));
  });

  test('is bounded in matches and in what its braces mean', async () => {
    mkdirSync(join(base, 'work/many'));
    for (let i = 0; i < GLOB_LIMITS.matches + 20; i++) writeFileSync(join(base, `work/many/${i}.mp4`), '');
    expect(await glob('many/*.mp4')).toMatchObject({ paths: { length: GLOB_LIMITS.matches } });
    for (const many of ['{a,b}'.repeat(40), '{1..999999999}'])
      expect(alternatives(many).patterns.length).toBeLessThanOrEqual(GLOB_LIMITS.alternatives);
    expect(alternatives('x{08..10}').patterns).toEqual(['x08', 'x09', 'x10']);
    expect(alternatives('{n}.mp4').patterns).toEqual(['{n}.mp4']);
  });

  test('says so where it may name more files than are given, and only there', async () => {
    mkdirSync(join(base, 'work/many'));
    for (let i = 0; i < GLOB_LIMITS.matches; i++) writeFileSync(join(base, `work/many/${i}.mp4`), '');
    expect(await glob('many/*.mp4')).not.toHaveProperty('truncated');
    touch('work/many/one more.mp4');
    expect(await glob('many/*.mp4')).toHaveProperty('truncated', true);
    const most = GLOB_LIMITS.alternatives;
    expect(await glob(`many/{1..${most}}.mp4`)).toMatchObject({ paths: { length: most } });
    expect(await glob(`many/{1..${most}}.mp4`)).not.toHaveProperty('truncated');
    expect(await glob(`many/{1..${most + 1}}.mp4`)).toMatchObject({ paths: { length: most }, truncated: true });
  });

  test('of many stars is matched in no time', () => {
    const from = performance.now();
    expect(matchesPart('a'.repeat(255), '*a'.repeat(100) + 'b')).toBe(false);
    expect(performance.now() - from).toBeLessThan(200);
  });

  test('matches as a regular expression of it would', () => {
    const pattern = fc.array(fc.constantFrom('a', 'b', '*', '?', '[ab]', '[!a]'), { maxLength: 6 });
    const name = fc
      .array(fc.constantFrom('a', 'b', 'c'), { minLength: 1, maxLength: 8 })
      .map((letters) => letters.join(''));
    const asRegExp = (parts: string[]) =>
      new RegExp(`^${parts.map((p) => (p === '*' ? '.*' : p === '?' ? '.' : p.replace('!', '^'))).join('')}$`);
    fc.assert(
      fc.property(pattern, name, (parts, one) => matchesPart(one, parts.join('')) === asRegExp(parts).test(one)),
    );
  });
});
