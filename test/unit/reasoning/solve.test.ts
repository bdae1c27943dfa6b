import assert from 'node:assert/strict';
import fc from 'fast-check';
import { describe, it } from 'mocha';
import { outcome, solveThreshold, type Direction, type RecordedRun } from '../../../extension/reasoning/exits/solve.ts';

const run = (values: readonly number[], cost = 0): RecordedRun => ({
  thinking: values.length * 10 + 5,
  answer: 4,
  probes: values.length * cost,
  points: values.map((value, i) => ({ atToken: (i + 1) * 10, value, spent: (i + 1) * cost })),
});
const runs = fc.array(fc.tuple(fc.array(fc.integer({ min: 0, max: 9 }), { maxLength: 6 }), fc.nat({ max: 3 })).map(([values, cost]) => run(values, cost)), { minLength: 1, maxLength: 8 });
const direction = fc.constantFrom<Direction>('at-least', 'at-most');

describe('solving for a target average budget', () => {
  it('finds the strictest threshold that meets it', () => {
    // Without exit 39 tokens; at 0.9 the first ends at 20 and the second not at all; at 0.5 they end at 10 and 20.
    const all = [run([0.5, 0.9, 0.95]), run([0.1, 0.5, 0.6])];
    assert.deepEqual(solveThreshold(all, 39, 'at-least'), { threshold: null, mean: 39, early: 0 });
    assert.deepEqual(solveThreshold(all, 38, 'at-least'), { threshold: 0.95, mean: (34 + 39) / 2, early: 0.5 });
    assert.deepEqual(solveThreshold(all, 32, 'at-least'), { threshold: 0.9, mean: (24 + 39) / 2, early: 0.5 });
    assert.deepEqual(solveThreshold(all, 20, 'at-least'), { threshold: 0.5, mean: (14 + 24) / 2, early: 1 });
    assert.deepEqual(solveThreshold(all, 13, 'at-least'), { impossible: true, least: 14 });
    assert.deepEqual(solveThreshold(all, 20, 'at-most'), { threshold: 0.5, mean: (14 + 14) / 2, early: 1 });
    assert.equal(solveThreshold([], 10, 'at-least'), null);
    assert.deepEqual(solveThreshold([run([])], 1, 'at-least'), { impossible: true, least: 9 });
  });

  it('counts what the measurements cost, also in runs that never end early', () => {
    const all = [run([1, 1], 6), run([0, 0], 6)];
    assert.equal(outcome(all, 1, 'at-least').mean, (4 + 10 + 6 + 4 + 25 + 12) / 2);
    assert.equal(outcome(all, null, 'at-least').mean, 29, 'who sets no threshold measures nothing');
  });

  it('meets the target, or says it cannot, on any runs', () => {
    fc.assert(
      fc.property(runs, direction, fc.integer({ min: 0, max: 90 }), (all, way, target) => {
        const solved = solveThreshold(all, target, way)!;
        const values = [...new Set(all.flatMap(({ points }) => points.map(({ value }) => value)))];
        const means = [null, ...values].map((threshold) => outcome(all, threshold, way).mean);
        if ('impossible' in solved) return assert.ok(means.every((mean) => mean > target));
        assert.ok(solved.mean <= target);
        assert.deepEqual(solved, outcome(all, solved.threshold, way));
        const stricter = values.filter((value) => solved.threshold === null || (way === 'at-least' ? value > solved.threshold : value < solved.threshold));
        if (solved.threshold !== null) for (const value of [null, ...stricter]) assert.ok(outcome(all, value, way).mean > target);
      }),
    );
  });
});
