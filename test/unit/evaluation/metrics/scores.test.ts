import assert from 'node:assert/strict';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import { brierScore, calibrationError, reliabilityBins } from '../../../../extension/evaluation/metrics/calibration.ts';
import { passAtK } from '../../../../extension/evaluation/metrics/pass-at-k.ts';
import { rocAuc, rocAucWithin, type Scored } from '../../../../extension/evaluation/metrics/roc-auc.ts';

describe('pass@k', () => {
  it('gives the known figures', () => {
    const cases = [[10, 3, 1, 0.3], [10, 3, 5, 0.916667], [10, 0, 5, 0], [4, 4, 2, 1]] as const;
    for (const [samples, right, k, expected] of cases) assert.ok(Math.abs(passAtK(samples, right, k) - expected) < 1e-6);
  });

  it('equals the binomial form', () => {
    const choose = (n: number, k: number): number => (k > n ? 0 : Array.from({ length: k }, (_, i) => (n - i) / (i + 1)).reduce((product, factor) => product * factor, 1));
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 40 }), fc.nat(), fc.nat(), (samples, anyRight, anyK) => {
        const right = anyRight % (samples + 1);
        const k = 1 + (anyK % samples);
        assert.ok(Math.abs(passAtK(samples, right, k) - (1 - choose(samples - right, k) / choose(samples, k))) < 1e-9);
      }),
    );
  });

  it('is exact where large binomials overflow, and refuses what is not defined', () => {
    assert.ok(Math.abs(passAtK(5000, 2500, 1) - 0.5) < 1e-9);
    for (const [samples, right, k] of [[4, 2, 5], [4, 5, 2], [4, 2, 0], [4, -1, 1]] as const) assert.throws(() => passAtK(samples, right, k), RangeError);
  });
});

const scored: fc.Arbitrary<Scored> = fc.record({ score: fc.integer({ min: -5, max: 5 }), right: fc.boolean() });

describe('ROC-AUC', () => {
  const naive = (answers: readonly Scored[]): { wins: number; pairs: number } => {
    let wins = 0;
    let pairs = 0;
    for (const good of answers.filter(({ right }) => right)) {
      for (const bad of answers.filter(({ right }) => !right)) {
        wins += good.score > bad.score ? 1 : good.score === bad.score ? 0.5 : 0;
        pairs += 1;
      }
    }
    return { wins, pairs };
  };

  it('is the share of pairs in the right order', () => {
    fc.assert(
      fc.property(fc.array(scored, { maxLength: 40 }), (answers) => {
        const { wins, pairs } = naive(answers);
        const found = rocAuc(answers);
        if (pairs === 0) assert.equal(found, null);
        else assert.ok(found !== null && Math.abs(found - wins / pairs) < 1e-12);
      }),
    );
  });

  it('within problems compares only answers to the same problem', () => {
    fc.assert(
      fc.property(fc.array(fc.array(scored, { maxLength: 8 }), { maxLength: 8 }), fc.array(fc.integer({ min: -100, max: 100 }), { minLength: 8, maxLength: 8 }), (problems, shifts) => {
        const parts = problems.map(naive);
        const pairs = parts.reduce((sum, part) => sum + part.pairs, 0);
        const found = rocAucWithin(problems);
        if (pairs === 0) assert.equal(found, null);
        else assert.ok(found !== null && Math.abs(found - parts.reduce((sum, part) => sum + part.wins, 0) / pairs) < 1e-12);
        // What a problem's scores share as a whole cannot matter.
        const shifted = problems.map((answers, problem) => answers.map(({ score, right }) => ({ score: score + (shifts[problem] ?? 0), right })));
        assert.equal(rocAucWithin(shifted), found);
      }),
    );
  });

  it('pooled rewards knowing which problems are easy, within problems does not', () => {
    const easy: Scored[] = [{ score: 9, right: true }, { score: 9, right: true }, { score: 9, right: false }];
    const hard: Scored[] = [{ score: 1, right: true }, { score: 1, right: false }, { score: 1, right: false }];
    assert.ok(rocAuc([...easy, ...hard])! > 0.6);
    assert.equal(rocAucWithin([easy, hard]), 0.5);
  });
});

const forecast = fc.record({ probability: fc.double({ min: 0, max: 1, noNaN: true }), right: fc.boolean() });

describe('calibration', () => {
  it('scores certainty that is right 0, that is wrong 1, and a coin a quarter', () => {
    assert.equal(brierScore([{ probability: 1, right: true }, { probability: 0, right: false }]), 0);
    assert.equal(brierScore([{ probability: 1, right: false }]), 1);
    assert.equal(brierScore([{ probability: 0.5, right: true }, { probability: 0.5, right: false }]), 0.25);
    assert.ok(Number.isNaN(brierScore([])));
  });

  it('is lowest for the share that is right (the score is proper)', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 20 }), fc.nat(), fc.double({ min: 0, max: 1, noNaN: true }), (total, any, other) => {
        const right = any % (total + 1);
        const stating = (probability: number): number => brierScore(Array.from({ length: total }, (_, i) => ({ probability, right: i < right })));
        assert.ok(stating(right / total) <= stating(other) + 1e-12);
      }),
    );
  });

  it('puts every forecast into the bin that holds it', () => {
    fc.assert(
      fc.property(fc.array(forecast, { maxLength: 50 }), fc.integer({ min: 1, max: 20 }), (forecasts, width) => {
        const bins = reliabilityBins(forecasts, width);
        assert.equal(bins.length, width);
        assert.equal(bins.reduce((sum, bin) => sum + bin.count, 0), forecasts.length);
        for (const { from, to, count, stated, right } of bins) {
          if (count === 0) assert.deepEqual([stated, right], [null, null]);
          else assert.ok(stated! >= from - 1e-12 && stated! <= to + 1e-12 && right! >= 0 && right! <= 1);
        }
      }),
    );
    assert.equal(reliabilityBins([{ probability: 1, right: true }]).at(-1)?.count, 1);
  });

  it('has no error where each bin is right as often as it says', () => {
    const forecasts = [0.25, 0.75].flatMap((probability) => Array.from({ length: 4 }, (_, i) => ({ probability, right: i < probability * 4 })));
    assert.equal(calibrationError(reliabilityBins(forecasts)), 0);
    assert.equal(calibrationError(reliabilityBins([{ probability: 0.95, right: false }, { probability: 0.95, right: true }])), 0.44999999999999996);
    assert.ok(Number.isNaN(calibrationError(reliabilityBins([]))));
  });
});
