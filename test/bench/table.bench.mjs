// The rank table with 10,000 rows in a real Chromium: frames a second while it is scrolled by script, time from a typed filter
// to the drawn rows, memory of the page: its JavaScript heap and its process. The built bundle, in a page with the panel's own
// policy. Rows are made up.
// CHROMIUM names the program (/usr/bin/chromium).
import { existsSync, readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { chromium } from 'playwright-core';
import { fixed, holds, median } from './tools.mjs';

const ROWS = 10_000;
const LEAST_FPS = 50;
const FILTER_MS = 100;
const MEMORY_MB = 300;
const SCROLL_MS = 3000;
/** Pixels a frame: about four rows, two screens in a third of a second. */
const STEP = 160;
const DIST = fileURLToPath(new URL('../../dist/webview', import.meta.url));
const FILES = { '/rank.js': 'text/javascript', '/codicon.css': 'text/css', '/codicon.ttf': 'font/ttf' };
const POLICY = `default-src 'none'; script-src 'nonce-bench'; style-src 'self'; font-src 'self'; img-src 'self' data:`;
const PAGE = `<!doctype html><html lang="en"><head><meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${POLICY}"><link rel="stylesheet" href="/codicon.css"></head>
<body><vq-rank-table></vq-rank-table><script type="module" nonce="bench" src="/rank.js"></script></body></html>`;

const EMPTY = '<!doctype html><html lang="en"><title>empty</title></html>';

export async function bench(say, rounds = 3) {
  const server = createServer((request, response) => {
    const type = FILES[request.url];
    if (request.url === '/') response.writeHead(200, { 'content-type': 'text/html' }).end(PAGE);
    else if (request.url === '/empty') response.writeHead(200, { 'content-type': 'text/html' }).end(EMPTY);
    else if (type && existsSync(join(DIST, request.url)))
      response.writeHead(200, { 'content-type': type }).end(readFileSync(join(DIST, request.url)));
    else response.writeHead(404).end();
  });
  await new Promise((done) => server.listen(0, '127.0.0.1', done));
  try {
    const results = [];
    let version = '';
    for (let i = 0; i < rounds; i++) {
      // A browser of its own each time: no process of an earlier page is left.
      const browser = await chromium.launch({
        executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
        args: ['--no-sandbox', '--disable-gpu', '--disable-dev-shm-usage', '--enable-precise-memory-info'],
      });
      version = browser.version();
      const found = await round(browser, `http://127.0.0.1:${server.address().port}/`).finally(() => browser.close());
      results.push(found);
      say(
        `round ${i + 1}: ${fixed(found.fps, 1)} frames/s (idle ${fixed(found.idle, 1)}; slowest 1 %: ${fixed(found.slow, 0)} ms; ${fixed(found.cpu, 1)} ms of CPU each), filter ${fixed(found.filter, 0)} ms, new rows ${fixed(found.rows, 0)} ms, sort ${fixed(found.sort, 0)} ms, heap ${fixed(found.heap, 0)} MB, process ${fixed(found.pss, 0)} MB (peak ${fixed(found.peak, 0)}; empty page ${fixed(found.empty, 0)}), ${found.nodes} nodes`,
      );
    }
    const at = (name) => median(results.map((r) => r[name]));
    return [
      [`table of ${ROWS.toLocaleString('en')} rows, Chromium ${version}`, 'median', 'limit', 'holds'],
      ['frames a second while scrolling', fixed(at('fps'), 1), `at least ${LEAST_FPS}`, holds(LEAST_FPS, at('fps'))],
      ['the same while nothing moves: what the machine gave', fixed(at('idle'), 1), '', ''],
      [
        'CPU of the page a scrolled frame, ms',
        fixed(at('cpu'), 1),
        `${1000 / LEAST_FPS}, for ${LEAST_FPS} frames a second`,
        holds(at('cpu'), 1000 / LEAST_FPS),
      ],
      ['slowest 1 % of frames, ms', fixed(at('slow'), 0), '', ''],
      ['filter, typed to drawn, ms', fixed(at('filter'), 0), FILTER_MS, holds(at('filter'), FILTER_MS)],
      ['all rows anew from the host, to drawn, ms', fixed(at('rows'), 0), '', ''],
      ['sorted by name, click to drawn, ms', fixed(at('sort'), 0), '', ''],
      ['JavaScript heap after all that, MB', fixed(at('heap'), 0), MEMORY_MB, holds(at('heap'), MEMORY_MB)],
      [
        'renderer process: resident at its peak, pages shared with other processes too, MB',
        fixed(at('peak'), 0),
        MEMORY_MB,
        holds(at('peak'), MEMORY_MB),
      ],
      [
        'renderer process after all that: its own and its part of what is shared (PSS), MB',
        fixed(at('pss'), 0),
        '',
        '',
      ],
      ['the same above an empty page in that process, MB', fixed(at('above'), 0), '', ''],
    ];
  } finally {
    await new Promise((done) => server.close(done));
  }
}

async function round(browser, url) {
  const page = await browser.newPage({ viewport: { width: 1200, height: 900 } });
  await page.goto(`${url}empty`);
  const empty = await rendererMemory(browser);
  await page.goto(url);
  await page.waitForFunction(() =>
    globalThis.document.querySelector('vq-rank-table')?.shadowRoot?.querySelector('vq-table-grid'),
  );
  await page.evaluate(fill, ROWS);
  const session = await page.context().newCDPSession(page);
  // Seconds of CPU of the page's thread, which other work on the machine does not lengthen as it does the clock's.
  await session.send('Performance.enable', { timeDomain: 'threadTicks' });
  const metric = async (name) =>
    (await session.send('Performance.getMetrics')).metrics.find((m) => m.name === name).value;
  const idle = await page.evaluate(scroll, { scrollMs: SCROLL_MS, step: 0 });
  const before = await metric('TaskDuration');
  const scrolled = await page.evaluate(scroll, { scrollMs: SCROLL_MS, step: STEP });
  const cpu = ((await metric('TaskDuration')) - before) * 1000;
  const found = await page.evaluate(measure);
  await session.send('HeapProfiler.collectGarbage');
  const [heap, nodes] = [(await metric('JSHeapUsedSize')) / 2 ** 20, await metric('Nodes')];
  const { pss, peak } = await rendererMemory(browser);
  const memory = { pss, peak, empty: empty.pss, above: pss - empty.pss };
  const frames = { fps: scrolled.fps, slow: scrolled.slow, cpu: cpu / scrolled.frames, idle: idle.fps };
  return { ...found, ...frames, ...memory, heap, nodes };
}

/**
 * MB of the page's process, the largest renderer of a browser with this one page: `pss`, resident pages with those that several
 * processes share split between them; `peak`, the most that was resident. Linux; elsewhere NaN.
 */
async function rendererMemory(browser) {
  const session = await browser.newBrowserCDPSession();
  const { processInfo } = await session.send('SystemInfo.getProcessInfo');
  await session.detach();
  const megabytes = (file, name) => {
    try {
      return Number(new RegExp(`^${name}:\\s+(\\d+) kB`, 'm').exec(readFileSync(file, 'utf8'))?.[1]) / 1024;
    } catch {
      return Number.NaN; // not Linux, or gone
    }
  };
  const renderers = processInfo
    .filter(({ type }) => type === 'renderer')
    .map(({ id }) => ({
      pss: megabytes(`/proc/${id}/smaps_rollup`, 'Pss'),
      peak: megabytes(`/proc/${id}/status`, 'VmHWM'),
    }))
    .filter(({ pss }) => Number.isFinite(pss));
  return renderers.sort((x, y) => y.pss - x.pss)[0] ?? { pss: Number.NaN, peak: Number.NaN };
}

/** In the page: what the host would send of so many clips. */
async function fill(count) {
  const codecs = ['h264', 'hevc', 'av1', 'vp9'];
  const defects = ['blockiness', 'banding', 'sharpness', 'noise', 'ringing'];
  const clips = Array.from({ length: count }, (_, i) => ({
    path: `batch${i % 40}/scene${(i * 7919) % 1000}_take${i}_crf${18 + (i % 30)}.mp4`,
    error: i % 500 === 499 ? { code: 'media/truncated', message: `Clip ${i} ends early.` } : null,
    facts:
      i % 500 === 499
        ? null
        : {
            codec: codecs[i % 4],
            duration: 3 + (i % 60),
            displayWidth: 1920,
            displayHeight: 1080,
            bitRate: 2e5 + ((i * 7907) % 10_000) * 900,
            bytes: 1e6 + i,
            fps: 25,
          },
  }));
  const rows = clips.map(({ path, error }, i) => ({
    path,
    status: error ? 'failed' : 'ranked',
    rank: error ? null : i + 1,
    score: error ? null : 4 - (8 * i) / count,
    interval95: error ? null : [3.8 - (8 * i) / count, 4.2 - (8 * i) / count],
    toReference: null,
    mainDefect: defects[i % 5],
    group: null,
    rankInGroup: null,
    wins: i % 13,
    losses: i % 11,
    ties: i % 3,
  }));
  const state = {
    folder: '/bench',
    title: 'bench',
    run: { status: 'done' },
    progress: null,
    grouping: 'none',
    reference: null,
    excluded: [],
    deviceNote: null,
    provenance: null,
  };
  globalThis.benchRows = rows;
  globalThis.postMessage({ type: 'state', state }, '*');
  for (let i = 0; i < count; i += 500)
    globalThis.postMessage({ type: 'clips', clips: clips.slice(i, i + 500), reset: i === 0 }, '*');
  globalThis.postMessage({ type: 'rows', rows }, '*');
  await new Promise((done) => setTimeout(done, 2000));
}

/** In the page: frames while it is scrolled by `step` pixels a frame. */
async function scroll({ scrollMs, step }) {
  const frame = () => new Promise((done) => globalThis.requestAnimationFrame(done));
  const table = globalThis.document.querySelector('vq-rank-table').shadowRoot;
  const scroller = table.querySelector('vq-table-grid').shadowRoot.querySelector('.scroller');
  const times = [];
  let last = await frame();
  for (const end = last + scrollMs; last < end;) {
    scroller.scrollTop += step;
    const now = await frame();
    times.push(now - last);
    last = now;
  }
  times.sort((a, b) => a - b);
  const fps = (1000 * times.length) / times.reduce((sum, t) => sum + t, 0);
  return { fps, frames: times.length, slow: times[Math.floor(times.length * 0.99)] };
}

/** In the page: filter, new rows and sorting, each until the frame after it is drawn. */
async function measure() {
  const frame = () => new Promise((done) => globalThis.requestAnimationFrame(done));
  const table = globalThis.document.querySelector('vq-rank-table').shadowRoot;
  const grid = table.querySelector('vq-table-grid').shadowRoot;
  const drawn = async (act) => {
    await frame();
    const from = performance.now();
    act();
    // The second frame begins once the first one, with what changed in it, has been drawn.
    await frame();
    await frame();
    return performance.now() - from;
  };
  const input = table.querySelector('vq-table-toolbar').shadowRoot.querySelector('input');
  const filters = [];
  for (const text of ['scene', 'scene7 codec:hevc', 'score<-1 -defect:banding', 'rank<=100', '']) {
    filters.push(
      await drawn(() => {
        input.value = text;
        input.dispatchEvent(new globalThis.Event('input', { bubbles: true, composed: true }));
      }),
    );
  }
  const shown = grid.querySelectorAll('.row').length;
  if (shown < 5 || shown > 100) throw new Error(`${shown} rows are in the document`);
  const turned = globalThis.benchRows.map((r, i) => ({ ...r, wins: i % 17 }));
  const rows = await drawn(() =>
    globalThis.dispatchEvent(new globalThis.MessageEvent('message', { data: { type: 'rows', rows: turned } })),
  );
  const sort = await drawn(() => grid.querySelector('[data-column=name]').click());
  return { filter: Math.max(...filters), rows, sort };
}
