import assert from 'node:assert/strict';
import fc from 'fast-check';
import { dealtOut, schedules } from '../../../extension/reasoning/strategies/budget-shares.ts';

describe('a thinking budget dealt out among parts', () => {
  it('gives the published figures', () => {
    const dealt = Object.fromEntries(schedules.map((schedule) => [schedule, dealtOut([50, 30, 20], 350, schedule)]));
    assert.deepEqual(dealt, { constant: [175, 105, 70], linear: [229, 91, 30], polynomial: [267, 72, 11], exponential: [188, 102, 60], cosine: [257, 84, 9] });
  });

  it('deals out all of it, and nothing else, by every schedule', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 100 }), { minLength: 1, maxLength: 8 }), fc.integer({ min: 0, max: 5000 }), fc.constantFrom(...schedules), (credits, budget, schedule) => {
        const dealt = dealtOut(credits, budget, schedule);
        assert.equal(dealt.length, credits.length);
        assert.ok(dealt.every((tokens) => Number.isInteger(tokens) && tokens >= 0));
        assert.equal(dealt.reduce((sum, tokens) => sum + tokens, 0), budget);
      }),
    );
  });

  it('gives one part everything, by every schedule', () => {
    for (const schedule of schedules) assert.deepEqual(dealtOut([7], 100, schedule), [100]);
    assert.deepEqual(dealtOut([], 100, 'linear'), []);
  });
});
