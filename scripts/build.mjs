// Bundles extension, worker, command and webview into dist/. Native modules (onnxruntime-node, @photostructure/sqlite) and
// the optional ffmpeg packages stay outside the bundles. Flags: --production (minified), --watch, --outdir=FOLDER (dist).
import { build, context } from 'esbuild';
import { cpSync, mkdirSync, readFileSync } from 'node:fs';

const production = process.argv.includes('--production');
const watch = process.argv.includes('--watch');
const out = process.argv.find((argument) => argument.startsWith('--outdir='))?.slice('--outdir='.length) ?? 'dist';
const { version } = JSON.parse(readFileSync('package.json', 'utf8'));
const common = {
  bundle: true,
  metafile: true,
  minify: production,
  sourcemap: production ? false : 'linked',
  logLevel: 'warning',
  define: { VERSUSQ_VERSION: JSON.stringify(version) },
};
const node = {
  ...common,
  platform: 'node',
  format: 'cjs',
  target: 'node20',
  external: [
    'vscode',
    'onnxruntime-node',
    '@photostructure/sqlite',
    '@ffmpeg-installer/ffmpeg',
    '@ffprobe-installer/ffprobe',
  ],
};
const web = { ...common, platform: 'browser', format: 'esm', target: 'es2022' };
// Activation loads a few lines only; all the rest of the extension is a bundle of its own, required at the first command.
const lazily = {
  name: 'application-apart',
  setup: (b) => b.onResolve({ filter: /^\.\/application\.js$/ }, () => ({ path: './application.cjs', external: true })),
};
const targets = [
  {
    ...node,
    entryPoints: ['src/extension/extension.ts'],
    outfile: `${out}/extension.cjs`,
    plugins: [lazily],
    supported: { 'dynamic-import': false },
  },
  { ...node, entryPoints: ['src/extension/application.ts'], outfile: `${out}/application.cjs` },
  { ...node, entryPoints: ['src/engine/worker/main.ts'], outfile: `${out}/worker.cjs` },
  { ...node, entryPoints: ['src/cli/main.ts'], outfile: `${out}/cli.cjs`, banner: { js: '#!/usr/bin/env node' } },
  { ...web, entryPoints: ['src/webview/compare.ts'], outfile: `${out}/webview/compare.js` },
  { ...web, entryPoints: ['src/webview/rank.ts'], outfile: `${out}/webview/rank.js` },
];
/** Names of the packages whose code is in the bundles. */
function packagesIn(metafiles) {
  const paths = metafiles.flatMap(({ inputs }) => Object.keys(inputs));
  const found = paths.map((path) => /.*node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(path)?.[1]);
  return [...new Set(found.filter((name) => name !== undefined))].sort();
}

/** In full, or without the scope that the name before it has ("@microsoft/fast-element, fast-foundation"). */
function isNamed(name, notices) {
  const named = notices.match(/(?:@[\w.-]+\/)?[\w.-]+/g) ?? [];
  return named.includes(name) || named.includes(name.split('/').at(-1));
}

mkdirSync(`${out}/webview`, { recursive: true });
cpSync('node_modules/@vscode/codicons/dist/codicon.css', `${out}/webview/codicon.css`);
cpSync('node_modules/@vscode/codicons/dist/codicon.ttf', `${out}/webview/codicon.ttf`);
if (watch) {
  for (const t of targets) await (await context(t)).watch();
  console.log('watching');
} else {
  const built = await Promise.all(targets.map((t) => build(t)));
  const notices = readFileSync('THIRD_PARTY_NOTICES.md', 'utf8');
  const unnamed = packagesIn(built.map((b) => b.metafile)).filter((name) => !isNamed(name, notices));
  if (unnamed.length > 0) {
    console.error(`In a bundle, but not in THIRD_PARTY_NOTICES.md: ${unnamed.join(', ')}`);
    process.exit(1);
  }
}
