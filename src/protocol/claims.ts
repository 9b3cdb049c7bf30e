/** When and where a claim holds: what panel, command and report say alike, each in its own wording of times. */
import type { AttributeName, Claim } from './comparison.js';
import { say } from './l10n.js';

/** What happens to whole pictures: a place would say nothing of these. */
const WITHOUT_PLACE: readonly AttributeName[] = ['flicker', 'smoothness'];
/** A claim that leaves out less than this of what both clips show holds throughout: share. */
const THROUGHOUT_SHARE = 0.02;

/** Seconds of A's time line that both clips show: [from, to]. */
export type CommonSpan = readonly [number, number];

/** Does the claim hold over all that both clips show? */
export function isThroughout({ time }: Claim, [from, to]: CommonSpan): boolean {
  const slack = THROUGHOUT_SHARE * (to - from);
  return time[0] <= from + slack && time[1] >= to - slack;
}

/** "bottom left", "whole picture"; empty where the attribute has no place. */
export function claimPlace({ attribute, regionName }: Claim): string {
  if (regionName === 'whole') return WITHOUT_PLACE.includes(attribute) ? '' : say`whole picture`;
  return PLACES[regionName] ?? regionName.replaceAll('-', ' ');
}

const PLACES: Record<string, string> = {
  left: say`left`,
  right: say`right`,
  top: say`top`,
  bottom: say`bottom`,
  'top-left': say`top left`,
  'top-right': say`top right`,
  'bottom-left': say`bottom left`,
  'bottom-right': say`bottom right`,
  centre: say`centre`,
};

const NAMES: Record<AttributeName, string> = {
  sharpness: say`sharpness`,
  noise: say`noise`,
  blockiness: say`blockiness`,
  ringing: say`ringing`,
  banding: say`banding`,
  colour: say`colour`,
  exposure: say`exposure`,
  contrast: say`contrast`,
  flicker: say`flicker`,
  smoothness: say`smoothness`,
  interlacing: say`interlacing`,
  transmission: say`transmission`,
  framing: say`framing`,
};
export const attributeName = (attribute: AttributeName): string => NAMES[attribute];
