import assert from 'node:assert/strict';
import fc from 'fast-check';
import { effectiveSize, resampled, shares, temperature, weightOf } from '../../../extension/reasoning/strategies/particles.ts';

const near = (actual: number, expected: number): void => assert.ok(Math.abs(actual - expected) < 1e-6, `${actual} is not ${expected}`);

describe('particle filter arithmetic', () => {
  const weights = [4, 0, 0, 0];

  it('gives the published figures', () => {
    const even = shares(weights);
    near(effectiveSize(even), 1.111794);
    near(effectiveSize(even) / 4, 0.277949);
    for (const [progress, flat, first] of [[0.1, 3.23801, 0.534125], [0.25, 2.698341, 0.594784], [0.4, 2.158673, 0.680132], [0.6, 1, 0.947915]] as const) {
      const by = temperature(even, progress);
      near(by, flat);
      near(shares(weights, by)[0]!, first);
    }
  });

  it('flattens nothing late, or while enough lines count', () => {
    assert.equal(temperature(shares(weights), 0.5), 1);
    assert.equal(temperature([0.5, 0.5, 0, 0], 0.1), 1);
  });

  it('weighs an even chance 0, and keeps certainties finite', () => {
    assert.equal(weightOf(0.5), 0);
    assert.ok(Number.isFinite(weightOf(0)) && Number.isFinite(weightOf(1)));
    near(weightOf(0), -weightOf(1));
  });

  it('keeps every line with an even share or more, each about as often as its share says', () => {
    fc.assert(
      fc.property(fc.array(fc.double({ min: -8, max: 8, noNaN: true }), { minLength: 1, maxLength: 16 }), fc.double({ min: 0, max: 0.999, noNaN: true }), (logits, offset) => {
        const part = shares(logits);
        const chosen = resampled(part, offset);
        assert.equal(chosen.length, part.length);
        part.forEach((share, index) => {
          const times = chosen.filter((one) => one === index).length;
          // Rounding may move a place to the neighbour where a share is a whole number of places.
          assert.ok(Math.abs(times - share * part.length) <= 1 + 1e-9, `${times} times for a share of ${share}`);
        });
      }),
    );
  });

  it('weights that are all the same keep every line once', () => {
    assert.deepEqual(resampled(shares([1, 1, 1, 1]), 0.3), [0, 1, 2, 3]);
  });
});
