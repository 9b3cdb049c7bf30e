// The demo, from a fresh clone: sets everything up, makes clips, compares two of them, ranks the folder, writes a report.
//   npm run demo              on clips made here
//   npm run demo -- FOLDER    on your own
import { spawnSync } from 'node:child_process';
import { mkdirSync, readdirSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';
import { ROOT, setup } from './setup.mjs';

const CLI = join(ROOT, 'dist', 'cli.cjs');
const REPORT = join(ROOT, 'demo', 'report.html');
const VIDEO = /\.(?:mp4|m4v|mov|mkv|webm|avi|mts|m2ts|mpg|mpeg|wmv|flv|ogv|mxf|3gp|y4m)$/i;
const began = performance.now();
const bold = (text) => (process.stdout.isTTY && !process.env.NO_COLOR ? `\x1b[1m${text}\x1b[0m` : text);
const say = (line) => console.log(line);

/** Shows the command as one would type it, and runs it; gives its exit code. */
function versusq(...args) {
  const shown = args.map((a) => (/^[\w./=-]+$/.test(a) ? a : JSON.stringify(a))).join(' ');
  say(`\n${bold(`$ npx versusq ${shown}`)}\n`);
  const env = { ...process.env, VERSUSQ_HOME: process.env.VERSUSQ_HOME ?? join(ROOT, 'demo', 'store') };
  return spawnSync(process.execPath, [CLI, ...args], { stdio: 'inherit', env }).status ?? 1;
}

async function main() {
  const own = process.argv[2];
  setup(say);
  mkdirSync(join(ROOT, 'demo'), { recursive: true });
  const here = (path) => relative(process.cwd(), path) || '.';
  let folder;
  let pair;
  if (own === undefined) {
    const { makeClips } = await import('./demo-clips.mjs');
    folder = join(ROOT, 'demo', 'clips');
    await makeClips(folder, say);
    pair = ['coast-x264-crf20.mp4', 'coast-x264-crf40.mp4'];
  } else {
    folder = resolve(process.env.INIT_CWD ?? process.cwd(), own);
    pair = readdirSync(folder)
      .filter((name) => VIDEO.test(name) && !name.startsWith('.'))
      .sort((x, y) => x.localeCompare(y, 'en', { numeric: true }))
      .slice(0, 2);
    if (pair.length < 2) throw new Error(`${folder} holds fewer than two video files.`);
  }
  const codes = [
    versusq('compare', ...pair.map((name) => here(join(folder, name)))),
    versusq('rank', here(folder), '--report', here(REPORT)),
  ];
  say(`\n${bold('Report with pictures:')} ${REPORT}`);
  say(`${Math.round((performance.now() - began) / 1000)} s in all.`);
  return Math.max(...codes);
}

try {
  process.exitCode = await main();
} catch (error) {
  console.error(`demo: ${error.message}`);
  process.exitCode = 1;
}
