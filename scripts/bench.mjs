// Runs the benchmarks of test/bench and writes their tables into docs/performance.md, between the markers of each.
//   npm run bench                     all
//   npm run bench -- glance --dry     one, printed only; --rounds=1 makes it short
// VMAF_FFMPEG names an ffmpeg with libvmaf; without it that row says that it was not measured.
import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { cpus, totalmem } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { ROOT, setup } from './setup.mjs';

const DOCUMENT = join(ROOT, 'docs', 'performance.md');
const FOLDER = join(ROOT, 'test', 'bench');

/** Text between `<!-- bench:NAME -->` and `<!-- /bench:NAME -->`, replaced. */
export function replaceBetween(document, name, text) {
  const [open, close] = [`<!-- bench:${name} -->`, `<!-- /bench:${name} -->`];
  const [from, to] = [document.indexOf(open), document.indexOf(close)];
  if (from < 0 || to < from) throw new Error(`docs/performance.md has no markers ${open} ... ${close}`);
  return `${document.slice(0, from + open.length)}\n\n${text.trim()}\n\n${document.slice(to)}`;
}

const table = (rows) => {
  const line = (cells) => `| ${cells.map((c) => String(c).replaceAll('|', '\\|')).join(' | ')} |`;
  const [head, ...rest] = rows;
  return [line(head), line(head.map(() => '---')), ...rest.map(line)].join('\n');
};

const machine = () =>
  `${new Date().toISOString().slice(0, 10)}, ${cpus().length} x ${cpus()[0]?.model.trim()}, ${Math.round(totalmem() / 2 ** 30)} GB, Node ${process.versions.node}`;

const wanted = process.argv.slice(2).filter((a) => !a.startsWith('--'));
const rounds =
  Number(/^--rounds=(\d+)$/.exec(process.argv.find((a) => a.startsWith('--rounds=')) ?? '')?.[1]) || undefined;
setup();
// What ships is measured.
execFileSync(process.execPath, ['scripts/build.mjs', '--production'], { cwd: ROOT, stdio: 'inherit' });
const names = readdirSync(FOLDER)
  .filter((f) => f.endsWith('.bench.mjs'))
  .map((f) => f.replace('.bench.mjs', ''))
  .filter((name) => wanted.length === 0 || wanted.includes(name));
for (const name of names) {
  console.log(`bench ${name}`);
  const { bench } = await import(pathToFileURL(join(FOLDER, `${name}.bench.mjs`)).href);
  const rows = await bench((line) => console.log(`  ${line}`), rounds);
  const text = `${table(rows)}\n\nMeasured ${machine()}; \`npm run bench -- ${name}\`.`;
  console.log(`\n${text}\n`);
  if (!process.argv.includes('--dry')) {
    writeFileSync(DOCUMENT, replaceBetween(readFileSync(DOCUMENT, 'utf8'), name, text));
  }
}
