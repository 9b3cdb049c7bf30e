/** Scores and labels to the figures of a benchmark, and all of it to one `BenchResult`. */
import { relative, sep } from 'node:path';
import type { BenchFigure, BenchMetrics, BenchResult } from '../../protocol/index.js';
import type { ScoredClips } from './bench.js';
import type { Dataset } from './datasets.js';
import type { JoinedSet } from './join.js';
import { agreement, bootstrap, RESAMPLES, type Agreement } from './metrics.js';
import { allDifferences, krasula, pairAccuracy, type Differences } from './pair-metrics.js';
import { publishedSrcc } from './published.js';

/** Figures of scores (margin units) against labels (their own units). Null where fewer than two clips have a score. */
export function metricsOf({ clips, edges }: Pick<ScoredClips, 'clips' | 'edges'>, seed: number): BenchMetrics | null {
  if (clips.length < 2) return null;
  const scores = clips.map(({ score }) => score);
  const labels = clips.map(({ mos }) => mos);
  const sources = clips.map(({ source }) => source);
  const { logistic, ...found } = agreement(scores, labels);
  const intervals = bootstrap(scores, labels, sources, seed);
  const spread = standardDeviation(labels);
  const all = allDifferences(scores, labels, seed);
  const asked: Differences = {
    predicted: Float64Array.from(edges, ({ margin }) => margin),
    labelled: Float64Array.from(edges, ({ i, j }) => labels[i]! - labels[j]!),
  };
  const figure = (name: keyof Agreement): BenchFigure => ({ value: found[name], interval95: intervals[name] });
  return {
    clips: clips.length,
    sources: new Set(sources).size,
    resamples: RESAMPLES,
    srcc: figure('srcc'),
    krcc: figure('krcc'),
    plcc: figure('plcc'),
    plccRaw: figure('plccRaw'),
    rmse: figure('rmse'),
    logistic,
    scorePairs: pairAccuracy(all, spread),
    marginPairs: pairAccuracy(asked, spread),
    krasula: krasula(all, spread),
  };
}

/** Standard deviation over n, label units. */
function standardDeviation(values: readonly number[]): number {
  const mean = values.reduce((sum, v) => sum + v, 0) / values.length;
  return Math.sqrt(values.reduce((sum, v) => sum + (v - mean) ** 2, 0) / values.length);
}

export interface BenchSettings {
  folder: string;
  pairsPerClip: number;
  limit: number | null;
  seed: number;
}

export function benchResult(
  dataset: Dataset,
  set: JoinedSet,
  scored: ScoredClips,
  { folder, pairsPerClip, limit, seed }: BenchSettings,
): BenchResult {
  const place = (path: string): string => relative(folder, path).split(sep).join('/');
  return {
    schema: 'versusq.bench/1',
    dataset: { id: dataset.id, title: dataset.title, clips: dataset.clips, note: dataset.note },
    folder,
    labels: { file: set.labels.file, count: set.labels.labels.length, skipped: set.labels.skipped },
    missing: set.missing,
    pairsPerClip,
    limit,
    seed,
    comparisons: scored.edges.length,
    resumed: scored.resumed,
    sizes: scored.sizes,
    inconsistency: scored.inconsistency,
    metrics: metricsOf(scored, seed),
    published: publishedSrcc(dataset.id),
    clips: [
      ...scored.clips.map(({ name, path, mos, score }) => ({ name, path: place(path), mos, score, error: null })),
      ...scored.failed.map(({ name, path, mos, error }) => ({ name, path: place(path), mos, score: null, error })),
    ],
    provenance: scored.provenance,
  };
}
