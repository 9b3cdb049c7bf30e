// Makes a clone ready: installs the packages when they are missing or older than package-lock.json, builds when a source is
// newer than the bundles. Does nothing when nothing changed. Uses Node's own modules only: it runs before any is installed.
//   node scripts/setup.mjs
import { spawnSync } from 'node:child_process';
import { existsSync, lstatSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const ROOT = fileURLToPath(new URL('..', import.meta.url));
/** From this on, `node:` features and the native packages work. */
const NODE_AT_LEAST = [20, 10];
/** Written by npm at the end of every install. */
const INSTALLED = join(ROOT, 'node_modules', '.package-lock.json');
const BUNDLES = [
  'cli.cjs',
  'worker.cjs',
  'extension.cjs',
  'application.cjs',
  'webview/compare.js',
  'webview/rank.js',
].map((f) => join(ROOT, 'dist', f));

const changed = (path) => (existsSync(path) ? statSync(path).mtimeMs : 0);
/** Time of the newest file under a path, in ms. */
function newest(path) {
  if (!existsSync(path)) return 0;
  if (!statSync(path).isDirectory()) return changed(path);
  return Math.max(0, ...readdirSync(path).map((name) => newest(join(path, name))));
}

export const installNeeded = () => changed(INSTALLED) < changed(join(ROOT, 'package-lock.json'));

export const buildNeeded = () =>
  Math.min(...BUNDLES.map(changed)) <
  Math.max(
    newest(join(ROOT, 'src')),
    ...['scripts/build.mjs', 'package.json'].map((f) => changed(join(ROOT, f))),
    changed(INSTALLED),
  );

/** Runs a program in the clone's root; throws with its name when it fails. */
function run(command, args, env = {}) {
  const windows = process.platform === 'win32' && command === 'npm';
  const { status, error } = spawnSync(command, args, {
    cwd: ROOT,
    stdio: 'inherit',
    shell: windows,
    env: { ...process.env, ...env },
  });
  if (error) throw new Error(`${command} could not be started: ${error.message}`);
  if (status !== 0) throw new Error(`${command} ${args.join(' ')} failed (exit ${status})`);
}

export function install() {
  const packages = join(ROOT, 'node_modules');
  if (existsSync(packages) && lstatSync(packages).isSymbolicLink()) {
    throw new Error(
      `${packages} is a link: installing would empty what it leads to. Update the packages there, or remove the link.`,
    );
  }
  const args = ['ci', '--no-audit', '--no-fund', '--loglevel=error'];
  // The native runtime's CUDA download is not needed: CPU, WebGPU, DirectML and CoreML come inside the package.
  const env = { ONNXRUNTIME_NODE_INSTALL: 'skip' };
  const { npm_execpath: npm } = process.env;
  if (npm && /npm-cli\.c?js$/.test(npm)) run(process.execPath, [npm, ...args], env);
  else run('npm', args, env);
}

export const build = () => run(process.execPath, [join(ROOT, 'scripts', 'build.mjs')]);

/** Installs and builds where needed. `say` gets one line for each thing done. */
export function setup(say = (line) => console.log(line)) {
  const [major, minor] = process.versions.node.split('.').map(Number);
  if (major < NODE_AT_LEAST[0] || (major === NODE_AT_LEAST[0] && minor < NODE_AT_LEAST[1])) {
    throw new Error(`Node ${NODE_AT_LEAST.join('.')} or newer is needed; this is ${process.versions.node}.`);
  }
  if (installNeeded()) {
    say('Installing packages (npm ci) ...');
    install();
  }
  if (buildNeeded()) {
    say('Building ...');
    build();
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  try {
    setup();
    console.log('Ready: npx versusq --help');
  } catch (error) {
    console.error(error.message);
    process.exitCode = 1;
  }
}
