import assert from 'node:assert/strict';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import { bootstrapMean } from '../../../../extension/evaluation/metrics/bootstrap.ts';
import { pairedDifference } from '../../../../extension/evaluation/metrics/paired-difference.ts';
import { wilson, type Interval } from '../../../../extension/evaluation/metrics/wilson.ts';
import { createRandom } from '../../../../extension/evaluation/world/random.ts';

const near = ({ low, high }: Interval, expected: readonly [number, number], tolerance = 5e-5): void => {
  assert.ok(Math.abs(low - expected[0]) <= tolerance && Math.abs(high - expected[1]) <= tolerance, `${low}, ${high} instead of ${expected.join(', ')}`);
};

/** Pairs from the four counts of a table. */
const table = (both: number, onlyFirst: number, onlySecond: number, neither: number): [boolean, boolean][] => [
  ...Array.from({ length: both }, (): [boolean, boolean] => [true, true]),
  ...Array.from({ length: onlyFirst }, (): [boolean, boolean] => [true, false]),
  ...Array.from({ length: onlySecond }, (): [boolean, boolean] => [false, true]),
  ...Array.from({ length: neither }, (): [boolean, boolean] => [false, false]),
];
const count = fc.integer({ min: 0, max: 60 });

describe("Wilson's interval", () => {
  it('gives the published figures', () => {
    // Newcombe 1998, Statistics in Medicine 17:857-872, table I, method 3.
    near(wilson(81, 263), [0.2553, 0.3662]);
    near(wilson(15, 148), [0.0624, 0.1605]);
    near(wilson(0, 20), [0, 0.1611]);
    near(wilson(1, 29), [0.0061, 0.1718]);
  });

  it('holds the share, stays within 0 and 1, and mirrors', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 500 }), fc.nat(), (trials, any) => {
        const successes = any % (trials + 1);
        const { low, high } = wilson(successes, trials);
        const mirrored = wilson(trials - successes, trials);
        assert.ok(low >= 0 && low <= successes / trials && successes / trials <= high && high <= 1);
        assert.ok(Math.abs(low - (1 - mirrored.high)) < 1e-12 && Math.abs(high - (1 - mirrored.low)) < 1e-12);
        assert.ok(wilson(successes * 4, trials * 4).high - wilson(successes * 4, trials * 4).low < high - low);
      }),
    );
    assert.deepEqual(wilson(0, 0), { low: 0, high: 1 });
  });
});

describe('the interval of a paired difference', () => {
  it('gives the published figures', () => {
    // Altman et al. 2000, Statistics with Confidence, table 6.2: 0.122, from 0.011 to 0.226.
    const altman = pairedDifference(table(14, 5, 0, 22));
    assert.ok(Math.abs(altman.difference - 5 / 41) < 1e-12);
    near(altman, [0.011, 0.226], 6e-4);
    // Bentur et al. 2009, as in Fagerland et al. 2017, Statistical Analysis of Contingency Tables, chapter 8.
    near(pairedDifference(table(1, 1, 7, 12)), [-0.507, -0.026], 6e-4);
  });

  it('holds the difference, stays within -1 and 1, and turns round with the pairs', () => {
    fc.assert(
      fc.property(count, count, count, count, (both, onlyFirst, onlySecond, neither) => {
        fc.pre(both + onlyFirst + onlySecond + neither > 0);
        const forth = pairedDifference(table(both, onlyFirst, onlySecond, neither));
        const back = pairedDifference(table(both, onlySecond, onlyFirst, neither));
        assert.ok(forth.low >= -1 && forth.low <= forth.difference && forth.difference <= forth.high && forth.high <= 1);
        assert.ok(Math.abs(forth.low + back.high) < 1e-12 && Math.abs(forth.high + back.low) < 1e-12);
      }),
    );
  });

  it('is never of no width, and says nothing where there are no pairs', () => {
    const same = pairedDifference(table(30, 0, 0, 10));
    assert.ok(same.low < 0 && same.high > 0 && same.difference === 0);
    assert.deepEqual(pairedDifference([]), { difference: 0, low: -1, high: 1, pairs: 0 });
  });

  it('holds the true difference about 95 times of 100', () => {
    const random = createRandom(11);
    let held = 0;
    const trials = 2000;
    for (let trial = 0; trial < trials; trial += 1) {
      // First right 70 %, second right on 60 % of those and on 20 % of the others: 0.7 against 0.48.
      const pairs = Array.from({ length: 80 }, (): [boolean, boolean] => {
        const first = random.chance(0.7);
        return [first, random.chance(first ? 0.6 : 0.2)];
      });
      const { low, high } = pairedDifference(pairs);
      held += Number(low <= 0.22 && 0.22 <= high);
    }
    assert.ok(held / trials > 0.935 && held / trials < 0.985, `${held} of ${trials}`);
  });
});

describe('the bootstrap interval of a mean', () => {
  it('holds the mean, stays within the values, and is the same for the same seed', () => {
    fc.assert(
      fc.property(fc.array(fc.double({ min: -1, max: 1, noNaN: true }), { minLength: 1, maxLength: 30 }), fc.nat(), (values, seed) => {
        const found = bootstrapMean(values, seed);
        assert.deepEqual(bootstrapMean(values, seed), found);
        assert.ok(found.low >= Math.min(...values) - 1e-12 && found.high <= Math.max(...values) + 1e-12);
        assert.ok(found.low <= found.mean + 1e-12 && found.high >= found.mean - 1e-12);
      }),
      { numRuns: 40 },
    );
  });

  it('is as wide as the normal theory says where that holds', () => {
    const random = createRandom(4);
    const values = Array.from({ length: 400 }, () => random.integer(0, 1000) / 1000);
    const { mean, low, high } = bootstrapMean(values);
    const deviation = Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length);
    assert.ok(Math.abs((high - low) / (2 * 1.96 * (deviation / 20)) - 1) < 0.08, `${high - low}`);
  });

  it('has no figures for no values', () => {
    assert.ok(Number.isNaN(bootstrapMean([]).mean) && Number.isNaN(bootstrapMean([]).low));
  });
});
