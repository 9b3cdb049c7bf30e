/**
 * Comparisons as flat arrays: room for a hundred thousand in a few megabytes. A pair stands once, smaller item first, whatever
 * order it was told in.
 */

/** `margin` > 0: item `i` looks better than item `j`. `stdDev` in margin units. */
export interface Edge {
  i: number;
  j: number;
  margin: number;
  stdDev: number;
  /** Both show the same content. */
  same?: boolean;
}

const FIRST_ROOM = 64;

export class EdgeList {
  /** how many comparisons there are */
  size = 0;
  i = new Int32Array(FIRST_ROOM);
  j = new Int32Array(FIRST_ROOM);
  margin = new Float64Array(FIRST_ROOM);
  stdDev = new Float64Array(FIRST_ROOM);
  /** 1 where both show the same content. */
  same = new Int32Array(FIRST_ROOM);
  private readonly known = new Map<number, number>();

  /** `count` items, numbered from 0. */
  constructor(readonly count: number) {}

  static from(count: number, edges: Iterable<Edge>): EdgeList {
    const list = new EdgeList(count);
    for (const edge of edges) list.push(edge);
    return list;
  }

  /** Adds a comparison, also a second one of the same pair; an item against itself is passed over. */
  push({ i, j, margin, stdDev, same = false }: Edge): void {
    if (i === j) return;
    if (this.size === this.i.length) this.grow();
    const at = this.size++;
    const turned = i > j;
    this.i[at] = turned ? j : i;
    this.j[at] = turned ? i : j;
    this.margin[at] = turned ? 0 - margin : margin;
    this.stdDev[at] = stdDev;
    this.same[at] = Number(same);
    this.known.set(this.key(i, j), at);
  }

  /** Place of the pair's comparison, or -1. */
  find(i: number, j: number): number {
    return this.known.get(this.key(i, j)) ?? -1;
  }

  /** The same comparisons by first, then second item: what is computed of them does not depend on the order they came in. */
  sorted(): EdgeList {
    const order = Array.from({ length: this.size }, (_, k) => k).sort(
      (x, y) => this.i[x]! - this.i[y]! || this.j[x]! - this.j[y]! || this.margin[x]! - this.margin[y]!,
    );
    const list = new EdgeList(this.count);
    for (const k of order) {
      list.push({
        i: this.i[k]!,
        j: this.j[k]!,
        margin: this.margin[k]!,
        stdDev: this.stdDev[k]!,
        same: this.same[k] === 1,
      });
    }
    return list;
  }

  /** Comparisons of each item. */
  degrees(): Int32Array {
    const degrees = new Int32Array(this.count);
    for (let k = 0; k < this.size; k++) {
      degrees[this.i[k]!]!++;
      degrees[this.j[k]!]!++;
    }
    return degrees;
  }

  /** The connected part of each item, named by its smallest item. */
  parts(): Int32Array {
    return this.joined(() => true);
  }

  /** Items of the largest connected part, in order: those that have a place on one scale. Of equal parts, that of the smallest item. */
  mainPart(): Int32Array {
    const parts = this.parts();
    const sizes = new Int32Array(this.count);
    for (const part of parts) sizes[part]!++;
    let main = 0;
    for (let part = 1; part < this.count; part++) if (sizes[part]! > sizes[main]!) main = part;
    return Int32Array.from(parts.keys()).filter((item) => parts[item] === main);
  }

  /** The comparisons among these items, which are numbered anew in the order given. */
  within(items: Int32Array): EdgeList {
    const numbers = new Int32Array(this.count).fill(-1);
    items.forEach((item, k) => (numbers[item] = k));
    const list = new EdgeList(items.length);
    for (let k = 0; k < this.size; k++) {
      const [i, j] = [numbers[this.i[k]!]!, numbers[this.j[k]!]!];
      if (i < 0 || j < 0) continue;
      list.push({ i, j, margin: this.margin[k]!, stdDev: this.stdDev[k]!, same: this.same[k] === 1 });
    }
    return list;
  }

  /** What each item shows, as far as comparisons tell: items joined by comparisons within one content, named by the smallest. */
  contents(): Int32Array {
    return this.joined((k) => this.same[k] === 1);
  }

  private joined(counts: (k: number) => boolean): Int32Array {
    const parent = Int32Array.from({ length: this.count }, (_, item) => item);
    const root = (item: number): number => {
      while (parent[item] !== item) item = parent[item] = parent[parent[item]!]!;
      return item;
    };
    for (let k = 0; k < this.size; k++) {
      if (!counts(k)) continue;
      const [a, b] = [root(this.i[k]!), root(this.j[k]!)];
      parent[Math.max(a, b)] = Math.min(a, b);
    }
    return parent.map((_, item) => root(item));
  }

  private key(i: number, j: number): number {
    return i < j ? i * this.count + j : j * this.count + i;
  }

  private grow(): void {
    const room = 2 * this.i.length;
    const wider = <T extends Int32Array | Float64Array>(to: T, from: T): T => (to.set(from), to);
    this.i = wider(new Int32Array(room), this.i);
    this.j = wider(new Int32Array(room), this.j);
    this.margin = wider(new Float64Array(room), this.margin);
    this.stdDev = wider(new Float64Array(room), this.stdDev);
    this.same = wider(new Int32Array(room), this.same);
  }
}
