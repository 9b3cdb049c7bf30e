// What `npm pack` would put into the tarball (dist/cli.cjs is built first by `prepack`, and is there or not here).
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';

const root = join(import.meta.dirname, '../../..');

it('the npm tarball holds the command, its model, schemas and papers, and nothing else', () => {
  const told = execFileSync('npm', ['pack', '--dry-run', '--json', '--ignore-scripts'], {
    cwd: root,
    encoding: 'utf8',
    shell: process.platform === 'win32',
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  const [{ files }] = JSON.parse(told) as [{ files: { path: string }[] }];
  const names = files.map(({ path }) => path);
  const papers = ['README.md', 'LICENSE', 'CHANGELOG.md', 'THIRD_PARTY_NOTICES.md', 'package.json', 'docs/cli.md'];
  expect(names).toEqual(expect.arrayContaining([...papers, 'models/versusq-mini/model.json']));
  const others = names.filter((name) => !papers.includes(name) && !/^(models\/versusq-mini|schemas)\//.test(name));
  expect(others.filter((name) => !/^dist\/(cli|extension)\.cjs$/.test(name))).toEqual([]); // npm adds what "main" names
});

it('npm, which knows no keys of package.nls.json, shows a sentence', () => {
  const shown = ['name', 'description', 'homepage', 'license', 'author'];
  const manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as Record<string, unknown>;
  expect(manifest['description']).toMatch(/^Which of two videos looks better, .+\.$/);
  expect(shown.filter((name) => /^%.*%$/.test(String(manifest[name])))).toEqual([]);
});

it('what the command needs at run time is a dependency, and the build comes before packing', () => {
  const { bin, dependencies, scripts } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as Record<
    string,
    Record<string, string>
  >;
  const build = readFileSync(join(root, 'scripts/build.mjs'), 'utf8');
  expect(bin).toEqual({ versusq: 'dist/cli.cjs' });
  expect(scripts!['prepack']).toBe('node scripts/build.mjs --production');
  for (const name of Object.keys(dependencies!)) expect(build).toMatch(`'${name}'`); // outside the bundle
});
