/** Cards before cards.ts is loaded: the first block loads it, and the preview is rendered again when it is there. */
import * as vscode from 'vscode';
import type { CardOf } from './plugin.js';

/** What is needed of cards.ts. */
interface LoadedCards {
  readonly html: CardOf;
  /** Renders the previews again. */
  refresh(): void;
}

export function cardsWhenLoaded(loaded: () => LoadedCards | undefined, load: () => Promise<LoadedCards>): CardOf {
  return (names, document) => {
    const cards = loaded();
    if (cards !== undefined) return cards.html(names, document);
    // Whatever the card will say: one that asks nobody gets no answer that would render it.
    void load().then((made) => made.refresh());
    return `<p>${vscode.l10n.t('Looking for a stored comparison.')}</p>`;
  };
}
