/**
 * Style shared by all elements: VS Code's variables only, a 4 px grid, figures of equal width. High contrast themes draw
 * borders with --vscode-contrastBorder; clip A and clip B each have one colour, always beside their letter. B's is drawn
 * towards the colour of text, so that it stands out 3:1 from light backgrounds too.
 */
import { css } from 'lit';

export const base = css`
  :host {
    --vq-a: var(--vscode-charts-blue);
    /* Not charts.orange: VS Code takes it from the highlight of found text, which is faint, or none in high contrast. */
    --vq-b: color-mix(in srgb, var(--vscode-symbolIcon-classForeground) 75%, var(--vscode-foreground));
    --vq-line: var(--vscode-contrastBorder, var(--vscode-panel-border));
    --vq-quiet: var(--vscode-descriptionForeground);
    /* Lines that are read, not only looked past: panel-border is all but gone in dark themes. */
    --vq-scale: var(--vscode-contrastBorder, color-mix(in srgb, var(--vq-quiet) 40%, transparent));
    --vq-track: var(--vscode-editorWidget-background);
    --vq-mono: var(--vscode-editor-font-family, monospace);
    display: block;
    box-sizing: border-box;
    min-width: 0;
    font-variant-numeric: tabular-nums;
  }
  :host([hidden]) {
    display: none;
  }
  *,
  *::before,
  *::after {
    box-sizing: border-box;
  }
  h2 {
    margin: 0 0 8px;
    font-size: inherit;
    font-weight: 600;
    line-height: 20px;
  }
  p {
    margin: 0;
  }
  ul {
    margin: 0;
    padding: 0;
    list-style: none;
  }
  .quiet {
    color: var(--vq-quiet);
  }
  .number {
    text-align: end;
    white-space: nowrap;
  }
  .ellipsis {
    overflow: hidden;
    text-overflow: ellipsis;
    white-space: nowrap;
    min-width: 0;
  }
  .hidden {
    position: absolute;
    width: 1px;
    height: 1px;
    overflow: hidden;
    clip-path: inset(50%);
    white-space: nowrap;
  }
  :focus-visible {
    outline: 1px solid var(--vscode-focusBorder);
    outline-offset: 1px;
  }
  .letter {
    display: inline-flex;
    align-items: center;
    justify-content: center;
    flex: none;
    width: 20px;
    height: 20px;
    border: 2px solid;
    border-radius: 4px;
    font-size: 11px;
    font-weight: 700;
    line-height: 16px;
    color: var(--vscode-editor-foreground);
    background: var(--vscode-editor-background);
  }
  .letter.a {
    border-color: var(--vq-a);
  }
  .letter.b {
    border-color: var(--vq-b);
  }
  @media (prefers-reduced-motion: reduce) {
    * {
      transition: none !important;
      animation: none !important;
    }
  }
`;
