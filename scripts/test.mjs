// `npm test` from a fresh clone on Debian or Ubuntu with Node >= 20 and nothing else: set-up, type check, lint, then unit,
// component and end-to-end tests. Node's own modules only. The last line is "N passed, N failed"; exit 1 when any failed,
// 3 when Debian packages are missing and can't be installed.
// usage: node scripts/test.mjs [typecheck] [lint] [unit] [component] [e2e]      (nothing named: all)
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = resolve(dirname(fileURLToPath(import.meta.url)), '..');
const PROJECTS = ['unit', 'component', 'e2e'];
const ALL = ['typecheck', 'lint', ...PROJECTS];
/** Debian package -> is what it gives there already? */
const PACKAGES = {
  ffmpeg: () => onPath('ffmpeg') && onPath('ffprobe'),
  chromium: () => process.env.CHROMIUM !== undefined || onPath('chromium'),
  'fonts-dejavu-core': () => existsSync('/usr/share/fonts/truetype/dejavu/DejaVuSans.ttf'),
  'build-essential': () => onPath('g++') && onPath('make'),
  python3: () => onPath('python3'),
};

const named = process.argv.slice(2);
const unknown = named.filter((name) => !ALL.includes(name));
if (unknown.length > 0) {
  console.error(`Unknown: ${unknown.join(', ')}. Known: ${ALL.join(', ')}.`);
  process.exit(2);
}
const wanted = named.length > 0 ? named : ALL;
process.chdir(root);

debianPackages();
const { setup } = await import('./setup.mjs');
await setup();

const sums = { passed: 0, failed: 0 };
/** What failed, named again at the end: the end of a log is what is read first, and often all that was kept. */
const failures = [];
if (wanted.includes('typecheck')) count('typecheck', one('npm', ['run', '--silent', 'typecheck']));
if (wanted.includes('lint')) count('lint', one('npm', ['run', '--silent', 'lint']));
for (const project of PROJECTS.filter((name) => wanted.includes(name))) count(project, vitest(project));
for (const name of failures) console.log(`FAILED ${name}`);
console.log(`${sums.passed} passed, ${sums.failed} failed`);
process.exitCode = sums.failed > 0 || sums.passed === 0 ? 1 : 0;

function onPath(program) {
  return spawnSync('sh', ['-c', `command -v ${program}`]).status === 0;
}

function debianPackages() {
  const missing = Object.keys(PACKAGES).filter((name) => !PACKAGES[name]());
  if (missing.length === 0) return;
  const command = `apt-get install -y --no-install-recommends ${missing.join(' ')}`;
  if (process.getuid?.() !== 0 || !onPath('apt-get')) {
    console.error(`These are needed and missing: ${missing.join(', ')}. Install them, then run npm test again:`);
    console.error(`  sudo apt-get update && sudo ${command}`);
    process.exit(3);
  }
  console.log(`installing ${missing.join(', ')}`);
  const quiet = { stdio: ['ignore', 'ignore', 'inherit'], env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' } };
  const lock = ['-o', 'DPkg::Lock::Timeout=300'];
  spawnSync('apt-get', [...lock, 'update', '-qq'], quiet);
  const { status } = spawnSync('apt-get', [...lock, ...command.split(' ').slice(1), '-qq'], quiet);
  if (status !== 0) {
    console.error(`apt-get could not install them. Try it by hand: apt-get update && ${command}`);
    process.exit(3);
  }
}

/** A step that counts as one test. */
function one(program, args) {
  const { status } = spawnSync(program, args, { stdio: 'inherit' });
  return status === 0 ? { passed: 1, failed: 0 } : { passed: 0, failed: 1 };
}

/** Runs one vitest project; a file that can't be loaded counts as one failure, and so does a run without any test. */
function vitest(project) {
  const folder = mkdtempSync(join(tmpdir(), 'versusq-test-'));
  const file = join(folder, 'result.json');
  try {
    const args = ['node_modules/vitest/vitest.mjs', 'run', '--project', project];
    args.push('--reporter=default', '--reporter=json', `--outputFile.json=${file}`);
    const { status } = spawnSync(process.execPath, args, { stdio: 'inherit' });
    if (!existsSync(file)) return { passed: 0, failed: 1 };
    const result = JSON.parse(readFileSync(file, 'utf8'));
    const unloaded = result.testResults.filter((f) => f.status === 'failed' && f.assertionResults.length === 0).length;
    const failed = result.numFailedTests + unloaded;
    for (const { name, assertionResults } of result.testResults.filter((f) => f.status === 'failed')) {
      const tests = assertionResults.filter((test) => test.status === 'failed').map((test) => ` > ${test.fullName}`);
      failures.push(...(tests.length > 0 ? tests : ['']).map((test) => `${relative(root, name)}${test}`));
    }
    const nothing = result.numTotalTests === 0;
    return { passed: result.numPassedTests, failed: failed === 0 && (status !== 0 || nothing) ? 1 : failed };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function count(name, { passed, failed }) {
  sums.passed += passed;
  sums.failed += failed;
  if (failed > 0 && !PROJECTS.includes(name)) failures.push(name);
  console.log(`${name}: ${passed} passed, ${failed} failed\n`);
}
