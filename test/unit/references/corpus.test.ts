/** What is found in manifests of every format, hostile ones among them, against what a person marked in them. */
import { expect, test } from 'vitest';
import { REFERENCE_FORMATS } from '../../../src/protocol/index.js';
import { findReferences } from '../../../src/engine/references/index.js';
import { corpus, precision, recall, score, together } from './corpus.js';

/** Of the issue. */
const LEAST = 0.98;

const manifests = corpus();
const scores = manifests.map(({ format, text, expected }) => score(findReferences(text, format), expected));

test('the corpus has every format, and names enough to tell 0.98 from less', () => {
  expect(new Set(manifests.map((m) => m.format))).toEqual(new Set(REFERENCE_FORMATS));
  expect(manifests.flatMap((m) => m.expected).length).toBeGreaterThan(250);
  for (const m of manifests) expect(m.expected.length, m.name).toBeGreaterThan(0);
});

test('precision and recall are 0.98 or better over the corpus', () => {
  const all = together(scores);
  console.log(
    `corpus: ${manifests.length} manifests, ${all.hits + all.missed.length} names; precision ${precision(all).toFixed(4)}, recall ${recall(all).toFixed(4)}`,
  );
  manifests.forEach(({ name, text }, k) => {
    for (const r of scores[k]!.wrong)
      console.log(`${name}: wrong  ${JSON.stringify([text.slice(r.start, r.end), r.name, r.kind])}`);
    for (const r of scores[k]!.missed)
      console.log(`${name}: missed ${JSON.stringify([text.slice(r.start, r.end), r.name, r.kind])}`);
  });
  expect(precision(all)).toBeGreaterThanOrEqual(LEAST);
  expect(recall(all)).toBeGreaterThanOrEqual(LEAST);
});
