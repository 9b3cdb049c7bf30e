import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readClaims } from '../../../src/engine/model/claims.js';
import { greedy } from '../../../src/engine/model/decoding.js';
import { mulberry32 } from '../../../src/engine/random.js';
import { Grammar, MAX_CLAIMS } from '../../../src/engine/model/grammar.js';
import { readManifest, shippedModelFolder } from '../../../src/engine/model/package.js';
import { clockTime, Vocabulary } from '../../../src/engine/model/vocabulary.js';
import { ATTRIBUTES } from '../../../src/protocol/index.js';

const folder = shippedModelFolder();
const { manifest } = await readManifest(folder);
const vocabulary = new Vocabulary(await readFile(join(folder, 'tokenizer.json')), manifest.dimensions.vocabulary);
/** Ids of tokens written as the training texts write them; words carry their space as "▁". */
const ids = (text: string) => text.split(' ').map((t) => vocabulary.id(/^[<.,]/.test(t) ? t : `▁${t}`));

describe('the words of a reasoning', () => {
  const sentence = ids('<b> is clearly softer at the top , so edges lose their bite . <a> looks better .');

  it('join as the tokenizer joins them, with A and B for the clips', () => {
    expect(vocabulary.words(sentence, 8)).toBe(
      'B is clearly softer at the top, so edges lose their bite. A looks better.',
    );
  });

  it('only grow as tokens are added, so that they can be shown while they are written', () => {
    let before = '';
    for (let n = 1; n <= sentence.length; n++) {
      const text = vocabulary.words(sentence.slice(0, n), 8);
      expect(text.startsWith(before)).toBe(true);
      before = text;
    }
  });

  it('show times in eighths of the clip as minutes and seconds', () => {
    expect(vocabulary.words(ids('from <at2> to <at8>'), 10)).toBe('from 0:02.5 to 0:10.0');
    expect(vocabulary.words(ids('near <at1>'), 600, 3)).toBe('near 1:18.0');
    expect(clockTime(59.96)).toBe('1:00.0');
    expect(clockTime(0)).toBe('0:00.0');
  });

  it('seen from the other side exchange the clips and nothing else', () => {
    const text = ids('<claim> <b> <noise> <s2> <t0> <t8> <r:whole> <prose> <a> shows noise . <better:b> <margin>');
    expect(vocabulary.mirror(text)).toEqual(
      ids('<claim> <a> <noise> <s2> <t0> <t8> <r:whole> <prose> <b> shows noise . <better:a> <margin>'),
    );
    expect(vocabulary.mirror(vocabulary.mirror(text))).toEqual(text);
    expect(vocabulary.mirror(ids('<better:tie> A a'))).toEqual(ids('<better:tie> A a'));
  });

  it('of a tokenizer that joins by another rule are refused', () => {
    const other = new TextEncoder().encode(JSON.stringify({ model: {}, decoder: { type: 'ByteLevel' } }));
    expect(() => new Vocabulary(other, 10)).toThrow(expect.objectContaining({ code: 'model/unsupported' }));
  });
});

describe('claims', () => {
  const text = ids(
    '<bos> <claim> <b> <blockiness> <s4> <t2> <t5> <r:top-left> <claim> <a> <noise> <s1> <t0> <t8> <r:centre> <prose>',
  );
  const probabilities = text.map(() => 1);
  const attributes = ATTRIBUTES.map(() => 0);

  it('are read from the tokens with share of time, region and severity', () => {
    const [blocks, noise] = readClaims(vocabulary, text, probabilities, attributes);
    expect(blocks).toMatchObject({
      attribute: 'blockiness',
      worse: 'b',
      severity: 0.8,
      time: [0.25, 0.625],
      region: { x: 0, y: 0, w: 0.5, h: 0.5 },
      regionName: 'top-left',
    });
    expect(noise).toMatchObject({
      worse: 'a',
      severity: 0.2,
      time: [0, 1],
      region: { x: 0.25, y: 0.25, w: 0.5, h: 0.5 },
    });
  });

  it('have the geometric mean of the probabilities of side and attribute as confidence', () => {
    const unsure = probabilities.with(2, 0.9).with(3, 0.4);
    expect(readClaims(vocabulary, text, unsure, attributes)[0]!.confidence).toBeCloseTo(0.6, 12);
  });

  it('are supported where the attribute margin says the same and is not tiny', () => {
    const support = (blockiness: number, noise: number) => {
      const margins = attributes
        .with(ATTRIBUTES.indexOf('blockiness'), blockiness)
        .with(ATTRIBUTES.indexOf('noise'), noise);
      return readClaims(vocabulary, text, probabilities, margins).map((c) => c.supported);
    };
    expect(support(1, -1)).toEqual([true, true]);
    expect(support(-1, 1)).toEqual([false, false]);
    expect(support(0.05, -0.05)).toEqual([false, false]);
    // What is called strong must cost more than what is called slight.
    expect(support(0.3, -0.3)).toEqual([false, true]);
    expect(support(0.5, -0.3)).toEqual([true, true]);
  });

  it('that are cut off are left out', () => {
    expect(readClaims(vocabulary, text.slice(0, 12), probabilities, attributes)).toHaveLength(1);
  });
});

describe('the grammar', () => {
  /** Writes by random likings, as an untrained model would. */
  const write = (seed: number, limit: number) => {
    const random = mulberry32(seed);
    const grammar = new Grammar(vocabulary, limit, true);
    const written: number[] = [];
    while (!grammar.done) {
      const logits = Float32Array.from({ length: vocabulary.size }, () => random() * 8);
      for (const id of vocabulary.idsWhere((m) => m.kind === 'claim')) logits[id]! += seed % 2 ? 8 : 0;
      const { id } = greedy(logits, grammar.allowed());
      grammar.accept(id);
      written.push(id);
    }
    return written;
  };
  const structure = (written: readonly number[]) => written.map((id) => vocabulary.meaning(id).kind).join(' ');
  const SHAPE = /^(claim side attribute severity bin bin region )*prose ((word|side|at) )*better margin$/;

  it('makes every text whole, whatever the model likes', () => {
    for (let seed = 0; seed < 60; seed++) expect(structure(write(seed, 60))).toMatch(SHAPE);
  });

  it('ends every text within its limit', () => {
    for (let limit = 3; limit < 40; limit++) {
      for (const seed of [1, 2]) {
        const written = write(seed, limit);
        expect(written.length).toBeLessThanOrEqual(limit);
        expect(structure(written)).toMatch(SHAPE);
      }
    }
  });

  it('stops after six claims, and every claim is read back', () => {
    const written = write(1, 200);
    const claims = readClaims(vocabulary, written, [], []);
    expect(claims).toHaveLength(MAX_CLAIMS);
    expect(claims.every((c) => c.time[1] > c.time[0])).toBe(true);
  });

  it('never writes padding', () => {
    const pad = vocabulary.id('<pad>');
    for (let seed = 0; seed < 20; seed++) expect(write(seed, 100)).not.toContain(pad);
  });

  it('keeps out framing where the contents differ, and nothing else', () => {
    const attributes = (sameContent: boolean) => {
      const grammar = new Grammar(vocabulary, 60, sameContent);
      for (const id of ids('<claim> <a>')) grammar.accept(id);
      return grammar.allowed();
    };
    const framing = vocabulary.id('<framing>');
    expect(attributes(true)).toContain(framing);
    expect(attributes(false)).toEqual(attributes(true).filter((id) => id !== framing));
  });

  it('leaves the choice to the likings of the model', () => {
    const logits = new Float32Array(vocabulary.size);
    logits[5] = 2;
    logits[9] = 3;
    expect(greedy(logits, [1, 5, 9]).id).toBe(9);
    expect(greedy(logits, [1, 5]).id).toBe(5);
    expect(greedy(logits, [5]).probability).toBe(1);
    expect(greedy(logits, [1, 9]).probability).toBeCloseTo(1 / (1 + Math.exp(-3)), 6);
  });
});
