/** A benchmark for a terminal: the data sets there are, what was found of one, and its figures beside the published ones. */
import type { Dataset } from '../engine/bench/datasets.js';
import type { JoinedSet } from '../engine/bench/join.js';
import { DIFFERENT_FROM } from '../engine/bench/pair-metrics.js';
import { publishedSrcc } from '../engine/bench/published.js';
import { provenanceLine } from '../engine/report/words.js';
import type { BenchFigure, BenchMetrics, BenchResult } from '../protocol/index.js';
import { shownPath } from './paths.js';
import { padEnd, padStart, printable, type Style } from './terminal.js';

/** Of a long list of clips, so many are named; --json names all. */
const NAMED = 5;

/** One row a data set: name, clips, published SRCC, label files. */
export function datasetTable(datasets: readonly Dataset[], style: Style): string {
  const rows = datasets.map((set) => [
    set.id,
    set.title,
    set.clips === null ? '' : String(set.clips),
    ...['VersusQ', 'VQAThinker'].map((name) => {
      const found = publishedSrcc(set.id).find(({ method }) => method === name);
      return found ? found.srcc.toFixed(3) : '';
    }),
    set.layouts.map(({ file }) => file).join(', '),
  ]);
  const head = ['data set', 'title', 'clips', 'VersusQ*', 'VQAThinker*', 'label files'];
  const room = head.map((title, k) => Math.max(title.length, ...rows.map((row) => row[k]!.length)));
  const line = (cells: string[]): string =>
    cells
      .map((cell, k) => (k === 5 ? cell : k > 1 ? padStart(cell, room[k]!) : padEnd(cell, room[k]!)))
      .join('  ')
      .trimEnd();
  const notes = datasets.map((set) => `${padEnd(set.id, room[0]!)}  ${set.note}`);
  return [style.bold(line(head)), ...rows.map(line), '', '* SRCC as published', '', ...notes, ''].join('\n');
}

/** What was found, before anything is computed. */
export function benchHeader(set: Dataset, { labels, missing }: JoinedSet, clips: number, cwd: string, style: Style) {
  const file = printable(shownPath(cwd, labels.file));
  const expected = set.clips === null ? '' : `, ${set.clips} published`;
  const head = `${style.bold(set.title)}  ${clips} clips, ${labels.labels.length} labels in ${file}${expected}\n`;
  return head + named('not used', labels.skipped, style) + named('missing', missing, style);
}

function named(what: string, list: readonly { name: string; reason: string }[], style: Style): string {
  if (list.length === 0) return '';
  const lines = list.slice(0, NAMED).map(({ name, reason }) => `  ${printable(name)}: ${printable(reason)}\n`);
  const more = list.length > NAMED ? `  and ${list.length - NAMED} more\n` : '';
  return style.warn(`${list.length} ${what}:`) + `\n${lines.join('')}${more}`;
}

export function benchText(result: BenchResult, style: Style): string {
  const { metrics, clips, comparisons, inconsistency, resumed, sizes, provenance } = result;
  const failed = clips.flatMap(({ name, error }) => (error === null ? [] : [{ name, reason: error.message }]));
  const again = resumed > 0 ? ` (${resumed} from an earlier run)` : '';
  const told = [
    `${comparisons} pairs${again}, inconsistency ${inconsistency.toFixed(3)}.`,
    ...(sizes.length > 1 ? [`Pairs were compared at several sizes: ${sizes.join(', ')}.`] : []),
    ...(provenance === null ? [] : [provenanceLine(provenance)]),
  ].join(' ');
  return [
    named('failed', failed, style),
    metrics === null ? 'No clip has a score.\n' : `\n${figures(metrics)}\n${pairFigures(metrics)}`,
    published(result),
    `\n${style.dim(told)}\n`,
  ].join('');
}

function figures(metrics: BenchMetrics): string {
  const rows: [string, BenchFigure, string][] = [
    ['SRCC', metrics.srcc, ''],
    ['KRCC', metrics.krcc, ''],
    ['PLCC', metrics.plcc, 'after the 4-parameter logistic'],
    ['PLCC raw', metrics.plccRaw, ''],
    ['RMSE', metrics.rmse, 'after the logistic, in units of the labels'],
  ];
  return rows
    .map(([name, figure, note]) => `${padEnd(name, 9)} ${padEnd(figureText(figure), 26)} ${note}`.trimEnd() + '\n')
    .join('');
}

const figureText = ({ value, interval95 }: BenchFigure): string =>
  `${decimals(value)}${interval95 ? `  (${decimals(interval95[0])} to ${decimals(interval95[1])})` : ''}`;

const decimals = (value: number | null): string => (value === null ? '-' : value.toFixed(3));

function pairFigures({ scorePairs, marginPairs, krasula }: BenchMetrics): string {
  const rows = scorePairs.bins.map(({ from, to, accuracy, pairs }, k) => {
    const range = to === null ? `${from.toFixed(2)} and more` : `${from.toFixed(2)} to ${to.toFixed(2)}`;
    const asked = marginPairs.bins[k]!;
    const cells = [accuracy, asked.accuracy].map((share) => padStart(decimals(share), 7));
    return `  ${padEnd(range, 16)} ${cells[0]} ${padStart(`of ${pairs}`, 12)} ${cells[1]} ${padStart(`of ${asked.pairs}`, 10)}\n`;
  });
  const whole = `  ${padEnd('all', 16)} ${padStart(decimals(scorePairs.accuracy), 7)} ${padStart(`of ${scorePairs.pairs}`, 12)} ${padStart(decimals(marginPairs.accuracy), 7)} ${padStart(`of ${marginPairs.pairs}`, 10)}\n`;
  return (
    `Pairs in the right order, by difference of their labels: of the scores; of the margins asked for\n${rows.join('')}${whole}` +
    `Krasula: different/similar ${decimals(krasula.aucDifferentSimilar)}, better/worse ${decimals(krasula.aucBetterWorse)}, C0 ${decimals(krasula.correct)}` +
    ` (different from ${krasula.threshold.toFixed(2)}, ${DIFFERENT_FROM} standard deviations of the labels, on)\n`
  );
}

function published({ published: list }: BenchResult): string {
  if (list.length === 0) return '';
  const told = list.map(({ method, srcc, source }) => `${method} ${srcc.toFixed(3)} (${source})`).join(', ');
  return `Published SRCC: ${told}. Training, subsets and protocol differ.\n`;
}
