/**
 * The few characters beside a clip's name: rank and score of its ranking, or the margin to its reference, or to the clip it
 * was compared with last. Never longer than 24 characters, whatever the language.
 */
import * as vscode from 'vscode';
import { basename } from 'node:path';
import { figure } from '../language.js';
import { attributeWord } from '../words.js';
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

/** Of a pattern's clips: how many there are, and the worst score where they stand in one ranking. */
export function patternText(notes: readonly QualityNote[], density: Density): string {
  const count = vscode.l10n.t('{0} clips', notes.length);
  const worst = worstOf(notes);
  if (!worst?.ranking || density === 'compact') return fit(count);
  return firstFit(vscode.l10n.t('{0} clips, worst {1}', notes.length, figure(worst.ranking.score)), count);
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
