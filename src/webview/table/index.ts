/** All parts of the rank table: importing this defines their elements. */
import '../parts/icon.js';
import '../parts/keys-dialog.js';
import '../parts/section.js';
import './grid.js';
import './header.js';
import './menu.js';
import './plots/agreement.js';
import './plots/rate.js';
import './plots/scores.js';
import './state-cards.js';
import './status-line.js';
import './toolbar.js';
