// Annotations of a manifest of 10,000 lines with 3,000 names of ranked clips: time to the first hints, and what an edit costs the
// extension host. The extension's own code with a made-up VS Code around it, the shipped worker, a real store, real files.
import { build } from 'esbuild';
import { fork } from 'node:child_process';
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { fixed, holds, median } from './tools.mjs';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const [LINES, NAMES, EDITS] = [10_000, 3000, 100];
/** Lines that an editor shows, and that VS Code asks hints for around them. */
const SHOWN = 110;
const FIRST_MS = 300;
const EDIT_MS = 5;
const MEMORY_MB = 40;
const token = { isCancellationRequested: false, onCancellationRequested: () => ({ dispose: () => undefined }) };

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc');

/** Keeps its lines as VS Code's own document does: offsets are found by bisection. */
class Document {
  version = 1;
  languageId = 'json';
  constructor(uri, text, vscode) {
    Object.assign(this, { uri, text, vscode });
    this.starts = [0];
    for (let i = text.indexOf('\n'); i >= 0; i = text.indexOf('\n', i + 1)) this.starts.push(i + 1);
  }
  getText = () => this.text;
  offsetAt = ({ line, character }) =>
    line >= this.starts.length ? this.text.length : Math.min(this.starts[line] + character, this.text.length);
  positionAt(offset) {
    let [low, high] = [0, this.starts.length - 1];
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (this.starts[middle] <= offset) low = middle;
      else high = middle - 1;
    }
    return new this.vscode.Position(low, offset - this.starts[low]);
  }
  /** Within a line. */
  type(offset, text) {
    const { line } = this.positionAt(offset);
    this.text = this.text.slice(0, offset) + text + this.text.slice(offset);
    for (let i = line + 1; i < this.starts.length; i++) this.starts[i] += text.length;
    this.version++;
    return [{ rangeOffset: offset, rangeLength: 0, text }];
  }
}

export async function bench(say, rounds = 5) {
  const parts = await load();
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'versusq-annotations-')));
  try {
    const text = await manifest(parts, folder);
    const results = [];
    for (let i = 0; i < rounds; i++) {
      const found = await round(parts, folder, text);
      results.push(found);
      say(`round ${i + 1}: ${Object.entries(found).map(([name, value]) => `${name} ${fixed(value, 2)}`).join(', ')}`); // prettier-ignore
    }
    const heap = results[0].heap; // later rounds begin with what the collector had not taken yet
    const at = (name) => median(results.map((r) => r[name]));
    return [
      [`a manifest of ${LINES.toLocaleString('en')} lines, ${NAMES.toLocaleString('en')} clips`, 'median', 'limit', 'holds'],
      ['first hints, ms: request to values, worker running', fixed(at('warm'), 0), FIRST_MS, holds(at('warm'), FIRST_MS)],
      ['the same, with the start of the worker', fixed(at('cold'), 0), FIRST_MS, holds(at('cold'), FIRST_MS)],
      ['an empty process, forked, ms', fixed(at('forked'), 0), '', ''],
      ['first hints without values (what is missing), ms', fixed(at('named'), 0), '', ''],
      ['an edit, ms of CPU', fixed(at('edit')), EDIT_MS, holds(at('edit'), EDIT_MS)],
      ['95 of 100 edits take less than, ms of CPU', fixed(at('slow')), EDIT_MS, holds(at('slow'), EDIT_MS)],
      ['hints asked for when the typing rests, ms of CPU', fixed(at('hints')), '', ''],
      ['lenses asked for when the typing rests, ms of CPU', fixed(at('lenses')), '', ''],
      ['heap of all that, MB', fixed(heap, 1), MEMORY_MB, holds(heap, MEMORY_MB)],
    ]; // prettier-ignore
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function round(parts, folder, text) {
  const { Annotations, WorkerClient, vscode } = parts;
  collectGarbage();
  const before = process.memoryUsage().heapUsed;
  const worker = new WorkerClient({
    workerPath: join(ROOT, 'dist/worker.cjs'),
    settings: () => ({ ffmpegPath: null, modelPath: null, device: 'cpu', storePath: join(folder, '.store') }),
  });
  const services = {
    worker,
    storeUri: vscode.Uri.file(join(folder, '.store')),
    statusBar: { showClip: () => undefined },
  };
  vscode.workspace.workspaceFolders = [{ uri: vscode.Uri.file(folder) }];
  const none = async () => undefined;
  const annotations = new Annotations(services, { compare: none, rank: none, rankFolder: none });
  const open = (name) => new Document(vscode.Uri.file(join(folder, name)), text, vscode);
  const ask = (document, line) =>
    annotations.inlayHints.provideInlayHints(document, new vscode.Range(line, 0, line + SHOWN, 0), token);
  const complete = (hints) => hints.length > 0 && hints.every(({ label }) => label[0].value.startsWith('#'));
  /** As VS Code does: asks, and asks again when it is told to. */
  const untilComplete = async (document, line) => {
    let told = false;
    annotations.onDidChange(() => (told = true));
    for (let hints = await ask(document, line); !complete(hints); hints = await ask(document, line)) {
      while (!told) await sleep(1);
      told = false;
    }
  };
  try {
    const forked = await emptyFork();
    const from = performance.now();
    const first = open('first.json');
    await untilComplete(first, 0);
    const cold = performance.now() - from;
    const again = performance.now();
    const document = open('second.json');
    await untilComplete(document, 5000); // other clips, nothing of them known yet
    const warm = performance.now() - again;
    const third = performance.now();
    await ask(open('third.json'), 0);
    const named = performance.now() - third;

    const [edits, hints, lenses] = [[], [], []];
    for (let i = 0; i < EDITS; i++) {
      const offset = document.starts[(i * 97) % LINES];
      const change = { document, contentChanges: document.type(offset, ' ') };
      edits.push(await cpu(() => vscode.documentChanges(change)));
      hints.push(await cpu(() => ask(document, 5000)));
      lenses.push(await cpu(() => annotations.codeLenses.provideCodeLenses(document)));
    }
    const [lens] = await annotations.codeLenses.provideCodeLenses(document);
    const { title } = (await annotations.codeLenses.resolveCodeLens(lens)).command;
    if (!title.endsWith(` ${NAMES}`)) throw new Error(`a part of the names was found: ${title}`);
    collectGarbage();
    const heap = (process.memoryUsage().heapUsed - before) / 2 ** 20;
    const slow = edits.toSorted((a, b) => a - b)[Math.floor(EDITS * 0.95)];
    return {
      forked,
      cold,
      warm,
      named,
      edit: median(edits),
      slow,
      hints: median(hints),
      lenses: median(lenses),
      heap,
    };
  } finally {
    annotations.dispose();
    worker.dispose();
  }
}

/** Milliseconds until a process of Node has told that it is there. */
async function emptyFork() {
  const from = performance.now();
  const child = fork('-e', ["process.send('here')"], { execArgv: [], stdio: ['ignore', 'ignore', 'inherit', 'ipc'] });
  await new Promise((done) => child.once('message', done));
  child.kill();
  return performance.now() - from;
}

/** Milliseconds of CPU of this process, which other work on the machine does not lengthen as it does the clock's. */
async function cpu(work) {
  const before = process.cpuUsage();
  await work();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000;
}

/** Real files of made-up content, ranked in the store; every third line of the text names one. */
async function manifest({ openStore, fileSignature, contentHash, readModelInfo }, folder) {
  const store = await openStore({ folder: join(folder, '.store') });
  const clips = join(folder, 'clips');
  mkdirSync(clips);
  const rows = [];
  for (let i = 0; i < NAMES; i++) {
    const path = join(clips, `scene${i % 40}_take${i}.mp4`);
    writeFileSync(path, `clip ${i}`);
    const hash = await contentHash(path);
    store.putFile(path, await fileSignature(path), {
      path,
      hash,
      bytes: `clip ${i}`.length,
      codec: 'h264',
      warnings: [],
    });
    const score = 4 - (8 * i) / NAMES;
    const ranking = { folder: clips, rank: i + 1, of: NAMES, score, interval95: [score - 0.2, score + 0.2] };
    const finished = new Date().toISOString();
    rows.push({ hash, place: path.slice(clips.length + 1), ranking: { ...ranking, toReference: null, mainDefect: 'banding', finished } }); // prettier-ignore
  }
  const { hash: model } = await readModelInfo(join(ROOT, 'models', 'versusq-mini'));
  store.quality.putRanking({ id: clips, model, rows, ended: true });
  store.close();
  const lines = Array.from({ length: NAMES }, (_, i) => [
    `  { "clip": "clips/${rows[i].place}",`,
    `    "note": "take ${i}, as delivered",`,
    `    "seconds": ${i % 60} },`,
  ]).flat();
  const fill = Array.from({ length: LINES - lines.length - 2 }, (_, i) => `  { "comment": "line ${i}" },`);
  return ['[', ...lines, ...fill, '  {}]'].join('\n');
}

async function load() {
  const outfile = join(ROOT, 'out', 'bench-annotations.cjs'); // inside the tree, where native modules are found
  await build({
    entryPoints: [fileURLToPath(new URL('annotations-parts.ts', import.meta.url))],
    outfile,
    bundle: true,
    minify: true,
    platform: 'node',
    format: 'cjs',
    target: 'node20',
    alias: { vscode: join(ROOT, 'test/unit/extension/fake-vscode.ts') },
    external: ['onnxruntime-node', '@photostructure/sqlite', '@ffmpeg-installer/ffmpeg', '@ffprobe-installer/ffprobe'],
    define: { VERSUSQ_VERSION: '"bench"' },
    logLevel: 'error',
  });
  return createRequire(import.meta.url)(outfile);
}
