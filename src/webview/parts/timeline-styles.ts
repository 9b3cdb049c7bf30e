/** Style of <vq-timeline>: bars and claims in the colours of A and B, events in that of neither. */
import { css } from 'lit';

export const timelineStyles = css`
  .frame {
    position: relative;
    border: 1px solid var(--vq-line);
    border-radius: 4px;
    background: var(--vq-track);
    cursor: crosshair;
    touch-action: none;
    overflow: hidden;
  }
  svg {
    display: block;
    width: 100%;
  }
  .tick {
    stroke: var(--vq-scale);
  }
  .middle {
    stroke: var(--vq-quiet);
  }
  .bar.a {
    fill: var(--vq-a);
  }
  .bar.b {
    fill: var(--vq-b);
  }
  .claim {
    cursor: pointer;
  }
  .claim .body {
    fill-opacity: 0.3;
  }
  .claim.a rect {
    fill: var(--vq-a);
    stroke: var(--vq-a);
  }
  .claim.b rect {
    fill: var(--vq-b);
    stroke: var(--vq-b);
  }
  .claim .edge {
    stroke: none;
  }
  .claim.unsupported .body {
    stroke-dasharray: 3 2;
    fill-opacity: 0;
  }
  .claim.selected .body {
    stroke: var(--vscode-foreground);
    stroke-width: 2;
  }
  .claim text {
    fill: var(--vscode-foreground);
  }
  /* Neither side's colour: a freeze of A may not look like a bar of B. */
  .event {
    fill: var(--vscode-foreground);
  }
  .event.cut {
    fill: var(--vq-quiet);
  }
  .loop {
    fill: var(--vscode-editor-selectionBackground);
    fill-opacity: 0.6;
    stroke: var(--vscode-focusBorder);
  }
  text {
    fill: var(--vq-quiet);
    font-size: 11px;
  }
  .head {
    position: absolute;
    inset-block: 0;
    left: 0;
    width: 2px;
    margin-inline-start: -1px;
    background: var(--vscode-foreground);
    pointer-events: none;
  }
  .side {
    position: absolute;
    left: 4px;
    padding: 0 4px;
    border-radius: 2px;
    font-size: 11px;
    line-height: 16px;
    background: var(--vscode-editorWidget-background);
    color: var(--vq-quiet);
    pointer-events: none;
  }
`;
