/**
 * A comparison as a card in the Markdown preview: HTML without scripts and inline styles, everything in it escaped. Colours come
 * from media/markdown.css, which uses the theme's. The model's own words are English.
 */
import { l10n } from 'vscode';
import { factsText, shortNames } from '../../engine/report/words.js';
import { sureness, verdictSentence, type ClipFacts, type Comparison } from '../../protocol/index.js';
import { figure, figures, interval, sentence } from '../language.js';
import { escapeHtml } from '../panelHtml.js';
import { attributeWord, provenanceWords } from '../words.js';

/** The gauge ends at this margin, as in the panel and the terminal. */
const GAUGE_END = 8;
/** Half the gauge's width in its own units. */
const HALF = 100;

/** Names of clips as they stand in the text, with the links that open them; null: none. */
export interface CardClip {
  name: string;
  link: string | null;
}

export function comparisonCard(c: Comparison, [a, b]: readonly [CardClip, CardClip]): string {
  const kind = c.kind === 'considered' ? l10n.t('considered') : l10n.t('at a glance');
  const numbers = `${figure(c.margin)} (${interval(c.interval95)})`;
  const shown = c.claims.filter(({ supported }) => supported);
  return card('', [
    `<p class="versusq-verdict"><strong>${escapeHtml(sentence(verdictSentence(c)))}</strong> <span class="versusq-number">${escapeHtml(numbers)}</span> <span class="versusq-quiet">${escapeHtml(sentence(sureness(c)))}, ${kind}</span></p>`,
    gauge(c),
    clips([a, b], [c.a, c.b]),
    c.reasoning === '' ? '' : `<p lang="en">${escapeHtml(c.reasoning)}</p>`,
    shown.length === 0
      ? ''
      : `<p class="versusq-claims">${shown.map((claim) => `<span>${escapeHtml(`${attributeWord(claim.attribute)} ${claim.worse.toUpperCase()}`)}</span>`).join(' ')}</p>`,
    `<p class="versusq-quiet">${escapeHtml(`${provenanceWords({ ...c.provenance, timings: {} })}; ${c.provenance.finished.slice(0, 10)}`)}</p>`,
  ]);
}

/** A card without a result. `text`: a sentence; `more`: what can be done. */
export function plainCard(text: string, more: string, named: readonly CardClip[]): string {
  return card(' versusq-plain', [
    `<p><strong>${escapeHtml(text)}</strong> ${escapeHtml(more)}</p>`,
    named.length === 0 ? '' : clips(named, []),
  ]);
}

const card = (kind: string, parts: string[]): string =>
  `<div class="versusq-card${kind}">${parts.filter((part) => part !== '').join('')}</div>`;

function clips(named: readonly CardClip[], facts: readonly ClipFacts[]): string {
  const names = facts.length === 2 ? shortNames(facts[0]!.path, facts[1]!.path) : named.map(({ name }) => name);
  const rows = named.map(({ link }, i) => {
    const side = named.length === 2 ? `<b>${i === 0 ? 'A' : 'B'}</b> ` : '';
    const text = escapeHtml(names[i] ?? '');
    const clip = facts[i];
    const words =
      clip === undefined ? '' : ` <span class="versusq-quiet">${escapeHtml(figures(factsText(clip)))}</span>`;
    return `<li>${side}${link === null ? text : `<a href="${escapeHtml(link)}">${text}</a>`}${words}</li>`;
  });
  return `<ul class="versusq-clips">${rows.join('')}</ul>`;
}

/** Leans to the better clip: A is left, B is right. The interval is the wide, faint bar. */
function gauge({ margin, interval95 }: Comparison): string {
  const at = (m: number): number =>
    Math.round(HALF - (Math.max(-GAUGE_END, Math.min(GAUGE_END, m)) / GAUGE_END) * HALF);
  const bar = (name: string, from: number, to: number, height: number): string =>
    `<rect class="versusq-${name}" x="${Math.min(from, to)}" y="${(10 - height) / 2}" width="${Math.max(1, Math.abs(to - from))}" height="${height}"/>`;
  return [
    `<svg class="versusq-gauge" viewBox="0 0 ${2 * HALF} 10" role="img" aria-label="${escapeHtml(l10n.t('margin {0}, {1}', figure(margin), interval(interval95)))}">`,
    bar('track', 0, 2 * HALF, 4),
    bar('interval', at(interval95[0]), at(interval95[1]), 6),
    bar('margin', HALF, at(margin), 4),
    bar('zero', HALF, HALF, 10),
    Math.abs(margin) <= GAUGE_END ? '' : beyond(margin > 0),
    '</svg>',
  ].join('');
}

/** An arrow where the margin goes on behind the gauge's end. */
const beyond = (left: boolean): string =>
  `<polygon class="versusq-zero" points="${left ? '0,5 5,1 5,9' : `${2 * HALF},5 ${2 * HALF - 5},1 ${2 * HALF - 5},9`}"/>`;
