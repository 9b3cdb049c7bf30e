/** Layout of the compare panel: one column of sections on a 4 px grid; reasons and attributes side by side where there is room. */
import { css } from 'lit';

export const panelStyles = css`
  :host {
    min-height: 100%;
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
    max-width: 1600px;
    margin: 0 auto;
    padding: 8px 16px 24px;
  }
  .result {
    display: flex;
    flex-direction: column;
    gap: 12px;
    padding: 16px 0 8px;
  }
  .columns {
    display: grid;
    grid-template-columns: minmax(0, 3fr) minmax(280px, 2fr);
    gap: 16px 32px;
    padding: 16px 0;
    border-top: 1px solid var(--vq-line);
  }
  vq-claims {
    margin-top: 12px;
  }
  vq-section,
  vq-provenance {
    padding-top: 8px;
    border-top: 1px solid var(--vq-line);
  }
  vq-section {
    padding-bottom: 8px;
  }
  @media (max-width: 639px) {
    main {
      padding-inline: 12px;
    }
    .columns {
      grid-template-columns: minmax(0, 1fr);
    }
  }
`;
