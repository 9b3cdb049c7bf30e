// What each platform's VSIX would hold. Only lists are made here; scripts/package.mjs asks the same of the archive it made.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { faultsOf, packageFiles, TARGETS } from '../../../scripts/package-files.mjs';

const root = join(import.meta.dirname, '../../..');
/** What scripts/build.mjs makes. */
const BUNDLES = ['extension.cjs', 'application.cjs', 'worker.cjs', 'webview/compare.js', 'webview/rank.js'];
const namesFor = (target: string): string[] => [
  ...packageFiles(target).map(({ to }) => to),
  ...BUNDLES.map((name) => `dist/${name}`),
];
const RUNTIME: Record<string, string> = {
  'linux-x64': 'libonnxruntime.so.1',
  'linux-arm64': 'libonnxruntime.so.1',
  'win32-x64': 'onnxruntime.dll',
  'win32-arm64': 'onnxruntime.dll',
  'darwin-arm64': 'libonnxruntime.1.dylib',
};

it.each(TARGETS)('%s holds its own native libraries and no other', (target) => {
  const names = namesFor(target);
  expect(faultsOf(names, target)).toEqual([]);
  const [platform, arch] = target.split('-');
  const folder = `dist/node_modules/onnxruntime-node/bin/napi-v6/${platform}/${arch}`;
  const native = names.filter((name) => /\.(node|dll|dylib|exe)$|\.so(\.\d+)*$/.test(name));
  expect(native).toContain(`${folder}/${RUNTIME[target]}`);
  expect(native.filter((name) => !name.startsWith(folder))).toEqual([
    `dist/node_modules/@photostructure/sqlite/prebuilds/${target}/@photostructure+sqlite.glibc.node`,
  ]);
});

it('holds notices, licences, pictures of the walkthrough, and nothing that only developers need', () => {
  const names = namesFor('linux-x64');
  expect(names).toEqual(
    expect.arrayContaining([
      'README.md',
      'LICENSE',
      'CHANGELOG.md',
      'THIRD_PARTY_NOTICES.md',
      'licences/Apache-2.0.txt',
      'media/markdown.css',
      'schemas/comparison.schema.json',
      'models/versusq-mini/MODEL_CARD.md',
    ]),
  );
  expect(names.filter((name) => /\.map$|\.ts$|screenshots|^(src|test|training|scripts)\//.test(name))).toEqual([]);
});

it("refuses another platform's library, an ffmpeg, and a package without its model", () => {
  const names = namesFor('linux-x64');
  const foreign = 'dist/node_modules/onnxruntime-node/bin/napi-v6/win32/x64/onnxruntime.dll';
  expect(faultsOf([...names, foreign], 'linux-x64')).toEqual([`a binary of another platform: ${foreign}`]);
  const program = 'dist/node_modules/@ffmpeg-installer/linux-x64/ffmpeg';
  expect(faultsOf([...names, program], 'linux-x64')).toEqual([`a program that may not be shipped: ${program}`]);
  const model = 'models/versusq-mini/model.json';
  expect(
    faultsOf(
      names.filter((name) => name !== model),
      'linux-x64',
    ),
  ).toEqual([`missing: ${model}`]);
  expect(faultsOf(names, 'darwin-arm64').length).toBeGreaterThan(0);
});

it('names in the notices what npm fetches beside it', () => {
  const { optionalDependencies, dependencies } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as Record<
    string,
    Record<string, string>
  >;
  const notices = readFileSync(join(root, 'THIRD_PARTY_NOTICES.md'), 'utf8');
  for (const name of Object.keys({ ...optionalDependencies, ...dependencies })) expect(notices).toMatch(name);
});
