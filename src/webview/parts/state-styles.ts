/** Style of <vq-state>: cards for what needs reading, bars for what only needs knowing. */
import { css } from 'lit';

export const stateStyles = css`
  :host {
    display: flex;
    flex-direction: column;
    gap: 8px;
  }
  .card,
  .bar {
    position: relative;
    border: 1px solid var(--vq-line);
    border-radius: 4px;
    background: var(--vscode-editorWidget-background);
    color: var(--vscode-editorWidget-foreground);
    overflow-wrap: anywhere;
  }
  .card {
    padding: 16px;
    line-height: 20px;
  }
  .card > * + * {
    margin-top: 8px;
  }
  .card p {
    max-width: 76ch;
  }
  .card.idle {
    animation: appear 0.2s both steps(1, end);
  }
  @keyframes appear {
    from {
      visibility: hidden;
    }
  }
  .card.error {
    border-color: var(--vscode-inputValidation-errorBorder);
  }
  .card.error h2 vq-icon {
    color: var(--vscode-editorError-foreground);
  }
  .bar.banner vq-icon[name='warning'] {
    color: var(--vscode-editorWarning-foreground);
  }
  h2 {
    display: flex;
    align-items: center;
    gap: 8px;
    margin: 0;
  }
  .bar {
    display: flex;
    flex-wrap: wrap;
    align-items: center;
    gap: 4px 12px;
    min-height: 40px;
    padding: 4px 8px 4px 12px;
    overflow: hidden;
  }
  .grow {
    flex: 1 1 200px;
    min-width: 0;
  }
  vscode-progress-ring {
    width: 16px;
    height: 16px;
  }
  .progress {
    position: absolute;
    inset: auto auto 0 0;
    height: 2px;
    background: var(--vscode-progressBar-background);
    transition: width 0.2s;
  }
  .buttons {
    display: flex;
    flex-wrap: wrap;
    gap: 8px;
    padding-top: 4px;
  }
  .pair {
    display: flex;
    gap: 8px;
  }
  code,
  pre {
    font-family: var(--vq-mono);
    font-size: var(--vscode-editor-font-size, inherit);
  }
  pre {
    max-height: 160px;
    margin: 8px 0 0;
    padding: 8px;
    overflow: auto;
    white-space: pre-wrap;
    background: var(--vscode-textCodeBlock-background);
  }
  summary {
    cursor: pointer;
  }
  dl {
    display: grid;
    grid-template-columns: max-content minmax(0, 1fr);
    gap: 4px 16px;
    margin: 0;
  }
  dd {
    margin: 0;
  }
`;
