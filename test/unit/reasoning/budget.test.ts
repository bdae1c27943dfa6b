import assert from 'node:assert/strict';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import { BudgetLedger } from '../../../extension/reasoning/budget.ts';

const ledger = (thinking: number, solution: number, contextLength = 10_000, closingReserve = 4): BudgetLedger =>
  new BudgetLedger({ budgets: { thinking, solution }, prompt: 100, contextLength, closingReserve });

describe('budget ledger', () => {
  it('sets the solution aside before the first thought', () => {
    const tight = ledger(1000, 50, 200);
    assert.equal(tight.thinkingLeft, 200 - 100 - 50 - 4);
    assert.equal(tight.chargeThinking(46), true);
    assert.equal(tight.chargeThinking(1), false);
    assert.equal(tight.solutionLeft, 50);
  });

  it('charges probes to thinking', () => {
    const small = ledger(20, 10);
    small.chargeProbe(15);
    assert.equal(small.thinkingLeft, 5);
    assert.equal(small.canProbe(6), false);
    assert.throws(() => small.chargeProbe(6), RangeError);
  });

  it('does not hand unused thinking to the solution', () => {
    const idle = ledger(500, 30);
    assert.equal(idle.solutionLeft, 30);
    assert.equal(idle.chargeSolution(31), false);
  });

  it('gives a dropped answer its room back but keeps it on the bill', () => {
    const again = ledger(50, 30);
    again.chargeSolution(12);
    again.discardSolution(12);
    assert.equal(again.solutionLeft, 30);
    assert.equal(again.usage.discarded, 12);
  });

  it('extends thinking only as far as the context has room', () => {
    const full = ledger(20, 10, 140);
    assert.equal(full.extendThinking(1000), 6);
    assert.equal(full.budgets.thinking, 26);
  });

  it('knows what the sequence holds', () => {
    const held = new BudgetLedger({ budgets: { thinking: 50, solution: 30 }, prompt: 100, contextLength: 200, closingReserve: 4 });
    held.chargeResumed(5);
    held.chargeThinking(10);
    held.chargeInjected(3);
    held.chargeSolution(2);
    assert.equal(held.occupied, 120);
    assert.equal(held.contextLeft, 80);
    assert.equal(held.roomBeforeReserve, 80 - 28 - 4);
    assert.equal(held.canInject(48), true);
    assert.equal(held.canInject(49), false);
    held.refundInjected(9);
    assert.equal(held.usage.injected, 0);
    held.discardSolution(9);
    assert.deepEqual([held.usage.solution, held.usage.discarded], [0, 2]);
    assert.equal(held.usage.estimated, false);
    held.chargeSolution(1, true);
    assert.equal(held.usage.estimated, true);
  });

  it('runs a probe only where it fits the context while it runs', () => {
    assert.equal(ledger(500, 10, 130).canProbe(30), true);
    assert.equal(ledger(500, 10, 130).canProbe(31), false);
  });

  it('goes on over turns: budgets as they stand, the sequence anew, results as prompt', () => {
    const ledger = new BudgetLedger({ budgets: { thinking: 100, solution: 50 }, prompt: 20, contextLength: 400, closingReserve: 2 });
    ledger.chargeThinking(30);
    ledger.chargeSolution(10);
    ledger.chargeInjected(2);
    assert.equal(ledger.occupied, 62);
    ledger.chargeResults(15, true);
    ledger.beginTurn(45);
    assert.equal(ledger.occupied, 45);
    assert.equal(ledger.thinkingLeft, 70);
    assert.equal(ledger.solutionLeft, 40);
    ledger.chargeThinking(5);
    assert.equal(ledger.occupied, 50);
    assert.deepEqual(ledger.usage, { prompt: 35, thinking: 35, solution: 10, probes: 0, injected: 2, discarded: 0, estimated: true });
  });

  it('never overspends, whatever happens', () => {
    const operation = fc.record({ kind: fc.constantFrom('think', 'solve', 'probe', 'inject', 'extend', 'discard', 'resume'), tokens: fc.integer({ min: 0, max: 60 }) });
    fc.assert(
      fc.property(fc.nat(200), fc.integer({ min: 1, max: 100 }), fc.integer({ min: 110, max: 600 }), fc.array(operation, { maxLength: 80 }), (thinking, solution, context, operations) => {
        const subject = ledger(thinking, solution, context);
        let injectedWithin = 0;
        for (const { kind, tokens } of operations) {
          if (kind === 'think') subject.chargeThinking(tokens);
          if (kind === 'solve') subject.chargeSolution(tokens);
          if (kind === 'probe' && subject.canProbe(tokens)) subject.chargeProbe(tokens);
          if (kind === 'inject' && subject.canInject(tokens)) {
            subject.chargeInjected(tokens);
            injectedWithin += tokens;
          }
          if (kind === 'extend') subject.extendThinking(tokens);
          if (kind === 'discard') subject.discardSolution(tokens);
          const { usage, budgets } = subject;
          assert.ok(usage.thinking + usage.probes <= budgets.thinking, 'thinking and probes fit the thinking budget');
          assert.ok(usage.solution <= budgets.solution, 'the solution fits its budget');
          assert.ok(subject.occupied <= Math.max(context, 100), 'the sequence fits the context');
          assert.equal(usage.injected, injectedWithin);
        }
      }),
    );
  });
});
