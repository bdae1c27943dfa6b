import assert from 'node:assert/strict';
import fc from 'fast-check';
import * as v from 'valibot';
import { chooseModel, inOrder, noneKeeps, type Bounds, type Candidate } from '../../../../extension/runs/automatic/choose.ts';
import { decisionSchema } from '../../../../extension/trace/events.ts';

const free: Bounds = { cost: null, seconds: null, currency: 'USD' };
const here: Candidate = { id: 'here', name: 'Here', place: 'local', cost: 0, seconds: 8 };
const cheap: Candidate = { id: 'cheap', name: 'Cheap', place: 'remote', cost: 0.002, seconds: 30 };
const dear: Candidate = { id: 'dear', name: 'Dear', place: 'remote', cost: 0.05, seconds: 4 };
const unpriced: Candidate = { id: 'unpriced', name: 'Unpriced', place: 'remote', cost: null, seconds: null };

const chosen = (candidates: readonly Candidate[], bounds: Partial<Bounds> = {}): string | undefined => chooseModel(candidates, { ...free, ...bounds })?.candidate.id;

describe('the model for a question', () => {
  it('is this machine without bounds, because it costs nothing', () => {
    assert.equal(chosen([dear, cheap, here]), 'here');
    const decision = chooseModel([dear, cheap, here], free)?.decision;
    assert.match(decision?.reason ?? '', /^Automatic asks Here\. It runs on this machine and costs nothing\. It takes 8 s at most\.$/);
  });

  it('is the cheapest that keeps the bound on time', () => {
    assert.equal(chosen([here, cheap, dear], { seconds: 5 }), 'dear');
    assert.equal(chosen([{ ...here, seconds: 60 }, cheap, dear], { seconds: 40 }), 'cheap');
    const { decision } = chooseModel([here, cheap, dear], { ...free, seconds: 5 })!;
    assert.match(decision.reason, /Here was left out: it may take 8 s, more than 5 s\./);
    assert.match(decision.reason, /It costs ≈ 0\.050 USD at most/);
  });

  it('has every candidate’s forecast as evidence, held against the bounds', () => {
    const { decision } = chooseModel([here, cheap, unpriced], { ...free, seconds: 20, cost: 0.01 })!;
    assert.ok(v.is(decisionSchema, decision));
    assert.deepEqual(decision.evidence, [
      { signal: 'Here: most it costs, USD', value: 0, threshold: 0.01 },
      { signal: 'Here: most seconds', value: 8, threshold: 20 },
      { signal: 'Cheap: most it costs, USD', value: 0.002, threshold: 0.01 },
      { signal: 'Cheap: most seconds', value: 30, threshold: 20 },
      { signal: 'Unpriced: most it costs, USD', value: 'no price entered', threshold: 0.01 },
      { signal: 'Unpriced: most seconds', value: 'not measured yet', threshold: 20 },
    ]);
  });

  it('is one whose bounds cannot be checked only where no other is known to keep them, and that is said', () => {
    assert.equal(chosen([unpriced, cheap], { cost: 0.01 }), 'cheap');
    assert.equal(chosen([unpriced, dear], { cost: 0.01 }), 'unpriced');
    const { decision } = chooseModel([unpriced, dear], { ...free, cost: 0.01 })!;
    assert.match(decision.reason, /No price has been entered for it\. Its speed has not been measured yet, so no time is forecast\. So the bound on cost could not be checked, and no other model is known to keep it\./);
    assert.match(decision.reason, /Dear was left out: it may cost ≈ 0\.050 USD, more than 0\.010 USD\./);
  });

  it('is none where all are known to be over a bound, and the sentence says of each why', () => {
    assert.equal(chooseModel([cheap, dear], { ...free, cost: 0.001 }), null);
    assert.match(noneKeeps([cheap, dear], { ...free, cost: 0.001 }), /^No model keeps the bounds set for Automatic\. Cheap was left out: .* Dear was left out: .*choose a model yourself\.$/);
  });

  it('is none of which nothing is known once a bound is used up', () => {
    assert.equal(chosen([unpriced], { seconds: 0 }), undefined);
    assert.equal(chosen([unpriced], { cost: 0 }), undefined);
    assert.match(noneKeeps([unpriced], { ...free, cost: 0, seconds: 0 }), /Unpriced was left out: it may cost more than nothing, and the bound on cost is used up, and take longer than no time, and the bound on time is used up\./);
    assert.equal(chosen([here], { cost: 0 }), 'here', 'what costs nothing keeps any bound on cost');
  });

  it('is never one that cannot be asked this', () => {
    assert.equal(chosen([{ ...here, cannot: 'It only knows small integer functions.' }, cheap]), 'cheap');
    assert.match(chooseModel([{ ...here, cannot: 'It only knows small integer functions.' }, cheap], free)?.decision.reason ?? '', /Here was left out: It only knows small integer functions\./);
  });

  it('keeps every bound that can be checked, and nothing cheaper would have', () => {
    const figure = fc.option(fc.double({ min: 0, max: 100, noNaN: true }), { nil: null });
    const candidate = fc.record({ id: fc.uuid(), name: fc.constant('M'), place: fc.constantFrom('local' as const, 'remote' as const), cost: figure, seconds: figure });
    fc.assert(
      fc.property(fc.array(candidate, { maxLength: 6 }), figure, figure, (candidates, cost, seconds) => {
        const bounds = { cost, seconds, currency: 'EUR' };
        const found = chooseModel(candidates, bounds)?.candidate;
        const beyond = (most: number | null, bound: number | null): boolean => bound !== null && (most === null ? bound <= 0 : most > bound);
        const over = (one: Candidate): boolean => beyond(one.cost, cost) || beyond(one.seconds, seconds);
        const sure = (one: Candidate): boolean => !over(one) && !(cost !== null && one.cost === null) && !(seconds !== null && one.seconds === null);
        if (!found) return assert.ok(candidates.every(over));
        assert.ok(!over(found));
        if (candidates.some(sure)) assert.ok(sure(found));
        for (const other of candidates.filter(sure)) if (sure(found)) assert.ok((found.cost ?? Infinity) <= (other.cost ?? Infinity));
        assert.equal(inOrder(candidates, bounds)[0], found);
      }),
    );
  });
});
