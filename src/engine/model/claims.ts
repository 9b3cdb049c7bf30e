/**
 * Claims, read from the tokens that the model wrote and checked against its attribute margins; nothing is added.
 */
import { ATTRIBUTES, type Claim } from '../../protocol/index.js';
import { SEVERITIES, TIME_BINS, type Meaning, type RegionName, type Vocabulary } from './vocabulary.js';

/** An attribute margin of this size and more may support a claim, margin units. */
const SUPPORT_LEAST = 0.1;
/** What a severity of 1 to 5 costs at least, margin units: training's borders of 0, 4, 9, 18 and 32 points, 6 to a unit. */
const SEVERITY_COST = [0, 4, 9, 18, 32].map((points) => points / 6);
/** Share of that cost that the attribute margin must reach: part of a defect's cost lies in other attributes. */
const SUPPORT_SHARE = 0.15;

/** Margin units that the attribute must cost the clip which a claim of the severity 1..5 blames. */
export const supportOf = (severity: number): number =>
  Math.max(SUPPORT_LEAST, SUPPORT_SHARE * (SEVERITY_COST[severity - 1] ?? 0));

/** x, y, w, h as shares of the picture. */
export const REGIONS: Readonly<Record<RegionName, Claim['region']>> = Object.freeze({
  whole: { x: 0, y: 0, w: 1, h: 1 },
  left: { x: 0, y: 0, w: 0.5, h: 1 },
  right: { x: 0.5, y: 0, w: 0.5, h: 1 },
  top: { x: 0, y: 0, w: 1, h: 0.5 },
  bottom: { x: 0, y: 0.5, w: 1, h: 0.5 },
  'top-left': { x: 0, y: 0, w: 0.5, h: 0.5 },
  'top-right': { x: 0.5, y: 0, w: 0.5, h: 0.5 },
  'bottom-left': { x: 0, y: 0.5, w: 0.5, h: 0.5 },
  'bottom-right': { x: 0.5, y: 0.5, w: 0.5, h: 0.5 },
  centre: { x: 0.25, y: 0.25, w: 0.5, h: 0.5 },
});

/**
 * Claims of a text, in its own order of sides; times as shares of the clip. `probabilities[i]` is that of `ids[i]` among the
 * tokens that were allowed there; the confidence is the geometric mean of those of side and attribute. `attributes`: margins
 * of the same order, as ATTRIBUTES. Whatever is not a whole claim is left out.
 */
export function readClaims(
  vocabulary: Vocabulary,
  ids: readonly number[],
  probabilities: readonly number[],
  attributes: readonly number[],
): Claim[] {
  return ids.flatMap((id, i) => {
    if (vocabulary.meaning(id).kind !== 'claim') return [];
    const at = (n: number): Meaning => vocabulary.meaning(ids[i + n] ?? -1);
    const [side, attribute, severity, first, last, region] = [at(1), at(2), at(3), at(4), at(5), at(6)];
    if (side.kind !== 'side' || attribute.kind !== 'attribute' || severity.kind !== 'severity') return [];
    if (first.kind !== 'bin' || last.kind !== 'bin' || region.kind !== 'region' || last.bin <= first.bin) return [];
    const margin = attributes[ATTRIBUTES.indexOf(attribute.attribute)] ?? 0;
    const inFavour = side.side === 'a' ? 0 - margin : margin;
    return [
      {
        attribute: attribute.attribute,
        worse: side.side,
        severity: severity.level / SEVERITIES,
        time: [first.bin / TIME_BINS, last.bin / TIME_BINS],
        region: REGIONS[region.region],
        regionName: region.region,
        confidence: Math.sqrt((probabilities[i + 1] ?? 0) * (probabilities[i + 2] ?? 0)),
        supported: inFavour > supportOf(severity.level),
      } satisfies Claim,
    ];
  });
}

/** The same claims for the other order of the clips. */
export const mirrorClaims = (claims: readonly Claim[]): Claim[] =>
  claims.map((claim) => ({ ...claim, worse: claim.worse === 'a' ? 'b' : 'a' }));
