/**
 * The structure of a reasoning text, enforced while it is written: which tokens may come next. This is a grammar over
 * structure only; which claims are made, with which words, and who is better is the model's own. One claim is kept out where it
 * can't be true: of different contents neither is framed as the other.
 *
 * <bos> (<claim> side attribute severity bin bin region)* <prose> (word | side | at)* <better> <margin>
 */
import { TIME_BINS, type Kind, type Meaning, type Vocabulary } from './vocabulary.js';

/** More claims than a reader takes in are not made. */
export const MAX_CLAIMS = 6;
/** Tokens of one claim, and of the shortest end: <prose> <better> <margin>. */
const CLAIM_TOKENS = 7;
const END_TOKENS = 3;

type State = 'open' | 'side' | 'attribute' | 'severity' | 'first' | 'last' | 'region' | 'prose' | 'margin' | 'done';
const IN_CLAIM: readonly State[] = ['side', 'attribute', 'severity', 'first', 'last', 'region'];

export class Grammar {
  private state: State = 'open';
  private claims = 0;
  private first = 0;

  /** `left`: tokens that may still be written, the closing <margin> among them. `sameContent`: whether both clips show it. */
  constructor(
    private readonly vocabulary: Vocabulary,
    private left: number,
    private readonly sameContent: boolean,
  ) {}

  get done(): boolean {
    return this.state === 'done';
  }

  /** Ids that may come next; empty at the end. */
  allowed(): readonly number[] {
    switch (this.state) {
      case 'open': {
        const room = this.claims < MAX_CLAIMS && this.left >= CLAIM_TOKENS + END_TOKENS;
        return this.ids(room ? 'claim|prose' : 'prose', (m) => m.kind === 'prose' || (room && m.kind === 'claim'));
      }
      case 'first':
        return this.ids('first', (m) => m.kind === 'bin' && m.bin < TIME_BINS);
      case 'last':
        return this.ids(`after ${this.first}`, (m) => m.kind === 'bin' && m.bin > this.first);
      case 'prose':
        if (this.left <= 2) return this.kinds('better');
        return this.kinds('word', 'side', 'at', 'better');
      case 'attribute':
        if (this.sameContent) return this.kinds('attribute');
        return this.ids('attribute but framing', (m) => m.kind === 'attribute' && m.attribute !== 'framing');
      case 'done':
        return [];
      default:
        return this.kinds(this.state);
    }
  }

  /** Takes the token that was written. */
  accept(id: number): void {
    const meaning = this.vocabulary.meaning(id);
    this.left -= 1;
    this.state = this.following(meaning);
  }

  private following(meaning: Meaning): State {
    switch (meaning.kind) {
      case 'claim':
        this.claims += 1;
        return 'side';
      case 'prose':
        return 'prose';
      case 'better':
        return 'margin';
      case 'margin':
        return 'done';
      default:
        break;
    }
    if (meaning.kind === 'bin' && this.state === 'first') this.first = meaning.bin;
    const step = IN_CLAIM.indexOf(this.state);
    return step < 0 ? this.state : (IN_CLAIM[step + 1] ?? 'open');
  }

  private kinds(...kinds: Kind[]): readonly number[] {
    return this.ids(kinds.join('|'), (m) => kinds.includes(m.kind));
  }

  private ids(key: string, test: (meaning: Meaning) => boolean): readonly number[] {
    let known = lists.get(this.vocabulary);
    if (!known) lists.set(this.vocabulary, (known = new Map()));
    let list = known.get(key);
    if (!list) known.set(key, (list = this.vocabulary.idsWhere(test)));
    return list;
  }
}

/** Lists of ids by vocabulary and rule, made once. */
const lists = new WeakMap<Vocabulary, Map<string, readonly number[]>>();
