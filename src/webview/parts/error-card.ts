/**
 * What failed, for whole panels: heading, sentence, remedy, code, cause, and what to do next. Its style is that of <vq-state>.
 */
import { html, nothing } from 'lit';
import type { ErrorData } from '../../protocol/index.js';
import { sentence, t } from '../language.js';
import { FFMPEG_WAYS, remedyOf, type Remedy } from '../view/remedies.js';
import './icon.js';

export interface ErrorActions {
  retry(): void;
  openSetting(setting: string): void;
  copyDetails(): void;
}

/** `retryTip`: tooltip of the first button, with its key. `remedy`: where the error's own one is not about this panel. */
export function errorCard(
  error: ErrorData,
  retryTip: string,
  actions: ErrorActions,
  remedy: Remedy = remedyOf(error.code),
): unknown {
  const { title, advice, setting } = remedy;
  return html`<div class="card error" role="alert">
    <h2><vq-icon name="error"></vq-icon>${title}</h2>
    <p>${sentence(error.message)}</p>
    ${advice ? html`<p>${advice}</p>` : nothing} ${error.code.startsWith('ffmpeg/') ? ffmpegWays() : nothing}
    <p class="quiet">${t('Code')} <code>${error.code}</code></p>
    ${
      error.details
        ? html`<details>
            <summary>${t('Details')}</summary>
            <pre tabindex="0" lang="en" aria-label=${t('Details of the error')}>${error.details}</pre>
          </details>`
        : nothing
    }
    <div class="buttons">
      <vscode-button appearance="primary" title=${retryTip} @click=${actions.retry}
        ><vq-icon slot="start" name="refresh"></vq-icon>${t('Retry')}</vscode-button
      >
      ${
        setting
          ? html`<vscode-button appearance="secondary" title=${setting} @click=${() => actions.openSetting(setting)}
              ><vq-icon slot="start" name="settings-gear"></vq-icon>${t('Open the setting')}</vscode-button
            >`
          : nothing
      }
      <vscode-button appearance="secondary" title=${t('Copy code, sentence and cause')} @click=${actions.copyDetails}
        ><vq-icon slot="start" name="copy"></vq-icon>${t('Copy details')}</vscode-button
      >
    </div>
  </div>`;
}

const ffmpegWays = (): unknown =>
  html`<p>${t('VersusQ reads video with ffmpeg and ffprobe. Install them, or say in the setting where they are:')}</p>
    <dl>
      ${FFMPEG_WAYS.map(
        ({ system, way }) =>
          html`<dt>${system}</dt>
            <dd><code>${way}</code></dd>`,
      )}
    </dl>`;
