/**
 * Entry point of the compare panel (dist/webview/compare.js): toolkit, icon font, page style, and the panel itself, which the
 * document may already hold as <vq-compare-panel>. Needs of the policy: script by nonce; style, font, img, media and connect
 * from the webview's source, media also from blob:. Nothing inline.
 */
import './page-language.js';
import './compare-panel.js';
import { beginPage } from './page.js';

beginPage('vq-compare-panel', import.meta.url);
