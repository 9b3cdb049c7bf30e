/**
 * The document of a webview panel. Its policy allows our script by nonce, our style sheet, and media of the given roots; no
 * inline code, no `unsafe-*`, no network. The words of the panel's language stand in it as data (webview/page-language.ts). `connect-src` lets a clip be fetched once into a blob for quick seeking.
 */
import type { LanguageData } from '../protocol/index.js';

export interface PanelDocument {
  /** The webview's own source, as `webview.cspSource` gives it. */
  cspSource: string;
  nonce: string;
  script: string;
  styleSheet: string;
  title: string;
  /** The element that is the panel; vq-compare-panel where none is named. */
  element?: 'vq-compare-panel' | 'vq-rank-table';
  /** Words of the page's elements; null: they speak English. */
  language?: LanguageData | null;
}

export function contentSecurityPolicy(cspSource: string, nonce: string): string {
  return [
    `default-src 'none'`,
    `script-src 'nonce-${nonce}'`,
    `style-src ${cspSource}`,
    `font-src ${cspSource}`,
    `img-src ${cspSource} data: blob:`,
    `media-src ${cspSource} blob:`,
    `connect-src ${cspSource}`,
  ].join('; ');
}

export function panelHtml(document: PanelDocument): string {
  const { element = 'vq-compare-panel', language = null } = document;
  const policy = contentSecurityPolicy(document.cspSource, document.nonce);
  return `<!doctype html>
<html lang="${escapeHtml(language?.language ?? 'en')}">
  <head>
    <meta charset="utf-8" />
    <meta http-equiv="Content-Security-Policy" content="${escapeHtml(policy)}" />
    <meta name="viewport" content="width=device-width, initial-scale=1" />
    <link rel="stylesheet" href="${escapeHtml(document.styleSheet)}" />
    <title>${escapeHtml(document.title)}</title>
  </head>
  <body>
    <${element}></${element}>${language === null ? '' : `\n    ${wordsBlock(language)}`}
    <script type="module" nonce="${escapeHtml(document.nonce)}" src="${escapeHtml(document.script)}"></script>
  </body>
</html>`;
}

/** Data, which the policy does not count as a script; no text in it can end the block. */
const wordsBlock = (language: LanguageData): string =>
  `<script type="application/json" id="versusq-words">${JSON.stringify(language).replaceAll('<', '\\u003c')}</script>`;

export function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (c) => `&#${c.charCodeAt(0)};`);
}
