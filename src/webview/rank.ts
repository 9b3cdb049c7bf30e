/**
 * Entry point of the rank table (dist/webview/rank.js): toolkit, icon font, page style, and the table itself, which the document
 * may already hold as <vq-rank-table>. Needs of the policy: script by nonce; style, font and img from the webview's source, img
 * also from data: (thumbnails). Nothing inline.
 */
import './page-language.js';
import './rank-table.js';
import { beginPage } from './page.js';

beginPage('vq-rank-table', import.meta.url);
