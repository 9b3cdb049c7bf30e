// What stands beside a result that is to be taken with care.
import { describe, expect, it } from 'vitest';
import { cautions, shownNotes, type Claim, type ClipFacts, type Comparison } from '../../../src/protocol/index.js';
import { fakeComparison } from '../cli/fake-engine.js';

const pair = (over: Partial<Comparison> = {}): Comparison => ({ ...fakeComparison('a40.mp4', 'b10.mp4'), ...over });
const open = { interval95: [-4, 5] as [number, number], margin: 0.6 };
const clip = (over: Partial<ClipFacts>) => ({ ...pair().b, ...over });
const alignment = (over: Partial<Comparison['alignment']>) => ({ ...pair().alignment, ...over });
const UNSURE = 'The model is not sure of this pair.';

describe('a caution', () => {
  it('is not given where there is nothing to say, nor of two files of the same bytes', () => {
    expect(cautions(pair())).toEqual([]);
    expect(cautions(pair({ interval95: [1, 9] }))).toEqual([]);
    expect(cautions(pair({ ...open, b: clip({ hash: pair().a.hash }) }))).toEqual([]);
  });

  it('says why an interval is wide: a reason that is one, or that the model is not sure', () => {
    const wide = 'The interval is wide.';
    expect(cautions(pair({ ...open, b: clip({ duration: 1.6 }) }))).toEqual([wide, UNSURE]);
    expect(cautions(pair({ ...open, b: clip({ duration: 0.8 }) }))).toEqual([
      wide,
      'There is less than a second to compare.',
    ]);
    expect(cautions(pair({ ...open, alignment: alignment({ offset: 3.2 }) }))[1]).toMatch('less than a second');
    const timeline = { covered: 0.4 } as ClipFacts['timeline'];
    expect(cautions(pair({ ...open, b: clip({ timeline }) }))).toEqual([
      wide,
      'Only a part of the clips was looked at.',
    ]);
    expect(cautions(pair({ margin: 0.2, interval95: [-1, 1.4] }))).toEqual([]);
  });

  it('says once that the contents differ, however wide the interval', () => {
    const other = alignment({
      sameContent: 0.2,
      notes: ['Different content: the interval is wide.', 'B repeats 1 frame.'],
    });
    const sentence = /^The clips show different content\. /;
    expect(cautions(pair({ alignment: other }))).toEqual([expect.stringMatching(sentence)]);
    expect(cautions(pair({ ...open, alignment: other }))).toEqual([
      'The interval is wide.',
      expect.stringMatching(sentence),
    ]);
    expect(shownNotes(other)).toEqual(['B repeats 1 frame.']);
  });

  it('says of large words beside an interval that holds 0 that they tell no certainty', () => {
    const words = "The model's words tell how large the difference is, not how sure.";
    expect(cautions(pair({ margin: 5, interval95: [-1, 11] }))).toContain(words);
    expect(cautions(pair({ margin: 5, interval95: [1, 9] }))).not.toContain(words);
    expect(cautions(pair({ margin: 5, interval95: [-1, 11], reasoning: '' }))).not.toContain(words);
  });

  it('says that nobody can know what was meant where the main claim is of tone or framing', () => {
    const main = (attribute: Claim['attribute']) =>
      cautions(pair({ claims: [{ ...pair().claims[0]!, attribute }, pair().claims[1]!] }));
    const sentence = "Which of the two is as it was shot can't be known from the clips alone.";
    for (const attribute of ['exposure', 'contrast', 'colour', 'framing'] as const)
      expect(main(attribute)).toEqual([sentence]);
    expect(main('noise')).toEqual([]);
  });

  it('says that patterns of coarse and of palette pictures may pass for detail', () => {
    const small = clip({ displayWidth: 320, displayHeight: 180 });
    const sentence = "B has 25 % of A's pixels; fine patterns in it may read as detail.";
    expect(cautions(pair({ b: small }))).toEqual([sentence]);
    expect(cautions(pair({ a: small, b: pair().a }))).toEqual([sentence.replace('B', 'A').replace("A's", "B's")]);
    expect(cautions(pair({ b: clip({ displayWidth: 480, displayHeight: 270 }) }))).toEqual([]);
    for (const palette of [{ pixelFormat: 'pal8' }, { codec: 'gif', pixelFormat: 'bgra' }])
      expect(cautions(pair({ b: clip(palette) }))).toEqual([
        'B has at most 256 colours; its patterns may read as detail.',
      ]);
    expect(cautions(pair({ a: clip({ codec: 'gif', hash: 'a' }), b: clip({ codec: 'gif' }) }))).toEqual([]);
  });
});
