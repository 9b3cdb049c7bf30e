// A fresh extension host for one extension: `node activation-host.mjs VSCODE EXTENSION` prints the CPU milliseconds of each step as
// JSON. VSCODE is the made-up module `vscode`; EXTENSION the folder of extension.cjs. No worker is forked: its start is not the
// extension's.
import { Buffer } from 'node:buffer';
import { createHash } from 'node:crypto';
import { EventEmitter } from 'node:events';
import Module, { createRequire } from 'node:module';
import { join } from 'node:path';
import process from 'node:process';

const require = createRequire(import.meta.url);

// What VS Code's own host has loaded before any extension.
for (const name of [
  'assert',
  'child_process',
  'fs/promises',
  'net',
  'os',
  'stream/promises',
  'timers/promises',
  'url',
  'util',
])
  require(`node:${name}`);
const [made, folder] = process.argv.slice(2);
const vscode = require(made);
const load = Module._load;
Module._load = (name, ...rest) => (name === 'vscode' ? vscode : load(name, ...rest));
require('node:child_process').fork = () => {
  const child = new EventEmitter();
  return Object.assign(child, {
    stderr: null,
    connected: false,
    send: () => true,
    kill: () => true,
    unref: () => undefined,
  });
};

const cpu = () => {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
};
const taken = {};
async function step(name, work) {
  const before = cpu();
  await work();
  taken[name] = cpu() - before;
}

async function main() {
  process.env.VERSUSQ_HOME = join(folder, 'no-store');
  const context = {
    subscriptions: [],
    extensionUri: vscode.Uri.file(join(folder, '..')),
    workspaceState: new vscode.FakeMemento(),
  };
  const name = (letter) => join(folder, `${letter}.mp4`);
  const text = `${name('a')}\n${name('b')}\n`;
  const document = new vscode.FakeDocument(vscode.Uri.file(join(folder, 'list.txt')), text);
  const token = { isCancellationRequested: false, onCancellationRequested: () => ({ dispose: () => undefined }) };
  // Fixed work, so that a figure can be compared between machines and busy hours.
  await step('reference', () =>
    createHash('sha256')
      .update(Buffer.alloc(16 * 2 ** 20))
      .digest(),
  );
  let extension;
  await step('load', () => (extension = require(join(folder, 'extension.cjs'))));
  await step('activate', () => extension.activate(context));
  const serializer = vscode.registered.get('panel versusq.compare');
  if (serializer) {
    const panel = new vscode.FakePanel();
    await step('panel', () => serializer.deserializeWebviewPanel(panel, { a: name('a'), b: name('b') }));
    if (!panel.webview.html.includes('<html')) throw new Error('the panel did not come back');
    const range = new vscode.Range(0, 0, 2, 0);
    await step('text', () => vscode.registered.get('inlayHints').provideInlayHints(document, range, token));
  }
  process.stdout.write(JSON.stringify(taken), () => process.exit(0));
}
main();
