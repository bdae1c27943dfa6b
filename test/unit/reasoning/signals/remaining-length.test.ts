import assert from 'node:assert/strict';
import fc from 'fast-check';
import { gammaCdf, logGamma } from '../../../../extension/reasoning/gamma.ts';
import { chanceWithin, isTrusted, likelyRemaining } from '../../../../extension/reasoning/signals/remaining-length.ts';
import { close } from './close.ts';

describe('the predicted remaining thought', () => {
  const published = { alpha: 70, lambda: 12 };

  it('has the published mode and chances', () => {
    assert.equal(Math.round(likelyRemaining(published)!), 313);
    close(chanceWithin(published, 100), 0.032471);
    close(chanceWithin(published, 500), 0.718287);
    close(chanceWithin(published, 1000), 0.932671);
  });

  it('trusts only a narrow prediction of at least about a token', () => {
    assert.ok(isTrusted(published));
    for (const bad of [{ alpha: 70, lambda: 9.9 }, { alpha: 1, lambda: 12 }, { alpha: 5, lambda: 12 }, { alpha: NaN, lambda: 12 }, { alpha: Infinity, lambda: 12 }, { alpha: 70, lambda: Infinity }]) assert.ok(!isTrusted(bad), JSON.stringify(bad));
  });

  it('says nothing where there is no distribution', () => {
    for (const bad of [{ alpha: 0, lambda: 1 }, { alpha: 1, lambda: 0 }, { alpha: NaN, lambda: 1 }, { alpha: 1e9, lambda: 1 }]) assert.equal(likelyRemaining(bad), null);
    assert.equal(likelyRemaining({ alpha: 0.5, lambda: 1 }), 0);
    assert.ok(Number.isNaN(chanceWithin({ alpha: NaN, lambda: 1 }, 5)));
    assert.equal(chanceWithin(published, 0), 0);
    assert.equal(chanceWithin(published, -5), 0);
  });

  it('is a distribution: from 0 to 1, never falling', () => {
    const shape = fc.double({ min: 0.1, max: 300, noNaN: true });
    const rate = fc.double({ min: 0.1, max: 60, noNaN: true });
    fc.assert(
      fc.property(shape, rate, fc.array(fc.double({ min: 0, max: 60, noNaN: true }), { minLength: 2, maxLength: 6 }), (alpha, lambda, points) => {
        const chances = points.sort((a, b) => a - b).map((x) => gammaCdf(x, alpha, lambda));
        chances.forEach((chance, i) => assert.ok(chance >= 0 && chance <= 1 && chance >= (chances[i - 1] ?? 0) - 1e-12));
      }),
    );
    assert.equal(gammaCdf(0, 2, 1), 0);
    assert.equal(gammaCdf(Infinity, 2, 1), 1);
  });

  it('is exact where it can be written down: the exponential and the Erlang distribution', () => {
    fc.assert(
      fc.property(fc.double({ min: 0.001, max: 30, noNaN: true }), fc.double({ min: 0.1, max: 20, noNaN: true }), fc.integer({ min: 1, max: 12 }), (x, lambda, shape) => {
        let term = 1;
        let sum = 1;
        for (let k = 1; k < shape; k += 1) sum += term *= (lambda * x) / k;
        close(gammaCdf(x, shape, lambda), 1 - Math.exp(-lambda * x) * sum, 1e-10);
      }),
    );
  });

  it('knows the factorials', () => {
    let factorial = 1;
    for (let n = 1; n < 20; n += 1) {
      close(logGamma(n), Math.log(factorial), 1e-12);
      factorial *= n;
    }
    close(logGamma(0.5), Math.log(Math.PI) / 2, 1e-12);
  });
});
