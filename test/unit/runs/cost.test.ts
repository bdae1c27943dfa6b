import assert from 'node:assert/strict';
import fc from 'fast-check';
import { addCosts, costOf, moneyText, priceOf } from '../../../extension/runs/cost.ts';
import { emptyView, foldEvents } from '../../../extension/trace/fold.ts';
import { stamp } from '../trace/arbitrary.ts';

const requests = { count: 2, prompt: 3000, cached: 1000, thinking: 500, solution: 100, probes: 50, samples: 0, estimated: false };

describe('the cost of a run', () => {
  it('is split by what it was spent on', () => {
    const { total, ...parts } = costOf(requests, { prompt: 2, cached: 0.5, output: 10 });
    assert.deepEqual(parts, { prompt: 0.004, cached: 0.0005, thinking: 0.005, solution: 0.001, probes: 0.0005, samples: 0, estimated: false });
    assert.ok(Math.abs(total - 0.011) < 1e-12);
    assert.equal(costOf(requests, { prompt: 2, output: 10 }).cached, 0.002);
  });

  it('is the sum of its parts, and never less than nothing', () => {
    const amount = fc.nat({ max: 1_000_000 });
    const price = fc.double({ min: 0, max: 100, noNaN: true });
    fc.assert(
      fc.property(fc.record({ count: amount, prompt: amount, cached: amount, thinking: amount, solution: amount, probes: amount, samples: amount, estimated: fc.boolean() }), price, price, price, (totals, prompt, cached, output) => {
        const { total, estimated, ...parts } = costOf(totals, { prompt, cached, output });
        assert.ok(Object.values(parts).every((part) => part >= 0));
        assert.ok(Math.abs(total - Object.values(parts).reduce((sum, part) => sum + part, 0)) < 1e-9);
        assert.equal(estimated, totals.estimated);
      }),
    );
  });

  it('adds up over a session, and stays marked as an estimate', () => {
    const cost = costOf(requests, { prompt: 2, output: 10 });
    const sum = addCosts([cost, { ...cost, estimated: true }]);
    assert.ok(Math.abs(sum.total - 2 * cost.total) < 1e-12);
    assert.equal(sum.estimated, true);
  });

  it('goes by the more exact name', () => {
    const prices = { toy: { prompt: 1, output: 1 }, 'host:8000/toy': { prompt: 2, output: 2 } };
    assert.equal(priceOf(prices, 'host:8000', 'toy')?.prompt, 2);
    assert.equal(priceOf(prices, 'other', 'toy')?.prompt, 1);
    assert.equal(priceOf(prices, undefined, 'constructor'), undefined);
  });

  it('is written with two digits that mean something', () => {
    assert.deepEqual([0, 1.5, 0.25, 0.0314, 0.000456].map((amount) => moneyText(amount, 'USD', false)), ['0.00 USD', '1.50 USD', '0.25 USD', '0.031 USD', '0.00046 USD']);
    assert.equal(moneyText(1.5, 'EUR', true), '≈ 1.50 EUR');
  });

  it('has its tokens from the log', () => {
    const events = stamp([
      { type: 'request', purpose: 'run', prompt: 20, cached: 5, thinking: 10, solution: 0, estimated: true },
      { type: 'request', purpose: 'probe', prompt: 32, thinking: 0, solution: 4, estimated: false },
      { type: 'request', purpose: 'sample', prompt: 20, thinking: 9, solution: 6, estimated: false },
      { type: 'request', purpose: 'run', prompt: 34, thinking: 0, solution: 7, estimated: false },
    ]);
    assert.deepEqual(foldEvents(emptyView('run-1'), events).requests, { count: 4, prompt: 106, cached: 5, thinking: 10, solution: 7, probes: 4, samples: 15, estimated: true });
    assert.equal(foldEvents(emptyView('run-1'), []).requests, null);
  });
});
