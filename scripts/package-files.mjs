// Which files a VSIX for one platform holds, beside the bundles that build.mjs makes, and what may not be in it. Lists only: the
// archive is made by package.mjs, and a test looks at the lists of all platforms.
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = resolve(dirname(fileURLToPath(import.meta.url)), '..');
export const TARGETS = ['linux-x64', 'linux-arm64', 'win32-x64', 'win32-arm64', 'darwin-arm64'];
/** Largest VSIX, in bytes of 10^6 a megabyte; macOS and Windows carry larger GPU libraries. */
export const LIMIT_MB = {
  'linux-x64': 80,
  'linux-arm64': 80,
  'win32-x64': 100,
  'win32-arm64': 100,
  'darwin-arm64': 100,
};
/** Native code by its file name; anything of this kind must come from the target's folders. */
const BINARY = /\.(node|dll|dylib|exe)$|\.so(\.\d+)*$/;
const MODULES = 'dist/node_modules';
/** Pictures of the README: the Marketplace and VS Code take them from the repository. English texts: nothing reads them. */
const NOT_PACKED = /^media\/screenshots\/|^l10n\/(bundle\.l10n|words)\.json$|\.map$|\.d\.[cm]?ts$|\.tsbuildinfo$/;

/** Native modules lie in dist/node_modules, where Node finds them: [name, what of it runs]. */
function modules(target) {
  const [platform, arch] = target.split('-');
  return [
    ['onnxruntime-node', ['package.json', 'dist', `bin/napi-v6/${platform}/${arch}`]],
    ['onnxruntime-common', ['package.json', 'dist/cjs']],
    [
      '@photostructure/sqlite',
      [
        'package.json',
        'LICENSE',
        'dist/index.cjs',
        'dist/index.mjs',
        `prebuilds/${target}/@photostructure+sqlite.glibc.node`,
      ],
    ],
    ['node-gyp-build', ['package.json', 'LICENSE', 'index.js', 'node-gyp-build.js']],
  ];
}

/** [{ from, to }], a file each: `from` in the repository, `to` in the package. Throws where something is missing. */
export function packageFiles(target) {
  const plain = [
    'README.md',
    'LICENSE',
    'CHANGELOG.md',
    'THIRD_PARTY_NOTICES.md',
    'media',
    'schemas',
    'models/versusq-mini',
  ];
  const entries = [
    ...plain.map((path) => [path, path]),
    ...readdirSync(ROOT)
      .filter((name) => /^package\.nls(\.[\w-]+)?\.json$|^l10n$/.test(name))
      .map((name) => [name, name]),
    ['node_modules/@huggingface/tokenizers/LICENSE', 'licences/Apache-2.0.txt'],
    ...modules(target).flatMap(([name, paths]) =>
      paths.map((path) => [`node_modules/${name}/${path}`, `${MODULES}/${name}/${path}`]),
    ),
  ];
  const files = entries.flatMap(([from, to]) => filesIn(from).map((rest) => ({ from: from + rest, to: to + rest })));
  return files.filter(({ from }) => !NOT_PACKED.test(from) && !isTwin(from));
}

/** What makes a package of these names (paths in the extension's folder) unfit for the target, in sentences. */
export function faultsOf(names, target) {
  const [platform, arch] = target.split('-');
  const ours = [`/napi-v6/${platform}/${arch}/`, `/prebuilds/${target}/`];
  const wanted = [
    'dist/extension.cjs',
    'dist/application.cjs',
    'dist/worker.cjs',
    'dist/webview/compare.js',
    'dist/webview/rank.js',
    'models/versusq-mini/model.json',
    `${MODULES}/onnxruntime-node/bin/napi-v6/${platform}/${arch}/onnxruntime_binding.node`,
    `${MODULES}/@photostructure/sqlite/prebuilds/${target}/@photostructure+sqlite.glibc.node`,
  ];
  return [
    ...names
      .filter((name) => BINARY.test(name) && !ours.some((folder) => name.includes(folder)))
      .map((name) => `a binary of another platform: ${name}`),
    ...names
      .filter((name) => /(^|\/)ff(mpeg|probe)(\.exe)?$|@ff(mpeg|probe)-installer\//.test(name))
      .map((name) => `a program that may not be shipped: ${name}`),
    ...wanted.filter((name) => !names.includes(name)).map((name) => `missing: ${name}`),
  ];
}

/** '' for a file, '/name' and so on for what a folder holds. */
function filesIn(path) {
  const source = join(ROOT, path);
  if (!existsSync(source)) throw new Error(`${path} is missing: run npm ci`);
  if (!statSync(source).isDirectory()) return [''];
  return readdirSync(source).flatMap((name) => filesIn(`${path}/${name}`).map((rest) => `/${name}${rest}`));
}

/** macOS: the registry's archive holds the library twice, and the binding asks for the short name. */
function isTwin(path) {
  if (!/\/libonnxruntime\.\d+\.\d+\.\d+\.dylib$/.test(path)) return false;
  const asked = join(ROOT, dirname(path), 'libonnxruntime.1.dylib');
  return existsSync(asked) && readFileSync(asked).equals(readFileSync(join(ROOT, path)));
}
