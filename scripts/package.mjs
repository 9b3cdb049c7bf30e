// Makes versusq-<target>-<version>.vsix in the repository's root: a production build and only what runs, for one platform.
// usage: node scripts/package.mjs [--target linux-x64|linux-arm64|win32-x64|win32-arm64|darwin-arm64] [--out FILE]
// Refuses its own product when another platform's binary is inside or it is over the size limit. No ffmpeg is packed.
import { createVSIX } from '@vscode/vsce';
import { execFileSync } from 'node:child_process';
import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { faultsOf, LIMIT_MB, packageFiles, TARGETS } from './package-files.mjs';
import { zipEntries } from './zip.mjs';

/** Where vsce puts an extension's files in the archive. */
const FOLDER = 'extension/';

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
  for (const { from, to } of packageFiles(target)) {
    mkdirSync(dirname(join(stage, to)), { recursive: true });
    copyFileSync(join(root, from), join(stage, to));
  }
  writeFileSync(join(stage, 'package.json'), JSON.stringify(shippedManifest(), null, 2));
  rmSync(vsix, { force: true });
  await createVSIX({ cwd: stage, packagePath: vsix, target, dependencies: false });
  check();
} finally {
  rmSync(stage, { recursive: true, force: true });
}

/** The manifest without what only developers need. */
function shippedManifest() {
  const shipped = { ...manifest };
  for (const key of ['scripts', 'dependencies', 'devDependencies', 'optionalDependencies']) delete shipped[key];
  return shipped;
}

function check() {
  const entries = zipEntries(vsix).map(({ name }) => name);
  const names = entries.filter((name) => name.startsWith(FOLDER)).map((name) => name.slice(FOLDER.length));
  const megabytes = statSync(vsix).size / 1e6;
  const faults = faultsOf(names, target);
  if (megabytes > LIMIT_MB[target]) faults.push(`${megabytes.toFixed(1)} MB, the limit is ${LIMIT_MB[target]}`);
  if (faults.length > 0) {
    rmSync(vsix, { force: true });
    for (const fault of faults) console.error(fault);
    throw new Error('The package is not fit to ship.');
  }
  console.log(`${basename(vsix)}: ${megabytes.toFixed(1)} MB, ${entries.length} files, for ${target} only`);
}
