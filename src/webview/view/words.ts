/**
 * What a comparison says in sentences: certainty, why an interval is wide, alignment, provenance. Plain words (UI.md, "Words");
 * every sentence is made from a figure of the comparison.
 */
import { claimPlace, isThroughout, verdictSentence } from '../../protocol/index.js';
import type {
  Alignment,
  AttributeName,
  Claim,
  CommonSpan,
  Comparison,
  Provenance,
  Station,
} from '../../protocol/index.js';
import { formatInterval, formatMargin, formatPercent, formatSeconds, formatShortTime, formatSize } from './format.js';
import { SCALE_END, beyondScale } from './gauge-scale.js';

/** An interval wider than this to one side deserves a reason: margin units. */
const WIDE_HALF_WIDTH = 1.5;
/** Below this, clips are taken as of different content: probability. */
const SAME_CONTENT = 0.5;
/** Below this, a clip is short: s. */
const SHORT_SECONDS = 1;

export function certainty(c: Comparison): string {
  const side = c.probabilityABetter >= 0.5 ? 'A' : 'B';
  return `${formatPercent(Math.max(c.probabilityABetter, 1 - c.probabilityABetter))} sure ${side} is better`;
}

export function kindWords(c: Comparison): string {
  return c.kind === 'glance' ? 'first look (glance)' : 'considered';
}

/** The result as one sentence for a screen reader. */
export function spokenVerdict(c: Comparison): string {
  const sentences = [
    verdictSentence(c.margin),
    `Margin ${formatMargin(c.margin)}, 95 % between ${formatInterval(c.interval95)}`,
    certainty(c),
    kindWords(c),
    beyondWords(c),
  ];
  return sentences.filter((s) => s !== null).join('. ') + '.';
}

/** That the gauge's scale is too short for this result, or null where it is not. */
export function beyondWords(c: Comparison): string | null {
  if (beyondScale(c).length === 0) return null;
  const what = Math.abs(c.margin) > SCALE_END ? 'margin' : 'interval';
  return `The scale ends at ${SCALE_END}; the ${what} goes on beyond it`;
}

export const isOtherContent = (a: Alignment): boolean => a.sameContent < SAME_CONTENT;

const OTHER_CONTENT =
  'The clips show different content. The margin compares how good each of them looks, and is less certain.';

/** What to know of a result before trusting it: other content, and why the interval is wide. Null where there is nothing. */
export function caution(c: Comparison): string | null {
  const other = isOtherContent(c.alignment) ? [OTHER_CONTENT] : [];
  if ((c.interval95[1] - c.interval95[0]) / 2 < WIDE_HALF_WIDTH) return other[0] ?? null;
  const reasons = [...other];
  if (Math.min(c.a.duration, c.b.duration) < SHORT_SECONDS) reasons.push('There is less than a second to compare.');
  const covered = Math.min(c.a.timeline?.covered ?? 1, c.b.timeline?.covered ?? 1);
  if (covered < 0.95) reasons.push(`Only ${formatPercent(covered)} of a clip was looked at.`);
  // A wide interval that leaves no doubt of the winner needs no excuse.
  const open = c.interval95[0] < 0 && c.interval95[1] > 0;
  if (reasons.length === 0 && open) reasons.push('The model is not sure of this pair.');
  if (reasons.length === 0) return null;
  return `The interval is wide. ${reasons.join(' ')}`;
}

/** Notes on how the clips were brought together, without what `caution` says of the content beside the result. */
export const alignmentNotes = (a: Alignment): string[] =>
  isOtherContent(a) ? a.notes.filter((note) => !note.startsWith('Different content')) : a.notes;

const ATTRIBUTE_WORDS: Partial<Record<AttributeName, string>> = { transmission: 'transmission errors' };
export const attributeWord = (a: AttributeName): string => ATTRIBUTE_WORDS[a] ?? a;

/** "0:02 to 0:05", or "throughout". */
export function timeWords(claim: Claim, common: CommonSpan, dash = ' to '): string {
  return isThroughout(claim, common) ? 'throughout' : claim.time.map((t) => formatShortTime(t)).join(dash);
}

/** "blockiness, worse in B, 0:02 to 0:05, lower left, severity 3 of 5" */
export function claimWords(claim: Claim, common: CommonSpan): string {
  return [
    attributeWord(claim.attribute),
    `worse in ${claim.worse.toUpperCase()}`,
    timeWords(claim, common),
    claimPlace(claim),
    `severity ${severityStep(claim.severity)} of 5`,
    claim.supported ? '' : 'not confirmed by the measurements',
  ]
    .filter((w) => w !== '')
    .join(', ');
}

export const severityStep = (severity: number): number => Math.min(5, Math.max(1, Math.ceil(severity * 5)));

export function alignmentSentence(a: Alignment): string {
  const content = isOtherContent(a)
    ? `Different content (${formatPercent(1 - a.sameContent)} sure)`
    : `Same content (${formatPercent(a.sameContent)} sure)`;
  const offset = Math.abs(a.offset) < 0.0005 ? 'no offset' : `B ${offsetWords(a.offset)}`;
  const rate = Math.abs(a.rate - 1) < 1e-4 ? 'same speed' : `B plays at ${a.rate.toFixed(3)} times the speed`;
  const size = formatSize(a.comparisonSize.width, a.comparisonSize.height);
  return `${content}, ${offset}, ${rate}. ${a.matchedSamples} moments matched, compared at ${size}.`;
}

const offsetWords = (s: number): string => `${Math.abs(s).toFixed(3)} s ${s > 0 ? 'later' : 'earlier'}`;

export function framesSentence(a: Alignment): string {
  return (['a', 'b'] as const)
    .map((s) => `${s.toUpperCase()}: ${count(a[s].dropped, 'frame')} dropped, ${a[s].repeated} repeated`)
    .join('. ')
    .concat('.');
}

export const count = (n: number, word: string): string => `${n} ${word}${n === 1 ? '' : 's'}`;

const DEVICES: Record<string, string> = {
  cpu: 'the CPU',
  webgpu: 'the GPU (WebGPU)',
  cuda: 'the GPU (CUDA)',
  directml: 'the GPU (DirectML)',
  coreml: 'the GPU (Core ML)',
};
export const deviceWords = (device: string): string => DEVICES[device] ?? device;

/** "versusq-mini 1.0.0 on the CPU, 2.4 s (decode 1.9 s, encode 0.3 s)" */
export function provenanceSentence(p: Provenance): string {
  const { total, ...stations } = p.timings;
  const parts = Object.entries(stations)
    .filter(([, ms]) => ms >= 50)
    .map(([name, ms]) => `${name} ${formatSeconds(ms / 1000)}`);
  const time = total === undefined ? '' : `, ${formatSeconds(total / 1000)}`;
  const detail = parts.length > 0 ? ` (${parts.join(', ')})` : '';
  return `${p.model.name} ${p.model.version} on ${deviceWords(p.device)}${time}${detail}`;
}

/** What is being done at a station, and to which clip. */
export function stationWords(station: Station, clip: 'a' | 'b' | null): string {
  const which = clip === null ? 'both clips' : clip.toUpperCase();
  const words: Record<Station, string> = {
    probe: `Reading the facts of ${which}`,
    plan: 'Choosing the moments to look at',
    decode: `Looking at every frame of ${which}`,
    encode: `Measuring ${which}`,
    compare: 'Comparing A and B',
    explain: 'Writing down the reasons',
    proxy: `Making a copy of ${which} for playback`,
    rank: 'Ranking',
  };
  return words[station];
}
