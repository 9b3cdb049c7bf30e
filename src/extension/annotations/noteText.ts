/**
 * The few characters beside a clip's name: rank and score of its ranking, or the margin to its reference, or to the clip it
 * was compared with last. Never longer than 24 characters, whatever the language.
 */
import * as vscode from 'vscode';
import { basename } from 'node:path';
import { figure } from '../language.js';
import { attributeWord } from '../words.js';
import type { NamedFiles } from './mentions.js';
import type { QualityNote } from './qualityCache.js';
import type { Density } from './annotationSettings.js';

/** UTF-16 code units of one note (docs/annotations.md). */
export const NOTE_LENGTH = 24;
/** Between rank and margin: two spaces, so that the eye separates them. */
const GAP = '  ';

/** Empty: nothing is said at this density. */
export function noteText(note: QualityNote, density: Density): string {
  const { ranking, comparison, state } = note;
  if (state === 'missing') return fit(vscode.l10n.t('file missing'));
  if (ranking !== null) {
    const rank = vscode.l10n.t('#{0} of {1}', ranking.rank, ranking.of);
    const short = `#${ranking.rank}`;
    const { toReference, mainDefect } = ranking;
    if (density === 'compact') return toReference ? figure(toReference.margin) : short;
    if (toReference !== null) {
      const margin = vscode.l10n.t('{0} vs source', figure(toReference.margin));
      return density === 'full' ? firstFit(rank + GAP + margin, margin) : fit(margin);
    }
    const score = figure(ranking.score);
    const both = rank + GAP + score;
    return density === 'full' && mainDefect !== null
      ? firstFit(both + GAP + attributeWord(mainDefect), both, rank)
      : firstFit(both, rank);
  }
  if (comparison !== null) {
    const margin = figure(comparison.margin);
    return density === 'compact' ? margin : fit(vscode.l10n.t('{0} vs {1}', margin, basename(comparison.other)));
  }
  if (density === 'compact') return '';
  return fit(state === 'failed' ? vscode.l10n.t('cannot be read') : vscode.l10n.t('not analysed'));
}

/**
 * Of a pattern's clips: how many there are, and the worst score where all of them stand in one ranking, else how many are ranked.
 * `notes`: of all of them; null: they were not looked at.
 */
export function patternText(files: NamedFiles, notes: readonly QualityNote[] | null, density: Density): string {
  const { paths, truncated } = files;
  const count = clipCount(files);
  if (notes === null || truncated || density === 'compact') return fit(count);
  const worst = worstOfAll(notes);
  if (worst?.ranking)
    return firstFit(vscode.l10n.t('{0} clips, worst {1}', paths.length, figure(worst.ranking.score)), count);
  const ranked = notes.filter(({ ranking }) => ranking !== null).length;
  return ranked === 0 || ranked === paths.length
    ? fit(count)
    : firstFit(vscode.l10n.t('{0} of {1} ranked', ranked, paths.length), count);
}

/** "1 clip", "6 clips", "1000+ clips". */
export function clipCount({ paths: { length }, truncated }: NamedFiles): string {
  if (truncated) return vscode.l10n.t('{0}+ clips', length);
  return length === 1 ? vscode.l10n.t('1 clip') : vscode.l10n.t('{0} clips', length);
}

/** The lowest where every clip is known and stands in the ranking: one that does not may be worse. */
export function worstOfAll(notes: readonly (QualityNote | null)[]): QualityNote | null {
  const ranked = notes.filter((note): note is QualityNote => note !== null && note.ranking !== null);
  return ranked.length === notes.length ? worstOf(ranked) : null;
}

/** The clip that stands lowest, if two or more of them stand in one ranking; of several rankings nothing can be said. */
export function worstOf(notes: readonly QualityNote[]): QualityNote | null {
  const ranked = notes.filter((note) => note.ranking !== null);
  const rankings = new Set(ranked.map(({ ranking }) => ranking!.id));
  if (ranked.length < 2 || rankings.size > 1) return null;
  return ranked.reduce((worst, note) => (note.ranking!.score < worst.ranking!.score ? note : worst));
}

/** Cut with an ellipsis where it is too long. */
export const fit = (text: string): string =>
  text.length <= NOTE_LENGTH ? text : `${text.slice(0, NOTE_LENGTH - 1).trimEnd()}…`;

/** The first that is short enough, else the last one cut. */
function firstFit(...texts: [string, ...string[]]): string {
  return texts.find((text) => text.length <= NOTE_LENGTH) ?? fit(texts.at(-1)!);
}
