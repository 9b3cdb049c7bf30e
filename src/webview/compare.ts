/**
 * Entry point of the compare panel (dist/webview/compare.js): toolkit, icon font, page style, and the panel itself, which the
 * document may already hold as <vq-compare-panel>. Needs of the policy: script by nonce; style, font, img, media and connect
 * from the webview's source, media also from blob:. Nothing inline.
 */
import { registerToolkit } from './toolkit/index.js';
import { loadIconFont } from './parts/icon.js';
import './compare-panel.js';

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
if (!document.querySelector('vq-compare-panel')) document.body.append(document.createElement('vq-compare-panel'));
