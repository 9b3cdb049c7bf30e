/**
 * <vq-icon name="play">: one picture of VS Code's codicon font, always decoration (the control around it carries the name).
 * The code points are those of @vscode/codicons; a test compares them with its style sheet.
 */
import { LitElement, css, html } from 'lit';
import { customElement, property } from 'lit/decorators.js';

export const ICONS = {
  'arrow-swap': 'ebcb',
  check: 'eab2',
  'chevron-left': 'eab5',
  'chevron-right': 'eab6',
  close: 'ea76',
  copy: 'ebcc',
  'debug-pause': 'ead1',
  error: 'ea87',
  'file-media': 'eaea',
  'git-compare': 'eafd',
  info: 'ea74',
  keyboard: 'ea65',
  play: 'eb2c',
  question: 'eb32',
  refresh: 'eb37',
  save: 'eb4b',
  'settings-gear': 'eb51',
  sync: 'ea77',
  unverified: 'eb76',
  warning: 'ea6c',
} as const;
export type IconName = keyof typeof ICONS;

@customElement('vq-icon')
export class Icon extends LitElement {
  static override styles = css`
    :host {
      display: inline-block;
      width: 16px;
      height: 16px;
      font: normal 16px/16px codicon;
      text-align: center;
      flex: none;
      user-select: none;
      -webkit-font-smoothing: antialiased;
    }
  `;
  @property() name: IconName = 'info';

  override connectedCallback(): void {
    super.connectedCallback();
    this.setAttribute('aria-hidden', 'true');
  }
  protected override render(): unknown {
    return html`${String.fromCodePoint(parseInt(ICONS[this.name], 16))}`;
  }
}

/** Loads the font that lies beside the bundle; style sheets of the document do not reach into elements, fonts do. */
export function loadIconFont(base: string): void {
  const font = new FontFace('codicon', `url("${new URL('codicon.ttf', base).href}")`);
  document.fonts.add(font);
  font.load().catch(() => undefined); // without it controls still have names and tooltips
}
