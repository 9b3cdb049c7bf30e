/** What is known of a clip in whole sentences, for tooltips, hovers and screen readers. */
import * as vscode from 'vscode';
import { basename } from 'node:path';
import { holdsZero, isWide, marginWord, type QualityComparison, type QualityRanking } from '../../protocol/index.js';
import { figure, interval, sentence } from '../language.js';
import { attributeWord } from '../words.js';
import type { QualityNote } from './qualityCache.js';

/** One or more sentences. */
export function noteWords(note: QualityNote): string {
  const { state, ranking, comparison, error } = note;
  if (state === 'missing') return vscode.l10n.t('There is no such file.');
  if (state === 'failed') return error ? sentence(error.message) : vscode.l10n.t('This clip could not be read.');
  if (ranking !== null) return rankingWords(ranking);
  if (comparison !== null) return comparisonWords(comparison);
  return vscode.l10n.t('This clip was neither ranked nor compared.');
}

export function rankingWords({ rank, of, folder, score, interval95, toReference, mainDefect }: QualityRanking): string {
  const words = [
    vscode.l10n.t('Rank {0} of {1} in {2}.', rank, of, basename(folder) || folder),
    vscode.l10n.t(
      'Score {0} ({1}); 0 is the mean, 1 about one just-noticeable difference.',
      figure(score),
      interval(interval95),
    ),
  ];
  if (toReference !== null) {
    const { reference, margin, interval95: against } = toReference;
    words.push(vscode.l10n.t('Against {0}: {1} ({2}).', basename(reference), figure(margin), interval(against)));
  }
  if (mainDefect !== null) words.push(vscode.l10n.t('It loses most in {0}.', attributeWord(mainDefect)));
  return words.join(' ');
}

/** "Looks clearly better than b.mp4: +2.6 (+2.1 to +3.1)." Where 0 lies in the interval, it "may look" so. */
export function comparisonWords({ other, margin, interval95 }: QualityComparison): string {
  const numbers = [basename(other), figure(margin), interval(interval95)];
  const [better, unsure] = [margin > 0, holdsZero(interval95)];
  switch (marginWord(margin)) {
    case 'no visible difference':
      return unsure && isWide(interval95)
        ? vscode.l10n.t('No clear difference to {0}: {1} ({2}).', ...numbers)
        : vscode.l10n.t('No visible difference to {0}: {1} ({2}).', ...numbers);
    case 'slightly':
      if (unsure)
        return better
          ? vscode.l10n.t('May look slightly better than {0}: {1} ({2}).', ...numbers)
          : vscode.l10n.t('May look slightly worse than {0}: {1} ({2}).', ...numbers);
      return better
        ? vscode.l10n.t('Looks slightly better than {0}: {1} ({2}).', ...numbers)
        : vscode.l10n.t('Looks slightly worse than {0}: {1} ({2}).', ...numbers);
    case 'noticeably':
      if (unsure)
        return better
          ? vscode.l10n.t('May look noticeably better than {0}: {1} ({2}).', ...numbers)
          : vscode.l10n.t('May look noticeably worse than {0}: {1} ({2}).', ...numbers);
      return better
        ? vscode.l10n.t('Looks noticeably better than {0}: {1} ({2}).', ...numbers)
        : vscode.l10n.t('Looks noticeably worse than {0}: {1} ({2}).', ...numbers);
    case 'clearly':
      if (unsure)
        return better
          ? vscode.l10n.t('May look clearly better than {0}: {1} ({2}).', ...numbers)
          : vscode.l10n.t('May look clearly worse than {0}: {1} ({2}).', ...numbers);
      return better
        ? vscode.l10n.t('Looks clearly better than {0}: {1} ({2}).', ...numbers)
        : vscode.l10n.t('Looks clearly worse than {0}: {1} ({2}).', ...numbers);
    case 'much':
      if (unsure)
        return better
          ? vscode.l10n.t('May look much better than {0}: {1} ({2}).', ...numbers)
          : vscode.l10n.t('May look much worse than {0}: {1} ({2}).', ...numbers);
      return better
        ? vscode.l10n.t('Looks much better than {0}: {1} ({2}).', ...numbers)
        : vscode.l10n.t('Looks much worse than {0}: {1} ({2}).', ...numbers);
  }
}
