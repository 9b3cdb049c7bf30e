/**
 * Reads the words that the host put into the page (extension/panelHtml.ts) and sets them as its language. Imported before
 * everything else, since tables of words are made while modules load.
 */
import { readLanguage } from '../protocol/l10n.js';
import { speak } from './language.js';

function wordsOfPage(): unknown {
  try {
    return JSON.parse(document.getElementById('versusq-words')?.textContent ?? 'null');
  } catch {
    return null;
  }
}

speak(readLanguage(wordsOfPage()));
