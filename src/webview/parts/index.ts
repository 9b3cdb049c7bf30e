/** All parts of the compare panel: importing this defines their elements. */
import './alignment.js';
import './attributes.js';
import './claims.js';
import './facts.js';
import './gauge.js';
import './icon.js';
import './keys-dialog.js';
import './players.js';
import './provenance.js';
import './reasoning.js';
import './section.js';
import './state.js';
import './timeline.js';
import './transport.js';
import './verdict.js';
