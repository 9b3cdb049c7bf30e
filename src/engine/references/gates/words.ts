/** What a check found, in one sentence: the same in the Problems panel, the terminal, JUnit, SARIF and annotations. */
import {
  marginWord,
  type Claim,
  type ErrorData,
  type JudgedLimit,
  type TimelineFacts,
} from '../../../protocol/index.js';
import { formatSpan, formatTime, short, signed } from '../../report/words.js';

/** Names of clips as the config writes them. */
export interface Named {
  clip: string;
  against: string | null;
}

export const noClips = (rule: string, excluded: number): string =>
  excluded === 0
    ? `No video matches "${rule}". Correct the pattern, or take the rule out.`
    : `Every clip that "${rule}" matches is excluded (${excluded}): the rule judges nothing.`;

export const noReference = ({ clip, against }: Named): string =>
  `${clip} has no reference: there is no file ${against ?? ''}. Put it there, or correct "against".`;

export const noScore = (rule: string): string =>
  `"${rule}" matches one clip only, and minScore needs two to rank: add clips, or take minScore out.`;

export const unreadable = ({ clip }: Named, error: ErrorData): string => `${clip} can't be judged: ${error.message}`;

export const notAnalysed = (clip: string): string => `${clip} is not analysed yet: check the quality gates.`;

export const notAnalysedClips = (rule: string, clips: number): string =>
  `${clips} clips of "${rule}" are not analysed yet: check the quality gates.`;

/** A limit that was broken. `claim`: the model's own words on the attribute. */
export function broken(
  { clip, against }: Named,
  judged: JudgedLimit,
  more: { clips: number; timeline: TimelineFacts | null; claim: Claim | null },
): string {
  const { found, limit, interval95 } = judged;
  const [told, asked] = apart(found, limit);
  const interval = interval95 === null ? '' : ` (${signed(interval95[0])} to ${signed(interval95[1])})`;
  const unsure = judged.sure ? '' : ' Not sure: the interval holds the limit.';
  switch (judged.kind) {
    case 'minMargin':
      return `${clip} looks ${looks(found)} ${against}: margin ${told}${interval}, at least ${asked} is asked.${unsure}`;
    case 'minScore':
      return `${clip} has score ${told}${interval} among ${more.clips} clips, at least ${asked} is asked.${unsure}`;
    case 'maxFreezeSeconds':
      return `${clip} freezes for ${short(found, 3)} s${freezes(more.timeline)}, at most ${short(limit, 3)} s is allowed.`;
    case 'maxDroppedFrames':
      return `${clip} misses ${count(found, 'frame')}, at most ${limit} allowed.`;
    case 'forbid':
      return `${clip} has worse ${judged.attribute} than ${against}: ${signed(found)}${claimed(more.claim)}, and ${judged.attribute} is forbidden.`;
  }
}

/** "no different from", "clearly worse than" */
function looks(margin: number): string {
  const word = marginWord(margin);
  if (word === 'no visible difference') return 'no different from';
  return `${word} ${margin < 0 ? 'worse' : 'better'} than`;
}

/** Two signed numbers with as many digits as tell them apart: at most 4. */
function apart(x: number, y: number): [string, string] {
  for (let digits = 1; digits < 4; digits++) {
    const pair: [string, string] = [signed(x, digits), signed(y, digits)];
    if (pair[0] !== pair[1] && Number(pair[1]) === y) return pair;
  }
  return [signed(x, 4), short(y, 4)];
}

const count = (n: number, what: string): string => `${n} ${what}${n === 1 ? '' : 's'}`;

/** Freezes are told by their first place. */
function freezes(timeline: TimelineFacts | null): string {
  const first = timeline?.events.find(({ kind }) => kind === 'freeze');
  return first ? ` (from ${formatTime(first.time[0])})` : '';
}

function claimed(claim: Claim | null): string {
  if (claim === null) return '';
  const place = claim.regionName === 'whole' ? '' : `, ${claim.regionName.replaceAll('-', ' ')}`;
  return ` (${formatSpan(claim.time)}${place})`;
}
