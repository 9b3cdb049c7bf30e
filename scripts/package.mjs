// Makes versusq-<target>-<version>.vsix in the repository's root: a production build and only what runs, for one platform.
// usage: node scripts/package.mjs [--target linux-x64|linux-arm64|win32-x64|win32-arm64|darwin-arm64] [--out FILE]
// Refuses its own product when another platform's binary is inside or it is over the size limit. No ffmpeg is packed.
import { createVSIX } from '@vscode/vsce';
import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { zipEntries } from './zip.mjs';

const TARGETS = ['linux-x64', 'linux-arm64', 'win32-x64', 'win32-arm64', 'darwin-arm64'];
/** Largest VSIX, in bytes of 10^6 a megabyte; macOS and Windows carry larger GPU libraries. */
const LIMIT_MB = { 'linux-x64': 80, 'linux-arm64': 80, 'win32-x64': 100, 'win32-arm64': 100, 'darwin-arm64': 100 };
/** Native code by its file name; anything of this kind must come from the target's folders. */
const BINARY = /\.(node|dll|dylib|exe)$|\.so(\.\d+)*$/;

const root = resolve(dirname(fileURLToPath(import.meta.url)), '..');
const { values } = parseArgs({ options: { target: { type: 'string' }, out: { type: 'string' } } });
const target = values.target ?? `${process.platform}-${process.arch}`;
if (!TARGETS.includes(target)) {
  console.error(`There is no package for ${target}. Targets: ${TARGETS.join(', ')}.`);
  process.exit(2);
}
const manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
const vsix = resolve(values.out ?? join(root, `versusq-${target}-${manifest.version}.vsix`));

const stage = mkdtempSync(join(tmpdir(), 'versusq-package-'));
try {
  execFileSync(process.execPath, ['scripts/build.mjs', '--production', `--outdir=${join(stage, 'dist')}`], {
    cwd: root,
    stdio: 'inherit',
  });
  for (const path of ['README.md', 'LICENSE', 'CHANGELOG.md', 'THIRD_PARTY_NOTICES.md', 'media', 'schemas'])
    copy(path, path);
  copy('node_modules/@huggingface/tokenizers/LICENSE', 'licences/Apache-2.0.txt', true);
  copy('models/versusq-mini', 'models/versusq-mini');
  stageModules();
  writeFileSync(join(stage, 'package.json'), JSON.stringify(shippedManifest(), null, 2));
  rmSync(vsix, { force: true });
  await createVSIX({ cwd: stage, packagePath: vsix, target, dependencies: false });
  check();
} finally {
  rmSync(stage, { recursive: true, force: true });
}

/** The manifest without what only developers need; native modules lie in dist/node_modules, where Node finds them. */
function shippedManifest() {
  const shipped = { ...manifest };
  for (const key of ['scripts', 'dependencies', 'devDependencies', 'optionalDependencies']) delete shipped[key];
  return shipped;
}

function stageModules() {
  const [platform, arch] = target.split('-');
  const runtime = `onnxruntime-node/bin/napi-v6/${platform}/${arch}`;
  module_('onnxruntime-node', ['package.json', 'dist', `bin/napi-v6/${platform}/${arch}`]);
  if (platform === 'darwin') {
    // The registry's archive holds the library twice; the binding asks for the short name.
    const libraries = join(stage, 'dist/node_modules', runtime);
    const twin = join(libraries, `libonnxruntime.${manifest.dependencies['onnxruntime-node']}.dylib`);
    const asked = join(libraries, 'libonnxruntime.1.dylib');
    if (existsSync(asked) && existsSync(twin) && readFileSync(asked).equals(readFileSync(twin))) rmSync(twin);
  }
  module_('onnxruntime-common', ['package.json', 'dist/cjs']);
  module_('@photostructure/sqlite', [
    'package.json',
    'LICENSE',
    'dist/index.cjs',
    'dist/index.mjs',
    `prebuilds/${target}/@photostructure+sqlite.glibc.node`,
  ]);
  module_('node-gyp-build', ['package.json', 'LICENSE', 'index.js', 'node-gyp-build.js']);
}

function module_(name, paths) {
  for (const path of paths) copy(`node_modules/${name}/${path}`, `dist/node_modules/${name}/${path}`, true);
}

function copy(from, to, needed = false) {
  const source = join(root, from);
  if (!existsSync(source)) {
    if (needed) throw new Error(`${from} is missing: run npm ci`);
    console.warn(`not packed, because it is not there: ${from}`);
    return;
  }
  mkdirSync(dirname(join(stage, to)), { recursive: true });
  const runs = (path) => !/\.map$|\.d\.[cm]?ts$|\.tsbuildinfo$/.test(path);
  cpSync(source, join(stage, to), { recursive: true, dereference: true, filter: runs });
}

function check() {
  const names = zipEntries(vsix).map((entry) => entry.name);
  const [platform, arch] = target.split('-');
  const ours = [`/napi-v6/${platform}/${arch}/`, `/prebuilds/${target}/`];
  const foreign = names.filter((name) => BINARY.test(name) && !ours.some((folder) => name.includes(folder)));
  const program = names.filter((name) => /(^|\/)ff(mpeg|probe)(\.exe)?$/.test(name));
  const wanted = [
    'extension/dist/extension.cjs',
    'extension/dist/application.cjs',
    'extension/dist/worker.cjs',
    'extension/dist/webview/compare.js',
    'extension/models/versusq-mini/model.json',
    `extension/dist/node_modules/onnxruntime-node/bin/napi-v6/${platform}/${arch}/onnxruntime_binding.node`,
  ];
  const missing = wanted.filter((name) => !names.includes(name));
  const megabytes = statSync(vsix).size / 1e6;
  const faults = [
    ...foreign.map((name) => `a binary of another platform: ${name}`),
    ...program.map((name) => `a program that may not be shipped: ${name}`),
    ...missing.map((name) => `missing: ${name}`),
    ...(megabytes > LIMIT_MB[target] ? [`${megabytes.toFixed(1)} MB, the limit is ${LIMIT_MB[target]}`] : []),
  ];
  if (faults.length > 0) {
    rmSync(vsix, { force: true });
    for (const fault of faults) console.error(fault);
    throw new Error('The package is not fit to ship.');
  }
  console.log(`${basename(vsix)}: ${megabytes.toFixed(1)} MB, ${names.length} files, for ${target} only`);
}
