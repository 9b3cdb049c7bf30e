/**
 * <vq-icon name="play">: one picture of VS Code's codicon font, always decoration (the control around it carries the name).
 * The code points are those of @vscode/codicons; a test compares them with its style sheet.
 */
import { LitElement, css, html } from 'lit';
import { customElement, property } from 'lit/decorators.js';

export const ICONS = {
  'arrow-swap': 'ebcb',
  'arrow-up': 'eaa1',
  'arrow-down': 'ea9a',
  check: 'eab2',
  'chevron-down': 'eab4',
  'chevron-left': 'eab5',
  'chevron-right': 'eab6',
  close: 'ea76',
  copy: 'ebcc',
  'debug-continue': 'eacf',
  'debug-pause': 'ead1',
  'debug-stop': 'ead7',
  ellipsis: 'ea7c',
  error: 'ea87',
  export: 'ebac',
  'file-media': 'eaea',
  filter: 'eaf1',
  folder: 'ea83',
  'git-compare': 'eafd',
  info: 'ea74',
  keyboard: 'ea65',
  'list-selection': 'eb85',
  pin: 'eb2b',
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

/** The character itself, for rows that are drawn too often for an element each; its font is `codicon`. */
export const glyph = (name: IconName): string => String.fromCodePoint(parseInt(ICONS[name], 16));

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
    return html`${glyph(this.name)}`;
  }
}

/** Loads the font that lies beside the bundle; style sheets of the document do not reach into elements, fonts do. */
export function loadIconFont(base: string): void {
  const font = new FontFace('codicon', `url("${new URL('codicon.ttf', base).href}")`);
  document.fonts.add(font);
  font.load().catch(() => undefined); // without it controls still have names and tooltips
}
