/** One sentence in front of a tool's JSON, for models and people who read no further. Pure; English, as the JSON's keys are. */
import { basename } from 'node:path';
import { intervalText, shortNames, signed } from '../../engine/report/words.js';
import {
  sureness,
  verdictSentence,
  type ClipQuality,
  type Comparison,
  type RankedClip,
  type Ranking,
} from '../../protocol/index.js';

const UNIT = 'A margin of 1 is about one just-noticeable difference.';

export function comparisonSentence(c: Comparison): string {
  const [a, b] = shortNames(c.a.path, c.b.path);
  const numbers = `margin ${signed(c.margin)} (${intervalText(c.interval95)}), ${sureness(c)}`;
  const glance = c.kind === 'glance' ? ' This is the margin at a glance, without reasoning.' : '';
  return `${verdictSentence(c)}, where A is ${a} and B is ${b}: ${numbers}. ${UNIT}${glance}`;
}

/** `told`: how many clips the JSON holds. */
export function rankingSentence(ranking: Ranking, told: number): string {
  const { clips, folder, comparisons } = ranking;
  const ranked = clips.filter(({ rank }) => rank !== null);
  const failed = clips.filter(({ error }) => error !== null).length;
  const [best, worst] = [ranked[0], ranked.at(-1)];
  const name = ({ path, score }: RankedClip): string => `${path} (${signed(score ?? 0)})`;
  const ends = best === undefined || worst === undefined ? '' : `: best ${name(best)}, worst ${name(worst)}`;
  return [
    `${ranked.length} videos of ${basename(folder) || folder} ranked from ${comparisons} comparisons${ends}.`,
    'Scores are in margin units around a mean of 0; where two intervals overlap, nobody should call a winner.',
    failed === 0 ? '' : `${failed} could not be ranked.`,
    told < clips.length ? `Only both ends are listed, ${told} of ${clips.length} videos.` : '',
  ]
    .filter((sentence) => sentence !== '')
    .join(' ');
}

export function clipSentence({ path, state, ranking, comparison, error }: ClipQuality): string {
  const name = basename(path);
  if (error !== null) return `${name} can't be judged: ${error.message}`;
  if (ranking !== null) {
    const score = `score ${signed(ranking.score)} (${intervalText(ranking.interval95)})`;
    const defect = ranking.mainDefect === null ? '' : `, main defect ${ranking.mainDefect}`;
    return `${name} is number ${ranking.rank} of ${ranking.of} in ${basename(ranking.folder)}: ${score}${defect}.`;
  }
  if (comparison !== null) {
    const { other, margin, interval95, kind } = comparison;
    const glance = kind === 'glance' ? ' at a glance' : '';
    return `${name} was last compared with ${basename(other)}: margin ${signed(margin)}${glance} (${intervalText(interval95)}), above 0 where ${name} looks better.`;
  }
  const next = 'VersusQ judges videos against others: name one in "against", or rank its folder.';
  return state === 'measured' ? `${name} was read but not ranked. ${next}` : `Nothing is known of ${name}. ${next}`;
}
