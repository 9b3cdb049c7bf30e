/** Style of the table's grid: rows of one height at fixed places, columns by one custom property, colours of VS Code's lists. */
import { css } from 'lit';

export const gridStyles = css`
  :host {
    position: relative;
    border: 1px solid var(--vq-line);
  }
  .scroller {
    position: absolute;
    inset: 0;
    overflow: auto;
    overscroll-behavior: contain;
    overflow-anchor: none;
    background: var(--vscode-editor-background);
  }
  .scroller:focus-visible {
    outline: none;
  }
  .wide {
    min-width: var(--least);
  }
  .head,
  .row {
    display: grid;
    grid-template-columns: var(--columns);
    column-gap: 8px;
    align-items: center;
    padding: 0 12px 0 8px;
  }
  .head {
    position: sticky;
    top: 0;
    z-index: 2;
    height: 44px;
    border-bottom: 1px solid var(--vq-line);
    background: var(--vscode-editorWidget-background);
    color: var(--vscode-editorWidget-foreground);
  }
  .body {
    position: relative;
  }
  .row {
    position: absolute;
    inset: 0 0 auto 0;
    height: 40px;
    contain: strict;
    background: var(--vscode-editor-background);
    border-bottom: 1px solid color-mix(in srgb, var(--vq-line) 60%, transparent);
    cursor: default;
    user-select: none;
  }
  .row:hover {
    background: var(--vscode-list-hoverBackground, var(--vscode-editor-background));
  }
  .row.selected {
    background: var(--vscode-list-activeSelectionBackground, var(--vscode-editor-background));
    color: var(--vscode-list-activeSelectionForeground, inherit);
    box-shadow: inset 3px 0 0 var(--vscode-focusBorder);
    outline: 1px dashed var(--vscode-contrastActiveBorder, transparent);
    outline-offset: -1px;
  }
  .row.selected .quiet,
  .row.selected .folder {
    color: inherit;
  }
  .scroller:focus-visible .row.focused,
  .scroller:focus .row.focused {
    outline: 1px solid var(--vscode-focusBorder);
    outline-offset: -1px;
  }
  .row.excluded {
    color: var(--vq-quiet);
  }
  .row.excluded .names {
    text-decoration: line-through;
  }
  .row.group {
    display: flex;
    background: var(--vscode-editorWidget-background);
    cursor: pointer;
  }
  .row.group > div {
    position: sticky;
    left: 8px;
    display: flex;
    gap: 8px;
    align-items: center;
  }
  .number {
    overflow: hidden;
    text-overflow: clip;
  }
  .tie {
    margin-inline-end: 4px;
    color: var(--vq-quiet);
    cursor: help;
  }
  .row.selected .tie {
    color: inherit;
  }
  .glyph,
  .act {
    font: normal 16px/16px codicon;
    -webkit-font-smoothing: antialiased;
    flex: none;
  }
  .bad {
    color: var(--vscode-editorError-foreground);
  }
  .act {
    display: inline-flex;
    align-items: center;
    justify-content: center;
    width: 24px;
    height: 24px;
    margin: 0;
    padding: 0;
    border: 0;
    border-radius: 4px;
    background: none;
    color: inherit;
    cursor: pointer;
  }
  .act:hover {
    background: var(--vscode-toolbar-hoverBackground);
    outline: 1px dashed var(--vscode-contrastActiveBorder, transparent);
    outline-offset: -1px;
  }
  [data-act='menu'] {
    position: absolute;
    right: 0;
    background: inherit;
    visibility: hidden;
  }
  .row:hover [data-act='menu'],
  .row.focused [data-act='menu'] {
    visibility: visible;
  }
  .thumbnail {
    display: flex;
    align-items: center;
    justify-content: center;
    width: 64px;
    height: 36px;
    overflow: hidden;
    border-radius: 2px;
    background: var(--vscode-editorWidget-background);
    color: var(--vq-quiet);
  }
  .thumbnail img {
    width: 100%;
    height: 100%;
    object-fit: contain;
    pointer-events: none;
  }
  .name {
    position: relative;
    background: inherit;
  }
  .name,
  .status {
    display: flex;
    gap: 8px;
    align-items: center;
    min-width: 0;
  }
  .names {
    display: flex;
    flex: 1 1 auto;
    flex-direction: column;
    min-width: 0;
    line-height: 16px;
  }
  .file {
    display: flex;
    min-width: 0;
    white-space: pre;
  }
  .folder {
    color: var(--vq-quiet);
    font-size: 11px;
  }
  .status .ellipsis {
    flex: 1 1 auto;
  }
  .status {
    display: flex;
  }
  .score {
    display: grid;
    grid-template-columns: 36px minmax(0, 1fr);
    gap: 8px;
    align-items: center;
  }
  .track {
    position: relative;
    height: 16px;
  }
  .track i {
    position: absolute;
    display: block;
  }
  .zero {
    inset-block: -12px;
    width: 1px;
    background: var(--vq-scale);
  }
  .bar {
    top: 5px;
    height: 6px;
    min-width: 1px;
    border-radius: 3px;
    background: color-mix(in srgb, var(--vq-a) 55%, var(--vscode-editor-background));
  }
  .dot {
    top: 2px;
    width: 4px;
    height: 12px;
    margin-left: -2px;
    border-radius: 1px;
    background: var(--vscode-foreground);
  }
  .row.selected .dot,
  .row.selected .zero {
    background: currentcolor;
  }
`;

export const headStyles = css`
  .head [role='columnheader'] {
    min-width: 0;
    height: 100%;
  }
  .head button,
  .head span.label {
    display: flex;
    gap: 2px;
    align-items: center;
    width: 100%;
    height: 100%;
    margin: 0;
    padding: 0;
    border: 0;
    background: none;
    color: inherit;
    font: inherit;
    font-size: 11px;
    font-weight: 600;
    line-height: 14px;
    text-align: start;
  }
  .head button {
    cursor: pointer;
  }
  .head .right button {
    justify-content: flex-end;
    text-align: end;
  }
  .head button:hover {
    text-decoration: underline;
  }
  .head button:focus-visible {
    outline-offset: -2px;
  }
  .head .with-axis {
    display: grid;
    grid-template-rows: 22px 18px;
    align-content: center;
  }
  .axis {
    position: relative;
    height: 18px;
    margin-left: 44px;
    font-size: 10px;
    line-height: 14px;
  }
  .axis span {
    position: absolute;
    bottom: 2px;
    color: var(--vq-quiet);
    transform: translateX(-50%);
  }
  .axis i {
    position: absolute;
    bottom: 0;
    width: 1px;
    height: 3px;
    background: var(--vq-quiet);
  }
`;
