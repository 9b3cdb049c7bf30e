/** Layout of the rank table: one column; the rows take the room that is left, the plots come below. */
import { css } from 'lit';

export const tableStyles = css`
  :host {
    color: var(--vscode-foreground);
    font-family: var(--vscode-font-family);
    font-size: var(--vscode-font-size);
    font-weight: var(--vscode-font-weight);
    line-height: 1.4;
  }
  main {
    display: flex;
    flex-direction: column;
    gap: 8px;
    min-height: 100vh;
    padding: 8px 16px;
  }
  main > * {
    flex: none;
  }
  /* Its list of groupings lies above the rows. */
  vq-table-toolbar {
    position: relative;
    z-index: 3;
  }
  vq-table-grid {
    flex: 1 1 auto;
    height: 0;
    min-height: min(var(--rows), max(240px, 60vh));
    max-height: var(--rows);
  }
  vq-section {
    padding-top: 4px;
    border-top: 1px solid var(--vq-line);
  }
  vq-section.first {
    margin-top: auto;
  }
  @media (max-width: 639px) {
    main {
      padding-inline: 8px;
    }
  }
`;
