import assert from 'node:assert/strict';
import fc from 'fast-check';
import { answerKey, leadIsReal, settled, SURE, tally, type Vote } from '../../../extension/reasoning/strategies/vote.ts';

const votes = (...answers: string[]): Vote[] => answers.map((answer) => ({ answer }));

describe('the vote of samples', () => {
  it('has the published chance that a lead is real', () => {
    for (const [first, second, chance] of [[1, 0, 0.75], [2, 1, 0.6875], [4, 0, 0.96875], [5, 1, 0.9375], [6, 1, 0.964844]] as const) {
      assert.ok(Math.abs(leadIsReal(first, second) - chance) < 1e-6, `${first}, ${second}: ${leadIsReal(first, second)}`);
    }
  });

  it('equals the integral it stands for', () => {
    const integral = (first: number, second: number, from: number): number => {
      const steps = 4000;
      let sum = 0;
      for (let step = 0; step < steps; step += 1) {
        const x = from + ((1 - from) * (step + 0.5)) / steps;
        sum += x ** first * (1 - x) ** second * ((1 - from) / steps);
      }
      return sum;
    };
    fc.assert(
      fc.property(fc.nat({ max: 12 }), fc.nat({ max: 12 }), (first, second) => {
        assert.ok(Math.abs(leadIsReal(first, second) - integral(first, second, 0.5) / integral(first, second, 0)) < 1e-4);
      }),
    );
  });

  it('is sure at the smallest leads of the table', () => {
    const smallest = [0, 1, 2, 3, 4, 5].map((second) => {
      let first = second;
      while (leadIsReal(first, second) < SURE) first += 1;
      return first;
    });
    assert.deepEqual(smallest, [4, 6, 8, 9, 11, 12]);
  });

  it('goes to the majority, and to the first of equals', () => {
    assert.deepEqual(tally(votes('a', 'b', 'b')), [{ answer: 'b', votes: 2, weight: 2 }, { answer: 'a', votes: 1, weight: 1 }]);
    assert.equal(tally(votes('a', 'b'))[0]?.answer, 'a');
  });

  it('is weighted by confidence only where every sample has one', () => {
    const sure = { answer: 'a', confidence: 9 };
    const unsure = { answer: 'b', confidence: 4 };
    assert.deepEqual(tally([unsure, unsure, sure])[0], { answer: 'a', votes: 1, weight: 9 });
    assert.equal(tally([unsure, { answer: 'b' }, sure])[0]?.answer, 'b');
  });

  it('ends when the lead is sure, or cannot be caught up with', () => {
    assert.equal(settled([], 5), null);
    assert.equal(settled(votes('a', 'a', 'a'), 2), 'decided');
    assert.equal(settled(votes('a', 'a', 'a'), 9), null);
    assert.equal(settled(votes('a', 'a', 'a', 'a'), 9), 'sure');
    assert.equal(settled(votes('a', 'b', 'a'), 1), null);
    assert.equal(settled([1, 2, 3].map((confidence) => ({ answer: 'a', confidence })), 2), null, 'a heavy vote may still come');
  });

  it('compares what is said, not how it is set', () => {
    for (const text of ['42', ' 42. ', '**42**', '`42`', 'So it is \\boxed{42}', 'Here:\n```\n42\n```\nDone.']) assert.equal(answerKey(text), '42', text);
    assert.notEqual(answerKey('const A = 1'), answerKey('const a = 1'));
    assert.equal(answerKey('a  +\n b;'), 'a + b');
  });
});
