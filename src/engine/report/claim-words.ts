/** When a claim holds, in the words of a table of claims (command and report). */
import { formatSpan } from './words.js';
import { commonSpan, isThroughout, type Claim, type Comparison } from '../../protocol/index.js';

/** "0:02.0-0:03.5", or "throughout" where it is all that both clips show. */
export const claimTime = (claim: Claim, comparison: Comparison): string =>
  isThroughout(claim, commonSpan(comparison)) ? 'throughout' : formatSpan(claim.time);
