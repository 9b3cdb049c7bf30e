/**
 * Serves the panel as VS Code does: the extension's own document with its real policy, the bundle, the icon font and the test
 * clips (with ranges), on 127.0.0.1 only.
 */
import { build } from 'esbuild';
import { createReadStream, existsSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { basename, extname, join, resolve } from 'node:path';
import { panelHtml } from '../../../src/extension/panelHtml.js';
import { readLanguage, type LanguageData } from '../../../src/protocol/index.js';
import { makeClips } from './clips.js';

export interface TestServer {
  url: string;
  /** Bytes of the minified bundles: compare panel, rank table. */
  bundleBytes: number;
  rankBundleBytes: number;
  close(): Promise<void>;
}

const TYPES: Record<string, string> = {
  '.js': 'text/javascript',
  '.css': 'text/css',
  '.ttf': 'font/ttf',
  '.mp4': 'video/mp4',
  '.webm': 'video/webm',
};
const ROOT = resolve(import.meta.dirname, '../../..');
const NONCE = 'dGVzdA';
const PAGES = {
  '/': { script: '/compare.js', element: 'vq-compare-panel' },
  '/rank': { script: '/rank.js', element: 'vq-rank-table' },
} as const;

/** The words that the extension ships; null: English. */
function languageNamed(name: string | null): LanguageData | null {
  if (name === null) return null;
  const words: unknown = JSON.parse(readFileSync(join(ROOT, `l10n/words.${name}.json`), 'utf8'));
  return readLanguage({ language: name, words });
}

export async function startServer(): Promise<TestServer> {
  const clips = makeClips();
  const out = mkdtempSync(join(tmpdir(), 'versusq-webview-'));
  const [bundle, rank] = [join(out, 'compare.js'), join(out, 'rank.js')];
  await build({
    entryPoints: [join(ROOT, 'src/webview/compare.ts'), join(ROOT, 'src/webview/rank.ts')],
    outdir: out,
    bundle: true,
    minify: true,
    format: 'esm',
    target: 'es2022',
    logLevel: 'error',
  });
  const icons = join(ROOT, 'node_modules/@vscode/codicons/dist');
  const files: Record<string, string> = {
    '/compare.js': bundle,
    '/rank.js': rank,
    '/codicon.css': join(icons, 'codicon.css'),
    '/codicon.ttf': join(icons, 'codicon.ttf'),
  };
  const server = createServer((request, response) => {
    const url = new URL(request.url ?? '/', origin);
    if (url.pathname === '/' || url.pathname === '/rank') {
      const page = { cspSource: origin, nonce: NONCE, styleSheet: '/codicon.css', title: 'test' };
      response.writeHead(200, { 'content-type': 'text/html' });
      const language = languageNamed(url.searchParams.get('language'));
      response.end(panelHtml({ ...page, ...PAGES[url.pathname], language }));
      return;
    }
    if (url.pathname === '/favicon.ico') {
      response.writeHead(204).end();
      return;
    }
    const file = url.pathname.startsWith('/clips/') ? join(clips, basename(url.pathname)) : files[url.pathname];
    if (file === undefined || !existsSync(file)) {
      response.writeHead(404).end();
      return;
    }
    sendFile(response, file, request.headers.range);
  });
  await new Promise<void>((ok) => server.listen(0, '127.0.0.1', ok));
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    url: origin,
    bundleBytes: statSync(bundle).size,
    rankBundleBytes: statSync(rank).size,
    close: async () => {
      server.closeAllConnections();
      await new Promise((ok) => server.close(ok));
      rmSync(out, { recursive: true, force: true });
    },
  };
}

function sendFile(response: ServerResponse, file: string, range: string | undefined): void {
  const { size } = statSync(file);
  const asked = /^bytes=(\d+)-(\d*)$/.exec(range ?? '');
  const from = asked ? Number(asked[1]) : 0;
  const to = asked?.[2] ? Math.min(Number(asked[2]), size - 1) : size - 1;
  response.writeHead(asked ? 206 : 200, {
    'content-type': TYPES[extname(file)] ?? 'application/octet-stream',
    'accept-ranges': 'bytes',
    'content-length': to - from + 1,
    ...(asked ? { 'content-range': `bytes ${from}-${to}/${size}` } : {}),
  });
  createReadStream(file, { start: from, end: to }).pipe(response);
}
