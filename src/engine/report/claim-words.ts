/** When and where a claim holds, in the words of a table of claims (command and report). */
import { formatSpan } from './words.js';
import type { AttributeName, Claim, Comparison } from '../../protocol/index.js';

/** What happens to whole pictures: a place would say nothing of these. */
const WITHOUT_PLACE: readonly AttributeName[] = ['flicker', 'smoothness'];
/** A claim that leaves out less than this of what both clips show holds throughout: share. */
const THROUGHOUT_SHARE = 0.02;

/** "0:02.0-0:03.5", or "throughout" where it is all that both clips show. */
export function claimTime({ time }: Claim, { a, b, alignment }: Comparison): string {
  const { offset, rate } = alignment;
  const from = Math.max(0, -offset / rate);
  const to = Math.min(a.duration, (b.duration - offset) / rate);
  const slack = THROUGHOUT_SHARE * (to - from);
  return time[0] <= from + slack && time[1] >= to - slack ? 'throughout' : formatSpan(time);
}

/** "lower left", "whole picture"; empty where the attribute has no place. */
export function claimPlace({ attribute, regionName }: Claim): string {
  if (regionName !== 'whole') return regionName.replaceAll('-', ' ');
  return WITHOUT_PLACE.includes(attribute) ? '' : 'whole picture';
}
