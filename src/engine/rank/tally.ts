/** What comparisons say of the single clips beside the scale: how often each won, and what it loses by. */
import { ATTRIBUTES, TIE_BELOW, type AttributeName } from '../../protocol/index.js';
import type { Glance } from '../model/types.js';
import type { EdgeList } from './edges.js';
import { center, solve } from './laplacian.js';

/** A clip's main defect is told where it stands at least so far below the others in that attribute, margin units. */
const DEFECT_FROM = -TIE_BELOW;
/** Attributes need no more than two digits. */
const TOLERANCE = 1e-3;

export class Tally {
  readonly wins: Int32Array;
  readonly losses: Int32Array;
  readonly ties: Int32Array;
  /** Pairs and the probability that both show the same content; kept where groups by content are wanted. */
  readonly likeness: { i: number; j: number; sameContent: number }[] = [];
  /** by attribute: sum of each clip's margins over its comparisons */
  private readonly sums: Float64Array[];

  constructor(
    count: number,
    private readonly keepLikeness: boolean,
  ) {
    [this.wins, this.losses, this.ties] = [new Int32Array(count), new Int32Array(count), new Int32Array(count)];
    this.sums = ATTRIBUTES.map(() => new Float64Array(count));
  }

  /** The glance of clips `i` (A) and `j` (B). */
  add(i: number, j: number, { margin, sameContent, attributes }: Glance): void {
    if (Math.abs(margin) < TIE_BELOW) {
      this.ties[i]!++;
      this.ties[j]!++;
    } else {
      const [better, worse] = margin > 0 ? [i, j] : [j, i];
      this.wins[better]!++;
      this.losses[worse]!++;
    }
    for (const { attribute, margin: part } of attributes) {
      const sums = this.sums[ATTRIBUTES.indexOf(attribute)]!;
      sums[i]! += part;
      sums[j]! -= part;
    }
    if (this.keepLikeness) this.likeness.push({ i, j, sameContent });
  }

  /**
   * The attribute in which each clip stands lowest, on a scale of its own by least squares: with a few partners of all levels
   * it says the same as the mean over all pairs would. Null where nothing stands low enough.
   */
  mainDefects(edges: EdgeList): (AttributeName | null)[] {
    const weights = new Float64Array(edges.size).fill(1);
    const lowest = new Float64Array(edges.count).fill((DEFECT_FROM * (edges.count - 1)) / Math.max(1, edges.count));
    const defects = new Array<AttributeName | null>(edges.count).fill(null);
    ATTRIBUTES.forEach((attribute, k) => {
      const standing = new Float64Array(edges.count);
      solve(edges, weights, this.sums[k]!, standing, TOLERANCE);
      center(standing);
      standing.forEach((value, item) => {
        if (value >= lowest[item]!) return;
        lowest[item] = value;
        defects[item] = attribute;
      });
    });
    return defects;
  }
}
