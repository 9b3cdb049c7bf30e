/**
 * What a ranking or a comparison said last is kept by the content of its clips, for annotations (quality.ts): a ranking when it
 * ends and now and then while it runs, so that a kill loses little; a comparison when its answer is given.
 */
import { createHash } from 'node:crypto';
import { relative, resolve } from 'node:path';
import type { Comparison, QualityComparison, RankRow, WorkerEvent } from '../../protocol/index.js';
import type { RankedRow, RankedTable } from '../store/quality.js';
import type { Store } from '../store/store.js';

/** A running ranking is kept so often, milliseconds. */
const KEEP_EVERY_MS = 15_000;
/** Longest reason kept, characters. */
const REASON_LENGTH = 300;

/** As much of a ranking's clip as is needed to find it again. */
export interface KeptClip {
  place: string;
  facts: { hash: string } | null;
}

export interface KeptRanking {
  /** Absolute. */
  folder: string;
  /** Absolute path of the reference clip; null: none. */
  reference: string | null;
  /** As they stand when a table is told. */
  clips: readonly KeptClip[];
  /** Absolute paths of the clips that were chosen; null: those of the folder. */
  chosen: readonly string[] | null;
  /** Hash of the model. */
  model: string;
}

/** Passes events on and keeps the tables among them. */
export function keepingRanking(
  store: Store,
  ranking: KeptRanking,
  emit: (event: WorkerEvent) => void,
  now: () => number = Date.now,
): (event: WorkerEvent) => void {
  let last = now();
  return (event) => {
    emit(event);
    if (event.type !== 'rankRows') return;
    const { stage, comparisons } = event.progress;
    const ended = stage === 'done';
    const due = stage !== 'probe' && comparisons > 0 && now() - last >= KEEP_EVERY_MS;
    if (!ended && !due) return;
    last = now();
    const rows = rankedRows(ranking, event.rows, new Date(last).toISOString());
    store.quality.putRanking({ id: rankingId(ranking), model: ranking.model, rows, ended });
  };
}

/**
 * The same folder, or the same choice of its clips, is the same ranking, which replaces what it said before. So a clip that left
 * the folder's ranking, or is gone from the choice, loses its place there, and some clips ranked apart leave the folder's ranking as it is.
 */
function rankingId({ folder, chosen }: KeptRanking): string {
  if (chosen === null) return resolve(folder);
  const places = chosen.map((path) => relative(folder, path)).sort();
  return `${resolve(folder)}|${createHash('sha256').update(JSON.stringify(places)).digest('hex')}`;
}

/** Was this said by a ranking of the folder's clips, not of some chosen ones? */
export const isWhole = ({ ranking: { id, folder } }: RankedRow): boolean => id === folder;

function rankedRows(
  { folder, reference, clips }: KeptRanking,
  rows: readonly RankRow[],
  finished: string,
): RankedTable['rows'] {
  const hashes = new Map(clips.map(({ place, facts }) => [place, facts?.hash]));
  const of = rows.filter(({ rank }) => rank !== null).length;
  return rows.flatMap((row) => {
    const { path: place, rank, score, interval95, toReference, mainDefect } = row;
    const hash = hashes.get(place);
    if (hash === undefined || rank === null || score === null || interval95 === null) return [];
    const against =
      toReference !== null && reference !== null ? { reference: resolve(reference), ...toReference } : null;
    const ranking = {
      folder: resolve(folder),
      rank,
      of,
      score,
      interval95,
      toReference: against,
      mainDefect,
      finished,
    };
    return [{ hash, place, ranking }];
  });
}

/**
 * `mirrored`: the model's words in which B is called A; null where it wrote none. Of a file and itself nothing is kept, and that
 * two files are copies says less than any other comparison of them.
 */
export function keepComparison(store: Store, comparison: Comparison, mirrored: string | null): void {
  const { a, b, verdict, kind, provenance, reasoning } = comparison;
  const model = provenance.model.hash;
  const copies = a.hash === b.hash;
  if (copies && (resolve(a.path) === resolve(b.path) || store.quality.comparison(a.hash)?.model === model)) return;
  const [low, high] = comparison.interval95 as [number, number];
  const both = { kind, finished: provenance.finished };
  const ofA: QualityComparison = {
    ...both,
    other: resolve(b.path),
    margin: comparison.margin,
    interval95: [low, high],
    verdict,
    reason: firstSentence(reasoning),
  };
  const ofB: QualityComparison = {
    ...both,
    other: resolve(a.path),
    margin: 0 - comparison.margin,
    interval95: [0 - high, 0 - low],
    verdict: verdict === 'tie' ? 'tie' : verdict === 'a' ? 'b' : 'a',
    reason: firstSentence(kind === 'considered' ? (mirrored ?? '') : ''),
  };
  store.quality.putComparisons(
    copies
      ? [{ hash: a.hash, model, comparison: { ...ofA, copyOf: resolve(a.path) } }]
      : [
          { hash: a.hash, model, comparison: ofA },
          { hash: b.hash, model, comparison: ofB },
        ],
  );
}

/** Up to the first full stop that ends a sentence; a number's point does not. */
export function firstSentence(text: string): string {
  const sentence = /^.*?[.!?](?=\s|$)/s.exec(text.trim())?.[0] ?? text.trim();
  return sentence.length <= REASON_LENGTH ? sentence : `${sentence.slice(0, REASON_LENGTH - 1)}…`;
}
