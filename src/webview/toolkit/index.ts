/**
 * The only place that knows @vscode/webview-ui-toolkit (archived upstream): it registers the elements the panels use, so that
 * replacing the toolkit means replacing this folder. The elements are then used by tag: vscode-button, vscode-dropdown, ...
 * Not used: badge and determinate progress ring, which write style attributes that the panel's policy refuses.
 */
import { endOfLoading } from './policy.js';
import {
  provideVSCodeDesignSystem,
  vsCodeButton,
  vsCodeCheckbox,
  vsCodeDropdown,
  vsCodeOption,
  vsCodeProgressRing,
  ProgressRing,
} from '@vscode/webview-ui-toolkit';

export function registerToolkit(): void {
  endOfLoading();
  keepLabels();
  provideVSCodeDesignSystem().register(
    vsCodeButton(),
    vsCodeCheckbox(),
    vsCodeDropdown(),
    vsCodeOption(),
    vsCodeProgressRing(),
  );
}

/** The toolkit's ring calls itself "Loading" when it comes into the document, whatever it was told to be called. */
function keepLabels(): void {
  const connected = ProgressRing.prototype.connectedCallback;
  ProgressRing.prototype.connectedCallback = function (this: ProgressRing): void {
    const label = this.getAttribute('aria-label');
    connected.call(this);
    if (label !== null) this.setAttribute('aria-label', label);
  };
}
