/**
 * What a comparison says in sentences: certainty, why an interval is wide, alignment, provenance. Plain words (UI.md, "Words");
 * every sentence is made from a figure of the comparison.
 */
import {
  cautions,
  claimPlace,
  isOtherContent,
  isThroughout,
  shownNotes,
  sureness,
  verdictSentence,
} from '../../protocol/index.js';
import type {
  Alignment,
  AttributeName,
  Claim,
  CommonSpan,
  Comparison,
  Provenance,
  Station,
} from '../../protocol/index.js';
import { fixed, plural, sentence, t } from '../language.js';
import { formatInterval, formatMargin, formatPercent, formatSeconds, formatShortTime, formatSize } from './format.js';
import { SCALE_END, beyondScale } from './gauge-scale.js';

/** "97 % sure A is better" */
export const certainty = (c: Comparison): string => sentence(sureness(c));

export function kindWords(c: Comparison): string {
  return c.kind === 'glance' ? t('first look (glance)') : t('considered');
}

/** "A looks clearly better" */
export const verdict = (c: Comparison): string => sentence(verdictSentence(c));

/** The result as one sentence for a screen reader. */
export function spokenVerdict(c: Comparison): string {
  const sentences = [
    verdict(c),
    t('Margin {0}, 95 % between {1}', formatMargin(c.margin), formatInterval(c.interval95)),
    certainty(c),
    kindWords(c),
    beyondWords(c),
  ];
  return sentences.filter((s) => s !== null).join('. ') + '.';
}

/** That the gauge's scale is too short for this result, or null where it is not. */
export function beyondWords(c: Comparison): string | null {
  if (beyondScale(c).length === 0) return null;
  return Math.abs(c.margin) > SCALE_END
    ? t('The scale ends at {0}; the margin goes on beyond it', SCALE_END)
    : t('The scale ends at {0}; the interval goes on beyond it', SCALE_END);
}

/** What to know of a result before trusting it. Null where there is nothing. */
export function caution(c: Comparison): string | null {
  return cautions(c).map(sentence).join(' ') || null;
}

/** Notes on how the clips were brought together, without what `caution` says beside the result. */
export const alignmentNotes = (a: Alignment): string[] => shownNotes(a).map(sentence);

const ATTRIBUTE_WORDS: Record<AttributeName, string> = {
  sharpness: t('sharpness'),
  noise: t('noise'),
  blockiness: t('blockiness'),
  ringing: t('ringing'),
  banding: t('banding'),
  colour: t('colour'),
  exposure: t('exposure'),
  contrast: t('contrast'),
  flicker: t('flicker'),
  smoothness: t('smoothness'),
  interlacing: t('interlacing'),
  transmission: t('transmission errors'),
  framing: t('framing'),
};
export const attributeWord = (a: AttributeName): string => ATTRIBUTE_WORDS[a];

/** "0:02 to 0:05", or "throughout". */
export function timeWords(claim: Claim, common: CommonSpan): string {
  const [from, to] = claim.time;
  return isThroughout(claim, common) ? t('throughout') : t('{0} to {1}', formatShortTime(from), formatShortTime(to));
}

/** The same where there is little room. */
export function shortTimeWords(claim: Claim, common: CommonSpan): string {
  return isThroughout(claim, common) ? t('throughout') : claim.time.map((at) => formatShortTime(at)).join('\u2013');
}

/** "bottom left"; empty where the attribute has no place. */
export const placeWords = (claim: Claim): string => sentence(claimPlace(claim));

/** "blockiness, worse in B, 0:02 to 0:05, bottom left, severity 3 of 5" */
export function claimWords(claim: Claim, common: CommonSpan): string {
  return [
    attributeWord(claim.attribute),
    t('worse in {0}', claim.worse.toUpperCase()),
    timeWords(claim, common),
    placeWords(claim),
    t('severity {0} of 5', severityStep(claim.severity)),
    claim.supported ? '' : t('not confirmed by the measurements'),
  ]
    .filter((w) => w !== '')
    .join(', ');
}

export const severityStep = (severity: number): number => Math.min(5, Math.max(1, Math.ceil(severity * 5)));

export function alignmentSentence(a: Alignment): string {
  const content = isOtherContent(a)
    ? t('Different content ({0} sure)', formatPercent(1 - a.sameContent))
    : t('Same content ({0} sure)', formatPercent(a.sameContent));
  const offset = Math.abs(a.offset) < 0.0005 ? t('no offset') : offsetWords(a.offset);
  const rate = Math.abs(a.rate - 1) < 1e-4 ? t('same speed') : t('B plays at {0} times the speed', fixed(a.rate, 3));
  const size = formatSize(a.comparisonSize.width, a.comparisonSize.height);
  const matched = isOtherContent(a)
    ? plural(a.matchedSamples, '{0} moment at the same time', '{0} moments at the same times')
    : plural(a.matchedSamples, '{0} moment matched', '{0} moments matched');
  return `${content}, ${offset}, ${rate}. ${t('{0}, compared at {1}.', matched, size)}`;
}

const offsetWords = (s: number): string =>
  s > 0 ? t('B {0} s later', fixed(s, 3)) : t('B {0} s earlier', fixed(-s, 3));

export function framesSentence(a: Alignment): string {
  return (['a', 'b'] as const)
    .map((s) => {
      const { dropped, repeated } = a[s];
      return `${s.toUpperCase()}: ${plural(dropped, '{0} frame dropped, {1} repeated', '{0} frames dropped, {1} repeated', repeated)}`;
    })
    .join('. ')
    .concat('.');
}

const DEVICES: Record<string, string> = {
  cpu: t('the CPU'),
  webgpu: t('the GPU ({0})', 'WebGPU'),
  cuda: t('the GPU ({0})', 'CUDA'),
  directml: t('the GPU ({0})', 'DirectML'),
  coreml: t('the GPU ({0})', 'Core ML'),
};
export const deviceWords = (device: string): string => DEVICES[device] ?? device;

/** Stations as the times of a run name them. */
const TIMED: Record<string, string> = {
  probe: t('probe'),
  plan: t('plan'),
  decode: t('decode'),
  encode: t('encode'),
  compare: t('compare'),
  explain: t('explain'),
};

/** "versusq-mini 1.0.0 on the CPU, 2.4 s (decode 1.9 s, encode 0.3 s)" */
export function provenanceSentence(p: Provenance): string {
  const { total, ...stations } = p.timings;
  const parts = Object.entries(stations)
    .filter(([, ms]) => ms >= 50)
    .map(([name, ms]) => `${TIMED[name] ?? name} ${formatSeconds(ms / 1000)}`);
  const time = total === undefined ? '' : `, ${formatSeconds(total / 1000)}`;
  const detail = parts.length > 0 ? ` (${parts.join(', ')})` : '';
  return t('{0} {1} on {2}', p.model.name, p.model.version, deviceWords(p.device)) + time + detail;
}

/** What is being done at a station, and to which clip. */
export function stationWords(station: Station, clip: 'a' | 'b' | null): string {
  const which = clip === null ? t('both clips') : clip.toUpperCase();
  const words: Record<Station, string> = {
    probe: t('Reading the facts of {0}', which),
    plan: t('Choosing the moments to look at'),
    decode: t('Looking at the frames of {0}', which),
    encode: t('Measuring {0}', which),
    compare: t('Comparing A and B'),
    explain: t('Writing down the reasons'),
    proxy: t('Making a copy of {0} for playback', which),
    rank: t('Ranking'),
  };
  return words[station];
}
