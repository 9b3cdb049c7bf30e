// Figures against constants. Those marked scipy were computed once with scipy 1.17.1 (spearmanr, kendalltau, pearsonr,
// curve_fit with tolerances of 1e-15) and scikit-learn 1.9.1 (roc_auc_score) from X and Y below; the others by hand.
import { describe, expect, it } from 'vitest';
import { fitLogistic, logistic, type Logistic } from '../../../src/engine/bench/logistic.js';
import {
  agreement,
  bootstrap,
  kendall,
  midRanks,
  pearson,
  quantile,
  spearman,
} from '../../../src/engine/bench/metrics.js';
import { allDifferences, areaUnderCurve, krasula, pairAccuracy } from '../../../src/engine/bench/pair-metrics.js';
import { mulberry32 } from '../../../src/engine/random.js';

const X = [-2.1, -1.4, -1.4, -0.6, -0.2, 0.1, 0.3, 0.3, 0.9, 1.6, 2.2, 2.9];
const Y = [18, 31, 25, 37, 70, 44, 61, 58, 58, 50, 77, 84];
/** Standard deviation of Y over n (numpy). */
const SPREAD = 19.86394696149003;

describe('correlations', () => {
  it('agree with scipy, ties among them', () => {
    expect(spearman(X, Y)).toBeCloseTo(0.8347991802592418, 14);
    expect(kendall(X, Y)).toBeCloseTo(0.6976953820642976, 14);
    expect(pearson(X, Y)).toBeCloseTo(0.872606545646019, 14);
  });

  it('ranks: equal values share the mean of theirs', () => {
    expect([...midRanks([30, 10, 20, 10, 10])]).toEqual([5, 2, 4, 2, 2]);
  });

  it("Kendall's tau by hand: of 6 pairs 5 agree and 1 does not", () => {
    expect(kendall([1, 2, 3, 4], [1, 3, 2, 4])).toBeCloseTo(4 / 6, 14);
  });

  it('Kendall in n log n is Kendall by counting pairs', () => {
    const random = mulberry32(3);
    const [x, y] = [0, 1].map(() => Array.from({ length: 101 }, () => Math.floor(random() * 20))) as [
      number[],
      number[],
    ];
    let [sum, untiedX, untiedY] = [0, 0, 0];
    for (let i = 0; i < x.length; i++) {
      for (let j = 0; j < i; j++) {
        sum += Math.sign(x[i]! - x[j]!) * Math.sign(y[i]! - y[j]!);
        untiedX += Number(x[i] !== x[j]);
        untiedY += Number(y[i] !== y[j]);
      }
    }
    expect(kendall(x, y)).toBeCloseTo(sum / Math.sqrt(untiedX * untiedY), 12);
  });

  it('are not defined where one side does not vary', () => {
    expect([spearman, kendall, pearson].map((f) => f([1, 1, 1], [1, 2, 3]))).toEqual([null, null, null]);
    expect(agreement([1, 1, 1, 1, 1], [1, 2, 3, 4, 5])).toMatchObject({ plcc: null, rmse: null, logistic: null });
  });
});

describe('the logistic', () => {
  it('gives back the parameters that made the points', () => {
    const truth: Logistic = [92, 11, 0.7, 1.3];
    const x = Array.from({ length: 40 }, (_, i) => (i - 20) / 4);
    const fit = fitLogistic(
      x,
      x.map((v) => logistic(v, truth)),
    );
    truth.forEach((b, k) => expect(fit![k]).toBeCloseTo(b, 6));
  });

  it('fits as well as scipy, also where the points lie almost on a line', () => {
    // scipy: 0.8839134470916171 and 9.289385321185769; the optimum lies at infinity, so the last digits are the stopping rule's.
    const { plcc, rmse, plccRaw } = agreement(X, Y);
    expect(plcc).toBeCloseTo(0.883913, 4);
    expect(rmse).toBeCloseTo(9.28939, 2);
    expect(plccRaw).toBeCloseTo(0.872606545646019, 14);
  });

  it('agrees with scipy to many digits where the curve bends', () => {
    const y = [18, 31, 25, 37, 52, 44, 61, 58, 58, 80, 77, 84];
    const { plcc, rmse, logistic: fit } = agreement(X, y);
    // scipy: 91.37859335136936, 1.4735913869664, -0.22545274234016924, 1.2923044290710508
    expect(fit![0]).toBeCloseTo(91.378593, 3);
    expect(fit![3]).toBeCloseTo(1.292304, 4);
    expect(plcc).toBeCloseTo(0.975826887463749, 7);
    expect(rmse).toBeCloseTo(4.549776435745514, 7);
  });

  it('does not depend on the units of either axis', () => {
    const { plcc, rmse } = agreement(X, Y);
    const other = agreement(
      X.map((v) => 1000 * v + 5),
      Y.map((v) => v / 20 + 1),
    );
    expect(other.plcc).toBeCloseTo(plcc!, 6);
    expect(other.rmse! * 20).toBeCloseTo(rmse!, 4);
  });

  it('goes down as well as up, and needs five points', () => {
    expect(
      agreement(
        X,
        Y.map((v) => -v),
      ).rmse,
    ).toBeCloseTo(agreement(X, Y).rmse!, 4);
    expect(fitLogistic([1, 2, 3, 4], [1, 2, 3, 4])).toBeNull();
  });
});

describe('figures over pairs', () => {
  const all = allDifferences(X, Y, 1);

  it('accuracy by size of the difference agrees with numpy', () => {
    const { pairs, accuracy, bins } = pairAccuracy(all, SPREAD);
    expect([pairs, accuracy]).toEqual([65, 0.8461538461538461]);
    expect(bins.map((bin) => bin.pairs)).toEqual([2, 10, 17, 22, 14]);
    const shares = [0.25, 0.65, 0.8235294117647058, 0.9090909090909091, 1];
    bins.forEach((bin, k) => expect(bin.accuracy).toBeCloseTo(shares[k]!, 14));
    expect([bins[0]!.from, bins[4]!.to]).toEqual([0, null]);
  });

  it("Krasula's figures agree with scikit-learn's areas", () => {
    const { aucDifferentSimilar, aucBetterWorse, correct, pairs, threshold } = krasula(all, SPREAD);
    expect(aucDifferentSimilar).toBeCloseTo(0.8272859216255443, 14);
    expect(aucBetterWorse).toBeCloseTo(0.9576361694553223, 14);
    expect(correct).toBeCloseTo(0.9056603773584906, 14);
    expect([pairs, threshold]).toEqual([66, SPREAD / 2]);
  });

  it('right signs with random sizes tell better from worse, and nothing of different and similar', () => {
    const random = mulberry32(5);
    const labelled = Float64Array.from({ length: 20_000 }, () => random() - 0.5);
    const predicted = labelled.map((d) => Math.sign(d) * random());
    const { aucDifferentSimilar, aucBetterWorse, correct } = krasula({ predicted, labelled }, 0.5);
    expect(aucDifferentSimilar).toBeCloseTo(0.5, 1);
    expect([aucBetterWorse, correct]).toEqual([1, 1]);
  });

  it('areas by hand: ties count half', () => {
    expect(areaUnderCurve(Float64Array.of(2, 3), Float64Array.of(1, 2))).toBe(3.5 / 4);
    expect(areaUnderCurve(Float64Array.of(), Float64Array.of(1))).toBeNull();
  });

  it('of too many pairs draws some, never one of a clip with itself', () => {
    const labels = Array.from({ length: 60 }, (_, i) => i);
    const { labelled, predicted } = allDifferences(labels, labels, 2, 500);
    expect(labelled).toHaveLength(500);
    expect(labelled.every((d, k) => d !== 0 && d === predicted[k])).toBe(true);
  });
});

describe('bootstrap', () => {
  const own = X.map((_, i) => String(i));

  it('gives the same interval for the same seed, around the figure', () => {
    const first = bootstrap(X, Y, own, 4, 400);
    expect(bootstrap(X, Y, own, 4, 400)).toEqual(first);
    expect(bootstrap(X, Y, own, 5, 400).srcc).not.toEqual(first.srcc);
    const found = agreement(X, Y);
    for (const name of ['srcc', 'krcc', 'plcc', 'plccRaw', 'rmse'] as const) {
      expect(first[name]![0]).toBeLessThan(found[name]!);
      expect(first[name]![1]).toBeGreaterThan(found[name]! - 1e-9);
    }
  });

  it('covers the correlation of a large population in most samples', () => {
    const random = mulberry32(8);
    const normal = (): number => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
    const correlation = 0.6;
    let covered = 0;
    for (let sample = 0; sample < 50; sample++) {
      const x = Array.from({ length: 60 }, normal);
      const y = x.map((v) => correlation * v + Math.sqrt(1 - correlation ** 2) * normal());
      const [from, to] = bootstrap(x, y, x.map(String), sample, 100).plccRaw!;
      covered += Number(from <= correlation && correlation <= to);
    }
    expect(covered).toBeGreaterThanOrEqual(42);
  });

  it('draws whole sources: copies of every clip narrow nothing, and too few sources give nothing', () => {
    const twice = (values: number[]): number[] => [...values, ...values];
    const single = bootstrap(X, Y, own, 1, 300);
    const copied = bootstrap(twice(X), twice(Y), [...own, ...own], 1, 300);
    expect(copied.srcc![0]).toBeCloseTo(single.srcc![0], 10);
    expect(
      bootstrap(
        X,
        Y,
        X.map((_, i) => String(i % 4)),
        1,
        50,
      ).srcc,
    ).toBeNull();
  });

  it('quantiles lie between neighbours', () => {
    expect([0, 0.25, 0.5, 1].map((q) => quantile([1, 2, 4], q))).toEqual([1, 1.5, 2, 4]);
  });
});
