/**
 * Entry point of the rank table (dist/webview/rank.js): toolkit, icon font, page style, and the table itself, which the document
 * may already hold as <vq-rank-table>. Needs of the policy: script by nonce; style, font and img from the webview's source, img
 * also from data: (thumbnails). Nothing inline.
 */
import { registerToolkit } from './toolkit/index.js';
import { loadIconFont } from './parts/icon.js';
import './rank-table.js';

const page = new CSSStyleSheet();
page.replaceSync(`
  body {
    margin: 0;
    padding: 0;
    background: var(--vscode-editor-background);
    color: var(--vscode-foreground);
  }
`);
document.adoptedStyleSheets = [...document.adoptedStyleSheets, page];
registerToolkit();
loadIconFont(import.meta.url);
if (!document.querySelector('vq-rank-table')) document.body.append(document.createElement('vq-rank-table'));
