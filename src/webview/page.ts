/**
 * What every panel's page begins with: toolkit, icon font, page style, and the panel's element, which the document may already
 * hold. `moduleUrl`: of the bundle, beside which the icon font lies.
 */
import { registerToolkit } from './toolkit/index.js';
import { loadIconFont } from './parts/icon.js';

export function beginPage(element: string, moduleUrl: string): void {
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
  loadIconFont(moduleUrl);
  if (!document.querySelector(element)) document.body.append(document.createElement(element));
}
