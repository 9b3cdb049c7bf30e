/** What a check found, in one sentence: the same in the Problems panel, the terminal, JUnit, SARIF and annotations. */
import {
  attributeName,
  claimPlace,
  holdsZero,
  isWide,
  marginWord,
  say,
  type Claim,
  type ErrorData,
  type JudgedLimit,
  type TimelineFacts,
} from '../../../protocol/index.js';
import { formatTime, short, signed } from '../../report/words.js';

/** Names of clips as the config writes them. */
export interface Named {
  clip: string;
  against: string | null;
}

export const noClips = (rule: string, excluded: number): string =>
  excluded === 0
    ? say`No video matches "${rule}". Correct the pattern, or take the rule out.`
    : say`Every clip that "${rule}" matches is excluded (${excluded}): the rule judges nothing.`;

export const noReference = ({ clip, against }: Named): string =>
  say`${clip} has no reference: there is no file ${against ?? ''}. Put it there, or correct "against".`;

export const referenceOutside = ({ clip, against }: Named): string =>
  say`${clip} has no reference: ${against ?? ''} is a link that leads out of the folder of the config, which is not allowed.`;

export const ownReference = ({ clip }: Named): string =>
  say`${clip} is its own reference: correct "against", or exclude the clip.`;

export const noSuchClip = (clip: string): string =>
  say`${clip} is named here, but the rule matches no such clip. Correct the name, or take it out.`;

export const noScore = (rule: string): string =>
  say`"${rule}" matches one clip only, and minScore needs two to rank: add clips, or take minScore out.`;

export const unreadable = ({ clip }: Named, error: ErrorData): string => say`${clip} can't be judged: ${error.message}`;

export const notAnalysed = (clip: string): string => say`${clip} is not analysed yet: check the quality gates.`;

export const notAnalysedClips = (rule: string, clips: number): string =>
  say`${clips} clips of "${rule}" are not analysed yet: check the quality gates.`;

/** A limit that was broken. `claim`: the model's own words on the attribute. */
export function broken(
  { clip, against }: Named,
  judged: JudgedLimit,
  more: { clips: number; timeline: TimelineFacts | null; claim: Claim | null },
): string {
  const { found, limit } = judged;
  const [told, asked] = apart(found, limit);
  const interval = judged.interval95 ?? ([found, found] as const);
  const [low, high] = interval.map((end) => signed(end)) as [string, string];
  const sure = (sentence: string): string =>
    judged.sure ? sentence : say`${sentence} Not sure: the interval holds the limit.`;
  switch (judged.kind) {
    case 'minMargin': {
      const seen = looks(clip, found, interval, against ?? '');
      return sure(say`${seen}: margin ${told} (${low} to ${high}), at least ${asked} is asked.`);
    }
    case 'minScore':
      return sure(
        say`${clip} has score ${told} (${low} to ${high}) among ${more.clips} clips, at least ${asked} is asked.`,
      );
    case 'maxFreezeSeconds': {
      const [seconds, allowed] = [short(found, 3), short(limit, 3)];
      const first = more.timeline?.events.find(({ kind }) => kind === 'freeze');
      if (!first) return say`${clip} freezes for ${seconds} s, at most ${allowed} s is allowed.`;
      // Freezes are told by their first place.
      return say`${clip} freezes for ${seconds} s (from ${formatTime(first.time[0])}), at most ${allowed} s is allowed.`;
    }
    case 'maxDroppedFrames':
      return found === 1
        ? say`${clip} misses 1 frame, at most ${limit} allowed.`
        : say`${clip} misses ${found} frames, at most ${limit} allowed.`;
    case 'forbid':
      return forbidden(clip, judged, against ?? '', more.claim);
  }
}

/** Where 0 lies in the interval, nobody knows which looks worse: it "may". */
function looks(clip: string, margin: number, interval: readonly [number, number], against: string): string {
  const worse = margin < 0;
  const unsure = holdsZero(interval);
  switch (marginWord(margin)) {
    case 'no visible difference':
      return unsure && isWide(interval)
        ? say`${clip} shows no clear difference from ${against}`
        : say`${clip} looks no different from ${against}`;
    case 'slightly':
      if (unsure)
        return worse
          ? say`${clip} may look slightly worse than ${against}`
          : say`${clip} may look slightly better than ${against}`;
      return worse
        ? say`${clip} looks slightly worse than ${against}`
        : say`${clip} looks slightly better than ${against}`;
    case 'noticeably':
      if (unsure)
        return worse
          ? say`${clip} may look noticeably worse than ${against}`
          : say`${clip} may look noticeably better than ${against}`;
      return worse
        ? say`${clip} looks noticeably worse than ${against}`
        : say`${clip} looks noticeably better than ${against}`;
    case 'clearly':
      if (unsure)
        return worse
          ? say`${clip} may look clearly worse than ${against}`
          : say`${clip} may look clearly better than ${against}`;
      return worse
        ? say`${clip} looks clearly worse than ${against}`
        : say`${clip} looks clearly better than ${against}`;
    case 'much':
      if (unsure)
        return worse
          ? say`${clip} may look much worse than ${against}`
          : say`${clip} may look much better than ${against}`;
      return worse ? say`${clip} looks much worse than ${against}` : say`${clip} looks much better than ${against}`;
  }
}

/** With the place of the model's claim, where it made one. */
function forbidden(clip: string, judged: JudgedLimit, against: string, claim: Claim | null): string {
  const name = attributeName(judged.attribute!);
  const margin = signed(judged.found);
  if (claim === null) return say`${clip} has worse ${name} than ${against}: ${margin}, and ${name} is forbidden.`;
  const [from, to] = claim.time.map((at) => formatTime(at)) as [string, string];
  if (claim.regionName === 'whole')
    return say`${clip} has worse ${name} than ${against}: ${margin} (${from}-${to}), and ${name} is forbidden.`;
  const place = claimPlace(claim);
  return say`${clip} has worse ${name} than ${against}: ${margin} (${from}-${to}, ${place}), and ${name} is forbidden.`;
}

/** Two signed numbers with as many digits as tell them apart: at most 4. */
function apart(x: number, y: number): [string, string] {
  for (let digits = 1; digits < 4; digits++) {
    const pair: [string, string] = [signed(x, digits), signed(y, digits)];
    if (pair[0] !== pair[1] && Number(pair[1]) === y) return pair;
  }
  return [signed(x, 4), short(y, 4)];
}
