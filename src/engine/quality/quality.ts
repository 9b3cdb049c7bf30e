/**
 * What the store knows of clips, without computing anything: a look at each file and, only where its name or times are new and
 * a clip of its length was read before, a hash of some blocks. No ffmpeg, no model.
 */
import { join, resolve } from 'node:path';
import { stat } from 'node:fs/promises';
import {
  VersusqError,
  type ClipQuality,
  type ErrorData,
  type QualityComparison,
  type QualityRanking,
  say,
} from '../../protocol/index.js';
import { fileSignature } from '../compare/clips.js';
import type { EngineContext } from '../compare/context.js';
import { Slots, throwIfCancelled } from '../compare/jobs.js';
import { isInside } from '../paths.js';
import { isWhole } from './keep.js';
import type { KeptComparison, RankedRow } from '../store/quality.js';
import type { Store } from '../store/store.js';

/** Clips in one question. */
export const MOST_CLIPS = 500;
/** Files looked at, and files hashed (at most 8 MB read of each), at the same time. */
const [LOOKS_AT_ONCE, HASHES_AT_ONCE] = [32, 2];

/** Answers in the order of the paths, which are absolute. Errors: `usage` for more than 500, `cancelled`. */
export async function clipQuality(
  context: EngineContext,
  paths: readonly string[],
  signal: AbortSignal,
): Promise<ClipQuality[]> {
  if (paths.length > MOST_CLIPS)
    throw new VersusqError('usage', say`At most ${MOST_CLIPS} clips can be asked for at once; ${paths.length} were.`);
  const [store, model] = await Promise.all([context.store(), modelHash(context)]);
  const looks = new Slots(LOOKS_AT_ONCE);
  const hashes = new Slots(HASHES_AT_ONCE);
  return Promise.all(
    paths.map((path) =>
      looks.run(async () => {
        const file = resolve(path);
        const signature = await fileSignature(file);
        if (signature === null) return answer(path, { state: 'missing' });
        try {
          const hash = await hashOf(context, store, file, signature, hashes, signal);
          return known(store, model, path, file, signature, hash);
        } catch (error) {
          throwIfCancelled(signal);
          return answer(path, { state: 'failed', error: unreadable(error, path) });
        }
      }, signal),
    ),
  );
}

/** Content hash where it may lead to something: kept for the file as it is, or made anew; null: of this content nothing is known. */
async function hashOf(
  context: EngineContext,
  store: Store,
  file: string,
  signature: string,
  slots: Slots,
  signal: AbortSignal,
): Promise<string | null> {
  const kept = store.quality.hashOf(file, signature);
  if (kept !== null) return kept;
  if (!store.quality.knowsLength((await stat(file)).size)) return null;
  return slots.run(async () => {
    const hash = await context.parts.contentHash(file);
    if ((await fileSignature(file)) === signature) store.quality.putHash(file, signature, hash);
    return hash;
  }, signal);
}

function known(
  store: Store,
  model: string | null,
  path: string,
  file: string,
  signature: string,
  hash: string | null,
): ClipQuality {
  const { quality } = store;
  const facts = hash === null ? null : quality.facts(hash);
  const said = (row: { model: string }): boolean => model === null || row.model === model;
  const ranking = hash === null ? null : bestFor(file, quality.rankings(hash).filter(said));
  const compared = hash === null ? null : quality.comparison(hash);
  const comparison = compared !== null && said(compared) ? seenFrom(file, compared.comparison) : null;
  const found = { facts: facts && { ...facts, path }, ranking, comparison };
  if (ranking !== null) return answer(path, { ...found, state: 'ranked' });
  if (comparison !== null) return answer(path, { ...found, state: 'compared' });
  const error =
    quality.failureFrom(`file|${file}|${signature}|`) ?? (hash === null ? null : quality.failureFrom(`${hash}|`));
  if (error !== null) return answer(path, { ...found, state: 'failed', error });
  return answer(path, { ...found, state: facts === null ? 'unknown' : 'measured' });
}

/** Whose words count; null where the engine has no model, so that nothing can be an earlier one's. */
const modelHash = (context: EngineContext): Promise<string | null> =>
  context.modelInfo().then(
    ({ hash }) => hash,
    () => null,
  );

/** Copies share what is kept of their content, and each is the other of the other. */
function seenFrom(file: string, { copyOf, ...comparison }: KeptComparison): QualityComparison {
  return copyOf !== undefined && comparison.other === file ? { ...comparison, other: copyOf } : comparison;
}

/**
 * A ranking in which the file itself stands goes before one of its folder, and that before one of an equal file elsewhere; of
 * several of these, one of the whole folder goes before one of chosen clips, then the one of most clips, then the latest. So
 * neighbours are told from one ranking, wherever one holds them.
 */
function bestFor(file: string, rows: readonly RankedRow[]): QualityRanking | null {
  const nearness = ({ place, ranking: { folder } }: RankedRow): number =>
    join(folder, place) === file ? 2 : isInside(folder, file) ? 1 : 0;
  const before = (x: RankedRow, y: RankedRow): number =>
    nearness(y) - nearness(x) ||
    Number(isWhole(y)) - Number(isWhole(x)) ||
    y.ranking.of - x.ranking.of ||
    Date.parse(y.ranking.finished) - Date.parse(x.ranking.finished);
  return [...rows].sort(before)[0]?.ranking ?? null;
}

const answer = (path: string, more: Pick<ClipQuality, 'state'> & Partial<ClipQuality>): ClipQuality => ({
  path,
  ranking: null,
  comparison: null,
  facts: null,
  error: null,
  ...more,
});

function unreadable(error: unknown, path: string): ErrorData {
  const code = (error as { code?: unknown } | null)?.code;
  if (code !== 'EACCES' && code !== 'EPERM') return VersusqError.from(error, path).toData();
  return { code: 'media/no-permission', message: say`${path} may not be read. Change its permissions.`, path };
}
