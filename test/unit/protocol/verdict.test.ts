// The headline of a comparison: who looks better, how sure that is, and where nobody should be called a winner.
import { describe, expect, it } from 'vitest';
import { sureness, verdictSentence, winner, type Claim } from '../../../src/protocol/index.js';

const claim = (worse: 'a' | 'b') => ({ attribute: 'noise', worse }) as Claim;
/** `half`: of the interval. */
const pair = (margin: number, half: number, probabilityABetter: number, over: object = {}) => ({
  margin,
  interval95: [margin - half, margin + half] as [number, number],
  probabilityABetter,
  claims: [] as Claim[],
  alignment: { sameContent: 0.99 },
  ...over,
});

describe('the headline', () => {
  it.each([
    [0.7, 'slightly'],
    [1.5, 'noticeably'],
    [2.6, 'clearly'],
    [4.5, 'much'],
  ])('of a margin of %d says %s, and "probably" where the interval holds 0', (margin, word) => {
    expect(verdictSentence(pair(margin, margin / 2, 0.99))).toBe(`A looks ${word} better`);
    expect(verdictSentence(pair(-margin, margin / 2, 0.01))).toBe(`B looks ${word} better`);
    expect(verdictSentence(pair(margin, margin * 1.2, 0.95))).toBe(`A probably looks ${word} better`);
    expect(verdictSentence(pair(-margin, margin * 1.2, 0.2))).toBe(`B probably looks ${word} better`);
  });

  it('calls no winner where its side is less than 80 % sure', () => {
    expect(verdictSentence(pair(3, 8, 0.79))).toBe('Undecided, leaning to A');
    expect(verdictSentence(pair(-3, 8, 0.21))).toBe('Undecided, leaning to B');
    expect(verdictSentence(pair(0.6, 8, 0.54))).toBe('No clear winner');
    expect([winner(pair(3, 8, 0.79)), winner(pair(3, 8, 0.81)), winner(pair(-3, 1, 0.01))]).toEqual([null, 'a', 'b']);
  });

  it('says that no difference is visible only where the interval is narrow and nothing is said to be worse', () => {
    expect(verdictSentence(pair(0.2, 0.5, 0.7))).toBe('No visible difference');
    expect(verdictSentence(pair(0.2, 5, 0.53))).toBe('No clear winner');
    expect(verdictSentence(pair(0.2, 0.5, 0.7, { claims: [claim('b')] }))).toBe('No clear winner');
    expect(verdictSentence(pair(0.2, 5, 0.53, { claims: [claim('b'), claim('a')] }))).toBe(
      'No clear winner, they differ in kind',
    );
  });

  it('of clips with different contents says so first', () => {
    const other = { alignment: { sameContent: 0.13 } };
    expect(verdictSentence(pair(4.5, 2, 0.99, other))).toBe('Across different contents: A looks much better');
  });
});

describe('how sure a comparison is', () => {
  const sure = (probabilityABetter: number, b = 'two') =>
    sureness({ probabilityABetter, a: { hash: 'one' }, b: { hash: b } });

  it('is never told as wholly sure, and of the side that is likelier better', () => {
    expect(sure(1)).toBe('over 99 % sure A is better');
    expect(sure(0.03)).toBe('97 % sure B is better');
    expect([sure(0.5), sure(0.46), sure(0.55)]).toEqual(['even odds', 'even odds', '55 % sure A is better']);
  });

  it('is no question for two files of the same bytes', () => {
    expect(sure(0.5, 'one')).toBe('the same bytes');
  });
});
