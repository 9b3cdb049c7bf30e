// Ranking. Simulated margins: how comparisons and the schedule's own time grow, agreement with all pairs, coverage of the intervals.
// With RANK_CLIPS=FOLDER of real clips also, by the worker as the extension starts it: time from nothing, first table, re-opening,
// agreement with all pairs of the same model, and how it grows with the share of the pairs asked (the schedule on the margins that the
// store then holds). FFMPEG, where set, names the ffmpeg; RANK_STORE an empty folder in which that store is left.
import { build } from 'esbuild';
import { fork } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { fixed, median } from './tools.mjs';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
/** Spread of scores and deviation of a margin as in real folders (docs/ranking.md), margin units. */
const [SPREAD, NOISE] = [3.4, 0.41];
const STD_DEV = 3;
/** Clips of a content where contents are simulated. */
const CLIPS_EACH = 10;
const SIZES = [100, 200, 1000, 3000, 10_000];
const SEEDS = [1, 2, 3, 4, 5];
/** Shares of the pairs of real clips whose agreement with all pairs is told. */
const SHARES = [0.06, 0.08, 0.1, 0.12, 0.16, 0.2];
const LIMITS = { tau: 0.97, tauNoise: 0.93, share: 0.08, cpu: 60, cover: [0.93, 0.97], first: 15, again: 1 };

const pairsOf = (n) => (n * (n - 1)) / 2;
const percent = (share, digits = 1) => `${fixed(100 * share, digits)} %`;
const yes = (held) => (held ? 'yes' : 'NO');
const mean = (values) => values.reduce((a, b) => a + b, 0) / values.length;

/** The engine's own modules, bundled for this benchmark alone. */
async function engineModules() {
  const folder = mkdtempSync(join(tmpdir(), 'versusq-bench-rank-'));
  const outfile = join(folder, 'rank.mjs');
  const contents = `
    export { Schedule } from './src/engine/rank/schedule.js';
    export { solveScale } from './src/engine/rank/scale.js';
    export { kendall } from './src/engine/bench/metrics.js';
    export { EdgeList } from './src/engine/rank/edges.js';
    export { isOtherContent } from './src/protocol/index.js';
    export { mulberry32 } from './src/engine/random.js';`;
  const stdin = { contents, resolveDir: ROOT, loader: 'ts' };
  await build({ stdin, bundle: true, platform: 'node', format: 'esm', outfile, logLevel: 'error' });
  const modules = await import(pathToFileURL(outfile).href);
  rmSync(folder, { recursive: true, force: true });
  return modules;
}

/** Margins of simulated clips: a pair always has the same one; `wrong` of them say nothing. */
function world({ mulberry32 }, count, seed, wrong = 0) {
  const normal = (random) => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
  const random = mulberry32(seed);
  const truth = Array.from({ length: count }, () => SPREAD * normal(random));
  return (i, j) => {
    const own = mulberry32(i * 100_003 + j * 7 + seed * 10_000_019);
    return own() < wrong ? Math.SQRT2 * SPREAD * normal(own) : truth[i] - truth[j] + NOISE * normal(own);
  };
}

function simulate({ Schedule }, count, margin, { contentOf = () => NaN, ...options } = {}) {
  const before = process.cpuUsage();
  const schedule = new Schedule(count, options);
  for (const item of schedule.order) schedule.settle(item, true);
  for (let pairs = schedule.next(); pairs.length > 0; pairs = schedule.next()) {
    for (const [a, b] of pairs) {
      const [i, j] = a < b ? [a, b] : [b, a];
      schedule.add({ i, j, margin: margin(i, j), stdDev: STD_DEV, same: contentOf(i) === contentOf(j) });
    }
  }
  const { scores, reach } = schedule.posterior();
  const { user, system } = process.cpuUsage(before);
  return { scores, reach, comparisons: schedule.edges.size, cpu: (user + system) / 1e6 };
}

/** Kendall tau of the active scores against those of all pairs, and how many of these the intervals hold. */
function against({ kendall, solveScale }, { scores, reach }, margin) {
  const count = scores.length;
  const edges = [];
  for (let i = 0; i < count; i++) {
    for (let j = i + 1; j < count; j++) edges.push({ i, j, margin: margin(i, j), stdDev: STD_DEV });
  }
  const all = solveScale(count, edges, { intervals: false, trust: 'equal' }).scores;
  const inside = all.filter((score, i) => Math.abs(score - scores[i]) <= reach[i]).length;
  return { tau: kendall(scores, all), cover: inside / count };
}

/** One worker process, as the extension starts it; gives the ranking and when the first table with an order came, seconds. */
async function rankInWorker(folder, paths, storePath, options = {}) {
  const child = fork(join(ROOT, 'dist', 'worker.cjs'), [], { stdio: ['ignore', 'ignore', 'inherit', 'ipc'] });
  const began = performance.now();
  const seconds = () => (performance.now() - began) / 1000;
  let first = NaN;
  try {
    return await new Promise((resolve, reject) => {
      child.on('exit', (code) => reject(new Error(`the worker ended with ${code}`)));
      child.on('message', ({ type, id, event, result, error }) => {
        if (id !== 2) return;
        const rows = event?.type === 'rankRows' ? event.rows : [];
        if (Number.isNaN(first) && rows.filter((row) => row.rank !== null).length > 1) first = seconds();
        if (type === 'result') resolve({ ranking: result, seconds: seconds(), first });
        if (type === 'error') reject(new Error(error.message));
      });
      const settings = { ffmpegPath: process.env.FFMPEG ?? null, modelPath: null, device: 'cpu', storePath };
      child.send({ type: 'request', id: 1, method: 'start', params: settings });
      child.send({ type: 'request', id: 2, method: 'rank', params: { folder, paths, options } });
    });
  } finally {
    child.removeAllListeners('exit');
    child.disconnect();
  }
}

/**
 * Mean tau over the seeds of the schedule with so many of the pairs, on the margins that a store holds of all of them: against the
 * scale of all pairs, and against that of all pairs by plain least squares, which knows no contents.
 */
async function taus({ Schedule, solveScale, kendall, EdgeList, isOtherContent }, storePath, count) {
  const { DatabaseSync } = await import('@photostructure/sqlite');
  const database = new DatabaseSync(join(storePath, 'versusq.sqlite'));
  const rows = database.prepare('SELECT key, result FROM margins').all();
  database.close();
  const numbers = new Map();
  const number = (hash) => numbers.get(hash) ?? numbers.set(hash, numbers.size).get(hash);
  const known = new Map();
  const same = [];
  for (const { key, result } of rows) {
    const [i, j] = key.split('|', 2).map((part) => number(part.split(':')[0]));
    const { margin, sameContent } = JSON.parse(result).glance;
    known.set(`${i} ${j}`, margin);
    if (!isOtherContent({ sameContent })) same.push({ i, j, margin: 0, stdDev: 1, same: true });
  }
  const content = EdgeList.from(count, same).contents();
  const contentOf = (item) => content[item];
  if (numbers.size !== count || known.size !== pairsOf(count))
    throw new Error(`the store has ${known.size} of the pairs of ${numbers.size} clips`);
  const margin = (i, j) => known.get(`${i} ${j}`) ?? -known.get(`${j} ${i}`);
  const edges = [];
  for (let i = 0; i < count; i++) {
    for (let j = i + 1; j < count; j++)
      edges.push({ i, j, margin: margin(i, j), stdDev: STD_DEV, same: content[i] === content[j] });
  }
  const goal = (list) => solveScale(count, list, { intervals: false, trust: 'equal' }).scores;
  const goals = [goal(edges), goal(edges.map((edge) => ({ ...edge, same: false })))];
  return SHARES.map((share) => {
    const found = SEEDS.map((seed) => {
      const budget = Math.floor(share * pairsOf(count));
      const options = { seed, budget, wantedTau: 1, contentOf, looks: () => content };
      const { scores } = simulate({ Schedule }, count, margin, options);
      return goals.map((all) => kendall(scores, all));
    });
    return goals.map((_, k) => mean(found.map((taus) => taus[k])));
  });
}

async function real(modules, folder, say) {
  const { kendall } = modules;
  const paths = readdirSync(folder)
    .filter((name) => /\.(mp4|mkv|webm|mov|avi)$/i.test(name))
    .map((name) => join(folder, name));
  const kept = process.env.RANK_STORE;
  const store = kept ?? mkdtempSync(join(tmpdir(), 'versusq-bench-store-'));
  try {
    const active = await rankInWorker(folder, paths, store);
    say(`${paths.length} clips: ${fixed(active.seconds)} s, first table ${fixed(active.first)} s`);
    const again = [];
    for (let round = 0; round < 3; round++) again.push((await rankInWorker(folder, paths, store)).seconds);
    const all = await rankInWorker(folder, paths, store, { allPairs: true });
    say(`all ${all.ranking.comparisons} pairs: ${fixed(all.seconds)} s`);
    const scored = active.ranking.clips.filter((clip) => clip.score !== null);
    const target = new Map(all.ranking.clips.map((clip) => [clip.path, clip.score]));
    const scores = scored.map((clip) => clip.score);
    const goals = scored.map((clip) => target.get(clip.path));
    const inside = scored.filter(({ interval95: [low, high] }, k) => low <= goals[k] && goals[k] <= high).length;
    const share = active.ranking.comparisons / pairsOf(scored.length);
    const tau = kendall(scores, goals);
    const byShare = await taus(modules, store, scored.length);
    say(
      `tau by share of the pairs: ${byShare.map(([t, plain], k) => `${percent(SHARES[k], 0)} ${fixed(t, 3)} (${fixed(plain, 3)})`).join(', ')}`,
    );
    const name = `${scored.length} real clips`;
    const big = scored.length >= 200;
    return [
      [`${name}: Kendall tau against all pairs`, fixed(tau, 4), `${LIMITS.tau}`, yes(tau >= LIMITS.tau)],
      [
        `${name}: share of the pairs asked`,
        percent(share),
        big ? percent(LIMITS.share, 0) : '',
        big ? yes(share <= LIMITS.share) : '',
      ],
      [
        `${name}: tau with ${SHARES.map((share) => percent(share, 0)).join(', ')} of the pairs (${SEEDS.length} seeds); against plain least squares of all`,
        byShare.map(([t, plain]) => `${fixed(t, 3)} (${fixed(plain, 3)})`).join(', '),
        '',
        '',
      ],
      coverRow(`${name}: intervals that hold the score of all pairs`, inside / scored.length),
      [`${name}: inconsistency of all pairs`, fixed(all.ranking.inconsistency, 4), '', ''],
      [`${name}: from nothing, s`, fixed(active.seconds, 1), big ? '360' : '', big ? yes(active.seconds <= 360) : ''],
      [`${name}: first table, s`, fixed(active.first, 1), `${LIMITS.first}`, yes(active.first <= LIMITS.first)],
      [`${name}: again, fresh process, s`, fixed(median(again)), `${LIMITS.again}`, yes(median(again) <= LIMITS.again)],
    ];
  } finally {
    if (kept === undefined) rmSync(store, { recursive: true, force: true });
  }
}

const coverRow = (name, cover) => [
  name,
  percent(cover),
  LIMITS.cover.map((c) => percent(c, 0)).join(' to '),
  yes(cover >= LIMITS.cover[0] && cover <= LIMITS.cover[1]),
];

export async function bench(say) {
  const modules = await engineModules();
  const rows = [['ranking', 'measured', 'limit', 'holds']];
  const grown = SIZES.map((count) => {
    const { comparisons, cpu } = simulate(modules, count, world(modules, count, 1));
    say(`${count} clips: ${comparisons} comparisons, ${fixed(cpu)} CPU s`);
    return { count, comparisons, cpu };
  });
  const perLog = ({ count, comparisons }) => comparisons / (count * Math.log2(count));
  for (const one of grown) {
    const { count, comparisons, cpu } = one;
    rows.push([
      `simulated, ${count} clips: comparisons (of N log2 N), schedule's CPU s`,
      `${comparisons} (${fixed(perLog(one))}), ${fixed(cpu)}`,
      count === SIZES.at(-1) ? `N log N, ${LIMITS.cpu}` : '',
      count === SIZES.at(-1) ? yes(perLog(one) <= perLog(grown[0]) * 1.01 && cpu <= LIMITS.cpu) : '',
    ]);
  }
  const largest = SIZES.at(-1);
  const contentOf = (item) => item % (largest / CLIPS_EACH);
  const looks = () => Array.from({ length: largest }, (_, item) => contentOf(item));
  const { cpu } = simulate(modules, largest, world(modules, largest, 1), { contentOf, looks });
  rows.push([
    `simulated, ${largest} clips of ${largest / CLIPS_EACH} contents: schedule's CPU s`,
    fixed(cpu),
    `${LIMITS.cpu}`,
    yes(cpu <= LIMITS.cpu),
  ]);
  const covers = [];
  for (const [wrong, limit] of [
    [0, LIMITS.tau],
    [0.1, LIMITS.tauNoise],
  ]) {
    const runs = SEEDS.map((seed) => {
      const margin = world(modules, 200, seed, wrong);
      const result = simulate(modules, 200, margin);
      return { ...against(modules, result, margin), comparisons: result.comparisons };
    });
    const [tau, most] = [Math.min(...runs.map((r) => r.tau)), Math.max(...runs.map((r) => r.comparisons))];
    covers.push(...runs.map((r) => r.cover));
    const what = wrong > 0 ? `, ${percent(wrong, 0)} of the margins noise` : '';
    say(`tau at 200${what}: ${runs.map((r) => fixed(r.tau, 4)).join(' ')}`);
    rows.push([
      `simulated, 200 clips${what}: lowest tau of ${SEEDS.length} seeds, with ${percent(most / pairsOf(200))} of the pairs`,
      fixed(tau, 4),
      `${limit}, ${percent(LIMITS.share, 0)}`,
      yes(tau >= limit && most / pairsOf(200) <= LIMITS.share),
    ]);
  }
  rows.push(coverRow('simulated, 200 clips: intervals that hold the score of all pairs', mean(covers)));
  if (process.env.RANK_CLIPS) rows.push(...(await real(modules, process.env.RANK_CLIPS, say)));
  else rows.push(['real clips', 'not measured (RANK_CLIPS names no folder)', '', '?']);
  return rows;
}
